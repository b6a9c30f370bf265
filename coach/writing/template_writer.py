"""The built-in writer: sets chosen sentences as an answer with numbered citations. It adds no claim of its own."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coach.schema import Citation, Hit
from coach.writing.citing import cite_passage
from coach.writing.claims import Block, Claim

_NUANCE_LABELS = {"Limits": "Bear in mind:", "Where sources disagree": "Sources differ:"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A written text and what its marks point to."""

    text: str
    citations: tuple[Citation, ...]


def write_answer(blocks: Sequence[Block], hits: Sequence[Hit]) -> Draft:
    """Set the blocks as Markdown: the direct answer, then steps or items, then what limits it.

    Args:
        blocks: Chosen claims, the direct answer first.
        hits: The search's result, for the citations' scores.
    """
    numbers = _number_passages(claim for block in blocks for claim in block.claims)
    paragraphs = []
    for block in blocks:
        if block.kind == "list":
            lines = [
                f"{position}. {claim.text} [{numbers[claim.chunk.chunk_id]}]"
                for position, claim in enumerate(block.claims, start=1)
            ]
            paragraphs.append("\n".join(lines))
        else:
            label = _label(block)
            text = _set_sentences(block.claims, numbers)
            paragraphs.append(f"**{label}** {text}" if label else text)
    claims = [claim for block in blocks for claim in block.claims]
    return Draft(text="\n\n".join(paragraphs), citations=cite(claims, numbers, hits))


def _label(block: Block) -> str:
    if block.kind == "correction":
        return "A correction first:"
    return _NUANCE_LABELS.get(block.claims[0].chunk.part, "") if block.kind == "nuance" else ""


def cite(claims: Sequence[Claim], numbers: dict[str, int], hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """Citations in order; each quotes its passage from the first to the last sentence used."""
    scores = {hit.chunk.chunk_id: hit.score for hit in hits}
    citations = []
    for chunk_id, number in numbers.items():
        used = [claim for claim in claims if claim.chunk.chunk_id == chunk_id]
        chunk = used[0].chunk
        start, end = min(claim.start for claim in used), max(claim.end for claim in used)
        quote = chunk.text[start - chunk.start : end - chunk.start]
        citations.append(cite_passage(number, chunk, quote=quote, score=scores.get(chunk_id, 0.0)))
    return tuple(citations)


def _number_passages(claims: Iterable[Claim]) -> dict[str, int]:
    """Number passages by first use."""
    numbers: dict[str, int] = {}
    for claim in claims:
        numbers.setdefault(claim.chunk.chunk_id, len(numbers) + 1)
    return numbers


def _set_sentences(claims: Sequence[Claim], numbers: dict[str, int]) -> str:
    """Sentences one after the other; a mark stands where the passage changes."""
    pieces = []
    for position, claim in enumerate(claims):
        follower = claims[position + 1] if position + 1 < len(claims) else None
        text = _close(claim.text)
        mark = numbers[claim.chunk.chunk_id]
        pieces.append(text if follower and numbers[follower.chunk.chunk_id] == mark else f"{text} [{mark}]")
    return " ".join(pieces)


def _close(text: str) -> str:
    """A sentence with a final stop, as running text wants it."""
    return text if re.search(r"[.!?:…]['\"”’)*]*$", text) else f"{text}."
