"""Score the sentences of a plan against all modes with a small transformer.

It reads each sentence inside the plan, so that a remedy, a denial or a heading counts for the sentence it belongs to.
Training uses these same functions: the featurisation cannot drift.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coach.inference import open_session

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

Floats = NDArray[np.float32]

MAX_TOKENS = 512
"""Positions that the reader has; what does not fit is cut."""
START, PADDING, END = 0, 1, 2
"""Token ids of all-mpnet-base-v2."""
CLIP = 9.0
"""Logits are clipped to this on both sides before they are combined."""
BATCH_TOKENS = 4096
"""Upper bound of padded tokens in one pass."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How much of a plan a reader sees at once.

    Attributes:
        tokens: Sentences are read together up to this many tokens; 0 reads each alone.
        neighbours: Sentences on each side of these that are read, but scored elsewhere.
    """

    tokens: int
    neighbours: int


@dataclass(frozen=True, slots=True)
class Window:
    """Token ids of one pass through the encoder, and where its sentences lie in them.

    Attributes:
        ids: Token ids with START and END.
        units: (sentence number, first token, token after the last) of each sentence scored here.
    """

    ids: list[int]
    units: list[tuple[int, int, int]]


class SentenceScorer:
    """The reader with its tokenizer.

    Args:
        model: ONNX file with the outputs `logits` and `gates`, shape (batch, tokens, heads).
        tokenizer: Its `tokenizer.json`.
        reach: How far it sees.
        threads: Intra-op threads; 0 lets onnxruntime choose.
    """

    def __init__(self, model: Path, tokenizer: Path, reach: Reach, *, threads: int = 0) -> None:
        self._session = open_session(model, threads=threads)
        self._tokenizer = load_tokenizer(tokenizer)
        self._reach = reach

    def score(self, text: str, spans: Sequence[tuple[int, int]]) -> Floats:
        """Score the sentences of a plan.

        Args:
            text: The plan.
            spans: (start, end) offsets of its sentences, in order.

        Returns:
            Logits, shape (sentences, 2 x modes): at_risk of every mode, then covered.
        """
        return read(text, spans, self._reach, tokenizer=self._tokenizer, session=self._session)


def load_tokenizer(path: Path) -> "Tokenizer":
    """Load the reader's tokenizer without its own truncation and padding."""
    from tokenizers import Tokenizer  # noqa: PLC0415

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True  # a plan that holds "</s>" means these four characters
    return tokenizer


def make_windows(text: str, spans: Sequence[tuple[int, int]], reach: Reach, tokenizer: "Tokenizer") -> list[Window]:
    """Cut a text into windows of whole sentences.

    Args:
        text: The plan.
        spans: (start, end) offsets of its sentences, in order.
        reach: How much a window holds.
        tokenizer: As `load_tokenizer` gives it.

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
        if ranges[position][1] - origin > MAX_TOKENS - 2:  # the neighbours before left no room: drop them
            origin = ranges[position][0]
        limit = min(ranges[min(len(ranges), end + reach.neighbours) - 1][1], origin + MAX_TOKENS - 2)
        bounds = [(number, *ranges[number]) for number in range(position, end) if ranges[number][0] < ranges[number][1]]
        units = [(number, first - origin + 1, min(last, limit) - origin + 1) for number, first, last in bounds]
        if units:
            windows.append(Window([START, *encoding.ids[origin:limit], END], units))
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
    """The model's two inputs, each of shape (windows, tokens of the longest)."""
    width = max(len(window.ids) for window in windows)
    ids = np.full((len(windows), width), PADDING, dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = window.ids
        mask[row, : len(window.ids)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def pool(logits: Floats, gates: Floats) -> Floats:
    """Logits of a sentence: per head the mean of its tokens' logits, weighted by the softmax of their gates.

    Args:
        logits: Shape (tokens of the sentence, heads).
        gates: Same shape.
    """
    weights = np.exp(gates - gates.max(axis=0))
    return np.asarray((weights * logits).sum(axis=0) / weights.sum(axis=0), dtype=np.float32)


def read(
    text: str,
    spans: Sequence[tuple[int, int]],
    reach: Reach,
    *,
    tokenizer: "Tokenizer",
    session: "onnxruntime.InferenceSession",
) -> Floats:
    """Run the reader over a plan.

    Returns:
        Sentence logits, shape (sentences, 2 x modes): at_risk of every mode, then covered of every mode.
    """
    scores = np.full((len(spans), session.get_outputs()[0].shape[-1]), -CLIP, dtype=np.float32)
    for batch in batched(make_windows(text, spans, reach, tokenizer)):
        logits, gates = session.run(["logits", "gates"], pad(batch))
        for row, window in enumerate(batch):
            for number, first, last in window.units:
                if first < last:
                    scores[number] = pool(logits[row, first:last], gates[row, first:last])
    return np.clip(scores, -CLIP, CLIP)
