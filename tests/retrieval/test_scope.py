import json

import numpy as np
import pytest

from coach.resources import resource, weights
from coach.retrieval.linear import LinearModel
from coach.retrieval.scope import scope_features, word_coverage


@pytest.mark.parametrize(
    "question",
    [
        "What do tiers do to partners?",
        "What is the partner's win?",
        "How do I run a pilot with a test partner?",
        "Why do partner programs fail?",
        "Who is Marc Zasada?",
        "How should sales people be paid for partner deals?",
        "what questions should I ask a reseller before signing",
        "Is 20 % revenue share enough to motivate a channel partner?",
    ],
)
def test_questions_about_partnering_are_covered(coach, question):
    assert coach._scope.covers(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is the weather in Oslo?",
        "How do I bake sourdough bread?",
        "Who won the world cup in 1998?",
        "Write a Python function that sorts a list",
        "What is the capital of Australia?",
        "Is creatine safe for teenagers?",
        "asdf qwer zxcv",
        "🤝🤝🤝",
    ],
)
def test_questions_about_anything_else_are_not(coach, question):
    assert not coach._scope.covers(question)


def test_most_labelled_questions_of_the_test_split_are_judged_right(coach):
    text = resource("knowledge/labels/scope_questions.jsonl").read_text(encoding="utf-8")
    rows = [row for row in map(json.loads, text.splitlines()) if row["split"] == "test"]
    model = LinearModel.load(weights("linear") / "scope.json")
    chances = model.probabilities(scope_features([row["text"] for row in rows], coach.retriever))
    covered = chances >= 0.5
    wanted = np.array([row["in_scope"] for row in rows])
    assert float((covered == wanted).mean()) >= 0.9
    assert float(covered[wanted].mean()) >= 0.9


def test_a_follow_up_must_not_lead_away_from_the_subject(coach):
    assert coach._scope.covers("why? (about: What do tiers do to partners)", asked="why?")


def test_the_users_own_documents_widen_the_scope(own_coach, tmp_path):
    question = "When does the cafeteria serve lentil soup?"
    assert not own_coach._scope.covers(question)
    (tmp_path / "menu.md").write_text("# Cafeteria\n\nThe cafeteria serves lentil soup on Fridays.\n", encoding="utf-8")
    own_coach.ingest([tmp_path / "menu.md"])
    assert own_coach._scope.covers(question)
    assert not own_coach._scope.covers("What is the weather in Oslo?")
    answer = own_coach.ask(question)
    assert not answer.declined
    assert "Fridays" in answer.answer
    assert answer.citations[0].collection == "library"


def test_a_declined_question_names_the_users_own_documents_that_were_searched(own_coach, tmp_path):
    (tmp_path / "menu.md").write_text("# Weather in Bergen\n\nThe weather station measures rain.\n", encoding="utf-8")
    own_coach.ingest([tmp_path / "menu.md"])
    answer = own_coach.ask("Who won the world cup in 1998, and what was the weather?")
    assert answer.declined
    assert "Your own documents searched: Weather in Bergen." in answer.answer


def test_features_have_one_row_a_question(coach):
    assert scope_features(["a pilot", "the weather"], coach.retriever).shape == (2, 384 + 4 + 18)


def test_word_coverage_tells_known_from_unknown_words(coach):
    corpus = coach.retriever.corpora.read()
    hits = coach.retriever.search("tiers and layers", k=3)
    best, unknown = word_coverage("tiers and layers", hits, corpus)
    assert best > 0.5
    assert unknown == 0
    assert word_coverage("zzzxqy", hits, corpus) == (0.0, 1.0)
    assert word_coverage("what is it", hits, corpus) == (0.0, 0.0)
    assert word_coverage("tiers", [], corpus)[0] == 0.0
