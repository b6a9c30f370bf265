"""Documents into passages: along headings and pages first, then by token-sized pieces with exact offsets."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coach.schema import ASKED_AS, Chunk, Document

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

CHUNKING_VERSION = "3"
"""Part of every document's version: a change here makes the next ingestion chunk everything again."""

PARTS = (
    "In short", "Why", "Signs", "Who", "What to do", "Numbers", "Compare",
    "Example", "Limits", "Where sources disagree", "Worksheet", ASKED_AS,
)  # fmt: skip
"""The labelled parts that the writer knows what to do with; the last is for search only."""

MAX_TOKENS = 200
"""Leaves room for the headings in the encoder's window of 256 word pieces."""
_MIN_TOKENS = 12
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_QUESTION = re.compile(r"^[-*]\s+(\S.*\S)\s*$", re.MULTILINE)
_EVIDENCE = re.compile(r"^Evidence:\s+(.+)$")
_SEPARATORS = ["\n\n", "\n", ". ", "? ", "! ", "; ", ", ", " ", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of text under one heading path."""

    section: str
    part: str
    start: int
    end: int
    evidence: str = ""


def split_document(document: Document, *, collection: str, version: str, count_tokens: Callable[[str], int]) -> list[Chunk]:
    """Split a document into chunks whose text is an exact slice of the document's.

    Args:
        document: What to split.
        collection: Collection that the chunks go to.
        version: Goes into the chunk ids, so that two versions can lie side by side.
        count_tokens: Exact token counter.
    """
    from langchain_text_splitters import RecursiveCharacterTextSplitter  # noqa: PLC0415 - only ingestion splits

    headed = any(_HEADING.match(line) for line in document.text.splitlines())
    blocks = list(heading_blocks(document.text) if headed else _page_blocks(document))
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=MAX_TOKENS,
        chunk_overlap=0,
        length_function=count_tokens,
        separators=_SEPARATORS,
        keep_separator="end",
        add_start_index=True,
    )
    spans: list[tuple[Block, int, int]] = []
    for block in blocks:
        for start, end in _pieces(document.text, block, splitter):
            last = spans[-1] if spans else None
            if last and last[0] == block and block.part != ASKED_AS and count_tokens(document.text[start:end]) < _MIN_TOKENS:
                spans[-1] = (block, last[1], end)
            else:
                spans.append((block, start, end))
    return [
        Chunk(
            chunk_id=f"{document.source_id}#{version[:12]}-{number}",
            source_id=document.source_id,
            collection=collection,
            title=document.title,
            section=block.section,
            part=block.part,
            text=document.text[start:end],
            start=start,
            end=end,
            evidence=block.evidence,
            aliases=document.aliases if not block.section else "",
        )
        for number, (block, start, end) in enumerate(spans)
    ]


def heading_blocks(text: str) -> Iterator[Block]:
    """Blocks of a Markdown text; an `Evidence:` line belongs to all blocks of its second-level section."""
    path: dict[int, str] = {}
    pending: list[Block] = []
    evidence = ""
    start = offset = 0
    for line in [*text.splitlines(keepends=True), "# end"]:
        heading = _HEADING.match(line.rstrip("\n"))
        grounds = _EVIDENCE.match(line)
        if heading or grounds:
            pending.append(_block(path, start, offset))
            start = offset + len(line)
        if grounds:
            evidence = grounds[1].strip()
        elif heading:
            level = len(heading[1])
            if level <= 2:
                yield from (replace(block, evidence=evidence) for block in pending if text[block.start : block.end].strip())
                pending, evidence = [], ""
            path = {depth: name for depth, name in path.items() if depth < level} | {level: heading[2]}
        offset += len(line)


def _block(path: dict[int, str], start: int, end: int) -> Block:
    names = [path[level] for level in sorted(path) if level > 1]
    part = names.pop() if names and names[-1] in PARTS else ""
    return Block(section=" › ".join(names), part=part, start=start, end=end)


def _page_blocks(document: Document) -> Iterator[Block]:
    """A block for every page; a single page has no section of its own."""
    several = len(document.pages) > 1
    for page in document.pages:
        section = f"{page.index}. {page.title}" if several and page.title else str(page.index) if several else ""
        yield Block(section=section, part="", start=page.start, end=page.end)


def _pieces(text: str, block: Block, splitter: "RecursiveCharacterTextSplitter") -> Iterator[tuple[int, int]]:
    """Offsets of token-sized pieces, blank ends trimmed."""
    body = text[block.start : block.end]
    if block.part == ASKED_AS:
        for found in _QUESTION.finditer(body):
            yield block.start + found.start(1), block.start + found.end(1)
        return
    for piece in splitter.create_documents([body]):
        start = block.start + int(piece.metadata["start_index"])
        words = piece.page_content.strip()
        if words:
            start += len(piece.page_content) - len(piece.page_content.lstrip())
            yield start, start + len(words)
