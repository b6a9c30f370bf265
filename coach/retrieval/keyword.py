"""Keyword search: BM25 (Robertson and Zaragoza 2009, as in bm25s) over stemmed words."""

import numpy as np

from coach.retrieval.corpus import Corpus, Scores, tokenize


def keyword_scores(query: str, *, corpus: Corpus) -> Scores:
    """BM25 of the query with every chunk, shape (chunks,), 0 or more; all zero when no word is known."""
    words = [word for word in tokenize([query])[0] if word in corpus.keyword_index.vocab_dict]
    if not words:
        return np.zeros(len(corpus.chunks), dtype=np.float32)
    return np.asarray(corpus.keyword_index.get_scores(words), dtype=np.float32)
