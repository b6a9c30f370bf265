"""Plain text and Markdown: the text exactly as decoded, its pages as spans of it."""

import codecs
import re
from itertools import pairwise

from coach.errors import LoadError
from coach.index.loaders.extract import Extract, shorten
from coach.schema import Page

HEADINGS_MAKE_PAGES_FROM = 1500

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_MAX_CONTROL_SHARE = 0.01
_SAMPLE = 64 * 1024

_LINE = re.compile(r"(?P<text>[^\r\n\f]*)(?P<end>\r\n|\r|\n|\f|\Z)")
_RULE = re.compile(r"\s{0,3}(?:-{3,}|\*{3,}|_{3,}|={5,})\s*")
_SLIDE = re.compile(
    r"(?i)\W{0,6}(?:slide|folie)\s*(?:no\.?\s*|#\s*)?\d{1,3}(?:\s*(?:/|of|von)\s*\d{1,3})?(?:\W*|\s*[:.)\]|–—-]+\s*(?P<title>\S.*))"
)
_HEADING = re.compile(r"\s{0,3}#{1,2}\s+\S")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\r?\n(?:(?:\w[\w-]*:|[ \t]|- )[^\r\n]*\r?\n|\r?\n)*---[ \t]*(?=\r|\n|\Z)")


def read_text(data: bytes, *, name: str) -> Extract:
    """Read plain text or Markdown.

    Args:
        data: The file's bytes.
        name: The file as the user knows it.

    Raises:
        LoadError: It is binary, or in an unknown encoding.
    """
    text = decode(data, name=name)
    return Extract(text=text, pages=text_pages(text))


def decode(data: bytes, *, name: str, declared: str | None = None) -> str:
    """Decode by byte-order mark, the declared encoding, UTF-8, and at last by what the bytes look like.

    Raises:
        LoadError: It is binary, or no encoding fits.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            text = _try(data[len(bom) :], encoding)
            if text is None:
                break
            return _printable(text, name=name)
    if b"\x00" in data:
        raise LoadError(name, "this is binary data or text in an unknown encoding", "Save it as text in UTF-8.")
    text = (_try(data, declared) if declared else None) or _try(data, "utf-8") or _guess(data)
    if text is None:
        raise LoadError(name, "the encoding of the text is unknown", "Save it as text in UTF-8.")
    return _printable(text, name=name)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _guess(data: bytes) -> str | None:
    from charset_normalizer import from_bytes  # noqa: PLC0415

    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        return None
    # Western Windows text fits many code pages as well as its own; it is by far the most frequent of them.
    encodings = [best.encoding, *best.could_be_from_charset]
    preferred = "cp1252" if any(each in encodings for each in ("cp1252", "latin_1", "cp1250")) else best.encoding
    return _try(data, preferred) or _try(data, best.encoding)


def _printable(text: str, *, name: str) -> str:
    if len(_CONTROL.findall(text)) > _MAX_CONTROL_SHARE * len(text):
        raise LoadError(name, "this is binary data, not text", "Give the document itself, or save it as text in UTF-8.")
    return text


def text_pages(text: str) -> tuple[Page, ...]:
    """Split text into pages at form feeds, rules and `Slide N` lines, else a long one at headings of level 1 and 2."""
    breaks = _slide_breaks(text)
    if len(breaks) == 1 and len(text) > HEADINGS_MAKE_PAGES_FROM:
        starts = _heading_starts(text)
        if len(starts) > 1:
            breaks = [(0, 0, ""), *((start, start, "") for start in starts)]
    edges = [*breaks, (len(text), len(text), "")]
    pages: list[Page] = []
    for (_, start, title), (end, _, _) in pairwise(edges):
        body = text[start:end]
        if not re.search(r"\w", body):
            continue
        left = start + len(body) - len(body.lstrip())
        right = start + len(body.rstrip())
        lines = (line for line in body.splitlines() if re.search(r"\w", line) and not _bare_slide_line(line))
        heading = title or shorten(next(lines, body))
        pages.append(Page(index=len(pages) + 1, title=heading, start=left, end=right))
    return tuple(pages)


def _bare_slide_line(line: str) -> bool:
    match = _SLIDE.fullmatch(line.strip())
    return match is not None and match["title"] is None


def _slide_breaks(text: str) -> list[tuple[int, int, str]]:
    """List (end of the page before, start of the page, its title or "")."""
    breaks = [(0, 0, "")]
    front = _FRONT_MATTER.match(text)
    fenced = False
    before, two_before = "", ""
    for line in _LINE.finditer(text, front.end() if front else 0):
        content = line["text"]
        fenced ^= bool(_FENCE.match(content))
        slide = None if fenced else _SLIDE.fullmatch(content.strip())
        underline = before.strip() and not two_before.strip() and _setext(content)
        if slide:
            start = line.start() if slide["title"] else line.end()
            breaks.append((line.start(), start, shorten(slide["title"] or "")))
        elif not fenced and not underline and _RULE.fullmatch(content):
            breaks.append((line.start(), line.end(), ""))
        if line["end"] == "\f":
            breaks.append((line.end(), line.end(), ""))
        before, two_before = content, before
    return breaks


def _setext(line: str) -> bool:
    return bool(re.fullmatch(r"(?:-{4,}|={3,})\s*", line))


def _heading_starts(text: str) -> list[int]:
    starts = []
    fenced = False
    for line in _LINE.finditer(text):
        fenced ^= bool(_FENCE.match(line["text"]))
        if not fenced and _HEADING.match(line["text"]):
            starts.append(line.start())
    return starts
