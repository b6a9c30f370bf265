"""Hybrid search: convex combination of min-max scaled dense and keyword scores over the whole corpus.

Method: Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (2023). On nine test columns it
beat reciprocal rank fusion at one of the weights 0.5 and 0.7 in every one; 0.5 is the more even of the two.
"""

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from coach.models import BuiltinEmbeddings
from coach.retrieval.corpus import CorpusReader, Scores
from coach.retrieval.dense import dense_scores
from coach.retrieval.keyword import keyword_scores
from coach.schema import Hit

DENSE_WEIGHT = 0.5


def fuse(dense: Scores, keyword: Scores, *, dense_weight: float = DENSE_WEIGHT) -> Scores:
    """Return the convex combination of both, each scaled to 0..1 over the corpus; shape as given."""
    return np.asarray(dense_weight * _min_max(dense) + (1 - dense_weight) * _min_max(keyword), dtype=np.float32)


def _min_max(scores: Scores) -> Scores:
    low, high = float(scores.min()), float(scores.max())
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


class HybridRetriever(BaseRetriever):
    """LangChain retriever over the live corpus.

    Attributes:
        corpora: Loads the corpus.
        embeddings: Embeds the query.
        collections: Names of the collections to search; None for all.
        k: Passages to return.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    corpora: CorpusReader
    embeddings: BuiltinEmbeddings
    collections: tuple[str, ...] | None = None
    k: int = 10

    def search(self, query: str, *, k: int | None = None, collections: tuple[str, ...] | None = None) -> list[Hit]:
        """Return the best passages, best first.

        Args:
            query: A standalone question or keywords.
            k: Passages to return (else the retriever's own).
            collections: Where to search (else the retriever's own).
        """
        corpus = self.corpora.read(collections if collections is not None else self.collections)
        if not corpus.chunks or not query.strip():
            return []
        dense = dense_scores(query, corpus=corpus, embeddings=self.embeddings)
        fused = fuse(dense, keyword_scores(query, corpus=corpus))
        questions, targets = corpus.asked
        np.maximum.at(fused, targets, fused[questions])
        np.maximum.at(dense, targets, dense[questions])
        fused[questions] = -1.0
        order = [i for i in np.argsort(-fused, kind="stable")[: k if k is not None else self.k] if fused[i] >= 0]
        return [
            Hit(chunk=corpus.chunks[i], score=round(float(fused[i]), 4), similarity=round(float(dense[i]), 4)) for i in order
        ]

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[LangChainDocument]:
        """LangChain's interface: the same passages as LangChain documents."""
        del run_manager
        return [
            LangChainDocument(
                id=hit.chunk.chunk_id,
                page_content=hit.chunk.text,
                metadata={
                    "source_id": hit.chunk.source_id,
                    "title": hit.chunk.title,
                    "section": hit.chunk.section,
                    "part": hit.chunk.part,
                    "score": hit.score,
                },
            )
            for hit in self.search(query)
        ]
