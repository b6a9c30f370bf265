"""What every format's reader hands back: text, the pages that lie in it, and what the format knows about its origin."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from coach.schema import Page

PAGE_SEPARATOR = "\n\n"
MAX_TITLE = 120

_MARKUP = re.compile(r"^(?:#{1,6}\s+|>\s+|[-*+•–]\s+)+|[*_`]{2,3}|\s*#+\s*$")
_EMPTY_TITLES = re.compile(r"(?i)^(untitled.*|powerpoint presentation|slide 1|document\d*|microsoft (word|powerpoint) - .*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The text of one page before it is joined with the others; `index` where it has a number already."""

    title: str
    text: str
    index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """A document as its reader saw it.

    Attributes:
        text: The whole text.
        pages: Pages of it, in order and without overlap.
        title: The title that the format states, or "".
        author: Who the format says wrote it, or "".
        publisher: Site or publication, or "".
        date: As it is written there, or "".
    """

    text: str
    pages: tuple[Page, ...]
    title: str = ""
    author: str = ""
    publisher: str = ""
    date: str = ""


def join_sections(sections: Iterable[Section]) -> tuple[str, tuple[Page, ...]]:
    """Join sections with a blank line and say where each lies; a section without text keeps its number."""
    pages: list[Page] = []
    parts: list[str] = []
    position = 0
    for number, section in enumerate(sections, start=1):
        text = section.text.strip()
        title = shorten(section.title) or first_line(text)
        pages.append(Page(index=section.index or number, title=title, start=position, end=position + len(text)))
        parts.append(text)
        position += len(text) + len(PAGE_SEPARATOR)
    return PAGE_SEPARATOR.join(parts), tuple(pages)


def first_line(text: str) -> str:
    """Return the first line with words, without its markup and shortened."""
    return next((shorten(line) for line in text.splitlines() if re.search(r"\w", line)), "")


def shorten(line: str) -> str:
    """Return a line as a title: one line, no markup, at most `MAX_TITLE` characters, cut between words."""
    clean = _MARKUP.sub("", " ".join(line[: 10 * MAX_TITLE].split())).strip()
    if len(clean) <= MAX_TITLE:
        return clean
    return clean[: MAX_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


def stated_title(title: str | None) -> str:
    """Return the title in a file's properties, or "" where a program only filled the field."""
    clean = shorten((title or "").replace("\x00", ""))
    return "" if _EMPTY_TITLES.match(clean) else clean
