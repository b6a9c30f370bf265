"""Reference inference of the detector: numpy, onnxruntime and tokenizers only.

Two small readers judge every sentence of a plan: the near one sees the sentence alone, the far one sees it inside the
plan. Each gives 28 logits a sentence, their mean counts, and a small logistic combiner turns the sentences' logits
of one mode into the plan's verdict. Training uses the same functions, so the featurisation cannot drift.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from coach.detection.plan import Sentence, split_sentences

Floats = NDArray[np.float32]

MAX_TOKENS = 512
"""Positions that MiniLM has; what does not fit is cut."""
CLS, SEP = 101, 102
CLIP = 9.0
"""Logits are clipped to this on both sides before they are combined."""
BATCH_TOKENS = 4096
"""Upper bound of padded tokens in one pass."""
VERDICTS = ("open", "at_risk", "covered")


@dataclass(frozen=True, slots=True)
class Reach:
    """How much of a plan a reader sees at once.

    Attributes:
        tokens: sentences are read together up to this many tokens; 0 reads each alone.
        neighbours: sentences on each side of these that are read, but scored elsewhere.
    """

    tokens: int
    neighbours: int


NEAR = Reach(tokens=0, neighbours=0)
FAR = Reach(tokens=320, neighbours=2)
READERS = {"near": NEAR, "far": FAR}
"""Readers by the stem of their model file."""


@dataclass(frozen=True, slots=True)
class Window:
    """Token ids of one pass through the encoder, and where its sentences lie in them.

    Attributes:
        ids: token ids with CLS and SEP.
        units: (sentence number, first token, token after the last) of each sentence scored here.
    """

    ids: list[int]
    units: list[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one mode.

    Attributes:
        mode: id of the failure mode.
        verdict: `open`, `at_risk` or `covered`.
        confidence: calibrated probability of this verdict, from 0 to 1.
        evidence: numbers of the sentences that show it, strongest first; empty for `open`.
    """

    mode: str
    verdict: str
    confidence: float
    evidence: list[int]


def load_tokenizer(path: Path) -> Tokenizer:
    """Load the encoder's tokenizer without its own truncation and padding."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def load_session(path: Path) -> onnxruntime.InferenceSession:
    """Open a reader on the processor."""
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def make_windows(text: str, spans: Sequence[tuple[int, int]], reach: Reach, tokenizer: Tokenizer) -> list[Window]:
    """Cut a text into windows of whole sentences.

    Args:
        text: the plan.
        spans: (start, end) offsets of its sentences, in order.
        reach: how much a window holds.
        tokenizer: as `load_tokenizer` gives it.

    Returns:
        Windows in which every sentence that has a token is scored exactly once.
    """
    encoding = tokenizer.encode(text, add_special_tokens=False)
    ranges = _token_ranges(encoding.offsets, spans)
    windows: list[Window] = []
    position = 0
    while position < len(ranges):
        origin = ranges[max(0, position - reach.neighbours)][0]
        end = position + 1
        while end < len(ranges) and ranges[end][1] - origin <= reach.tokens:
            end += 1
        if ranges[position][1] - origin > MAX_TOKENS - 2:
            origin = ranges[position][0]
        limit = min(ranges[min(len(ranges), end + reach.neighbours) - 1][1], origin + MAX_TOKENS - 2)
        bounds = [(number, *ranges[number]) for number in range(position, end) if ranges[number][0] < ranges[number][1]]
        units = [(number, first - origin + 1, min(last, limit) - origin + 1) for number, first, last in bounds]
        if units:
            windows.append(Window([CLS, *encoding.ids[origin:limit], SEP], units))
        position = end
    return windows


def _token_ranges(offsets: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Token numbers (first, after the last) that lie in each span; equal where a span has none."""
    ranges: list[tuple[int, int]] = []
    token = 0
    for start, end in spans:
        while token < len(offsets) and offsets[token][1] <= start:
            token += 1
        first = token
        while token < len(offsets) and offsets[token][0] < end:
            token += 1
        ranges.append((first, token))
    return ranges


def batched(windows: Sequence[Window], budget: int = BATCH_TOKENS) -> list[list[Window]]:
    """Batches of windows of about equal length, at most `budget` padded tokens each."""
    batches: list[list[Window]] = [[]]
    for window in sorted(windows, key=lambda window: len(window.ids)):
        if batches[-1] and len(window.ids) * (len(batches[-1]) + 1) > budget:
            batches.append([])
        batches[-1].append(window)
    return batches if windows else []


def pad(windows: Sequence[Window]) -> dict[str, NDArray[np.int64]]:
    """The model's three inputs, each of shape (windows, tokens of the longest)."""
    width = max(len(window.ids) for window in windows)
    ids = np.zeros((len(windows), width), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = window.ids
        mask[row, : len(window.ids)] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}


