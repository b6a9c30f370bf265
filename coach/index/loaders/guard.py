"""The seam to files and parsers: whatever is wrong with a file leaves here as one `LoadError` line."""

import logging
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from coach.errors import LoadError
from coach.index.loaders.sniff import Kind, check_archive, sniff

MAX_BYTES = 25 * 1024 * 1024
_MEGABYTE = 1024 * 1024

# What parsers raise on damaged input, besides their own error classes.
_FAULTS: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
_NOISY_LOGGERS = ("pypdf", "trafilatura", "htmldate", "courlan", "charset_normalizer")
_SILENT = logging.CRITICAL + 1
_KINDS = {".pdf": Kind.PDF, ".pptx": Kind.PPTX, ".docx": Kind.DOCX}
_SAVE_AS = {
    ".ppt": "Save it as .pptx in PowerPoint",
    ".pps": "Save it as .pptx in PowerPoint",
    ".ppsx": "Save it as .pptx in PowerPoint",
    ".pptm": "Save it as .pptx in PowerPoint",
    ".odp": "Save it as .pptx",
    ".key": "Export it as .pptx or .pdf from Keynote",
    ".doc": "Save it as .docx in Word",
    ".docm": "Save it as .docx in Word",
    ".odt": "Save it as .docx",
    ".rtf": "Save it as .docx",
    ".pages": "Export it as .docx or .pdf from Pages",
}


def read_file(path: Path, *, name: str, supported: tuple[str, ...]) -> bytes:
    """Read a file after looking at its type and its size.

    Args:
        path: The file.
        name: The file as the user knows it.
        supported: The file types that have a reader.

    Raises:
        LoadError: It is missing, no file, of an unknown type, empty, too large, or may not be read.
    """
    try:
        if path.is_dir():
            raise LoadError(name, "this is a folder", "Give the path of one document in it.")
        if not path.exists():
            raise LoadError(name, "no such file", "Check the path and the spelling.")
        if not path.is_file():
            raise LoadError(name, "this is no regular file", "Give the path of a document.")
        check_suffix(name, supported=supported)
        check_size(path.stat().st_size, name=name)
        return path.read_bytes()
    except PermissionError as error:
        raise LoadError(name, "it may not be read", "Change its permissions, or copy it where you may read.") from error
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise LoadError(name, f"it cannot be read ({cause})", "Check the path, or copy the file elsewhere.") from error


def check_size(size: int, *, name: str) -> None:
    """Refuse an empty file and one over the limit.

    Args:
        size: Bytes.
        name: The file as the user knows it.

    Raises:
        LoadError: Names the size and the limit.
    """
    if not size:
        raise LoadError(name, "the file is empty (0 bytes)", "Save the document again and give that file.")
    if size > MAX_BYTES:
        reason = f"the file has {size / _MEGABYTE:.1f} MB, the limit is {MAX_BYTES // _MEGABYTE} MB"
        raise LoadError(name, reason, "Compress its pictures, or keep only the pages that matter.")


def check_suffix(name: str, *, supported: tuple[str, ...]) -> str:
    """Return the file type that a name ends in, in lower case.

    Raises:
        LoadError: No reader knows it; lists the supported types and, for a known other type, how to convert it.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in supported:
        return suffix
    what = f"files of type {suffix} cannot be read" if suffix else "the name does not end in a file type"
    mend = _SAVE_AS.get(suffix, "Save it as one of these")
    raise LoadError(name, what, f"{mend}; supported are {' '.join(supported)}.")


def check_content(data: bytes, *, name: str, suffix: str) -> None:
    """Hold the content's magic bytes against the file type and look into archives before a parser does.

    Raises:
        LoadError: The content is something else, protected, cut short or made to exhaust the machine.
    """
    kind = sniff(data)
    expected = _KINDS.get(suffix)
    if kind is Kind.ZIP and expected:
        check_archive(data, name=name)  # says what is wrong with it, if anything is
    if kind is not expected:
        raise LoadError(name, *_mismatch(data, kind, suffix))
    if kind in (Kind.PPTX, Kind.DOCX):
        check_archive(data, name=name)


def _mismatch(data: bytes, kind: Kind | None, suffix: str) -> tuple[str, str]:
    if kind is None:
        word = "a PDF" if suffix == ".pdf" else f"a {suffix} document"
        return f"the content is not {word}", "It may be damaged or renamed: export it again."
    if kind is Kind.OLE:
        target = suffix if suffix in (".pptx", ".docx") else ".pptx or .docx"
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "this Office file is protected with a password", f"Save it as {target} without a password."
        reason = "this is an Office file of the old kind (.ppt or .doc), or one protected with a password"
        return reason, f"Save it as {target} without a password."
    own_suffix = {own: name for name, own in _KINDS.items()}.get(kind)
    if own_suffix:
        return f"this is {kind.value}, not a {suffix} file", f"Rename it to end in {own_suffix}."
    return f"this is {kind.value}, not a {suffix} file", "Export the document in its own format and give that file."


@contextmanager
def parsing(what: str, *, name: str, faults: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Turn every failure of a parser into a `LoadError` and keep its chatter off the terminal.

    Args:
        what: The kind of file, with its article, such as `a PDF`.
        name: The file as the user knows it.
        faults: The parser's own error classes.

    Raises:
        LoadError: The parser gave up.
    """
    for logger in _NOISY_LOGGERS:
        logging.getLogger(logger).setLevel(_SILENT)
    try:
        yield
    except LoadError:
        raise
    except (*_FAULTS, *faults) as error:
        reason = f"it cannot be read as {what}; it is damaged or cut short"
        raise LoadError(name, reason, "Open it in its own program, save it again and give the new file.") from error
