import pytest

from coach.errors import UsageError
from coach.evaluation.compare import compare_runs, decide, exit_status
from coach.evaluation.report import comparison_text
from coach.evaluation.runs import run_suite


@pytest.fixture
def run(small, evals, build):
    def run_with(*failing):
        script = {f"Question {number}?": RuntimeError("x") for number in failing}
        return run_suite(small, build.subject(script), evals=evals, model="builtin")

    return run_with


@pytest.mark.parametrize(
    ("pairs", "worse", "better", "verdict"),
    [
        (5, 5, 0, "not enough data"),
        (0, 0, 0, "not enough data"),
        (6, 5, 0, "no regression"),
        (6, 6, 0, "regression"),
        (100, 8, 1, "regression"),
        (100, 8, 2, "no regression"),
        (100, 1, 8, "no regression"),
        (100, 0, 0, "no regression"),
    ],
)
def test_a_regression_is_a_drop_that_chance_hardly_explains(pairs, worse, better, verdict):
    assert decide(pairs=pairs, worse=worse, better=better) == verdict


@pytest.mark.parametrize(
    ("verdicts", "failures", "status"),
    [
        (["no regression"], [], 0),
        (["regression"], [], 1),
        (["not enough data"], [], 3),
        (["no regression", "not enough data"], [], 0),
        (["no regression", "regression", "not enough data"], [3], 1),
        (["no regression"], [2], 2),
        (["no regression"], [2, 3], 3),
        ([], [], 0),
        ([], [3], 3),
    ],
)
def test_one_function_turns_verdicts_into_an_exit_status(verdicts, failures, status):
    assert exit_status(verdicts, failures=failures) == status


def test_a_comparison_names_what_got_worse_and_better(run):
    comparison = compare_runs(run(1, 8), run(2, 3, 7))
    assert comparison.worse == ("q-2", "q-3", "q-7")
    assert comparison.better == ("q-1", "q-8")
    assert comparison.held_out == ("q-7", "q-8")
    assert (comparison.before.passed, comparison.after.passed, comparison.after.samples) == (6, 5, 8)
    assert comparison.p_value == 1.0
    assert comparison.verdict == "no regression"


def test_a_fall_of_six_samples_is_a_regression(run):
    comparison = compare_runs(run(), run(1, 2, 3, 4, 5, 6))
    assert (comparison.verdict, comparison.p_value) == ("regression", 0.03125)


def test_samples_that_only_one_run_has_are_left_out_and_counted(run):
    before, after = run(), run(1)
    shorter = after.model_copy(update={"results": after.results[:5], "dataset": "0" * 16, "model": "openai:x"})
    comparison = compare_runs(before, shorter)
    assert comparison.unpaired == ("q-6", "q-7", "q-8")
    assert comparison.verdict == "not enough data"
    assert [note.split(" ")[0] for note in comparison.notes] == ["dataset", "model"]


def test_runs_of_different_suites_cannot_be_compared(run):
    with pytest.raises(UsageError, match="are different suites"):
        compare_runs(run(), run().model_copy(update={"suite": "other"}))


def test_changes_of_the_figures_are_told(run):
    first = run().model_copy(update={"metrics": {"evidence-overlap": 0.9, "gone": 1.0}})
    second = run().model_copy(update={"metrics": {"evidence-overlap": 0.7, "new": 1.0}})
    assert compare_runs(first, second).metrics == {"evidence-overlap": -0.2}


def test_the_text_names_dev_samples_and_counts_held_out_ones(run):
    text = comparison_text(compare_runs(run(1, 8), run(2, 3, 7)))
    assert text.split("\n")[0] == "small: no regression"
    assert "  worse: q-2, q-3, and 1 held-out" in text
    assert "  better: q-1, and 1 held-out" in text
    assert "exact p = 1.0000" in text
