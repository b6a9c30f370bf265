"""The detector: sentence scores of a plan -> one verdict a mode, with calibrated confidence and the words that carry it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from coach.detection.encoder import MISSING, Floats, SentenceScorer
from coach.detection.plan import Sentence, split_sentences
from coach.resources import weights
from coach.schema import Evidence, Judgement, Page, Verdict

VERDICTS: tuple[Verdict, ...] = ("open", "at_risk", "covered")
_SEPARATOR = "\n\n"


class Detector:
    """The shipped model with its settings.

    Args:
        scorer: Scores sentences.
        settings: `detector.json`: modes, combiner, thresholds, evidence rule.
    """

    def __init__(self, scorer: SentenceScorer, settings: dict[str, object]) -> None:
        combiner = settings["combiner"]
        thresholds = settings["thresholds"]
        evidence = settings["evidence"]
        assert isinstance(combiner, dict)  # noqa: S101 - the file is ours and tested
        assert isinstance(thresholds, dict)  # noqa: S101
        assert isinstance(evidence, dict)  # noqa: S101
        self._scorer = scorer
        self.modes: tuple[str, ...] = tuple(settings["modes"])  # type: ignore[arg-type]
        self._weights = np.asarray(combiner["weights"], dtype=np.float32)
        self._biases = np.asarray(combiner["biases"], dtype=np.float32)
        rows = [[thresholds[mode][verdict] for verdict in VERDICTS[1:]] for mode in self.modes]
        self._thresholds = np.asarray(rows, dtype=np.float32)
        self._margin = float(evidence["margin"])
        self._most = int(evidence["most"])

    @classmethod
    def load(cls, folder: Path, *, threads: int = 0) -> Self:
        """Load the shipped model; the tokenizer is the encoder's."""
        settings = json.loads((folder / "detector.json").read_text(encoding="utf-8"))
        scorer = SentenceScorer(folder / "model.onnx", weights("encoder") / "tokenizer.json", threads=threads)
        return cls(scorer, settings)

    def warm_up(self) -> None:
        """Run once, so that the first plan is not the slow one."""
        self._scorer.score("Partner.", [(0, 8)])

    def judge(self, text: str, pages: Sequence[Page]) -> tuple[Judgement, ...]:
        """Judge the given pages of a document, read together, against every mode in the taxonomy's order.

        Args:
            text: The whole document; evidence offsets point into it.
            pages: The slides or pages to judge, in order.
        """
        plan = _SEPARATOR.join(text[page.start : page.end] for page in pages)
        sentences = split_sentences(plan)
        scores = self._scorer.score(plan, [(one.start, one.end) for one in sentences])
        probabilities = combine(plan_features(scores, len(self.modes)), self._weights, self._biases)
        chosen = decide(probabilities, self._thresholds)
        judgements = []
        for number, mode in enumerate(self.modes):
            verdict = int(chosen[number])
            carriers = self._carriers(scores, number, verdict) if verdict else []
            judgements.append(
                Judgement(
                    mode=mode,
                    verdict=VERDICTS[verdict],
                    confidence=round(float(probabilities[number, verdict]), 4),
                    evidence=tuple(_evidence(text, pages, sentences[one]) for one in carriers),
                )
            )
        return tuple(judgements)

    def _carriers(self, scores: Floats, mode: int, verdict: int) -> list[int]:
        """The strongest sentence, and others close to it that are positive themselves."""
        column = scores[:, mode + (verdict - 1) * len(self.modes)]
        order = np.argsort(-column, kind="stable")
        near = [int(n) for n in order[1:] if column[n] > 0 and column[n] >= column[order[0]] - self._margin]
        return [int(order[0]), *near][: self._most]


def _evidence(text: str, pages: Sequence[Page], sentence: Sentence) -> Evidence:
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


def plan_features(scores: Floats, modes: int) -> Floats:
    """Features of the combiner, from the sentence logits of one plan.

    Args:
        scores: Shape (sentences, 2 x modes).
        modes: Number of modes.

    Returns:
        Shape (modes, 8): strongest at_risk and covered logit, the second strongest of each, the other side's logit in
        those strongest sentences, which of the two comes later in the plan (-1 to 1), log of the number of sentences.
    """
    features = np.zeros((modes, 8), dtype=np.float32)
    if not len(scores):
        features[:, :6] = MISSING
        return features
    ordered = np.sort(scores, axis=0)[::-1]
    second = ordered[min(1, len(scores) - 1)]
    best = scores.argmax(axis=0)
    for mode in range(modes):
        risk, covered = best[mode], best[mode + modes]
        features[mode] = (
            ordered[0, mode],
            ordered[0, mode + modes],
            second[mode],
            second[mode + modes],
            scores[risk, mode + modes],
            scores[covered, mode],
            np.sign(float(covered) - float(risk)),
            np.log(len(scores)),
        )
    return np.clip(features, MISSING, -MISSING)


def combine(features: Floats, weights: Floats, biases: Floats) -> Floats:
    """Probabilities of open, at_risk and covered per mode, shape (modes, 3).

    Args:
        features: Shape (modes, 8).
        weights: Shape (3, 8), shared by all modes.
        biases: Shape (modes, 3).
    """
    logits = features @ weights.T + biases
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=1, keepdims=True), dtype=np.float32)


def decide(probabilities: Floats, thresholds: Floats) -> NDArray[np.int64]:
    """Choose a verdict per mode: the more probable of at_risk and covered if it reaches its threshold.

    Args:
        probabilities: Shape (modes, 3).
        thresholds: Shape (modes, 2): of at_risk and of covered.

    Returns:
        Numbers into `VERDICTS`, shape (modes,).
    """
    ratios = probabilities[:, 1:] / thresholds
    return np.asarray(np.where(ratios.max(axis=1) >= 1, ratios.argmax(axis=1) + 1, 0))
