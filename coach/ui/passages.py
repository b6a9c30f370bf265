"""A quoted passage with the words around it, cut out of its source."""

import re
from dataclasses import dataclass

AROUND = 420

_BOUNDARY_BEFORE = re.compile(r"(?m)^#{1,6} .*\n+")
_BOUNDARY_AFTER = re.compile(r"(?m)^(?:#{1,6} |Evidence: )")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A quote and its surroundings: `before + quote + after` is one stretch of the source."""

    quote: str
    before: str = ""
    after: str = ""


def passage_around(quote: str, text: str) -> Passage:
    """Find a quote in its source and return it with the rest of its section, at most `AROUND` characters a side.

    Args:
        quote: Exact words.
        text: The source's whole text; a quote that is not in it comes back alone.
    """
    start = text.find(quote)
    if not quote or start < 0:
        return Passage(quote=quote)
    end = start + len(quote)
    headings = list(_BOUNDARY_BEFORE.finditer(text, 0, start))
    left = headings[-1].end() if headings else 0
    closing = _BOUNDARY_AFTER.search(text, end)
    right = closing.start() if closing else len(text)
    return Passage(quote=quote, before=_tail(text[left:start]), after=_head(text[end:right]))


def _tail(text: str) -> str:
    text = text.lstrip()
    if len(text) <= AROUND:
        return text
    return f"… {text[-AROUND:].split(None, 1)[-1]}"


def _head(text: str) -> str:
    text = text.rstrip()
    if len(text) <= AROUND:
        return text
    return f"{text[:AROUND].rsplit(None, 1)[0]} …"
