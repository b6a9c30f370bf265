"""Choose what an answer says: whole sentences of the passages, by the kind of question. No word is made up here.

The kind of question says which parts answer it; the question's own words say which sentences.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from coach.detection.taxonomy import load_taxonomy
from coach.index.points import point_of
from coach.models import BuiltinEmbeddings
from coach.retrieval.corpus import Corpus
from coach.retrieval.query import QuestionKind
from coach.schema import Hit
from coach.writing.claims import (
    LISTED,
    NUANCES,
    PARTS,
    SUPPORT_PARTS,
    Block,
    Claim,
    ScoredClaim,
    TopicKey,
    claims_of,
    find_passages,
    rank_topics,
    score_claims,
)

_NEVER_LEAD = ("Signs", "Example", "Limits")
_NUANCE_SIMILARITY = 0.5
_DOUBT_SIMILARITY = 0.3
_SUPPORT_SIMILARITY = 0.6
_ARTICLE_SIMILARITY = 0.35
_SAME_SIMILARITY = 0.78
_LIST_SIMILARITY = 0.34
_MAX_LIST = 7
_LEAD_WORDS = 75
_WHOLE_WORDS = 130
_WHOLE_KINDS = ("compare", "example")
_LENGTH_BONUS = 0.06
_OPENING_BONUS = 0.06
_DANGLING_COST = 0.15
_SUPPORT_TOPIC = 0.7
_ARTICLE_TOPICS = 3
_ANNOUNCES = (":", "follows.")
_DANGLING = re.compile(
    r"^(it|they|this|these|such|both)\b|\bboth views\b|\b(also|therefore|however|either|too|in turn|thus|hence|instead)\b",
    re.IGNORECASE,
)


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
    leading += [key for key in topics if point_of(key[2]) and key not in leading][:_ARTICLE_TOPICS]
    passages = find_passages(hits, leading, corpus, kind)
    scored = score_claims(question, kind, passages, topics, hits, embeddings)
    if not scored:
        return ()
    lead = _lead(kind, scored)
    topic = lead[0].chunk.topic
    if kind == "list":
        lead = _announcing(lead)
    used = {claim.text for claim in lead}
    blocks = [Block(kind="lead", claims=lead)]
    announced = lead[-1].text.endswith(_ANNOUNCES)
    listed = _following(lead[-1], corpus) if announced else _listed(kind, topic, scored, used)
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


def _lead(kind: QuestionKind, scored: Sequence[ScoredClaim]) -> tuple[Claim, ...]:
    """The best run of two or three neighbouring sentences of one passage, its first sentence able to open an answer."""
    able = [one for one in scored if one.claim.chunk.part not in _NEVER_LEAD or one.claim.chunk.part in PARTS[kind]]
    passages: dict[str, list[ScoredClaim]] = {}
    for one in sorted(able or scored, key=lambda one: one.claim.start):
        passages.setdefault(one.claim.chunk.chunk_id, []).append(one)
    runs = (run for sentences in passages.values() for run in _runs(sentences, whole=kind in _WHOLE_KINDS))
    best = max(runs, key=_run_score)
    return tuple(one.claim for one in best)


def _runs(sentences: Sequence[ScoredClaim], *, whole: bool) -> Iterator[Sequence[ScoredClaim]]:
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


def _run_score(run: Sequence[ScoredClaim]) -> float:
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


def _announcing(lead: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The lead with the sentence of its passage that announces a list, where there is one."""
    later = (claim for claim in claims_of(lead[-1].chunk) if claim.start >= lead[0].start)
    announcing = next((claim for claim in later if claim.text.endswith(_ANNOUNCES)), None)
    return lead if announcing is None or announcing in lead else (*lead, announcing)


def _following(last: Claim, corpus: Corpus) -> tuple[Claim, ...]:
    """The list that the lead's last sentence announces, also where it goes on in the next passage."""
    passages = [
        chunk
        for chunk in corpus.chunks
        if chunk.topic == last.chunk.topic and chunk.part == last.chunk.part and chunk.end > last.start
    ]
    items = (claim for chunk in passages for claim in claims_of(chunk) if claim.is_item and claim.start > last.start)
    return tuple(sorted(items, key=lambda claim: claim.start))


def _support(
    topic: TopicKey, topics: dict[TopicKey, float], lead: Sequence[Claim], scored: Sequence[ScoredClaim]
) -> Claim | None:
    """One sentence of another document that says why or what, an article's before any other's; an article needs none."""
    if point_of(topic[2]):
        return None
    said = [one.vector for one in scored if one.claim in lead]
    floor = _SUPPORT_TOPIC * max(topics.values())
    able = [
        one
        for one in scored
        if one.claim.chunk.source_id != topic[1]
        and one.claim.chunk.part in (*SUPPORT_PARTS, "")
        and topics.get(one.claim.chunk.topic, 0.0) >= floor
        and one.similarity >= (_ARTICLE_SIMILARITY if point_of(one.claim.chunk.section) else _SUPPORT_SIMILARITY)
        and max(float(one.vector @ vector) for vector in said) < _SAME_SIMILARITY
        and not _DANGLING.search(one.claim.text)
        and not (_defines(one.claim) and _defines(lead[0]))
    ]
    articles = [one for one in able if point_of(one.claim.chunk.section)]
    if articles:  # of the articles, a point that the lead's document rests on, then the one that the search ranks first
        order = list(topics)
        linked = load_taxonomy().points_behind(topic[1])
        articles.sort(key=lambda one: (point_of(one.claim.chunk.section) not in linked, order.index(one.claim.chunk.topic)))
    best = next(iter(articles or able), None)
    return replace(best.claim, is_item=False) if best else None


def _defines(claim: Claim) -> bool:
    """Whether a claim opens its topic: two definitions of one thing say the same twice."""
    return claim.chunk.part == "In short" and claim.start == claim.chunk.start


def _listed(kind: QuestionKind, topic: TopicKey, scored: Sequence[ScoredClaim], used: set[str]) -> tuple[Claim, ...]:
    """Steps or items of the lead's topic, in the order of the source."""
    for part in LISTED.get(kind, ()):
        items = [
            one
            for one in scored
            if one.claim.chunk.topic == topic
            and one.claim.chunk.part == part
            and one.claim.is_item
            and one.claim.text not in used
        ]
        if len(items) >= 2 and max(one.similarity for one in items) >= _LIST_SIMILARITY:
            kept = sorted(items[:_MAX_LIST], key=lambda one: one.claim.start)
            return tuple(one.claim for one in kept)
    return ()


def _nuance(kind: QuestionKind, topic: TopicKey, scored: Sequence[ScoredClaim], used: set[str]) -> Claim | None:
    """One sentence that limits the answer, from the lead's topic; a yes-or-no question wants one more than others."""
    floor = _NUANCE_SIMILARITY if kind != "is-it-true" else _DOUBT_SIMILARITY
    for one in scored:
        claim = one.claim
        if (
            claim.chunk.topic == topic
            and claim.chunk.part in NUANCES
            and claim.text not in used
            and one.similarity >= floor
            and not _DANGLING.search(claim.text)
        ):
            return replace(claim, is_item=False)
    return None
