"""What a file really is, by its first bytes and, for archives, by what lies in them."""

import io
import zipfile
import zlib
from enum import Enum

from coach.errors import LoadError

MAX_UNPACKED = 200 * 1024 * 1024
MAX_XML_PART = 60 * 1024 * 1024
MAX_RATIO = 200
MAX_ENTRIES = 10_000
_RATIO_MATTERS_FROM = 4 * 1024 * 1024
_PDF_HEADER_WITHIN = 1024


class Kind(Enum):
    """A recognised content; the value names it in a sentence."""

    PDF = "a PDF"
    PPTX = "a PowerPoint file"
    DOCX = "a Word file"
    XLSX = "an Excel file"
    OPEN_DOCUMENT = "an OpenDocument file"
    OLE = "an Office file of the old or the protected kind"
    ZIP = "a ZIP archive"
    RTF = "a Rich Text file"
    IMAGE = "a picture"
    ARCHIVE = "a compressed archive"
    PROGRAM = "a program"


_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OLE),
    (b"{\\rtf", Kind.RTF),
    (b"\x89PNG\r\n\x1a\n", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"GIF87a", Kind.IMAGE),
    (b"GIF89a", Kind.IMAGE),
    (b"II*\x00", Kind.IMAGE),
    (b"MM\x00*", Kind.IMAGE),
    (b"\x1f\x8b", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"Rar!\x1a\x07", Kind.ARCHIVE),
    (b"\x7fELF", Kind.PROGRAM),
)
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_MEMBERS = (
    ("ppt/presentation.xml", Kind.PPTX),
    ("word/document.xml", Kind.DOCX),
    ("xl/workbook.xml", Kind.XLSX),
    ("META-INF/manifest.xml", Kind.OPEN_DOCUMENT),
)
_DOCTYPE = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def sniff(data: bytes) -> Kind | None:
    """Name the content by its magic bytes; None where it may be text."""
    if data.startswith(_ZIP_MAGIC):
        return _inside(data)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    head = data[:_PDF_HEADER_WITHIN]
    if head.lstrip().startswith(b"%PDF-") or (b"%PDF-" in head and b"endobj" in data):
        return Kind.PDF
    return None


def _inside(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, LookupError, OSError, NotImplementedError):
        return Kind.ZIP
    return next((kind for member, kind in _MEMBERS if member in names), Kind.ZIP)


def check_archive(data: bytes, *, name: str) -> None:
    """Look into an Office archive before it is parsed.

    Raises:
        LoadError: It is cut short, protected, unpacks to too much, or declares XML entities.
    """
    damaged = "the file is damaged or cut short (its archive cannot be opened)"
    again = "Open it in its own program, save it again and give the new file."
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_sizes(entries, name=name)
            if any(entry.flag_bits & 0x1 for entry in entries):
                raise LoadError(name, "the file is protected with a password", "Save it without a password.")
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")):
                    content = archive.read(entry)
                    if any(mark in content for mark in _DOCTYPE):
                        reason = f"its part {entry.filename} declares XML entities, which no Office program writes"
                        raise LoadError(name, reason, "Save it again in PowerPoint or Word and give that file.")
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        LookupError,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise LoadError(name, damaged, again) from error


def _check_sizes(entries: list[zipfile.ZipInfo], *, name: str) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    xml = max((entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels"))), default=0)
    absurd = unpacked > _RATIO_MATTERS_FROM and unpacked / packed > MAX_RATIO
    if absurd or unpacked > MAX_UNPACKED or xml > MAX_XML_PART or len(entries) > MAX_ENTRIES:
        reason = f"it would unpack to {unpacked / 1024**2:,.0f} MB in {len(entries):,} parts, which is not safe to open"
        raise LoadError(name, reason, "Compress its pictures, or keep only the pages that matter.")
