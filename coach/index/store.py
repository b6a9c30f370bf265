"""Chroma behind a few functions: one Chroma collection for each of ours and each vector space."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from coach.errors import StoreError, UsageError
from coach.models import EMBEDDING_ID, BuiltinEmbeddings, Vectors
from coach.schema import Chunk
from coach.settings import Settings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from langchain_chroma import Chroma

BUILTIN_COLLECTION = "builtin"
DEFAULT_COLLECTION = "library"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
# Recall@10 of .9998 against exact search on real passages; the library's defaults give .995.
_HNSW: "CreateHNSWConfiguration" = {"space": "cosine", "ef_construction": 200, "max_neighbors": 32, "ef_search": 200}
_BATCH = 512


def check_collection_name(name: str) -> str:
    """Return the name if it may name a collection.

    Raises:
        UsageError: It may not.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"--collection {name!r}: use 1 to 60 letters, digits, - and _, beginning with a letter or digit.")
    return name


class PassageStore:
    """Chunks and their vectors on disk (or on a Chroma server).

    Args:
        settings: Where the store lies.
        embeddings: The vector space.
    """

    def __init__(self, settings: Settings, embeddings: BuiltinEmbeddings) -> None:
        self._settings = settings
        self._embeddings = embeddings
        self._client: ClientAPI | None = None

    def add(self, collection: str, chunks: Sequence[Chunk], version_of: dict[str, str]) -> None:
        """Embed and write chunks; writing the same chunk twice changes nothing.

        Args:
            collection: Our collection.
            chunks: Any number.
            version_of: Version by source id, kept with each chunk.
        """
        store = self._open(collection)
        for start in range(0, len(chunks), _BATCH):
            batch = chunks[start : start + _BATCH]
            store.add_texts(
                [chunk.embedded_text for chunk in batch],
                metadatas=[_metadata(chunk, version_of[chunk.source_id]) for chunk in batch],
                ids=[chunk.chunk_id for chunk in batch],
            )

    def delete_other_versions(self, collection: str, source_id: str, *, keep: str | None) -> None:
        """Delete the chunks of a source, all or all but one version."""
        condition: dict[str, object] = {"source_id": source_id}
        if keep is not None:
            condition = {"$and": [condition, {"version": {"$ne": keep}}]}
        self._open(collection).delete(where=condition)

    def is_empty(self, collection: str) -> bool:
        """Whether there is no chunk of any version, as after the index folder was deleted."""
        return not self._open(collection).get(limit=1, include=[])["ids"]

    def read(self, collection: str, versions: dict[str, str]) -> tuple[list[Chunk], Vectors]:
        """Return all live chunks and their vectors, shape (chunks, 384).

        Args:
            collection: Our collection.
            versions: Live version by source id; chunks of other versions are left out.
        """
        chunks: list[Chunk] = []
        rows: list[Vectors] = []
        store = self._open(collection)
        offset, page = 0, 5000
        while True:
            found = store.get(limit=page, offset=offset, include=["embeddings", "metadatas"])
            metadatas = found["metadatas"]
            for chunk_id, metadata, vector in zip(found["ids"], metadatas, found["embeddings"], strict=True):
                if versions.get(metadata["source_id"]) == metadata["version"]:
                    chunks.append(_chunk(chunk_id, collection, metadata))
                    rows.append(np.asarray(vector, dtype=np.float32))
            if len(metadatas) < page:
                break
            offset += page
        order = sorted(range(len(chunks)), key=lambda i: (chunks[i].source_id, chunks[i].start))
        vectors = np.stack([rows[i] for i in order]) if rows else np.zeros((0, 384), dtype=np.float32)
        return [chunks[i] for i in order], vectors

    def _open(self, collection: str) -> "Chroma":
        """Open or make the Chroma collection.

        Raises:
            StoreError: Chroma cannot be opened.
        """
        from chromadb.api.collection_configuration import CreateCollectionConfiguration  # noqa: PLC0415
        from chromadb.errors import ChromaError  # noqa: PLC0415 - a second that other commands need not pay
        from langchain_chroma import Chroma  # noqa: PLC0415

        try:
            if self._client is None:
                self._client = self._connect()
            return Chroma(
                client=self._client,
                collection_name=f"{check_collection_name(collection)}--{EMBEDDING_ID}",
                embedding_function=self._embeddings,
                collection_configuration=CreateCollectionConfiguration(hnsw=_HNSW),
            )
        except (ChromaError, OSError, ValueError, RuntimeError) as error:
            where = self._settings.chroma_url or self._settings.index_dir
            raise StoreError(f"{where}: cannot open the vector store ({error}). Check its rights and free space.") from error

    def _connect(self) -> "ClientAPI":
        """Connect to the embedded store, or to the configured server."""
        import chromadb  # noqa: PLC0415
        from chromadb.config import Settings as ChromaSettings  # noqa: PLC0415

        options = ChromaSettings(anonymized_telemetry=False)
        if self._settings.chroma_url:
            from urllib.parse import urlsplit  # noqa: PLC0415

            url = urlsplit(self._settings.chroma_url)
            return chromadb.HttpClient(
                host=url.hostname or "127.0.0.1",
                port=url.port or (443 if url.scheme == "https" else 8000),
                ssl=url.scheme == "https",
                settings=options,
            )
        self._settings.index_dir.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(path=str(self._settings.index_dir), settings=options)


def _metadata(chunk: Chunk, version: str) -> dict[str, str | int]:
    return {
        "source_id": chunk.source_id,
        "version": version,
        "title": chunk.title,
        "section": chunk.section,
        "part": chunk.part,
        "text": chunk.text,
        "start": chunk.start,
        "end": chunk.end,
        "evidence": chunk.evidence,
        "aliases": chunk.aliases,
    }


def _chunk(chunk_id: str, collection: str, metadata: dict[str, str]) -> Chunk:
    return Chunk(
        chunk_id=chunk_id,
        source_id=metadata["source_id"],
        collection=collection,
        title=metadata["title"],
        section=metadata["section"],
        part=metadata["part"],
        text=metadata["text"],
        start=int(metadata["start"]),
        end=int(metadata["end"]),
        evidence=metadata["evidence"],
        aliases=metadata["aliases"],
    )
