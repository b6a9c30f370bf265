"""PDF, by pypdf: a page each, running headers and page numbers removed, lines that a wrap broke joined."""

import io
import re
from typing import TYPE_CHECKING

from coach.errors import LoadError
from coach.index.loaders.extract import Extract, Section, join_sections, stated_title
from coach.index.loaders.guard import parsing
from coach.index.loaders.running import without_running_lines

if TYPE_CHECKING:
    from pypdf import PdfReader

_WRAPPED_FROM = 40
_WRAPPED_SHARE = 0.6
_LONGEST_WORD = 40
_BULLET_GLYPHS = str.maketrans({"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\x00": None, "\u00ad": None})


def read_pdf(data: bytes, *, name: str) -> Extract:
    """Read the text of a PDF.

    Args:
        data: The file's bytes.
        name: The file as the user knows it.

    Raises:
        LoadError: It is encrypted, damaged, or scanned pictures without text.
    """
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import DependencyError, PyPdfError  # noqa: PLC0415

    with parsing("a PDF", name=name, faults=(PyPdfError, DependencyError)):
        reader = PdfReader(io.BytesIO(data))
        _unlock(reader, name=name)
        texts = [page.extract_text() for page in reader.pages]
        title = stated_title(reader.metadata.title if reader.metadata else "")
    if not any(re.search(r"\w", text) for text in texts):
        count = f"{len(texts)} page{'' if len(texts) == 1 else 's'}"
        mend = "Export the document with its text from the program that made it, or run text recognition (OCR) on it."
        raise LoadError(name, f"the PDF has {count} but no text; it seems to be scanned", mend)
    vocabulary = set(re.findall(r"[a-z]{4,}", " ".join(texts).casefold()))
    pages = without_running_lines([_tidy(text) for text in texts])
    text, spans = join_sections(Section(title="", text=unwrap(page, vocabulary=vocabulary)) for page in pages)
    return Extract(text=text, pages=spans, title=title)


def _unlock(reader: "PdfReader", *, name: str) -> None:
    """Open a PDF that only restricts printing and the like; one that needs a password is refused."""
    from pypdf import PasswordType  # noqa: PLC0415
    from pypdf.errors import DependencyError, PyPdfError  # noqa: PLC0415

    if not reader.is_encrypted:
        return
    mend = "Give a copy without a password."
    try:
        opened = reader.decrypt("") is not PasswordType.NOT_DECRYPTED
    except (PyPdfError, DependencyError, NotImplementedError) as error:  # a cipher that pypdf cannot open by itself
        raise LoadError(name, "the PDF is encrypted", mend) from error
    if not opened:
        raise LoadError(name, "the PDF is encrypted and asks for a password", mend)


def _tidy(text: str) -> str:
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in text.translate(_BULLET_GLYPHS).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def unwrap(text: str, *, vocabulary: set[str]) -> str:
    """Join a line with the next where the page's width broke a sentence.

    Args:
        text: The text of one page.
        vocabulary: Words of the document in lower case; decides whether a hyphen at a line's end belongs to the word.
    """
    lines = text.splitlines()
    width = max((len(line) for line in lines), default=0)
    joined: list[str] = []
    last_length = 0
    for line in lines:
        full = last_length >= max(_WRAPPED_FROM, _WRAPPED_SHARE * width)
        if joined and full and line[:1].islower() and not re.search(r"[.!?:;]$", joined[-1]):
            joined[-1] = _join(joined[-1], line, vocabulary)
        else:
            joined.append(line)
        last_length = len(line)
    return "\n".join(joined)


def _join(left: str, right: str, vocabulary: set[str]) -> str:
    broken = re.search(r"([A-Za-z]+)[-\u2010]$", left[-_LONGEST_WORD:])
    if not broken:
        return f"{left} {right}"
    tail = re.match(r"[A-Za-z]+", right)
    whole = (broken[1] + (tail[0] if tail else "")).casefold()
    return left[:-1] + right if whole in vocabulary else left + right
