"""A pasted plan is told from a question by its form."""

import json
from pathlib import Path

import pytest

from coach.detection.intent import looks_like_plan

ROOT = Path(__file__).resolve().parents[2]


def _rows(path: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (ROOT / path).read_text(encoding="utf-8").splitlines() if line]


def test_nearly_all_example_plans_are_plans() -> None:
    plans = [str(row["text"]) for row in _rows("knowledge/labels/plans.jsonl")]
    assert sum(map(looks_like_plan, plans)) / len(plans) >= 0.97


def test_a_plan_stays_a_plan_with_words_around_it() -> None:
    plans = [str(row["text"]) for row in _rows("knowledge/labels/plans.jsonl")]
    introduced = [f"What's wrong with this slide:\n{plan}" for plan in plans]
    followed = [f"{plan}\n\nWhat do you think?" for plan in plans]
    assert sum(map(looks_like_plan, introduced)) / len(plans) >= 0.97
    assert sum(map(looks_like_plan, followed)) / len(plans) >= 0.95


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("evals/datasets/questions.jsonl", "question"),
        ("knowledge/labels/scope_questions.jsonl", "text"),
        ("knowledge/labels/false_premises.jsonl", "text"),
    ],
)
def test_nearly_no_question_is_taken_for_a_plan(path: str, field: str) -> None:
    questions = [str(row[field]) for row in _rows(path)]
    assert sum(map(looks_like_plan, questions)) / len(questions) <= 0.005


def test_a_long_story_that_ends_in_a_question_is_a_question() -> None:
    story = (
        "We sell booking software to ferry operators and signed three port agencies last spring, each with its own contract. "
        "One of them sold twice, the others never called back, and now the board wants thirty more before the summer. "
        "I have one person for all of it, she is leaving in March, and legal needs ten weeks for every agreement. "
        "Should we go on with the thirty, or first find out why two of three never sold?"
    )
    assert not looks_like_plan(story)
    assert not looks_like_plan(f"{story} Thanks, Tom")


@pytest.mark.parametrize("text", ["", "  \n ", "?", "thanks", "ok and what about resellers", "20 % share"])
def test_little_text_is_never_a_plan(text: str) -> None:
    assert not looks_like_plan(text)
