"""Find the slides that are about partners: a linear model over sentence vectors and word cues, trained on labelled slides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coach.models import BuiltinEmbeddings, Vectors
from coach.retrieval.linear import LinearModel
from coach.schema import Document, SlideInfo

RELEVANT = 0.5
_FAINT = 0.35
_SHARE_OF_BEST = 0.9
_CHARACTERS = 900
_CUE_WEIGHT = 0.5
_CUES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bpartner", r"resell", r"\bchannel", r"alliance", r"affiliate", r"referr", r"distribut", r"integrat", r"marketplace",
        r"co-?sell|co-?market|joint", r"\boem\b|white.?label", r"agenc|consultan", r"revenue share|commission|margin|rev share|%",  # noqa: E501
        r"tier|gold|silver|platinum", r"\btheir\b|\bthey\b", r"pilot", r"dealer|broker|franchis|wholesal",
    )
)  # fmt: skip


def slide_features(texts: Sequence[str], embeddings: BuiltinEmbeddings) -> Vectors:
    """Features of slides for the linear model: sentence vector, then a number for each word cue; shape (texts, 384 + cues)."""
    cut = [text[:_CHARACTERS] for text in texts]
    cues = np.array([[_CUE_WEIGHT * bool(cue.search(text)) for cue in _CUES] for text in cut], dtype=np.float32)
    return np.hstack([embeddings.vectors(cut), cues])


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideChoice:
    """Which slides to judge, from 1, and a word of caution where none is clearly about partners."""

    indexes: tuple[int, ...]
    notice: str


class SlideRanker:
    """Scores slides by how likely they are about partners.

    Args:
        embeddings: The sentence encoder.
        model: The trained linear model.
    """

    def __init__(self, embeddings: BuiltinEmbeddings, model: LinearModel) -> None:
        self._embeddings = embeddings
        self._model = model

    def rank(self, document: Document) -> tuple[SlideInfo, ...]:
        """Return every slide with its partner relevance, 0 to 1, in the document's order."""
        texts = [document.text[page.start : page.end] for page in document.pages]
        if not texts:
            return ()
        scores = self._model.probabilities(slide_features(texts, self._embeddings))
        return tuple(
            SlideInfo(index=page.index, title=page.title, partner_relevance=round(float(score), 3))
            for page, score in zip(document.pages, scores, strict=True)
        )

    def choose(self, slides: Sequence[SlideInfo], *, slide: int | None = None) -> SlideChoice:
        """Choose the slides to judge: the one asked for, all relevant ones, or the nearest with a word of caution."""
        if slide is not None:
            return SlideChoice(indexes=(slide,), notice="")
        floor = max(RELEVANT, _SHARE_OF_BEST * max(info.partner_relevance for info in slides))
        relevant = tuple(info.index for info in slides if info.partner_relevance >= floor)
        if relevant:
            return SlideChoice(indexes=relevant, notice="")
        nearest = max(slides, key=lambda info: info.partner_relevance)
        if len(slides) == 1:
            faint = nearest.partner_relevance < _FAINT
            notice = "This text hardly speaks of partners, so most modes are open for want of words." if faint else ""
            return SlideChoice(indexes=(nearest.index,), notice=notice)
        return SlideChoice(
            indexes=(nearest.index,),
            notice=f"No slide is clearly about partners; slide {nearest.index} comes nearest. Choose another with --slide N.",
        )
