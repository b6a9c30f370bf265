"""Dense search: cosine of query and passage, exact over all vectors in memory."""

import numpy as np

from coach.models import BuiltinEmbeddings
from coach.retrieval.corpus import Corpus, Scores


def dense_scores(query: str, *, corpus: Corpus, embeddings: BuiltinEmbeddings) -> Scores:
    """Cosine of the query with every chunk, shape (chunks,), -1 to 1."""
    vector = embeddings.vectors([query])[0]
    return np.asarray(corpus.vectors @ vector, dtype=np.float32)
