"""Score the sentences of a plan against all modes: a token-level encoder reads each sentence among its neighbours.

The plan is read in windows of whole sentences, so that a remedy, a denial or a heading is seen by the sentence it
belongs to. Each sentence's score is the mean of its tokens' logits, weighted by learned gates (attention pooling).
Training uses these same functions, so features cannot drift.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = NDArray[np.float32]

MAX_TOKENS = 512
"""Positions that MiniLM has; a longer sentence is cut."""
WINDOW_TOKENS = 320
"""Tokens of sentences scored in one window, not counting the neighbours that are only read."""
NEIGHBOURS = 2
"""Sentences before and after a window that are read for context but scored in their own window."""
CLS, SEP = 101, 102
MISSING = -9.0
"""Logit of a sentence that has no token."""


@dataclass(frozen=True, slots=True)
class Window:
    """Token ids of one pass through the encoder, and where its sentences lie in them.

    Attributes:
        ids: Token ids with CLS and SEP.
        units: (sentence number, first token, token after the last) of each sentence scored here.
    """

    ids: list[int]
    units: list[tuple[int, int, int]]


class SentenceScorer:
    """The detector's encoder with its tokenizer.

    Args:
        model: ONNX file with the outputs `logits` and `gates`, both (1, tokens, heads).
        tokenizer: Its `tokenizer.json`.
        threads: Intra-op threads; 0 lets onnxruntime choose.
    """

    def __init__(self, model: Path, tokenizer: Path, *, threads: int = 0) -> None:
        import onnxruntime  # noqa: PLC0415 - commands that judge nothing need not load it

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokenizer = load_tokenizer(tokenizer)

    def score(self, text: str, spans: Sequence[tuple[int, int]]) -> Floats:
        """Score the sentences of a plan.

        Args:
            text: The plan.
            spans: (start, end) offsets of its sentences, in order.

        Returns:
            Logits, shape (sentences, 2 x modes): at_risk of every mode, then covered of every mode.
        """
        heads = self._session.get_outputs()[0].shape[-1]
        scores = np.full((len(spans), heads), MISSING, dtype=np.float32)
        for window in make_windows(text, spans, self._tokenizer):
            ids = np.asarray([window.ids], dtype=np.int64)
            feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
            logits, gates = self._session.run(["logits", "gates"], feed)
            for (number, _, _), row in zip(window.units, pool_units(logits[0], gates[0], window), strict=True):
                scores[number] = row
        return scores


def load_tokenizer(path: Path) -> "Tokenizer":
    """Load the encoder's tokenizer without its own truncation and padding."""
    from tokenizers import Tokenizer  # noqa: PLC0415

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def make_windows(text: str, spans: Sequence[tuple[int, int]], tokenizer: Any) -> list[Window]:  # noqa: ANN401
    """Cut a text into windows of whole sentences, each with a few neighbours on both sides.

    Args:
        text: The plan.
        spans: (start, end) offsets of its sentences, in order.
        tokenizer: As `load_tokenizer` gives it.

    Returns:
        Windows in which every sentence that has a token is scored exactly once.
    """
    encoding = tokenizer.encode(text, add_special_tokens=False)
    ranges = _token_ranges(encoding.offsets, spans)
    scored = [number for number, (first, last) in enumerate(ranges) if first < last]
    windows: list[Window] = []
    position = 0
    while position < len(scored):
        origin = ranges[scored[max(0, position - NEIGHBOURS)]][0]
        end = position + 1
        while end < len(scored) and ranges[scored[end]][1] - origin <= WINDOW_TOKENS:
            end += 1
        after = ranges[scored[min(len(scored), end + NEIGHBOURS) - 1]][1]
        limit = min(after, origin + MAX_TOKENS - 2)
        if ranges[scored[position]][1] > limit:  # the neighbours before left no room: drop them
            origin = ranges[scored[position]][0]
            limit = min(after, origin + MAX_TOKENS - 2)
        units = []
        for number in scored[position:end]:
            first, last = ranges[number]
            units.append((number, first - origin + 1, min(last, limit) - origin + 1))
        windows.append(Window([CLS, *encoding.ids[origin:limit], SEP], units))
        position = end
    return windows


def pool_units(logits: Floats, gates: Floats, window: Window) -> Floats:
    """Score the sentences of a window: per head the gate-weighted mean of its tokens' logits.

    Args:
        logits: Token logits, shape (tokens, heads).
        gates: Token gates before the softmax, same shape.
        window: Where the sentences lie.

    Returns:
        Sentence logits, shape (sentences, heads).
    """
    rows = []
    for _, first, last in window.units:
        gate = np.exp(gates[first:last] - gates[first:last].max(axis=0))
        rows.append((gate * logits[first:last]).sum(axis=0) / gate.sum(axis=0))
    return np.asarray(rows, dtype=np.float32)


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
