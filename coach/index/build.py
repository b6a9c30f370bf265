"""Ingestion: files in, live passages out; what did not change is not touched, what fails does not stop the rest."""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from coach.errors import LoadError, UsageError
from coach.index.catalogue import Catalogue, Entry
from coach.index.chunking import CHUNKING_VERSION, split_document
from coach.index.knowledge import knowledge_files, load_knowledge_file
from coach.index.loaders import SUFFIXES, load_article
from coach.index.store import BUILTIN_COLLECTION, PassageStore, check_collection_name
from coach.models import EMBEDDING_ID
from coach.schema import Chunk, Document, IngestReport, Page, Rejection

_FLUSH_CHUNKS = 128
BUILTIN_ORIGIN = "coach"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """Something that may be ingested: its identity, its fingerprint, and how to read it."""

    source_id: str
    path: str
    origin: str
    fingerprint: str
    load: Callable[[], Document]


@dataclass(slots=True)
class _Tally:
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: list[Rejection] = field(default_factory=list)


class Indexer:
    """Keeps collections in step with their documents.

    Args:
        store: Chunks and vectors.
        catalogue: Which version of which document is live.
        count_tokens: Exact token counter.
    """

    def __init__(self, store: PassageStore, catalogue: Catalogue, count_tokens: Callable[[str], int]) -> None:
        self._store = store
        self._catalogue = catalogue
        self._count_tokens = count_tokens

    def ensure_builtin(self) -> None:
        """Bring the shipped knowledge into the index; a no-op of a few milliseconds when it is there already."""
        candidates = [
            _Candidate(
                source_id=path.stem,
                path=path.name,
                origin=BUILTIN_ORIGIN,
                fingerprint=hashlib.sha256(path.read_bytes()).hexdigest(),
                load=lambda path=path: load_knowledge_file(path),  # type: ignore[misc]
            )
            for path in knowledge_files()
        ]
        self._ingest(BUILTIN_COLLECTION, candidates, [BUILTIN_ORIGIN], _Tally(), label="Reading the built-in knowledge")

    def ingest(self, paths: Sequence[Path], *, collection: str) -> IngestReport:
        """Bring files, folders and JSONL records into a collection.

        Args:
            paths: Files, folders (searched whole) or `.jsonl` files of `{"id","title","text"}` lines.
            collection: Its name.

        Raises:
            UsageError: The collection's name is not allowed, or a path does not exist.
        """
        started = time.perf_counter()
        if check_collection_name(collection) == BUILTIN_COLLECTION:
            raise UsageError(f"--collection {BUILTIN_COLLECTION}: this name is the shipped knowledge's. Choose another.")
        tally = _Tally()
        candidates: list[_Candidate] = []
        for path in paths:
            if not path.exists():
                raise UsageError(f"{path}: no such file or folder. Check the path.")
            found = _folder(path) if path.is_dir() else _records(path) if path.suffix == ".jsonl" else [_file(path, path.name)]
            for item in found:
                if isinstance(item, Rejection):
                    tally.rejected.append(item)
                else:
                    candidates.append(item)
        self._ingest(collection, candidates, [str(path.resolve()) for path in paths], tally, label="Reading documents")
        return IngestReport(
            added=tally.added,
            updated=tally.updated,
            unchanged=tally.unchanged,
            removed=tally.removed,
            rejected=tuple(tally.rejected),
            chunks=self._catalogue.chunk_count(collection),
            elapsed_ms=round((time.perf_counter() - started) * 1000, 1),
        )

    def remove(self, collection: str, source_id: str) -> None:
        """Take one document out of a collection, its chunks included."""
        self._catalogue.withdraw(collection, [source_id])
        self._store.delete_other_versions(collection, source_id, keep=None)

    def _ingest(
        self, collection: str, candidates: Sequence[_Candidate], origins: Sequence[str], tally: _Tally, *, label: str
    ) -> None:
        """Bring a collection in step: new versions first, then the switch, then what is no longer there."""
        known = self._catalogue.versions(collection)
        if known and self._store.is_empty(collection):
            known = {}  # the index folder was deleted: everything is read again
        waiting: list[tuple[Entry, list[Chunk]]] = []
        seen: set[str] = set()
        for item in _progress(candidates, label):
            if item.source_id in seen:
                tally.rejected.append(
                    Rejection(path=item.path, reason=f"the id {item.source_id!r} occurs twice. Give each its own.")
                )
                continue
            seen.add(item.source_id)
            version = hashlib.sha256(f"{item.fingerprint}/{CHUNKING_VERSION}/{EMBEDDING_ID}".encode()).hexdigest()
            if known.get(item.source_id) == version:
                tally.unchanged += 1
                continue
            try:
                document = item.load()
            except LoadError as error:
                tally.rejected.append(Rejection(path=item.path, reason=error.reason))
                continue
            chunks = split_document(document, collection=collection, version=version, count_tokens=self._count_tokens)
            waiting.append((Entry(document=document, version=version, origin=item.origin, chunks=len(chunks)), chunks))
            if item.source_id in known:
                tally.updated += 1
            else:
                tally.added += 1
            if sum(len(chunks) for _, chunks in waiting) >= _FLUSH_CHUNKS:
                self._flush(collection, waiting, known)
                waiting = []
        self._flush(collection, waiting, known)
        gone = set().union(*(self._catalogue.ids_from(collection, origin) for origin in origins)) - seen
        if gone:
            self._catalogue.withdraw(collection, sorted(gone))
        for source_id in sorted(gone):
            self._store.delete_other_versions(collection, source_id, keep=None)
        tally.removed += len(gone)

    def _flush(self, collection: str, waiting: Sequence[tuple[Entry, list[Chunk]]], known: dict[str, str]) -> None:
        """Write chunks, then make them live, then clear away what they replace: stopping in between loses nothing."""
        versions = {entry.document.source_id: entry.version for entry, _ in waiting}
        chunks = [chunk for _, part in waiting for chunk in part]
        if chunks:
            self._store.add(collection, chunks, versions)
        self._catalogue.publish(collection, [entry for entry, _ in waiting])
        for entry, _ in waiting:
            if entry.document.source_id in known:
                self._store.delete_other_versions(collection, entry.document.source_id, keep=entry.version)


