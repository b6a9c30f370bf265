"""Choose what an answer says: whole sentences of the passages, by the kind of question. No word is made up here.

A *topic* is one point of an article or one playbook with its labelled parts. The kind of question says which parts
answer it; the question's own words say which sentences.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from coach.detection.plan import split_sentences
from coach.index.points import point_of
from coach.models import BuiltinEmbeddings, Vectors
from coach.retrieval.corpus import Corpus
from coach.retrieval.query import QuestionKind, content_words
from coach.schema import Chunk, Hit

BlockKind = Literal["correction", "lead", "list", "nuance"]
TopicKey = tuple[str, str, str]

_PARTS: dict[QuestionKind, tuple[str, ...]] = {
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
_LISTED: dict[QuestionKind, tuple[str, ...]] = {
    "how": ("What to do",),
    "list": ("In short", "What to do", "Signs", "Numbers"),
    "worksheet": ("What to do",),
}
_NUANCES = ("Limits", "Where sources disagree")
_MORE_PASSAGES = 0.4
_PASSAGE_WEIGHT = 0.2
_WORD_WEIGHT = 0.3
_SUPPORT_PARTS = ("In short", "Why")
_NEVER_LEAD = ("Signs", "Example", "Limits")
_PART_BONUS = 0.14
_TOPIC_BONUS = 0.6
_NUMBER_BONUS = 0.1
_NUANCE_SIMILARITY = 0.5
_DOUBT_SIMILARITY = 0.3
_SUPPORT_SIMILARITY = 0.5
_ARTICLE_SIMILARITY = 0.35
_SAME_SIMILARITY = 0.86
_LIST_SIMILARITY = 0.34
_MAX_LIST = 7
_LEAD_WORDS = 75
_WHOLE_WORDS = 130
_WHOLE_KINDS = ("compare", "example")
_LENGTH_BONUS = 0.06
_OPENING_BONUS = 0.06
_DANGLING_COST = 0.15
_SUPPORT_TOPIC = 0.7
_DANGLING = re.compile(
    r"^(it|they|this|these|such|both)\b|\b(also|therefore|however|either|too|in turn|thus|hence|instead)\b", re.IGNORECASE
)


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
class _Scored:
    claim: Claim
    score: float
    similarity: float
    vector: Vectors


def compose_answer(
    question: str, *, kind: QuestionKind, hits: Sequence[Hit], corpus: Corpus, embeddings: BuiltinEmbeddings
) -> tuple[Block, ...]:
    """Choose the blocks of an answer, the direct answer first.

    Args:
        question: Standalone.
        kind: What sort of answer is wanted.
        hits: What the search found, best first; at least one.
        corpus: Where the hits come from, to look into the parts beside them.
        embeddings: For the similarity of sentences.
    """
    topics = rank_topics(hits)
    leading = list(topics)[:3]
    article = next((key for key in topics if point_of(key[2])), None)
    if article is not None and article not in leading:
        leading.append(article)
    passages = _passages(hits, leading, corpus, kind)
    scored = _score_claims(question, kind, passages, topics, hits, embeddings)
    if not scored:
        return ()
    lead = _lead(kind, scored)
    topic = _topic_key(lead[0].chunk)
    used = {claim.text for claim in lead}
    blocks = [Block(kind="lead", claims=lead)]
    announced = lead[-1].text.endswith((":", "follows."))
    listed = _following(lead[-1], scored) if announced else _listed(kind, topic, scored, used)
    support = None if announced else _support(topic, topics, lead, scored)
    if support:
        blocks[0] = Block(kind="lead", claims=(*lead, support))
        used.add(support.text)
    if listed:
        blocks.append(Block(kind="list", claims=listed))
        used |= {claim.text for claim in listed}
    nuance = _nuance(kind, topic, scored, used)
    if nuance:
        blocks.append(Block(kind="nuance", claims=(nuance,)))
    return tuple(blocks)


def rank_topics(hits: Sequence[Hit]) -> dict[TopicKey, float]:
    """Score topics by their best passage and, less, by how many more were found; best first."""
    by_topic: dict[TopicKey, list[float]] = {}
    for hit in hits:
        by_topic.setdefault(_topic_key(hit.chunk), []).append(hit.score)
    scores = {key: values[0] + _MORE_PASSAGES * sum(values[1:4]) for key, values in by_topic.items()}
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


def _topic_key(chunk: Chunk) -> TopicKey:
    return chunk.collection, chunk.source_id, chunk.section


def _passages(hits: Sequence[Hit], topics: Sequence[TopicKey], corpus: Corpus, kind: QuestionKind) -> list[Chunk]:
    """The passages found, and the parts beside them that answer this kind of question; worksheets are not prose."""
    found = {hit.chunk.chunk_id: hit.chunk for hit in hits[:10]}
    wanted = {*_PARTS[kind], *_LISTED.get(kind, ()), *_NUANCES, *_SUPPORT_PARTS}
    for chunk in corpus.chunks:
        if _topic_key(chunk) in topics and chunk.part in wanted:
            found.setdefault(chunk.chunk_id, chunk)
    return [chunk for chunk in found.values() if chunk.part != "Worksheet"]


def _claims(chunk: Chunk) -> list[Claim]:
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


def _score_claims(
    question: str,
    kind: QuestionKind,
    passages: Sequence[Chunk],
    topics: dict[TopicKey, float],
    hits: Sequence[Hit],
    embeddings: BuiltinEmbeddings,
) -> list[_Scored]:
    """Score every sentence: its nearness to the question, its passage, its topic, and whether its part answers the kind."""
    claims = [claim for chunk in passages for claim in _claims(chunk)]
    if not claims:
        return []
    vectors = embeddings.vectors([question, *(_in_context(claim) for claim in claims)])
    nearness = vectors[1:] @ vectors[0]
    passage = {hit.chunk.chunk_id: hit.score for hit in hits}
    best_topic = max(topics.values())
    asked = set(content_words(question))
    scored = []
    for claim, similarity, vector in zip(claims, nearness, vectors[1:], strict=True):
        preferred = _PARTS[kind]
        rank = preferred.index(claim.chunk.part) if claim.chunk.part in preferred else None
        bonus = 0.0 if rank is None else _PART_BONUS / (1 + rank)
        if kind == "how-many" and any(letter.isdigit() for letter in claim.text):
            bonus += _NUMBER_BONUS
        shared = asked & set(content_words(claim.text))
        score = (
            float(similarity)
            + _PASSAGE_WEIGHT * passage.get(claim.chunk.chunk_id, 0.0)
            + _TOPIC_BONUS * topics.get(_topic_key(claim.chunk), 0.0) / best_topic
            + _WORD_WEIGHT * len(shared) / max(len(asked), 1)
            + bonus
        )
        scored.append(_Scored(claim=claim, score=score, similarity=float(similarity), vector=vector))
    return sorted(scored, key=lambda one: -one.score)


def _in_context(claim: Claim) -> str:
    """A sentence under its topic, so that it is not taken for one about something else."""
    return f"{claim.chunk.section or claim.chunk.title}: {claim.text}"


def _lead(kind: QuestionKind, scored: Sequence[_Scored]) -> tuple[Claim, ...]:
    """The best run of two or three neighbouring sentences of one passage, its first sentence able to open an answer."""
    able = [one for one in scored if one.claim.chunk.part not in _NEVER_LEAD or one.claim.chunk.part in _PARTS[kind]]
    passages: dict[str, list[_Scored]] = {}
    for one in sorted(able or scored, key=lambda one: one.claim.start):
        passages.setdefault(one.claim.chunk.chunk_id, []).append(one)
    runs = (run for sentences in passages.values() for run in _runs(sentences, whole=kind in _WHOLE_KINDS))
    best = max(runs, key=_run_score)
    return tuple(one.claim for one in best)


def _runs(sentences: Sequence[_Scored], *, whole: bool) -> Iterator[Sequence[_Scored]]:
    """Neighbouring sentences, up to three (more where a comparison or an example is wanted whole), within the words allowed."""
    longest, words_allowed = (6, _WHOLE_WORDS) if whole else (3, _LEAD_WORDS)
    starts = range(1) if whole and sentences[0].claim.chunk.part == "Example" else range(len(sentences))
    for first in starts:
        words = 0
        for last in range(first, min(first + longest, len(sentences))):
            words += len(sentences[last].claim.text.split())
            if sentences[last].claim.is_item != sentences[first].claim.is_item or (words > words_allowed and last > first):
                break
            yield sentences[first : last + 1]


def _run_score(run: Sequence[_Scored]) -> float:
    """Mostly the best sentence, partly the average; longer runs are worth a little, a dangling opening costs."""
    scores = [one.score for one in run]
    first = run[0].claim
    opens = first.start == first.chunk.start
    dangling = bool(_DANGLING.search(first.text)) and not opens
    return (
        0.6 * max(scores)
        + 0.4 * sum(scores) / len(scores)
        + _LENGTH_BONUS * min(len(run), 3)
        + _OPENING_BONUS * opens
        - _DANGLING_COST * dangling
    )


def _following(last: Claim, scored: Sequence[_Scored]) -> tuple[Claim, ...]:
    """The list that the lead's last sentence announces, also where it goes on in the next passage."""
    items = [
        one.claim
        for one in scored
        if one.claim.is_item
        and _topic_key(one.claim.chunk) == _topic_key(last.chunk)
        and one.claim.chunk.part == last.chunk.part
        and one.claim.start > last.start
    ]
    return tuple(sorted(items, key=lambda claim: claim.start))


