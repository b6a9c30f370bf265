"""Conversations, answers, citations and their grounding."""

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A numbered reference from a text to the exact words that support it.

    Attributes:
        n: The number in brackets.
        source_id: Document.
        title: Document's title.
        section: Point and part.
        quote: Exact words of the source.
        score: How well the passage matched the question, 0 to 1.
        evidence: What the source's claim rests on, with grades.
        collection: Which collection the document is in.
    """

    n: int
    source_id: str
    title: str
    section: str
    quote: str
    score: float
    evidence: str = ""
    collection: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCount:
    """Exact token counts (o200k_base) of what was read and written."""

    context: int
    answer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A reply to a question; `[n]` in the text points to `citations`.

    Attributes:
        id: Carried over from the question.
        answer: Markdown.
        declined: Whether the sources do not cover the question.
        reason: Why it was declined; None otherwise.
        standalone_question: The question with the conversation's subject put in.
        citations: What the text rests on.
        modes: Failure modes that the cited passages are about.
        unsupported: Sentences that were withheld.
        model: Who phrased it.
        tokens: Of the passages read and the text written.
        elapsed_ms: Time taken.
        notice: One line for the user when something did not go as asked ("" otherwise).
    """

    id: str | None
    answer: str
    declined: bool
    reason: str | None
    standalone_question: str
    citations: tuple[Citation, ...]
    modes: tuple[str, ...]
    unsupported: tuple[str, ...]
    model: str
    tokens: TokenCount
    elapsed_ms: float
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceSupport:
    """One sentence of a draft and whether its sources carry it; `source` is an index into the sources, or None."""

    text: str
    start: int
    end: int
    supported: bool
    score: float
    source: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundingReport:
    """A draft held against its sources, sentence by sentence."""

    supported: bool
    score: float
    sentences: tuple[SentenceSupport, ...] = field(default_factory=tuple)
