"""The detector: sentence scores of a plan -> one verdict a mode, with calibrated confidence and the words that carry it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from coach.detection.encoder import CLIP, Floats, Reach, SentenceScorer
from coach.detection.orders import find_orders
from coach.detection.plan import Sentence, split_sentences
from coach.schema import Evidence, Judgement, Page, Verdict

VERDICTS: tuple[Verdict, ...] = ("open", "at_risk", "covered")
_SEPARATOR = "\n\n"
"""Between the judged pages, so that no sentence runs on from one to the next."""


class _Combiner(BaseModel):
    weights: list[list[float]]
    biases: list[list[float]]


class _EvidenceRule(BaseModel):
    margin: float
    most: int


class _Reach(BaseModel):
    tokens: int
    neighbours: int


class DetectorSettings(BaseModel):
    """`detector.json`: everything beside the model that a verdict needs."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    modes: tuple[str, ...]
    reach: _Reach
    combiner: _Combiner
    thresholds: dict[str, dict[str, float]]
    evidence: _EvidenceRule


class Detector:
    """The shipped reader with its settings.

    Args:
        scorer: Scores sentences.
        settings: How scores become verdicts.
    """

    def __init__(self, scorer: SentenceScorer, settings: DetectorSettings) -> None:
        self._scorer = scorer
        self.modes = settings.modes
        self._weights = np.asarray(settings.combiner.weights, dtype=np.float32)
        self._biases = np.asarray(settings.combiner.biases, dtype=np.float32)
        rows = [[settings.thresholds[mode][verdict] for verdict in VERDICTS[1:]] for mode in self.modes]
        self._thresholds = np.asarray(rows, dtype=np.float32)
        self._evidence = settings.evidence

    @classmethod
    def load(cls, folder: Path, *, threads: int = 0) -> Self:
        """Load the shipped model."""
        settings = DetectorSettings.model_validate_json((folder / "detector.json").read_bytes())
        reach = Reach(settings.reach.tokens, settings.reach.neighbours)
        return cls(SentenceScorer(folder / "reader.onnx", folder / "tokenizer.json", reach, threads=threads), settings)

    def warm_up(self) -> None:
        """Run once, so that the first plan is not the slow one."""
        self._scorer.score("Partner.", [(0, 8)])

    def judge(self, text: str, pages: Sequence[Page]) -> tuple[Judgement, ...]:
        """Judge the given pages of a document, read together, against every mode in the taxonomy's order.

        Orders to reviewers are evidence of nothing.

        Args:
            text: The whole document; evidence offsets point into it.
            pages: The slides or pages to judge, in order.
        """
        plan = join_pages(text, pages)
        sentences = split_sentences(plan)
        scores = self._scorer.score(plan, [(one.start, one.end) for one in sentences])
        orders = find_orders(sentences)
        scores = np.delete(scores, orders, axis=0)
        sentences = [sentence for number, sentence in enumerate(sentences) if number not in orders]
        probabilities = combine(plan_features(scores), self._weights, self._biases)
        judgements = []
        for number, verdict in enumerate(decide(probabilities, self._thresholds)):
            carriers: list[int] = []
            if verdict:
                column = scores[:, number + (int(verdict) - 1) * len(self.modes)]
                carriers = pick_evidence(column, margin=self._evidence.margin, most=self._evidence.most)
            judgements.append(
                Judgement(
                    mode=self.modes[number],
                    verdict=VERDICTS[verdict],
                    confidence=round(float(probabilities[number, verdict]), 4),
                    evidence=tuple(locate(text, pages, sentences[one]) for one in carriers),
                    probabilities=tuple(float(one) for one in probabilities[number]),
                )
            )
        return tuple(judgements)


def join_pages(text: str, pages: Sequence[Page]) -> str:
    """The judged pages of a document as one plan."""
    return _SEPARATOR.join(text[page.start : page.end] for page in pages)


def locate(text: str, pages: Sequence[Page], sentence: Sentence) -> Evidence:
    """A sentence of the joined pages as exact words of the document."""
    offset = 0
    for page in pages:
        length = page.end - page.start
        if sentence.start < offset + length:
            start = page.start + sentence.start - offset
            end = min(page.start + sentence.end - offset, page.end)
            return Evidence(quote=text[start:end], start=start, end=end, slide=page.index)
        offset += length + len(_SEPARATOR)
    raise IndexError(sentence.start)


def plan_features(scores: Floats) -> Floats:
    """Features of the combiner, from the sentence logits of one plan.

    Args:
        scores: Shape (sentences, 2 x modes).

    Returns:
        Shape (modes, 4): strongest at_risk and covered logit, then the second strongest of each.
    """
    modes = scores.shape[1] // 2
    if not len(scores):
        return np.full((modes, 4), -CLIP, dtype=np.float32)
    ordered = np.sort(scores, axis=0)[::-1]
    strongest, second = ordered[0], ordered[min(1, len(scores) - 1)]
    return np.stack([strongest[:modes], strongest[modes:], second[:modes], second[modes:]], axis=1)


def combine(features: Floats, weights: Floats, biases: Floats) -> Floats:
    """Probabilities of open, at_risk and covered per mode, shape (modes, 3).

    Args:
        features: Shape (modes, 4).
        weights: Shape (3, 4), shared by all modes.
        biases: Shape (modes, 3).
    """
    logits = features @ weights.T + biases
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=-1, keepdims=True), dtype=np.float32)


def decide(probabilities: Floats, thresholds: Floats) -> NDArray[np.int64]:
    """Choose a verdict per mode: at_risk or covered, whichever is further above its threshold, else open.

    Args:
        probabilities: Shape (…, modes, 3).
        thresholds: Shape (modes, 2): of at_risk and of covered.

    Returns:
        Numbers into `VERDICTS`, shape (…, modes).
    """
    ratios = probabilities[..., 1:] / thresholds
    return np.asarray(np.where(ratios.max(axis=-1) >= 1, ratios.argmax(axis=-1) + 1, 0))


def pick_evidence(column: Floats, *, margin: float, most: int) -> list[int]:
    """The strongest sentence, and those close below it that are positive themselves.

    Args:
        column: Logits of one head, shape (sentences,).
        margin: How far below the strongest another sentence may be.
        most: How many sentences at most.
    """
    order = [int(number) for number in np.argsort(-column, kind="stable")]
    near = [number for number in order[1:] if column[number] > max(0.0, column[order[0]] - margin)]
    return [*order[:1], *near][:most]