def _folder(folder: Path) -> Iterator[_Candidate | Rejection]:
    """Every readable file of a folder tree by its path below it; hidden files are passed over."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in relative.parts):
            if path.suffix.lower() in SUFFIXES:
                yield _file(path, relative.as_posix(), origin=folder)
            else:
                kinds = " ".join(sorted(SUFFIXES))
                yield Rejection(
                    path=relative.as_posix(), reason=f"{path.suffix or 'no suffix'} is not read. Use one of {kinds}."
                )


def _file(path: Path, source_id: str, *, origin: Path | None = None) -> _Candidate | Rejection:
    """One file, fingerprinted; a rejection where its name or its content cannot be read."""
    if not _is_text(str(path)):
        return Rejection(path=ascii(source_id)[1:-1], reason="its name is not UTF-8. Rename it.")
    if path.exists() and not path.is_file():
        return Rejection(path=source_id, reason="this is no regular file. Give the path of a document.")
    try:
        fingerprint = _digest(path)
    except OSError as error:
        return Rejection(path=source_id, reason=f"it cannot be read ({error.strerror}). Check its permissions.")
    return _Candidate(
        source_id=source_id,
        path=source_id,
        origin=str((origin or path).resolve()),
        fingerprint=fingerprint,
        load=lambda: load_article(path, source_id=source_id),
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _records(path: Path) -> Iterator[_Candidate | Rejection]:
    """Records of a JSONL file; a bad line is rejected by its number."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            place = f"{path.name}:{number}"
            try:
                record = json.loads(line)
                source_id, text = _identity(record["id"]), record["text"]
                title = str(record.get("title") or source_id)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                yield Rejection(path=place, reason='not a record. Write {"id": …, "title": …, "text": …} on one line.')
                continue
            if not isinstance(text, str) or not text.strip():
                yield Rejection(path=place, reason="its text is empty. Give it words or take the line out.")
                continue
            if not _is_text(f"{source_id}{title}{text}"):
                yield Rejection(path=place, reason="it has half a character (an escaped surrogate). Write it as UTF-8.")
                continue
            digest = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
            document = Document(
                source_id=source_id,
                title=title,
                text=text,
                pages=(Page(index=1, title=title, start=0, end=len(text)),),
                provenance=place,
                content_hash=digest,
            )
            yield _Candidate(
                source_id=source_id,
                path=place,
                origin=str(path.resolve()),
                fingerprint=digest,
                load=lambda document=document: document,  # type: ignore[misc]
            )


def _identity(value: object) -> str:
    """A record's id as text: words or a whole number."""
    if not isinstance(value, (str, int)) or isinstance(value, bool) or not str(value).strip():
        raise TypeError(value)
    return str(value)


def _is_text(value: str) -> bool:
    """Whether a text is whole, without halves of surrogate pairs that no database takes."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _progress(items: Sequence[_Candidate], label: str) -> Iterable[_Candidate]:
    """A progress bar on stderr for work over a second; silent where nobody watches."""
    return tqdm(items, desc=label, unit="doc", delay=1, disable=None, file=sys.stderr, leave=False)
