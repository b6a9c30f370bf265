"""Texts that are no partner plan: Coach says so, finds next to nothing, and judges no language that it does not read."""

import json
from pathlib import Path

import pytest

FILE = Path(__file__).parent.parent / "data" / "other_texts.jsonl"
TEXTS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def critiques(coach):
    """Critiques by group."""
    groups = {}
    for row in TEXTS:
        groups.setdefault(row["group"], []).append(coach.critique_text(row["text"]))
    return groups


def at_risk(critique):
    return sum(one.verdict == "at_risk" for one in critique.findings)


def test_texts_on_other_matters_are_named_and_raise_almost_no_alarm(critiques):
    unrelated = critiques["unrelated"]
    assert sum("hardly speaks of partners" in one.notice for one in unrelated) >= 0.5 * len(unrelated)
    assert sum(map(at_risk, unrelated)) <= 0.3 * len(unrelated)


def test_texts_about_partnering_that_plan_nothing_raise_few_alarms(critiques):
    assert sum(map(at_risk, critiques["about"])) <= 0.6 * len(critiques["about"])


def test_plans_in_other_languages_are_not_judged(critiques):
    for critique in critiques["foreign"]:
        assert "Coach reads English" in critique.notice
        assert {one.verdict for one in critique.findings} == {"open"}


def test_foreign_words_in_an_english_plan_do_not_stop_the_judge(critiques):
    for critique in critiques["mixed"]:
        assert "Coach reads English" not in critique.notice
        assert {one.verdict for one in critique.findings} != {"open"}
