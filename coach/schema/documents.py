"""Documents, their passages, and what an ingestion did with them."""

from dataclasses import dataclass

ASKED_AS = "Asked as"
"""The part of a document that lists questions it answers: each is found on its own and leads to its topic."""


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
    def topic(self) -> tuple[str, str, str]:
        """Collection, document and point: what all parts of one topic share."""
        return self.collection, self.source_id, self.section

    @property
    def place(self) -> str:
        """Point and part within the document, in one line."""
        return " › ".join(part for part in (self.section, self.part) if part)

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
class Source:
    """A document of a collection, as listed."""

    source_id: str
    collection: str
    title: str
    provenance: str
    chunks: int
    ingested_at: str


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
