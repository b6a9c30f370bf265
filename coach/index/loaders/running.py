"""Running headers, footers and page numbers: what repeats at the edge of page after page is no content."""

import re
from collections import Counter
from collections.abc import Sequence

MIN_PAGES = 3
MIN_SHARE = 0.4
_EDGE = 2
_ROUNDS = 3
_LONGEST = 200

_PAGE_WORD = r"(?:page|seite|slide|folie|p\.|pg\.?)"
_NUMBER_LINE = re.compile(
    rf"(?i)\W*{_PAGE_WORD}?\s*(?P<number>\d{{1,4}})(?:\s*(?:/|\||of|von)\s*(?:{_PAGE_WORD}\s*)?\d{{1,4}})?\W*"
)
_NUMBERED_HEADER = re.compile(
    rf"(?i)(?P<before>\d{{1,4}})\s*[|·•–—-]\s*\S.*|\S.*?\s*(?:[|·•–—-]\s*|\b{_PAGE_WORD}\s*)(?P<after>\d{{1,4}})"
    r"(?:\s*(?:/|of|von)\s*\d{1,4})?"
)
_NUMBERED_FOOTER = re.compile(r"(?P<before>\d{1,4})\s+\S.*|\S.*?\s+(?P<after>\d{1,4})")


def without_running_lines(pages: Sequence[str]) -> list[str]:
    """Remove the lines that repeat at the top or bottom of pages, and the page numbers there.

    A line goes if it stands within the first or last two lines of at least three pages and of 40 % of all, the same
    but for a number that counts with the pages. No page loses all of its text this way.

    Args:
        pages: The text of each page.

    Returns:
        The pages, as many as were given.
    """
    kept = list(pages)
    for number in range(_ROUNDS):  # a page may carry more running lines at one edge than a round looks at
        before, kept = kept, _without_edge_lines(kept, strict=number > 0)
        if kept == before:
            break
    return kept


def _without_edge_lines(pages: Sequence[str], *, strict: bool) -> list[str]:
    """Remove what repeats at the very edges, once; strictly only what is equal on all pages or a bare page number."""
    if len(pages) < MIN_PAGES:
        return list(pages)
    lines = [page.splitlines() for page in pages]
    edges = [_edge_lines(each) for each in lines]
    counts: Counter[str] = Counter()
    for page, edge in enumerate(edges):
        counts.update(
            {key for line, bottom in edge.items() for key in _keys(lines[page][line], page, bottom=bottom, strict=strict)}
        )
    needed = max(MIN_PAGES, MIN_SHARE * len(pages))
    kept = []
    for page, edge in enumerate(edges):
        gone = {
            line
            for line, bottom in edge.items()
            if any(counts[key] >= needed for key in _keys(lines[page][line], page, bottom=bottom, strict=strict))
        }
        rest = "\n".join(line for number, line in enumerate(lines[page]) if number not in gone).strip("\n")
        kept.append(rest if re.search(r"\w", rest) else pages[page])
    return kept


def _edge_lines(lines: list[str]) -> dict[int, bool]:
    """Return the numbers of a page's first and last lines with words; the value says whether it is at the bottom."""
    filled = [number for number, line in enumerate(lines) if re.search(r"\w", line)]
    return dict.fromkeys(filled[:_EDGE], False) | dict.fromkeys(filled[-_EDGE:], True)


def _keys(line: str, page: int, *, bottom: bool, strict: bool) -> set[str]:
    """Return what the line is recognised by on other pages."""
    plain = " ".join(line.casefold().split())
    if len(plain) > _LONGEST:
        return {plain}
    bare = _NUMBER_LINE.fullmatch(plain)
    if bare:
        return {f"number {int(bare['number']) - page}"}
    keys = {plain}
    if strict:
        return keys
    for pattern in (_NUMBERED_HEADER, *((_NUMBERED_FOOTER,) if bottom else ())):
        match = pattern.fullmatch(plain)
        if match:
            side = "before" if match["before"] else "after"
            rest = plain[: match.start(side)] + "#" + re.sub(r"\d+", "#", plain[match.end(side) :])
            keys.add(f"{rest} {int(match[side]) - page}")
    return keys
