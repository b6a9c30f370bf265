"""What one line of a captured page looks like: furniture, a menu entry, a sign of a web page, or prose."""

import re
from dataclasses import dataclass

from coach.index.loaders.furniture import ALWAYS, MENU_LABELS, ON_WEB_PAGES, SECTION_ENDS

PROSE_WORDS = 12
LONG_PROSE_WORDS = 20
MENU_WORDS = 6
SHORT_STATEMENT = 4
MENU_LENGTH = 45
LONGEST_FURNITURE = 500

NUMBERED = re.compile(r"\s*(?:\(?\d{1,3}[.)]|[a-z]\)|[IVX]+\.)\s+\S")
BULLET = re.compile(r"^\s*(?:[-*•▪◦‣·+–—]|»|›|>>?)[ \xa0]+")
_QUOTED = re.compile(r"\s*[\"“”‘'«„>]")
_LABELLED = re.compile(r"\s*[*_]*[A-Za-z][\w '’/()&.-]{0,30}[*_]*:[*_]*\s+\S")
_SENTENCE_END = re.compile(r"[.!?…:;]['\"”’)\]]*\s*$")
_STATEMENT_END = re.compile(r"[.!?]['\"”’)]*$")
_SENTENCE_INSIDE = re.compile(r"[.!?]['\"”’)]*\s+[A-Z\"“]")
_MARKDOWN_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_TRAIL = re.compile(r"\s*(?:>|»|›|/|\||·|•|::|→)\s*|(?:\s*\xa0)+\s*")
_SMALL_WORDS = frozenset({"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "vs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One line and what it looks like.

    Attributes:
        text: The line without the blanks around it.
        words: How many words it has.
        furniture: It says what only furniture says.
        strong: It says so even without other signs of a web page.
        statement: It says something: a sentence, a numbered item or a labelled value that is no furniture.
        label: It is a usual menu entry.
        menu: It is short and in title case, as menu entries and headings are.
        prose: It is a sentence of running text.
        ends: It is a heading behind which a page is over.
    """

    text: str
    words: int
    furniture: bool
    strong: bool
    statement: bool
    label: bool
    menu: bool
    prose: bool
    ends: bool

    @property
    def sign(self) -> bool:
        """Whether the line says that this is a web page."""
        return self.furniture or self.label


def look_at(line: str, *, web: bool) -> Look:
    """Judge one line.

    Args:
        line: The line.
        web: Whether the text is known to be a web page; a listed line of another text is never furniture.
    """
    text = line.strip()
    bulleted = BULLET.match(text) is not None
    unlinked = _MARKDOWN_LINK.sub(r"\1", text) if len(text) <= 4 * LONGEST_FURNITURE else text
    plain = " ".join(BULLET.sub("", unlinked.strip("*_ ")).split())
    words = len(plain.split())
    numbered = NUMBERED.match(text) is not None
    protected = numbered or text.startswith("#") or (not bulleted and _QUOTED.match(text) is not None)
    furniture = strong = label = menu = False
    if text and not protected and len(plain) <= LONGEST_FURNITURE:
        always = ALWAYS.fullmatch(plain) is not None
        strong = not bulleted and (always or is_trail(plain))
        furniture = always if web else always and not bulleted
        furniture = furniture or (web and (strong or ON_WEB_PAGES.fullmatch(plain) is not None))
        label = _is_label(plain)
        menu = label or _is_menu_like(plain, words, text)
    sentence = _SENTENCE_END.search(plain) or _SENTENCE_INSIDE.search(plain)
    long_enough = words >= LONG_PROSE_WORDS or (words >= PROSE_WORDS and sentence) or (numbered and words >= MENU_WORDS)
    says = (words >= SHORT_STATEMENT and _STATEMENT_END.search(plain)) or numbered or _LABELLED.match(text)
    return Look(
        text=text,
        words=words,
        furniture=furniture,
        strong=strong,
        statement=not furniture and bool(says),
        label=label,
        menu=menu,
        prose=not furniture and bool(long_enough),
        ends=words <= PROSE_WORDS and SECTION_ENDS.fullmatch(plain.strip("# ")) is not None,
    )


def _is_label(text: str) -> bool:
    return text.casefold().strip(" !.:»›→|").replace("’", "'") in MENU_LABELS


def is_trail(plain: str) -> bool:
    """Whether the line is a breadcrumb trail or a menu on one line."""
    parts = [part.strip() for part in _TRAIL.split(plain) if part.strip()]
    if len(parts) < 2 or len(plain) > 160 or any(len(part.split()) > MENU_WORDS - 1 for part in parts):
        return False
    labels = sum(_is_label(part) for part in parts)
    return labels >= 2 or (labels == 1 and (len(parts) >= 3 or parts[0].casefold() == "home"))


def _is_menu_like(plain: str, words: int, text: str) -> bool:
    if not 1 <= words <= MENU_WORDS or len(plain) > MENU_LENGTH or _LABELLED.match(text):
        return False
    if re.search(r"[.?;,]$", plain) or not re.search(r"[^\W\d_]", plain):
        return False
    main = [word for word in plain.split() if word.casefold() not in _SMALL_WORDS and word[0].isalpha()]
    return words <= 2 or sum(word[0].isupper() for word in main) >= 0.6 * len(main)
