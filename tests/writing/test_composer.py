import pytest

from coach.retrieval.query import question_kind, search_words
from coach.schema import Chunk, Hit
from coach.writing.composer import compose_answer, rank_topics

QUESTIONS = (
    "What do tiers do to partners?",
    "How do I run a pilot with a test partner?",
    "List the ten reasons why partner programs fail",
    "Compare Zasada and Bergen",
    "Give me an example of value mapping",
    "Is a revenue share enough to motivate a partner?",
    "How many tasks are there for next week?",
    "Who signs the charter?",
    "Give me a worksheet for discovery",
    "Why are logos a poor metric?",
)


def compose(coach, question):
    hits = coach.retriever.search(search_words(question), k=30)
    blocks = compose_answer(
        question,
        kind=question_kind(question),
        hits=hits,
        corpus=coach.retriever.corpora.read(),
        embeddings=coach._embeddings,
    )
    return blocks, hits


def hit(source_id, section, score):
    chunk = Chunk(
        chunk_id=f"{source_id}{section}{score}", source_id=source_id, collection="c", title="T", section=section, part="",
        text="Words.", start=0, end=6,
    )  # fmt: skip
    return Hit(chunk=chunk, score=score, similarity=score)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_claim_is_an_exact_slice_of_its_source(coach, question):
    blocks, _ = compose(coach, question)
    assert blocks[0].kind == "lead"
    for block in blocks:
        for claim in block.claims:
            _, text = coach.source_text(claim.chunk.source_id)
            assert text[claim.start : claim.end] == claim.text


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_is_said_twice(coach, question):
    blocks, _ = compose(coach, question)
    said = [claim.text for block in blocks for claim in block.claims]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("question", QUESTIONS)
def test_blocks_come_in_order_and_lists_in_the_order_of_the_source(coach, question):
    blocks, _ = compose(coach, question)
    order = ["lead", "list", "nuance"]
    kinds = [block.kind for block in blocks]
    assert kinds == sorted(kinds, key=order.index)
    for block in blocks:
        if block.kind == "list":
            starts = [claim.start for claim in block.claims]
            assert starts == sorted(starts)
            assert len({claim.chunk.source_id for claim in block.claims}) == 1


@pytest.mark.parametrize("question", QUESTIONS)
def test_worksheets_tables_and_listed_questions_are_no_prose(coach, question):
    blocks, _ = compose(coach, question)
    for block in blocks:
        for claim in block.claims:
            assert claim.chunk.part not in ("Worksheet", "Asked as")
            assert "|" not in claim.text


def test_a_question_for_steps_gets_a_list(coach):
    blocks, _ = compose(coach, "How do I run a pilot with a test partner?")
    (steps,) = [block for block in blocks if block.kind == "list"]
    assert 2 <= len(steps.claims) <= 10


def test_the_ten_reasons_are_listed_all_ten(coach):
    blocks, _ = compose(coach, "List the ten reasons why partner programs fail")
    (listed,) = [block for block in blocks if block.kind == "list"]
    text = " ".join(claim.text for claim in listed.claims)
    assert [f"zasada-{number})" in text for number in range(1, 11)] == [True] * 10


def test_a_hit_without_sentences_gives_no_blocks(coach):
    from coach.retrieval.corpus import Corpus

    lonely = hit("a", "", 1.0)
    blocks = compose_answer(
        "what?", kind="what", hits=[lonely], corpus=Corpus(chunks=(), vectors=coach._embeddings.vectors(["x"])[:0]),
        embeddings=coach._embeddings,
    )  # fmt: skip
    assert blocks == ()


def test_topics_rank_by_their_best_passage_and_then_by_how_many_there_are():
    hits = [hit("a", "one", 0.9), hit("b", "two", 0.8), hit("b", "two", 0.7), hit("b", "two", 0.6)]
    assert list(rank_topics(hits)) == [("c", "b", "two"), ("c", "a", "one")]
    assert list(rank_topics(hits[:2])) == [("c", "a", "one"), ("c", "b", "two")]