def _support(topic: TopicKey, topics: dict[TopicKey, float], lead: Sequence[Claim], scored: Sequence[_Scored]) -> Claim | None:
    """One sentence of another document that says why or what, an article's before any other's."""
    said = [one.vector for one in scored if one.claim in lead]
    floor = _SUPPORT_TOPIC * max(topics.values())
    able = [
        one
        for one in scored
        if one.claim.chunk.source_id != topic[1]
        and one.claim.chunk.part in (*_SUPPORT_PARTS, "")
        and topics.get(_topic_key(one.claim.chunk), 0.0) >= floor
        and one.similarity >= (_ARTICLE_SIMILARITY if point_of(one.claim.chunk.section) else _SUPPORT_SIMILARITY)
        and max(float(one.vector @ vector) for vector in said) < _SAME_SIMILARITY
        and not _DANGLING.search(one.claim.text)
    ]
    articles = [one for one in able if point_of(one.claim.chunk.section)]
    best = next(iter(articles or able), None)
    return replace(best.claim, is_item=False) if best else None


def _listed(kind: QuestionKind, topic: TopicKey, scored: Sequence[_Scored], used: set[str]) -> tuple[Claim, ...]:
    """Steps or items of the lead's topic, in the order of the source."""
    for part in _LISTED.get(kind, ()):
        items = [
            one
            for one in scored
            if _topic_key(one.claim.chunk) == topic
            and one.claim.chunk.part == part
            and one.claim.is_item
            and one.claim.text not in used
        ]
        if len(items) >= 2 and max(one.similarity for one in items) >= _LIST_SIMILARITY:
            kept = sorted(items[:_MAX_LIST], key=lambda one: one.claim.start)
            return tuple(one.claim for one in kept)
    return ()


def _nuance(kind: QuestionKind, topic: TopicKey, scored: Sequence[_Scored], used: set[str]) -> Claim | None:
    """One sentence that limits the answer, from the lead's topic; a yes-or-no question wants one more than others."""
    floor = _NUANCE_SIMILARITY if kind != "is-it-true" else _DOUBT_SIMILARITY
    for one in scored:
        claim = one.claim
        if (
            _topic_key(claim.chunk) == topic
            and claim.chunk.part in _NUANCES
            and claim.text not in used
            and one.similarity >= floor
        ):
            return replace(claim, is_item=False)
    return None
