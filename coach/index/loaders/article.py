"""From a captured page to an article: its own lines, its title, and where it comes from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from coach.index.loaders.boilerplate import keep_lines
from coach.index.loaders.extract import Extract, Section, first_line, join_sections, shorten
from coach.index.loaders.provenance import date_in, find_byline, find_date, find_publisher
from coach.index.loaders.running import without_running_lines

_HEAD_LINES = 12
_MAX_TITLE_WORDS = 20
_MIN_TITLE_WORDS = 3


@dataclass(frozen=True, slots=True)
class _Origin:
    title: str
    author: str
    date: str


def as_article(extract: Extract) -> Extract:
    """Take the furniture off every page and read title, author, publisher and date from what stands there.

    Args:
        extract: A document as its reader saw it.

    Returns:
        The article; the same text where everything would go. Pages keep their numbers, empty ones are left out.
    """
    texts = [extract.text[page.start : page.end] for page in extract.pages]
    printed = "\f" in extract.text  # pages of paper; sections may begin alike on purpose, and PDF is clean already
    pages = [text.splitlines() for text in (without_running_lines(texts) if printed else texts)]
    flat = [line for page in pages for line in (*page, "")]
    keep = keep_lines(flat)
    if not any(kept and re.search(r"\w", line) for line, kept in zip(flat, keep, strict=True)):
        keep = [True] * len(flat)
    sections: list[Section] = []
    position = 0
    for page, lines in zip(extract.pages, pages, strict=True):
        kept = [line for line, stays in zip(lines, keep[position:], strict=False) if stays]
        position += len(lines) + 1
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in kept)).strip("\n")
        if re.search(r"\w", text):
            title = page.title if any(shorten(line) == page.title for line in kept) else first_line(text)
            sections.append(Section(title=title, text=text, index=page.index))
    dropped = [line for line, stays in zip(flat, keep, strict=True) if not stays]
    text, spans = join_sections(sections)
    origin = _origin(text.splitlines())
    return replace(
        extract,
        text=text,
        pages=spans,
        title=extract.title or origin.title,
        author=extract.author or origin.author,
        publisher=extract.publisher or find_publisher(dropped),
        date=extract.date or origin.date,
    )


def _origin(lines: Sequence[str]) -> _Origin:
    filled = [line for line in lines if re.search(r"\w", line)]
    head = filled[:_HEAD_LINES]
    byline = find_byline(head)
    if byline is None:
        date = next((found for line in head if (found := date_in(line))), "")
        return _Origin(title=_title(head), author="", date=date)
    above = [line for line in head[: byline.line] if not date_in(line) and len(line.split()) <= _MAX_TITLE_WORDS]
    heading = next((line for line in above if line.startswith("# ")), "")
    if not heading and above:  # a title may have a line of its own below it, and a word such as "Opinion" above it
        heading = next((line for line in above[-2:] if len(line.split()) >= _MIN_TITLE_WORDS), above[-1])
    title = shorten(heading) or _title(head[byline.line + 1 :])
    return _Origin(title=title, author=byline.author, date=find_date(head, around=byline.line))


def _title(head: Sequence[str]) -> str:
    heading = next((line for line in head if line.startswith("# ")), "")
    first = heading or next((line for line in head if not date_in(line)), "")
    return shorten(first) if len(first.split()) <= _MAX_TITLE_WORDS else ""
