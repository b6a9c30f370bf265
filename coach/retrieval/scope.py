"""Whether the indexed sources cover a question: a linear model for the shipped knowledge, plain rules for the user's own."""

import math
import re
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
_CUES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bpartner(s|ing|ship|ships)?\b",
        r"partner(ship)? program",
        r"resell|\bvar\b|dealer|distribut",
        r"\bchannel",
        r"alliance",
        r"affiliate",
        r"referr",
        r"integrat(or|ion)",
        r"marketplace",
        r"co-?sell|joint|together with",
        r"zasada|bergen|aspnews|drucker|accenture",
        r"rev(enue)?[ -]?share|commission|margin|\bmdf\b",
        r"tier|gold|silver|platinum|level",
        r"\bqbr|\bipp\b|\bmap\b|\bsi\b|\bisv|\bloi|\bmou\b|\bcac\b|deal reg",
        r"pilot",
        r"slide|deck|pitch|investor",
        r"their (win|goal|number|side)|\bwin\b",
        r"go[- ]to[- ]market|\bgtm\b",
    )
)
_COVERED = 0.5
_PASSAGES = 8
_ABBREVIATION = re.compile(r"\b(?!C[A-Z]O\b)[A-Z][A-Z0-9&]{2,}\b")
_LONG_QUESTION = 14
_STRAY = 0.35
_STRAY_WORDS = 0.4
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

    def covers(self, question: str, *, asked: str | None = None) -> bool:
        """Whether the shipped knowledge or the user's own documents speak to a question.

        Args:
            question: Standalone.
            asked: The same as the user wrote it, where it was a follow-up: it must not lead away from the subject.
        """
        if self._own(question):
            return True
        texts = [question] if asked in (None, question) else [question, str(asked)]
        chances = self._model.probabilities(scope_features(texts, self._retriever))
        strays = len(texts) == 2 and chances[1] < _STRAY and self._unknown(texts[1]) >= _STRAY_WORDS
        return bool(chances[0] >= _COVERED) and not strays

    def _unknown(self, text: str) -> float:
        """Share of a text's content words, weighted by rarity, that no passage holds."""
        return word_coverage(text, [], self._retriever.corpora.read())[1]

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
    """Features of standalone questions, shape (questions, 384 + 4 + cues).

    The sentence vector; then, of the search in the shipped knowledge, the best cosine, the mean of the best five, the
    share of the question's words (weighted by rarity) in one passage, and the share that no passage holds; last, a
    number for each word cue.
    """
    embeddings: BuiltinEmbeddings = retriever.embeddings
    corpus = retriever.corpora.read((BUILTIN_COLLECTION,))
    rows = []
    for question in questions:
        hits = retriever.search(search_words(question), k=_PASSAGES, collections=(BUILTIN_COLLECTION,))
        similar = sorted((hit.similarity for hit in hits), reverse=True) or [0.0]
        rows.append([similar[0], float(np.mean(similar[:5])), *word_coverage(question, hits, corpus)])
    cues = np.array([[bool(cue.search(question)) for cue in _CUES] for question in questions], dtype=np.float32)
    return np.hstack([embeddings.vectors(questions), _FEATURE_WEIGHT * np.asarray(rows, dtype=np.float32), cues])


def unknown_abbreviations(question: str, corpus: Corpus) -> list[str]:
    """Abbreviations that a short question turns on and no passage holds; job titles (CEO, CFO …) are none."""
    if len(question.split()) > _LONG_QUESTION:
        return []
    known = corpus.word_frequency
    names = dict.fromkeys(_ABBREVIATION.findall(question))
    return [name for name in names if not any(word in known for word in tokenize([name, f"{name}s"])[0])]


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
