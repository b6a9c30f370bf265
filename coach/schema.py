"""The values that flow between the parts. Their fields are the JSON of every command; offsets are code points."""

from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["at_risk", "open", "covered"]
Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One slide, page or headed section of a document.

    Attributes:
        index: Number from 1, as the reader counts.
        title: Its heading, or its first line.
        start: Offset of its first character in the document's text.
        end: Offset behind its last character.
    """

    index: int
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as text.

    Attributes:
        source_id: Stable name: the file stem for shipped knowledge, the path below the ingested folder, or a given id.
        title: What a reader would call it.
        text: The whole extracted text.
        pages: Slides, pages or sections in order; at least one where there is text.
        provenance: Where it comes from: author, publisher, date, or the file's path.
        content_hash: sha256 of the bytes or text it was made from, hexadecimal.
        aliases: Other words that readers use for its topic, for search only.
    """

    source_id: str
    title: str
    text: str
    pages: tuple[Page, ...]
    provenance: str = ""
    content_hash: str = ""
    aliases: str = ""


ASKED_AS = "Asked as"
"""The part of a document that lists questions it answers: each is found on its own and leads to its topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A passage of a source, small enough to embed.

    Attributes:
        chunk_id: Unique in its collection.
        source_id: The document it belongs to.
        collection: The collection that the document belongs to.
        title: The document's title.
        section: The point or topic, its heading path joined by " › ".
        part: The labelled part ("In short", "Why", "What to do" …) or "".
        text: The passage, exactly as in the source's text.
        start: Offset in the source's text.
        end: Offset behind it.
        evidence: What the passage's claims rest on, with grades; "" where the source does not say.
        aliases: Other words that readers use for the topic, for search only.
    """

    chunk_id: str
    source_id: str
    collection: str
    title: str
    section: str
    part: str
    text: str
    start: int
    end: int
    evidence: str = ""
    aliases: str = ""

    @property
    def headings(self) -> str:
        """Title, section and part in one line."""
        return " › ".join(heading for heading in (self.title, self.section, self.part) if heading)

    @property
    def embedded_text(self) -> str:
        """What is embedded: the passage under its headings; a listed question alone."""
        return self.text if self.part == ASKED_AS else f"{self.headings}\n{self.text}"

    @property
    def keyword_text(self) -> str:
        """What keyword search sees: the same, and other words for the topic."""
        return self.text if self.part == ASKED_AS else f"{self.headings}\n{self.aliases}\n{self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A chunk that a search found.

    Attributes:
        chunk: The passage.
        score: Fused score, 0 to 1, relative to the other passages of this search.
        similarity: Cosine of query and passage, absolute, -1 to 1.
    """

    chunk: Chunk
    score: float
    similarity: float


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
class Evidence:
    """Exact words of a plan: `text[start:end] == quote`.

    Attributes:
        quote: The words.
        start: Offset in the document's text.
        end: Offset behind them.
        slide: The page they stand on, from 1.
    """

    quote: str
    start: int
    end: int
    slide: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideInfo:
    """A slide and how likely it is to be about partners, 0 to 1."""

    index: int
    title: str
    partner_relevance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the detector says about one failure mode of a plan.

    Attributes:
        mode: Failure-mode id.
        verdict: `at_risk`, `open` or `covered`.
        confidence: Calibrated probability that the verdict is right.
        evidence: The words that carry it; empty for `open`.
    """

    mode: str
    verdict: Verdict
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A judgement with its reasons, its question and its way out. `[n]` in `why` points to `citations`."""

    mode: str
    name: str
    verdict: Verdict
    confidence: float
    evidence: tuple[Evidence, ...]
    why: str
    question: str
    advice: str
    rewrite: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTask:
    """Something to do next week."""

    task: str
    mode: str
    playbook: str
    due_in_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Critique:
    """A document taken apart: the fourteen findings in the taxonomy's order.

    Attributes:
        slides: Every slide with its partner relevance.
        judged_slides: The slides that the findings are about, from 1.
        text: The document's whole text; evidence offsets point into it.
        priorities: At most three mode ids, the most pressing first.
        score: Share of the modes that are settled: covered 1, open 0.5, at risk 0, averaged; 0 to 1.
        notice: One line where the document needs a word of caution ("" otherwise).
    """

    id: str | None
    slides: tuple[SlideInfo, ...]
    judged_slides: tuple[int, ...]
    text: str
    findings: tuple[Finding, ...]
    priorities: tuple[str, ...]
    score: float
    next_tasks: tuple[NextTask, ...]
    notice: str
    model: str
    elapsed_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A file that could not be ingested, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What an ingestion changed; counts are documents, `chunks` what the collection holds afterwards."""

    added: int
    updated: int
    unchanged: int
    removed: int
    rejected: tuple[Rejection, ...]
    chunks: int
    elapsed_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document of a collection, as listed."""

    source_id: str
    collection: str
    title: str
    provenance: str
    chunks: int
    ingested_at: str


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
