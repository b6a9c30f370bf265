"""Whether the indexed sources cover a question: a linear model for the shipped knowledge, plain rules for the user's own."""

import math
from collections.abc import Sequence

import numpy as np

from coach.index.store import BUILTIN_COLLECTION
from coach.models import BuiltinEmbeddings, Vectors
from coach.retrieval.corpus import Corpus, tokenize
from coach.retrieval.hybrid import HybridRetriever
from coach.retrieval.linear import LinearModel
from coach.retrieval.query import content_words, search_words
from coach.schema import Hit

_FEATURE_WEIGHT = 2.0
_COVERED = 0.5
_PASSAGES = 8
_OWN_SIMILARITY = 0.5
_OWN_COVERAGE = 0.5


class Scope:
    """Decides whether a question is about what the sources hold.

    Args:
        model: Trained on questions labelled in and out of scope (`training/train_linear.py`).
        retriever: Searches the index.
    """

    def __init__(self, model: LinearModel, retriever: HybridRetriever) -> None:
        self._model = model
        self._retriever = retriever

    def covers(self, question: str) -> bool:
        """Whether the shipped knowledge or the user's own documents speak to a standalone question."""
        return bool(self._model.probabilities(scope_features([question], self._retriever))[0] >= _COVERED) or self._own(
            question
        )

    def _own(self, question: str) -> bool:
        """Whether a passage of the user's own is near in meaning and holds most of the question's words."""
        corpus = self._retriever.corpora.read()
        if all(chunk.collection == BUILTIN_COLLECTION for chunk in corpus.chunks):
            return False
        hits = [
            hit
            for hit in self._retriever.search(search_words(question), k=_PASSAGES)
            if hit.chunk.collection != BUILTIN_COLLECTION
        ]
        if not hits:
            return False
        similarity = max(hit.similarity for hit in hits)
        coverage, _ = word_coverage(question, hits, corpus)
        return similarity >= _OWN_SIMILARITY and coverage >= _OWN_COVERAGE


def scope_features(questions: Sequence[str], retriever: HybridRetriever) -> Vectors:
    """Features of standalone questions, shape (questions, 384 + 4).

    The sentence vector; then, of the search in the shipped knowledge, the best cosine, the mean of the best five, the
    share of the question's words (weighted by rarity) in one passage, and the share that no passage holds.
    """
    embeddings: BuiltinEmbeddings = retriever.embeddings
    corpus = retriever.corpora.read((BUILTIN_COLLECTION,))
    rows = []
    for question in questions:
        hits = retriever.search(search_words(question), k=_PASSAGES, collections=(BUILTIN_COLLECTION,))
        similar = sorted((hit.similarity for hit in hits), reverse=True) or [0.0]
        rows.append([similar[0], float(np.mean(similar[:5])), *word_coverage(question, hits, corpus)])
    return np.hstack([embeddings.vectors(questions), _FEATURE_WEIGHT * np.asarray(rows, dtype=np.float32)])


def word_coverage(question: str, hits: Sequence[Hit], corpus: Corpus) -> tuple[float, float]:
    """Share of the question's content words, weighted by rarity, in the best passage; and share unknown to the corpus."""
    words = set(tokenize([" ".join(content_words(question))])[0])
    frequency = corpus.word_frequency
    weight = {word: math.log(1 + len(corpus.chunks) / (1 + frequency.get(word, 0))) for word in words}
    total = sum(weight.values())
    if not total:
        return 0.0, 0.0
    passages = [set(words_of) for words_of in tokenize([hit.chunk.keyword_text for hit in hits])] if hits else []
    best = max((sum(weight[word] for word in words & held) for held in passages), default=0.0)
    unknown = sum(weight[word] for word in words if word not in frequency)
    return best / total, unknown / total
