"""Documents in: one reader a format, behind one table; whatever is wrong with a file is one `LoadError` line.

A document to critique keeps its text; an article to ingest loses what is none of its text (see `boilerplate`).
"""

import hashlib
from collections.abc import Callable
from pathlib import Path, PurePath

from coach.errors import LoadError
from coach.index.loaders.article import as_article
from coach.index.loaders.docx import read_docx
from coach.index.loaders.extract import Extract
from coach.index.loaders.guard import check_content, check_size, check_suffix, read_file
from coach.index.loaders.html import read_html
from coach.index.loaders.pdf import read_pdf
from coach.index.loaders.pptx import read_pptx
from coach.index.loaders.provenance import provenance as provenance_of
from coach.index.loaders.text import read_text
from coach.schema import Document

__all__ = ["SUFFIXES", "load_article", "load_bytes", "load_document"]

_READERS: dict[str, Callable[..., Extract]] = {
    ".pptx": read_pptx,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".md": read_text,
    ".markdown": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".txt": read_text,
}
SUFFIXES = tuple(_READERS)
_DECKS = (".pptx",)


def load_document(path: Path, *, name: str | None = None, source_id: str | None = None) -> Document:
    """Load a document to critique, its text as it is.

    Args:
        path: The file.
        name: What the user calls it, with its file type; the path where none is given.
        source_id: The document's id; its file name where none is given.

    Raises:
        LoadError: It cannot be read; the message says why and what to do.
    """
    shown = name or path.as_posix()
    data = read_file(path, name=shown, supported=SUFFIXES)
    return load_bytes(data, name=shown, source_id=source_id or PurePath(shown).name)


def load_bytes(data: bytes, *, name: str, source_id: str | None = None) -> Document:
    """Load an uploaded document, its text as it is.

    Args:
        data: The file's content.
        name: Its file name, whose ending says what it is.
        source_id: The document's id; `name` where none is given.

    Raises:
        LoadError: It cannot be read; the message says why and what to do.
    """
    extract = _read(data, name=name)
    return _document(extract, data, name=name, source_id=source_id or name, provenance=name)


def load_article(path: Path, *, source_id: str) -> Document:
    """Load a document to ingest: menus, advertisements, legal lines and chat offers are left out.

    Args:
        path: The file.
        source_id: The document's id.

    Returns:
        Its provenance names author, publication and date where the document does, else its path.

    Raises:
        LoadError: It cannot be read; the message says why and what to do.
    """
    name = path.as_posix()
    data = read_file(path, name=name, supported=SUFFIXES)
    extract = _read(data, name=name)
    if path.suffix.lower() not in _DECKS:
        extract = as_article(extract)
    origin = provenance_of(author=extract.author, publisher=extract.publisher, date=extract.date, path=name)
    return _document(extract, data, name=name, source_id=source_id, provenance=origin)


def _read(data: bytes, *, name: str) -> Extract:
    suffix = check_suffix(name, supported=SUFFIXES)
    check_size(len(data), name=name)
    check_content(data, name=name, suffix=suffix)
    extract = _READERS[suffix](data, name=name)
    if not extract.pages:
        raise LoadError(name, "the document has no words", "Give a document with text.")
    return extract


def _document(extract: Extract, data: bytes, *, name: str, source_id: str, provenance: str) -> Document:
    return Document(
        source_id=source_id,
        title=extract.title or next((page.title for page in extract.pages if page.title), "") or PurePath(name).stem,
        text=extract.text,
        pages=extract.pages,
        provenance=provenance,
        content_hash=hashlib.sha256(data).hexdigest(),
    )
