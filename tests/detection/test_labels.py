"""The labelled data: whole, exact, without leaks across the split and without cues of form."""

import json
import re
from collections import Counter, defaultdict
from statistics import mean

import pytest

from coach.detection.taxonomy import MODE_IDS
from coach.resources import resource

HELD_OUT = {"writer-11", "writer-12"}
DEVELOPMENT = {"writer-13"}


def read(path):
    return [json.loads(line) for line in resource(path).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def statements():
    return read("knowledge/labels/statements.jsonl")


@pytest.fixture(scope="module")
def plans():
    """All whole plans by part."""
    return {
        "training": read("knowledge/labels/plans.jsonl"),
        "development": read("knowledge/labels/plans_development.jsonl"),
        "held-out": [row for row in read("evals/datasets/plans.jsonl") if row["split"] == "held-out"],
    }


def test_there_is_as_much_as_the_readme_says(statements, plans):
    readme = resource("knowledge/labels/README.md").read_text(encoding="utf-8")
    counted = {
        "statements.jsonl": statements,
        "plans.jsonl": plans["training"],
        "plans_development.jsonl": plans["development"],
    }
    for name, rows in counted.items():
        assert re.search(rf"`{re.escape(name)}` \| {len(rows):,} \|", readme), name


def test_no_writer_stands_on_both_sides(statements, plans):
    writers = {part: {row["writer"] for row in rows} for part, rows in plans.items()}
    writers["training"] |= {row["writer"] for row in statements}
    assert writers["held-out"] == HELD_OUT
    assert writers["development"] == DEVELOPMENT
    assert not writers["training"] & (HELD_OUT | DEVELOPMENT)


def test_ids_are_unique_and_texts_are_not_repeated(statements, plans):
    rows = [*statements, *(row for part in plans.values() for row in part)]
    assert [key for key, count in Counter(row["id"] for row in rows).items() if count > 1] == []
    assert [text for text, count in Counter(row["text"] for row in rows).items() if count > 1] == []


def test_evidence_is_exact_and_only_where_there_is_a_verdict(plans):
    for row in (row for part in plans.values() for row in part):
        assert set(row["labels"]) == set(MODE_IDS), row["id"]
        for label in row["labels"].values():
            assert bool(label["evidence"]) == (label["verdict"] != "open"), row["id"]
            assert all(quote in row["text"] for quote in label["evidence"]), row["id"]


def test_statements_name_known_modes_and_verdicts(statements):
    for row in statements:
        assert row["mode"] in MODE_IDS, row["id"]
        assert row["verdict"] in ("at_risk", "covered", "open"), row["id"]
        assert row["mode"] not in row["also"], row["id"]
        assert set(row["also"]) <= set(MODE_IDS), row["id"]
        assert set(row["also"].values()) <= {"at_risk", "covered"}, row["id"]


def shingles(text, size=6):
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[start : start + size]) for start in range(len(words) - size + 1)}


def test_nothing_held_out_repeats_what_is_trained_on(statements, plans):
    """Of the runs of six words of a held-out or development plan, at most one in twenty stands in a training text too."""
    trained = {one for row in [*statements, *plans["training"]] for one in shingles(row["text"])}
    for row in [*plans["held-out"], *plans["development"]]:
        own = shingles(row["text"])
        assert len(own & trained) <= 0.05 * len(own), (row["id"], own & trained)


def test_length_gives_no_verdict_away(statements):
    """A remedy takes a few words more than a mistake; training weighs the lengths against each other, within these bounds."""
    by_verdict = defaultdict(list)
    for row in statements:
        by_verdict[row["verdict"]].append(len(row["text"].split()))
    assert auc(by_verdict["covered"], by_verdict["at_risk"]) < 0.68
    assert auc(by_verdict["covered"], by_verdict["open"]) < 0.76
    assert auc(by_verdict["at_risk"], by_verdict["open"]) < 0.65


@pytest.mark.parametrize("mark", ["!", "?", "%", "\n", " / ", '"'])
def test_no_mark_gives_a_verdict_away(statements, mark):
    share = {
        verdict: mean(mark in row["text"] for row in statements if row["verdict"] == verdict)
        for verdict in ("at_risk", "covered", "open")
    }
    assert max(share.values()) - min(share.values()) < 0.12, share


def auc(longer, shorter):
    """Chance that one of the first is greater than one of the second."""
    ranks = Counter(shorter)
    total = below = 0
    counts = Counter(longer)
    for value in range(max(*ranks, *counts) + 1):
        total += counts[value] * (below + ranks[value] / 2)
        below += ranks[value]
    return total / (len(longer) * len(shorter))
