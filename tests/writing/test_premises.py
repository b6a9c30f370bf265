import json

import pytest

from coach.index.knowledge import load_knowledge_file
from coach.resources import resource
from coach.writing.premises import _load_facts, correct_premise

ROWS = [
    row
    for row in map(json.loads, resource("knowledge/labels/false_premises.jsonl").read_text(encoding="utf-8").splitlines())
    if row["split"] == "test"
]
CHECKED = ("count", "date", "role", "publisher", "author")


@pytest.mark.parametrize("text", [row["text"] for row in ROWS if not row["false_premise"]])
def test_a_true_premise_is_never_corrected(text):
    assert correct_premise(text) is None


def test_most_false_premises_of_a_kind_that_is_checked_are_found():
    rows = [row for row in ROWS if row["false_premise"] and row["kind"] in CHECKED]
    missed = [row["text"] for row in rows if correct_premise(row["text"]) is None]
    assert len(rows) >= 15
    assert 1 - len(missed) / len(rows) >= 0.75, missed


@pytest.mark.parametrize(
    ("question", "correction"),
    [
        ("What are Zasada's twelve reasons?", "lists ten ways"),
        ("Why does Zasada give 7 reasons?", "lists ten ways"),
        ("Bergen's five sections, what are they?", "three sections"),
        ("Accenture's 28 % of executives: who were they?", "82 %"),
        ("Zasada wrote in 2012, does it still hold?", "27 November 2002"),
        ("Where in Forbes was Zasada's article published?", "27 November 2002"),
        ("Zasada was a professor, did he test his reasons?", "senior consultant"),
        ("Is Zasada's 12-reason list ranked?", "lists ten ways"),
    ],
)
def test_a_false_premise_is_corrected_in_the_sources_words(question, correction):
    block = correct_premise(question)
    assert block.kind == "correction"
    assert correction in " ".join(claim.text for claim in block.claims)


@pytest.mark.parametrize(
    "question",
    [
        "Give me three reasons from Zasada",
        "What are Zasada's ten reasons?",
        "Zasada's reason 9 and reason 10",
        "Does Zasada's reason 3 reasons like Bergen?",
        "In 2002 Zasada wrote about tiers, why?",
        "We have 12 partners, which of Zasada's reasons apply?",
        "Zasada's ³ reasons",
        "",
    ],
)
def test_a_number_that_counts_nothing_false_is_left_alone(question):
    assert correct_premise(question) is None


def test_every_fact_stands_in_one_sentence_of_its_source():
    facts = _load_facts()
    for fact in (*facts.counts, *facts.percentages, *facts.dates, *facts.places, *facts.roles):
        text = load_knowledge_file(resource(f"knowledge/articles/{fact.source}.md")).text
        assert text.count(fact.says) >= 1, fact.says


def test_every_correction_is_an_exact_slice_of_its_source():
    for row in ROWS:
        block = correct_premise(row["text"])
        for claim in block.claims if block else ():
            text = load_knowledge_file(resource(f"knowledge/articles/{claim.chunk.source_id}.md")).text
            assert text[claim.start : claim.end] == claim.text
