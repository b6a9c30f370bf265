import pytest

from coach.schema import Chunk, Hit
from coach.writing.composer import Block, Claim
from coach.writing.declining import decline
from coach.writing.template_writer import write_answer

FIRST = "Tiers pile up. Nobody can cope. Simplify. Start with one tier"
SECOND = "Some tiers pay."


def chunk(chunk_id, text, *, part="In short", offset=100):
    return Chunk(
        chunk_id=chunk_id, source_id=f"source-{chunk_id}", collection="builtin", title=f"Title {chunk_id}",
        section="Section", part=part, text=text, start=offset, end=offset + len(text), evidence="A [practitioner]",
    )  # fmt: skip


def claim(of, text, **fields):
    start = of.start + of.text.index(text)
    return Claim(text=text, chunk=of, start=start, end=start + len(text), **fields)


ONE, TWO = chunk("1", FIRST), chunk("2", SECOND, part="Limits", offset=7)
HITS = [Hit(chunk=ONE, score=0.75, similarity=0.6)]
BLOCKS = (
    Block(kind="correction", claims=(claim(ONE, "Nobody can cope."),)),
    Block(kind="lead", claims=(claim(ONE, "Tiers pile up."), claim(TWO, SECOND))),
    Block(kind="list", claims=(claim(ONE, "Simplify.", is_item=True), claim(ONE, "Start with one tier", is_item=True))),
    Block(kind="nuance", claims=(claim(TWO, SECOND),)),
)


def test_an_answer_is_set_as_it_was(snapshot):
    snapshot("template-answer.md", write_answer(BLOCKS, HITS).text + "\n")


def test_passages_are_numbered_by_first_use_and_cited_once():
    citations = write_answer(BLOCKS, HITS).citations
    assert [(one.n, one.source_id) for one in citations] == [(1, "source-1"), (2, "source-2")]


def test_a_citation_quotes_its_passage_from_the_first_to_the_last_sentence_used():
    first, second = write_answer(BLOCKS, HITS).citations
    assert first.quote == FIRST
    assert second.quote == SECOND
    only = write_answer((Block(kind="lead", claims=(claim(ONE, "Nobody can cope."),)),), HITS).citations[0]
    assert only.quote == "Nobody can cope."


def test_a_citation_tells_where_it_is_from_and_how_well_it_matched():
    first, second = write_answer(BLOCKS, HITS).citations
    assert (first.title, first.section, first.evidence, first.collection) == (
        "Title 1", "Section › In short", "A [practitioner]", "builtin",
    )  # fmt: skip
    assert (first.score, second.score) == (0.75, 0.0)


def test_a_mark_stands_where_the_passage_changes():
    lead = Block(kind="lead", claims=(claim(ONE, "Tiers pile up."), claim(ONE, "Nobody can cope."), claim(TWO, SECOND)))
    assert write_answer((lead,), HITS).text == "Tiers pile up. Nobody can cope. [1] Some tiers pay. [2]"


def test_a_sentence_without_a_stop_gets_one():
    lead = Block(kind="lead", claims=(claim(ONE, "Start with one tier"),))
    assert write_answer((lead,), HITS).text == "Start with one tier. [1]"


def test_no_blocks_give_an_empty_draft():
    assert write_answer((), HITS).text == ""
    assert write_answer((), HITS).citations == ()


def test_a_refusal_claims_nothing_and_cites_nothing(snapshot):
    draft = decline(HITS, own_titles=["My memo"])
    assert draft.citations == ()
    snapshot("decline.md", draft.text + "\n")


@pytest.mark.parametrize("similarity", [0.0, 0.44])
def test_a_refusal_names_nothing_as_close_that_is_not(similarity):
    far = [Hit(chunk=ONE, score=1.0, similarity=similarity)]
    assert "Closest" not in decline(far).text
