"""Who wrote an article, where it was published and when, as far as its text says so."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = re.compile(
    rf"(?i)\b(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH},? (?:19|20)\d\d"
    rf"|{_MONTH} (?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./](?:19|20)\d\d)\b"
)
_NAME_WORD = r"(?:[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’-]*\.?|(?:van|von|de|del|della|di|da|la|le|den|der|bin|al|ter|dos)\b)"
_NAME = rf"[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’-]*\.?(?: {_NAME_WORD}){{1,3}}"
_AUTHORS = rf"(?P<author>{_NAME}(?:(?:, (?:and )?| and | & ){_NAME})*)"
_BARE_NAME = re.compile(_AUTHORS)
_BYLINE = re.compile(
    rf"(?:(?:(?:[Ww]ritten|[Pp]osted|[Pp]ublished|[Ss]tory|[Ww]ords|[Aa]rticle) )?(?:[Bb]y|BY):? "
    r"|[Pp](?:osted|ublished) on .{6,24} by |Authors?: ?|From: )"
    rf"{_AUTHORS}(?P<rest>(?:\s*[,|·•(<–—-].*| (?:on|in|at|for) .*)?)"
)
_LABELLED_DATE = re.compile(r"(?i)(?:published|posted|updated|last updated|date|created)\b.{0,20}")
_SITE_LINES = (
    re.compile(r"(?P<site>[\w.&'’ -]{2,30}?) Home(?:page)?"),
    re.compile(r"Search (?P<site>[A-Z][\w.&'’-]{1,29}):?"),
    re.compile(r"(?:Welcome to|About) (?P<site>[A-Z][\w.&'’ -]{1,29})"),
)
_HOLDER_WORD = r"[A-Z][\w&'’-]*(?:\.[A-Z]\b\.?)*"
_HOLDER = re.compile(
    r"(?i:copyright|©|\(c\))[\s©(c)]*(?:(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?,?\s*(?:by )?)"
    rf"(?P<site>{_HOLDER_WORD}(?: (?!All\b|Rights\b|Reserved\b){_HOLDER_WORD}){{0,4}})"
)
_GENERIC = {"us", "our", "this", "the", "back to", "site", "my", "your", "go"}
_DATE_LINE_WORDS = 12
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """A line that names the author.

    Attributes:
        line: Its number in the text.
        author: The name or names.
    """

    line: int
    author: str


def find_byline(lines: Sequence[str]) -> Byline | None:
    """Find the line that names the author: `By Ada Lovelace`, `Posted by …`, `Author: …`, a name above a date."""
    filled = [number for number, line in enumerate(lines) if line.strip() and len(line) <= _LONGEST]
    for number, below in zip_longest(filled, filled[1:]):
        line = lines[number]
        match = _BYLINE.fullmatch(line.strip().strip("*_"))
        if match and len(line.split()) <= _DATE_LINE_WORDS + 4:
            return Byline(line=number, author=match["author"])
        name = _BARE_NAME.fullmatch(line.strip())
        if name and number != filled[0] and below is not None and _DATE.fullmatch(lines[below].strip()):
            return Byline(line=number, author=name["author"])
    return None


def date_in(line: str) -> str:
    """Return the date that a short line consists of or carries, as it is written there, or ""."""
    match = _DATE.search(line) if len(line) <= _LONGEST and len(line.split()) <= _DATE_LINE_WORDS else None
    if not match:
        return ""
    around = (line[: match.start()] + line[match.end() :]).split()
    labelled = _LABELLED_DATE.match(line.strip()) is not None
    dated_byline = _BYLINE.fullmatch(line.strip()) is not None
    return match[0] if labelled or dated_byline or len(around) <= 6 else ""


def find_date(lines: Sequence[str], *, around: int) -> str:
    """Return the date next to a line: on it, or on the three filled lines below or above."""
    below = [line for line in lines[around:] if line.strip()][:4]
    above = [line for line in reversed(lines[:around]) if line.strip()][:3]
    return next((date for line in [*below, *above] if (date := date_in(line))), "")


def find_publisher(dropped: Sequence[str]) -> str:
    """Name the site from the lines around an article: `<Site> Home`, `Search <Site>:`, else the copyright's holder.

    Args:
        dropped: Menus, advertisements and legal lines that were taken off the text.
    """
    dropped = [line for line in dropped if len(line) <= _LONGEST]
    for pattern in _SITE_LINES:
        for line in dropped:
            match = pattern.fullmatch(line.strip())
            if match and match["site"].casefold() not in _GENERIC:
                mentions = sum(match["site"].casefold() in other.casefold() for other in dropped)
                if mentions > 1:
                    return match["site"]
    holders = (_HOLDER.search(line) for line in dropped)
    return next((match["site"] for match in holders if match), "")


def provenance(*, author: str, publisher: str, date: str, path: str) -> str:
    """Join what is known about an article's origin: `Ada Lovelace, The Engine, March 3, 2021`; else its path."""
    if author or publisher:
        return ", ".join(each for each in (author, publisher, date) if each)
    return ", ".join(each for each in (path, date) if each)
