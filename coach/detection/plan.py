"""Split a partner plan into sentences with exact offsets.

A plan is a slide, a chat message or a page, so a "sentence" is whatever its author set apart: a bullet, a
table row, a heading, or a sentence of running text. Pure Python and the standard library only, because the
detector is trained and run on the same split.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

LONG_SENTENCE_WORDS = 55
"""Longer pieces without a full stop (chat without punctuation, wide rows) are broken at a softer mark."""
HEADING_WORDS = 10
"""Unmarked lines above other lines count as headings only up to this many words."""

WRAPPED_SHARE = 0.8
"""A text counts as hard-wrapped where this share of the lines with another right below them is full."""
WRAP_WIDTHS = (50, 120)
"""Width of the longest line, in characters, of a text that may be hard-wrapped."""
WRAP_FULLNESS = 0.85
"""How full, against the longest line, a line and the next line's first word are where a wrap cut."""

_BULLET = re.compile(
    r"""\s*(?:>\s*)*                                    # quoted reply
    (?:(?:[•●▪▫◦‣⁃∙·○■□►▸▶➤➔→⇒✓✔✗✘☐☑★☆*+–—-]|\[[ xX]\])\s+   # bullets, arrows, check boxes
    |[•●▪◦‣►▸▶➤→✓✔✗]\s*                                # the same without a blank
    |\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)\s+               # (a)  1)  iv)
    |\d{1,2}\.(?:\d{1,2}\.?)*\s+)*                      # 1.  2.1
    """,
    re.VERBOSE,
)
_MARKDOWN_HEADING = re.compile(r"\s*#{1,6}\s+")
_RULE = re.compile(r"[\s|:=_*~+-]*$")
_INLINE_BULLET = re.compile(r"(?<!\s)\s+[•●▪◦‣■]\s+")
_EMOJI = "[\U0001f300-\U0001faff\u2600-\u26ff]"
_STOP = re.compile(rf"(?:[.!?…]+|{_EMOJI}\ufe0f?)(?P<closer>[\"'”’»)\]*_]*)(?=\s|$)")
_SOFT_BREAKS = tuple(
    re.compile(mark)
    for mark in (
        r"\s+\|\s+",
        r";\s+",
        r"\s+[–—-]+\s+",
        r"\s+(?:→|=>|->)\s+",
        r":\s+",
        r",\s+",
        r"\s+(?=(?:and|but|so|then|because)\s)",
    )
)
_NEVER_LAST = "e.g i.e eg ie approx ca cca cf vs viz resp incl excl mr mrs ms dr prof st fig figs sec para al z.b d.h u.a"
_SOMETIMES_LAST = (
    "est max min avg etc sr jr dept dir mgr inc ltd co corp bros gmbh tel art vol ed attn ave "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri a.m p.m u.s u.k p.a b.v s.a"
)
_TITLES = frozenset(_NEVER_LAST.split())
_SHORT_FORMS = frozenset(_SOMETIMES_LAST.split())
_NUMBER_ABBREVIATIONS = frozenset({"no", "nos", "nr", "art", "p", "pp", "fig", "ch", "sec", "cl"})
_MONTH = re.compile(
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"o[ck]t(?:ober)?|nov(?:ember)?|dec(?:ember)?|januar|februar|märz|mai|juni|juli|dez(?:ember)?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One unit of a plan.

    Attributes:
        text: the words, without the bullet or number before them; equal to `plan[start:end]`.
        start: offset of the first code point in the plan.
        end: offset after the last code point.
        line: zero-based number of the line on which it starts.
        is_heading: whether it is a title or heading of what follows.
    """

    text: str
    start: int
    end: int
    line: int
    is_heading: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A line's content without its bullet: offsets in the plan, and how it is marked."""

    number: int
    start: int
    end: int
    marked: bool
    titled: bool


def split_sentences(text: str) -> list[Sentence]:
    """Split a plan into bullets, rows, headings and sentences, in reading order.

    Args:
        text: the plan as the user gave it.

    Returns:
        Sentences with `text[s.start:s.end] == s.text`; blank plans give an empty list.
    """
    lines = _read_lines(text)
    groups = _join_wrapped(text, lines)
    sentences: list[Sentence] = []
    for position, group in enumerate(groups):
        before = groups[position - 1][-1] if position else None
        below = groups[position + 1][0] if position + 1 < len(groups) else None
        heading = _is_heading(text, before, group, below)
        for start, end in _split_block(text, group[0].start, group[-1].end):
            line = next(one.number for one in reversed(group) if one.start <= start)
            sentences.append(Sentence(text[start:end], start, end, line, heading))
    return sentences


def _read_lines(text: str) -> list[_Line]:
    """Lines that hold words, their bullets and numbers cut off; rules and underlines are dropped."""
    lines: list[_Line] = []
    offset = 0
    for number, raw in enumerate(text.split("\n")):
        start, end = _trim(text, offset, offset + len(raw))
        offset += len(raw) + 1
        if start == end:
            continue
        if _RULE.match(text[start:end]):
            if lines and lines[-1].number == number - 1 and text[start] in "=-" and "|" not in text[start:end]:
                lines[-1] = _Line(lines[-1].number, lines[-1].start, lines[-1].end, lines[-1].marked, titled=True)
            continue
        heading = _MARKDOWN_HEADING.match(text, start, end)
        bullet = _BULLET.match(text, start, end)
        mark = heading or bullet
        content = min(mark.end(), end) if mark else start
        if content < end:
            lines.append(_Line(number, content, end, content > start, heading is not None))
    return lines


def _join_wrapped(text: str, lines: list[_Line]) -> list[list[_Line]]:
    """Group lines that a hard wrap (mail, PDF) cut inside a sentence; every other line stays alone."""
    width = max((line.end - line.start for line in lines), default=0)
    pairs = [(before, line) for before, line in pairwise(lines) if line.number == before.number + 1 and not line.marked]
    full = [(before, line) for before, line in pairs if _is_full(text, before, line, WRAP_FULLNESS * width)]
    joins = {line for before, line in full if _goes_on(text, before, line)}
    wrapped = WRAP_WIDTHS[0] <= width <= WRAP_WIDTHS[1] and len(full) >= WRAPPED_SHARE * len(pairs)
    groups: list[list[_Line]] = []
    for line in lines:
        if wrapped and line in joins:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _is_full(text: str, before: _Line, line: _Line, width: float) -> bool:
    """Whether the first word of `line` would not have fitted on the line before it."""
    return before.end - before.start + 1 + len(text[line.start : line.end].split(maxsplit=1)[0]) >= width


def _goes_on(text: str, before: _Line, line: _Line) -> bool:
    """Whether `line` starts in lower case where the line before it has no closing mark."""
    return not before.titled and text[before.end - 1] not in ".!?…:;|" and text[line.start].islower()


def _is_heading(text: str, before: _Line | None, group: list[_Line], below: _Line | None) -> bool:
    """Marked as a heading, or a short line without a closing mark that opens what stands below it."""
    line = group[0]
    content = text[line.start : line.end]
    words = content.split()
    if line.titled or below is None or len(group) > 1:
        return line.titled
    if len(words) > HEADING_WORDS or content[-1] in ".!?,;…|":
        return False
    if content[-1] == ":" or (content.isupper() and len(words) > 1):
        return True
    opens = before is None or line.number - before.number > 1
    longer = below.end - below.start > 2 * len(content)
    if line.marked:
        return longer and not below.marked and below.number == line.number + 1
    return below.marked or before is None or (opens and (longer or below.number > line.number + 1))


def _split_block(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences of one bullet, row or paragraph: cut after full stops and at inline bullets."""
    cuts = [(bullet.start(), bullet.end()) for bullet in _INLINE_BULLET.finditer(text, start, end)]
    cuts += [(stop.end(), stop.end()) for stop in _STOP.finditer(text, start, end) if _ends_sentence(text, start, end, stop)]
    begin = start
    for stop, following in [*sorted(cuts), (end, end)]:
        first, last = _trim(text, begin, stop)
        begin = max(begin, following)
        if first < last:
            yield from _split_long(text, first, last)


def _ends_sentence(text: str, start: int, end: int, stop: re.Match[str]) -> bool:
    """Whether this stop closes a sentence, judged by the word before it and the letter after it."""
    after = text[stop.end() : end].lstrip()
    words = text[start : stop.start()].split()
    mark = stop.group().rstrip("\"'”’»)]*_")
    if not after or not words:
        return not after
    if mark.startswith(("…", "...")) or stop.group("closer"):
        return not after[0].islower()
    return mark != "." or not _is_abbreviation(words[-1].lstrip("(\"'“„[").casefold(), after)


def _is_abbreviation(word: str, after: str) -> bool:
    """Whether the full stop after `word` is the word's own: an abbreviation, an initial, an ordinal."""
    follower = after[0]
    if word in _TITLES:
        return True
    if word in _SHORT_FORMS:
        return not follower.isupper()
    if word in _NUMBER_ABBREVIATIONS:
        return follower.isdigit()
    if len(word) == 1 and word.isalpha():
        return word != "i" and not follower.islower()
    if word.replace(".", "").isdigit():
        return _MONTH.match(after) is not None
    return False


def _split_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Break an over-long piece at the first kind of softer mark that it has, nearest to its middle."""
    if len(text[start:end].split()) > LONG_SENTENCE_WORDS:
        middle = (start + end) // 2
        quarter = (end - start) // 4
        for pattern in _SOFT_BREAKS:
            cuts = [found.end() for found in pattern.finditer(text, start + quarter, end - quarter)]
            if cuts:
                cut = min(cuts, key=lambda place: abs(place - middle))
                for first, last in ((start, cut), (cut, end)):
                    yield from _split_long(text, *_trim(text, first, last))
                return
    yield start, end


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends inwards over blanks."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
