"""The labelled texts as training documents: sentences with a target and a weight for each of the 28 heads."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coach.detection.detector import VERDICTS
from coach.detection.plan import split_sentences
from coach.detection.taxonomy import MODE_IDS as MODES

HEADS = 2 * len(MODES)
LABELS = Path(__file__).resolve().parent.parent / "knowledge" / "labels"
TRAINING = ("statements.jsonl", "plans.jsonl", "background.jsonl")
"""Files that the reader is trained on."""
DEVELOPMENT = "plans_development.jsonl"
"""Plans of a writer that the reader never sees: the combiner is fitted on them, and choices are made on them."""
HELD_OUT = LABELS.parent.parent / "evals" / "datasets" / "plans.jsonl"
"""Its rows of the split `held-out` are plans of two more writers: nothing is trained, fitted or chosen on them."""

WEAK_NEGATIVE = 0.4
"""Loss weight of a mode that an unchecked statement's `also` does not mention: absent there says nothing."""
SAME_VERDICT = 0.4
"""Loss weight of a sentence beside the evidence, for the verdict that the evidence shows: it may show it too."""
OVERLAP = 0.3
"""Share of the sentence or of the evidence, whichever is shorter, that must be common to both."""


@dataclass(frozen=True, slots=True)
class Document:
    """A labelled text.

    Attributes:
        id: id of the statement or plan.
        writer: who wrote it; `background` for texts that are not about partnering.
        kind: `statement`, several of them `joined`, or the plan's kind (slide, chat, page).
        text: the text itself.
        spans: (start, end) offsets of its sentences; a statement is one span.
        headings: whether each sentence is a heading.
        targets: 0 or 1, shape (sentences, heads): at_risk of every mode, then covered of every mode.
        weights: loss weights, same shape.
        verdicts: numbers into `VERDICTS`, shape (modes,), of a plan; None for a statement.
        evidence: per mode the (start, end) offsets of a plan's evidence.
    """

    id: str
    writer: str
    kind: str
    text: str
    spans: list[tuple[int, int]]
    headings: list[bool]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    verdicts: NDArray[np.int64] | None
    evidence: list[list[tuple[int, int]]]


def load_training() -> list[Document]:
    """Load every labelled text of the training part, in the order of the files."""
    statements, plans, background = TRAINING
    rows = list(_rows(statements))
    documents = [statement_document(row, share=share) for row, share in zip(rows, _length_shares(rows), strict=True)]
    documents += [plan_document(row) for row in _rows(plans)]
    documents += [plan_document({**row, "writer": "background", "labels": {}}) for row in _rows(background)]
    return documents


def load_development() -> list[Document]:
    """Load the plans that the combiner is fitted on."""
    return [plan_document(row) for row in _rows(DEVELOPMENT)]


def load_held_out() -> list[Document]:
    """Load the plans that nothing is trained, fitted or chosen on."""
    return [plan_document(row) for row in _rows(HELD_OUT) if row["split"] == "held-out"]


def data_hash() -> str:
    """The sha256 over the label files that training and fitting read, in a fixed order."""
    digest = hashlib.sha256()
    for name in (*TRAINING, DEVELOPMENT):
        digest.update((LABELS / name).read_bytes())
    return digest.hexdigest()


def joined(statements: Sequence[Document], separator: str) -> Document:
    """Several statements as one text, each with its own targets: a make-believe plan without a verdict."""
    spans: list[tuple[int, int]] = []
    text = ""
    for statement in statements:
        start = len(text) + (len(separator) if text else 0)
        text += separator * bool(text) + statement.text
        spans.append((start, len(text)))
    targets = np.concatenate([statement.targets for statement in statements])
    weights = np.concatenate([statement.weights for statement in statements])
    return Document("", "", "joined", text, spans, [False] * len(spans), targets, weights, None, [])


def _rows(name: str | Path) -> Iterator[dict[str, Any]]:
    with (LABELS / name).open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _length_shares(rows: Sequence[dict[str, Any]]) -> list[float]:
    """Loss weights of statements, towards each verdict being as frequent among statements of one length as overall."""
    bins = [min(len(row["text"].split()) // 5, 10) for row in rows]
    verdicts = [row["verdict"] for row in rows]
    both, lengths, sides = Counter(zip(bins, verdicts, strict=True)), Counter(bins), Counter(verdicts)
    shares = (
        lengths[length] * sides[verdict] / len(rows) / both[length, verdict]
        for length, verdict in zip(bins, verdicts, strict=True)
    )
    return [min(2.0, max(0.5, share)) for share in shares]


def statement_document(row: dict[str, Any], *, share: float = 1.0) -> Document:
    """A statement is one unit; modes that it does not mention are weak, unless its writer checked all fourteen."""
    targets = np.zeros((1, HEADS), dtype=np.float32)
    weights = np.full((1, HEADS), 1.0 if row.get("checked") else WEAK_NEGATIVE, dtype=np.float32)
    labels = dict(row["also"])
    labels[row["mode"]] = row["verdict"]
    for mode, verdict in labels.items():
        number = MODES.index(mode)
        weights[0, [number, number + len(MODES)]] = 1
        if verdict != "open":
            targets[0, _head(number, verdict)] = 1
    weights *= share
    text = row["text"]
    return Document(row["id"], row["writer"], "statement", text, [(0, len(text))], [False], targets, weights, None, [])


def plan_document(row: dict[str, Any]) -> Document:
    """A plan's sentences take the verdicts of the evidence that they overlap; everything else is negative."""
    text = row["text"]
    sentences = split_sentences(text)
    spans = [(sentence.start, sentence.end) for sentence in sentences]
    targets = np.zeros((len(spans), HEADS), dtype=np.float32)
    weights = np.ones((len(spans), HEADS), dtype=np.float32)
    verdicts = np.zeros(len(MODES), dtype=np.int64)
    evidence: list[list[tuple[int, int]]] = [[] for _ in MODES]
    for mode, label in row["labels"].items():
        number = MODES.index(mode)
        verdicts[number] = VERDICTS.index(label["verdict"])
        if label["verdict"] == "open":
            continue
        head = _head(number, label["verdict"])
        weights[:, head] = SAME_VERDICT
        for quote in label["evidence"]:
            start = text.index(quote)
            evidence[number].append((start, start + len(quote)))
            for unit in _overlapping(spans, start, start + len(quote)):
                targets[unit, head] = 1
                weights[unit, head] = 1
    headings = [sentence.is_heading for sentence in sentences]
    return Document(row["id"], row["writer"], row["kind"], text, spans, headings, targets, weights, verdicts, evidence)


def _head(mode: int, verdict: str) -> int:
    return mode if verdict == "at_risk" else mode + len(MODES)


def _overlapping(spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[int]:
    """Numbers of the spans that share enough with start..end."""
    for number, (first, last) in enumerate(spans):
        common = min(end, last) - max(start, first)
        if common > 0 and common >= OVERLAP * min(end - start, last - first):
            yield number
