"""Sentences of passages as claims, scored by how well they answer a question.

A *topic* is one point of an article or one playbook with its labelled parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from coach.detection.plan import split_sentences
from coach.models import BuiltinEmbeddings, Vectors
from coach.retrieval.corpus import Corpus
from coach.retrieval.query import QuestionKind, content_words
from coach.schema import Chunk, Hit

BlockKind = Literal["correction", "lead", "list", "nuance"]
TopicKey = tuple[str, str, str]

# Parts that answer a kind of question, the best first; parts whose items may follow as a list; parts that limit an answer.
PARTS: dict[QuestionKind, tuple[str, ...]] = {
    "what": ("In short", "Compare", "Numbers"),
    "why": ("Why", "In short"),
    "how": ("In short", "What to do", "Numbers"),
    "who": ("Who", "In short"),
    "how-many": ("Numbers", "In short"),
    "compare": ("Compare", "Where sources disagree", "In short"),
    "is-it-true": ("In short", "Limits", "Where sources disagree", "Why"),
    "example": ("Example",),
    "list": ("In short", "Signs", "What to do"),
    "worksheet": ("In short", "Who"),
}
LISTED: dict[QuestionKind, tuple[str, ...]] = {
    "how": ("What to do",),
    "list": ("In short", "What to do", "Signs", "Numbers"),
    "worksheet": ("What to do",),
}
NUANCES = ("Limits", "Where sources disagree")
_MORE_PASSAGES = 0.4
_PASSAGE_WEIGHT = 0.2
_WORD_WEIGHT = 0.3
SUPPORT_PARTS = ("In short", "Why")
_PART_BONUS = 0.14
_TOPIC_BONUS = 0.6
_NUMBER_BONUS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence of a passage: `source text[start:end] == text`, where `chunk` starts at its own offset."""

    text: str
    chunk: Chunk
    start: int
    end: int
    is_item: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Claims that belong together, and how they are set."""

    kind: BlockKind
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredClaim:
    """A claim with its score, its cosine with the question and its vector."""

    claim: Claim
    score: float
    similarity: float
    vector: Vectors


def rank_topics(hits: Sequence[Hit]) -> dict[TopicKey, float]:
    """Score topics by their best passage and, less, by how many more were found; best first."""
    by_topic: dict[TopicKey, list[float]] = {}
    for hit in hits:
        by_topic.setdefault(hit.chunk.topic, []).append(hit.score)
    scores = {key: values[0] + _MORE_PASSAGES * sum(values[1:4]) for key, values in by_topic.items()}
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


def find_passages(hits: Sequence[Hit], topics: Sequence[TopicKey], corpus: Corpus, kind: QuestionKind) -> list[Chunk]:
    """The passages found, and the parts beside them that answer this kind of question; worksheets are not prose."""
    found = {hit.chunk.chunk_id: hit.chunk for hit in hits[:10]}
    wanted = {*PARTS[kind], *LISTED.get(kind, ()), *NUANCES, *SUPPORT_PARTS}
    for chunk in corpus.chunks:
        if chunk.topic in topics and chunk.part in wanted:
            found.setdefault(chunk.chunk_id, chunk)
    return [chunk for chunk in found.values() if chunk.part != "Worksheet"]


def claims_of(chunk: Chunk) -> list[Claim]:
    """The sentences of a passage; headings and fragments of tables are left out."""
    claims: list[Claim] = []
    for sentence in split_sentences(chunk.text):
        words = len(sentence.text.split())
        ends = sentence.text.rstrip("*\"'”’)")[-1:] in ".!?:"
        if sentence.is_heading or words < 4 or "|" in sentence.text or (chunk.part and not ends):
            continue
        line_start = chunk.text.rfind("\n", 0, sentence.start) + 1
        is_item = chunk.text[line_start : sentence.start].strip() != "" and sentence.start - line_start < 6
        claims.append(
            Claim(
                text=sentence.text,
                chunk=chunk,
                start=chunk.start + sentence.start,
                end=chunk.start + sentence.end,
                is_item=is_item,
            )
        )
    return claims


def score_claims(
    question: str,
    kind: QuestionKind,
    passages: Sequence[Chunk],
    topics: dict[TopicKey, float],
    hits: Sequence[Hit],
    embeddings: BuiltinEmbeddings,
) -> list[ScoredClaim]:
    """Score every sentence: its nearness to the question, its passage, its topic, and whether its part answers the kind."""
    claims = [claim for chunk in passages for claim in claims_of(chunk)]
    if not claims:
        return []
    vectors = embeddings.vectors([question, *(_in_context(claim) for claim in claims)])
    nearness = vectors[1:] @ vectors[0]
    passage = {hit.chunk.chunk_id: hit.score for hit in hits}
    best_topic = max(topics.values())
    asked = set(content_words(question))
    scored = []
    for claim, similarity, vector in zip(claims, nearness, vectors[1:], strict=True):
        preferred = PARTS[kind]
        rank = preferred.index(claim.chunk.part) if claim.chunk.part in preferred else None
        bonus = 0.0 if rank is None else _PART_BONUS / (1 + rank)
        if kind == "how-many" and any(letter.isdigit() for letter in claim.text):
            bonus += _NUMBER_BONUS
        shared = asked & set(content_words(claim.text))
        score = (
            float(similarity)
            + _PASSAGE_WEIGHT * passage.get(claim.chunk.chunk_id, 0.0)
            + _TOPIC_BONUS * topics.get(claim.chunk.topic, 0.0) / best_topic
            + _WORD_WEIGHT * len(shared) / max(len(asked), 1)
            + bonus
        )
        scored.append(ScoredClaim(claim=claim, score=score, similarity=float(similarity), vector=vector))
    return sorted(scored, key=lambda one: -one.score)


def _in_context(claim: Claim) -> str:
    """A sentence under its topic, so that it is not taken for one about something else."""
    return f"{claim.chunk.section or claim.chunk.title}: {claim.text}"
