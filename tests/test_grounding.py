import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.grounding import verify_grounding, withhold_unsupported
from coach.schema import Citation

SOURCE = "Tiers and levels pile up until nobody can cope. A pilot runs 90 days. Partners do not read portals."


def cite(n, quote):
    return Citation(n=n, source_id="s", title="T", section="S", quote=quote, score=1.0)


@pytest.mark.parametrize(
    ("claim", "supported"),
    [
        ("Tiers and levels pile up until nobody can cope.", True),
        ("Levels and tiers pile up until nobody can cope.", True),
        ("A pilot runs 90 days.", True),
        ("A pilot runs 30 days.", False),
        ("A pilot does not run 90 days.", False),
        ("Partners read portals.", False),
        ("All partners always read portals.", False),
        ("Cats bark at the moon.", False),
    ],
)
def test_a_sentence_is_supported_only_by_words_numbers_and_negation_that_agree(claim, supported):
    report = verify_grounding(claim, [SOURCE])
    assert report.supported is supported
    assert [one.supported for one in report.sentences] == [supported]


def test_every_sentence_knows_its_place_and_its_source():
    draft = "A pilot runs 90 days. Cats bark at night."
    first, second = verify_grounding(draft, ["Something else.", SOURCE]).sentences
    assert draft[first.start : first.end] == first.text == "A pilot runs 90 days."
    assert (first.source, second.source) == (1, None)


def test_a_mark_belongs_to_the_sentence_before_it_and_is_no_sentence():
    draft = "A pilot runs 90 days. [1] Cats bark at night. [2]"
    report = verify_grounding(draft, [SOURCE])
    assert [one.text for one in report.sentences] == ["A pilot runs 90 days.", "Cats bark at night."]
    assert [draft[one.start : one.end] for one in report.sentences] == [one.text for one in report.sentences]
    assert report.score == pytest.approx(0.5)


def test_nothing_is_no_support():
    assert verify_grounding("", [SOURCE]).supported is False
    assert verify_grounding("A pilot runs 90 days.", []).supported is False


def test_what_is_not_carried_is_taken_out_and_named():
    text = "A pilot runs 90 days. [1] Cats bark at night. [1]"
    kept, withheld = withhold_unsupported(text, [cite(1, SOURCE)])
    assert withheld == ("Cats bark at night.",)
    assert "Cats" not in kept
    assert kept.startswith("A pilot runs 90 days. [1]")


def test_a_text_that_is_carried_whole_is_left_as_it_is():
    text = "**Bear in mind:** A pilot runs 90 days. [1]\n\n1. Partners do not read portals. [1]"
    assert withhold_unsupported(text, [cite(1, SOURCE)]) == (text, ())


@given(st.text(max_size=200), st.lists(st.text(max_size=100), max_size=3))
def test_any_text_can_be_checked(draft, sources):
    report = verify_grounding(draft, sources)
    assert 0 <= report.score <= 1
    for one in report.sentences:
        assert draft[one.start : one.end] == one.text
        assert one.source is None or one.source < len(sources)
