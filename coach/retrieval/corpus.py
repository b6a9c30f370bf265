"""The searchable state in memory: chunks, their vectors and a keyword index, as of one moment."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coach.index.catalogue import Catalogue
from coach.index.store import PassageStore
from coach.models import Vectors
from coach.schema import ASKED_AS, Chunk

if TYPE_CHECKING:
    import bm25s

Scores = NDArray[np.float32]
Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Corpus:
    """Chunks of one or more collections with their vectors (chunks, 384), in the same order."""

    chunks: tuple[Chunk, ...]
    vectors: Vectors

    @cached_property
    def keyword_index(self) -> "bm25s.BM25":
        """BM25 index over the passages under their headings (English stemmer, stop words out)."""
        import bm25s  # noqa: PLC0415

        index = bm25s.BM25()
        index.index(self._words, show_progress=False)
        return index

    @cached_property
    def asked(self) -> tuple[Positions, Positions]:
        """Positions of the listed questions, and of the passages that open their topics; both of the same length."""
        opening: dict[tuple[str, str, str], int] = {}
        for position, chunk in enumerate(self.chunks):
            first = opening.get(chunk.topic)
            if chunk.part != ASKED_AS and (first is None or chunk.part == "In short" != self.chunks[first].part):
                opening[chunk.topic] = position
        pairs = [
            (position, opening[chunk.topic])
            for position, chunk in enumerate(self.chunks)
            if chunk.part == ASKED_AS and chunk.topic in opening
        ]
        questions, targets = zip(*pairs, strict=True) if pairs else ((), ())
        return np.asarray(questions, dtype=np.intp), np.asarray(targets, dtype=np.intp)

    @cached_property
    def word_frequency(self) -> Counter[str]:
        """Number of chunks that hold a stemmed word."""
        return Counter(word for words in self._words for word in set(words))

    @cached_property
    def _words(self) -> list[list[str]]:
        return tokenize([chunk.keyword_text for chunk in self.chunks])


def tokenize(texts: list[str]) -> list[list[str]]:
    """Stemmed words without stop words, a list a text."""
    import bm25s  # noqa: PLC0415
    import Stemmer  # noqa: PLC0415

    tokens: list[list[str]] = bm25s.tokenize(
        texts, stopwords="en", stemmer=Stemmer.Stemmer("english"), return_ids=False, show_progress=False
    )
    return tokens


class CorpusReader:
    """Loads corpora and keeps them until a collection's documents change (by any process).

    Args:
        store: Chunks and vectors.
        catalogue: Which versions are live.
    """

    def __init__(self, store: PassageStore, catalogue: Catalogue) -> None:
        self._store = store
        self._catalogue = catalogue
        self._loaded: dict[tuple[str, ...], tuple[dict[str, dict[str, str]], Corpus]] = {}

    def read(self, collections: tuple[str, ...] | None = None) -> Corpus:
        """Return the live chunks of some collections (None: of all)."""
        names = collections if collections is not None else tuple(self._catalogue.collections())
        versions = {name: self._catalogue.versions(name) for name in names}
        loaded = self._loaded.get(names)
        if loaded is None or loaded[0] != versions:
            parts = [self._store.read(name, versions[name]) for name in names if versions[name]]
            chunks = tuple(chunk for found, _ in parts for chunk in found)
            vectors = np.concatenate([rows for _, rows in parts]) if parts else np.zeros((0, 384), dtype=np.float32)
            loaded = (versions, Corpus(chunks=chunks, vectors=vectors))
            if all(found for found, _ in parts):  # an emptied collection may be filled again with the same versions
                self._loaded[names] = loaded
        return loaded[1]