def pool(logits: Floats, gates: Floats) -> Floats:
    """Logits of a sentence: per head the mean of its tokens' logits, weighted by the softmax of their gates.

    Args:
        logits: shape (tokens of the sentence, heads).
        gates: same shape.
    """
    weights = np.exp(gates - gates.max(axis=0))
    return np.asarray((weights * logits).sum(axis=0) / weights.sum(axis=0), dtype=np.float32)


def read(
    text: str,
    spans: Sequence[tuple[int, int]],
    reach: Reach,
    *,
    tokenizer: Tokenizer,
    session: onnxruntime.InferenceSession,
) -> Floats:
    """Run one reader over a plan.

    Returns:
        Sentence logits, shape (sentences, 2 x modes): at_risk of every mode, then covered of every mode.
    """
    scores = np.full((len(spans), session.get_outputs()[0].shape[-1]), -CLIP, dtype=np.float32)
    for batch in batched(make_windows(text, spans, reach, tokenizer)):
        logits, gates = session.run(["logits", "gates"], pad(batch))
        for row, window in enumerate(batch):
            for number, first, last in window.units:
                scores[number] = pool(logits[row, first:last], gates[row, first:last])
    return np.clip(scores, -CLIP, CLIP)


def plan_features(scores: Floats) -> Floats:
    """Features of the combiner, from the sentence logits of one plan.

    Args:
        scores: shape (sentences, 2 x modes).

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
        features: shape (modes, 4).
        weights: shape (3, 4), shared by all modes.
        biases: shape (modes, 3).
    """
    logits = features @ weights.T + biases
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=-1, keepdims=True), dtype=np.float32)


def decide(probabilities: Floats, thresholds: Floats) -> NDArray[np.int64]:
    """Choose a verdict per mode: at_risk or covered, whichever is further above its threshold, else open.

    Args:
        probabilities: shape (…, modes, 3).
        thresholds: shape (modes, 2): of at_risk and of covered.

    Returns:
        Numbers into `VERDICTS`, shape (…, modes).
    """
    ratios = probabilities[..., 1:] / thresholds
    return np.where(ratios.max(axis=-1) >= 1, ratios.argmax(axis=-1) + 1, 0)


class ReferenceDetector:
    """The shipped model with its settings."""

    def __init__(self, folder: Path, tokenizer_path: Path) -> None:
        settings = json.loads((folder / "detector.json").read_text(encoding="utf-8"))
        self.modes: list[str] = settings["modes"]
        self._weights = np.asarray(settings["combiner"]["weights"], dtype=np.float32)
        self._biases = np.asarray(settings["combiner"]["biases"], dtype=np.float32)
        thresholds = [[settings["thresholds"][mode][verdict] for verdict in VERDICTS[1:]] for mode in self.modes]
        self._thresholds = np.asarray(thresholds, dtype=np.float32)
        self._margin = float(settings["evidence"]["margin"])
        self._most = int(settings["evidence"]["most"])
        self._tokenizer = load_tokenizer(tokenizer_path)
        self._sessions = {name: load_session(folder / f"{name}.onnx") for name in READERS}

    def score(self, text: str, sentences: Sequence[Sentence]) -> Floats:
        """Logits of every sentence, shape (sentences, 2 x modes): the mean of both readers."""
        spans = [(sentence.start, sentence.end) for sentence in sentences]
        scores = [
            read(text, spans, READERS[name], tokenizer=self._tokenizer, session=session)
            for name, session in self._sessions.items()
        ]
        return np.asarray(np.mean(scores, axis=0), dtype=np.float32)

    def judge(self, text: str) -> tuple[list[Sentence], list[Judgement]]:
        """Judge a plan against every mode, in the taxonomy's order."""
        sentences = split_sentences(text)
        scores = self.score(text, sentences)
        probabilities = combine(plan_features(scores), self._weights, self._biases)
        judgements = []
        for number, verdict in enumerate(decide(probabilities, self._thresholds)):
            column = scores[:, number + (verdict - 1) * len(self.modes)]
            evidence = pick_evidence(column, margin=self._margin, most=self._most) if verdict else []
            judgements.append(Judgement(self.modes[number], VERDICTS[verdict], float(probabilities[number, verdict]), evidence))
        return sentences, judgements


def pick_evidence(column: Floats, *, margin: float, most: int) -> list[int]:
    """The strongest sentence, and those close below it that are positive themselves.

    Args:
        column: logits of one head, shape (sentences,).
        margin: how far below the strongest another sentence may be.
        most: how many sentences at most.
    """
    order = [int(number) for number in np.argsort(-column, kind="stable")]
    near = [number for number in order[1:] if column[number] > max(0.0, column[order[0]] - margin)]
    return [*order[:1], *near][:most]
