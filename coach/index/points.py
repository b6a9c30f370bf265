"""Whole parts of the shipped knowledge by name: a point of an article (`zasada-9`) or a playbook, without a search."""

import re
from functools import lru_cache

from coach.index.chunking import heading_blocks
from coach.index.knowledge import knowledge_files, load_knowledge_file
from coach.index.store import BUILTIN_COLLECTION
from coach.schema import Chunk

_TAG = re.compile(r"\(((?:zasada|bergen)-\w+)\)")


@lru_cache(maxsize=1)
def _load() -> tuple[Chunk, ...]:
    chunks = []
    for path in knowledge_files():
        document = load_knowledge_file(path)
        for number, block in enumerate(heading_blocks(document.text)):
            text = document.text[block.start : block.end]
            start = block.start + len(text) - len(text.lstrip())
            text = text.strip()
            chunks.append(
                Chunk(
                    chunk_id=f"{document.source_id}#{number}",
                    source_id=document.source_id,
                    collection=BUILTIN_COLLECTION,
                    title=document.title,
                    section=block.section,
                    part=block.part,
                    text=text,
                    start=start,
                    end=start + len(text),
                    evidence=block.evidence,
                )
            )
    return tuple(chunks)


def load_parts(source_id: str) -> tuple[Chunk, ...]:
    """All parts of one shipped document, in order."""
    return tuple(chunk for chunk in _load() if chunk.source_id == source_id)


@lru_cache(maxsize=1)
def load_points() -> dict[str, dict[str, Chunk]]:
    """Return the parts of every point by point id and part name.

    Points of the articles go by their tag (`zasada-9`), other documents by their id (`pilot-charter`). The three tasks
    share a tag: their overview comes first.
    """
    points: dict[str, dict[str, Chunk]] = {}
    for chunk in _load():
        parts = points.setdefault(point_of(chunk.section) or chunk.source_id, {})
        if chunk.part:
            parts.setdefault(chunk.part, chunk)
    return points


def point_of(section: str) -> str:
    """The tag in a section's name, such as `zasada-9`; "" where it has none."""
    tag = _TAG.search(section)
    return tag[1] if tag else ""
