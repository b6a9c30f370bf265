"""The splitter: what its author set apart stays apart, and offsets are exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.detection.plan import Sentence, split_sentences


def texts(plan: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(plan)]


def test_every_offset_gives_back_the_words_of_its_sentence() -> None:
    plan = "Plan\r\n\r\n• One. Two!\r\n\t- three\r\n  4) four"
    for sentence in split_sentences(plan):
        assert plan[sentence.start : sentence.end] == sentence.text


@given(st.text(alphabet="aB1. \n•-|→:;!?…\"'()#é😀\r\t", max_size=120))
def test_any_text_splits_in_order_without_overlap_and_without_blank_edges(plan: str) -> None:
    end = 0
    for sentence in split_sentences(plan):
        assert end <= sentence.start < sentence.end
        assert sentence.text == plan[sentence.start : sentence.end] == sentence.text.strip()
        end = sentence.end


@given(st.lists(st.text(alphabet="abcxyz", min_size=1, max_size=6), max_size=80))
def test_no_word_is_lost(words: list[str]) -> None:
    assert " ".join(texts(" ".join(words))).split() == words


@pytest.mark.parametrize("blank", ["", "  \n\t\n", "-----\n=====\n| --- | --- |"])
def test_a_plan_without_words_has_no_sentences(blank: str) -> None:
    assert split_sentences(blank) == []


@pytest.mark.parametrize("bullet", ["• ", "- ", "* ", "– ", "→ ", "▸ ", "✓ ", "1. ", "2) ", "(a) ", "iv) ", "[ ] ", "> ", "•"])
def test_a_bullet_is_not_part_of_its_sentence(bullet: str) -> None:
    plan = f"{bullet}250 partners signed by Q4"
    (sentence,) = split_sentences(plan)
    assert sentence == Sentence("250 partners signed by Q4", len(bullet), len(plan), 0, is_heading=False)


def test_bullets_on_one_line_are_apart() -> None:
    assert texts("Why: • reach • trust • price") == ["Why:", "reach", "trust", "price"]


@pytest.mark.parametrize(
    "kept",
    [
        "We offer perks, e.g. a badge, i.e. nothing of use.",
        "They save approx. 40 hours a month.",
        "Deere has 1.5 m machines and 2.8% returns.",
        "Dr. Holzapfel and J. Smith call at 4 a.m. on Mondays.",
        "Starts on 1. April in all states.",
        "Kronwerk is carried as partner no. 207.",
        "Partners pay for listing, training, etc. before they sell.",
        "Sales lose their bonus; legal is not ready; support was not asked.",
        "Q1 portal → Q2 logo wall → Q3 partner day",
        "8 managed MSPs, own plan each | rest: docs + sandbox",
        '"Are you sure?" he asked.',
        "We wait… and then we sign.",
    ],
)
def test_what_belongs_together_stays_one_sentence(kept: str) -> None:
    assert texts(kept) == [kept]


@pytest.mark.parametrize(
    ("plan", "parts"),
    [
        ("Two partners. On purpose.", ["Two partners.", "On purpose."]),
        ("ok so the deck is done. before you ask: yes", ["ok so the deck is done.", "before you ask: yes"]),
        ("what do they get? exposure", ["what do they get?", "exposure"]),
        ("nobody says no to 12. no managers pls", ["nobody says no to 12.", "no managers pls"]),
        ("Brain dump 😅 we exist for couples", ["Brain dump 😅", "we exist for couples"]),
        ("No. We won't. 25%. Marketing pays.", ["No.", "We won't.", "25%.", "Marketing pays."]),
        ('"It is done." The CEO said so.', ['"It is done."', "The CEO said so."]),
        ("We count logos, badges, etc. That is all.", ["We count logos, badges, etc.", "That is all."]),
    ],
)
def test_sentences_end_at_full_stops(plan: str, parts: list[str]) -> None:
    assert texts(plan) == parts


def test_lines_stay_apart_on_slides() -> None:
    assert texts("CHANNEL\nour agrovets reach 41,000 farms\ngoal 500") == [
        "CHANNEL",
        "our agrovets reach 41,000 farms",
        "goal 500",
    ]


def test_a_hard_wrapped_paragraph_is_read_across_its_lines() -> None:
    plan = (
        "We want fewer clinics and schools above three thousand metres\n"
        "to go offline. That sentence was agreed with the cooperative\n"
        "before any lawyer was asked."
    )
    assert texts(plan) == [
        "We want fewer clinics and schools above three thousand metres\nto go offline.",
        "That sentence was agreed with the cooperative\nbefore any lawyer was asked.",
    ]
    assert [sentence.line for sentence in split_sentences(plan)] == [0, 1]


def test_a_table_row_is_one_sentence_and_its_rule_none() -> None:
    plan = "| mill | wants |\n|------|:-----:|\n| Serra | stop the drift |"
    assert texts(plan) == ["| mill | wants |", "| Serra | stop the drift |"]


def test_chat_without_punctuation_is_broken_into_readable_pieces() -> None:
    plan = " ".join(["so we launch on monday and nobody asked them, then we count logos"] * 12)
    parts = texts(plan)
    assert len(parts) > 1
    assert max(len(part.split()) for part in parts) <= 55
    assert " ".join(parts) == plan


@pytest.mark.parametrize(
    ("plan", "headings"),
    [
        ("# Partners\nWe call them weekly.", ["Partners"]),
        ("Partners\n========\nWe call them weekly.", ["Partners"]),
        ("PARTNER PROGRAM\n• reach", ["PARTNER PROGRAM"]),
        ("What they get:\n- a badge", ["What they get:"]),
        ("Plan\n\nCare\nThere is a portal, and it answers within a day.", ["Plan", "Care"]),
        ("Alliance next steps\nWe meet. We sign.", ["Alliance next steps"]),
        ("We will call every partner weekly.\nThen we sign.", []),
        ("one line only", []),
    ],
)
def test_headings_are_told_from_sentences(plan: str, headings: list[str]) -> None:
    assert [sentence.text for sentence in split_sentences(plan) if sentence.is_heading] == headings
