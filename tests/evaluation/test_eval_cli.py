import json
import sys

import pytest

from coach import cli


@pytest.fixture
def coach(monkeypatch, capsys, evals, tmp_path, build):
    """Run `coach eval …` in this process over a small evals folder and a scripted subject."""

    def resource(name):
        return evals.parent / name

    for module in ("resources", "evaluation.suite", "evaluation.archive"):
        monkeypatch.setattr(f"coach.{module}.resource", resource)
    (evals.parent / "pyproject.toml").write_text("")

    def call(*arguments, failing=(), home=tmp_path / "home"):
        script = {f"Question {number}?": RuntimeError("x") for number in failing}
        monkeypatch.setattr("coach.wiring.Coach", lambda _: build.subject(script))
        monkeypatch.setattr(sys, "argv", ["coach", "eval", *arguments, "--home", str(home)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        return stop.value.code, *capsys.readouterr()

    return call


def test_a_run_without_a_baseline_ends_with_0_and_tells_where_its_record_is(coach, tmp_path):
    status, out, err = coach("run", "small", failing=[1])
    assert (status, err) == (0, "")
    assert out.startswith("small: 8 samples")
    (record,) = (tmp_path / "home" / "evals").iterdir()
    assert f"Record: {record}" in out


def test_json_is_the_run_record_in_one_line(coach):
    status, out, _ = coach("run", "small", "--format", "json")
    record = json.loads(out)
    assert (status, out.count("\n")) == (0, 1)
    assert (record["suite"], len(record["results"]), record["comparison"]) == ("small", 8, None)


def test_a_regression_against_a_baseline_ends_with_1(coach, evals):
    coach("run", "all")
    status, out, _ = coach("baseline", "first")
    assert status == 0
    assert str(evals / "baselines" / "first" / "small.json") in out
    assert coach("run", "small", "--baseline", "first")[0] == 0
    status, out, _ = coach("run", "small", "--baseline", "first", failing=[1, 2, 3, 4, 5, 6])
    assert status == 1
    assert "small: regression" in out
    assert coach("compare", "first/small", "small")[0] == 1
    status, out, _ = coach("compare", "small", "first/small", "--format", "json")
    assert (status, json.loads(out)["verdict"]) == (0, "no regression")


def test_too_few_pairs_end_with_3(coach, evals):
    lines = (evals / "datasets" / "small.jsonl").read_text().split("\n")
    (evals / "datasets" / "small.jsonl").write_text("\n".join(lines[:4]))
    coach("run", "small")
    status, out, _ = coach("compare", "small", "small")
    assert status == 3
    assert "4 paired samples; 6 are needed" in out


def test_a_run_in_which_every_sample_failed_with_an_error_ends_with_3(coach, tmp_path):
    status, out, _ = coach("run", "small", failing=range(1, 9))
    assert status == 3
    assert "8 errors" in out
    assert list((tmp_path / "home" / "evals").iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "nonsense"),
        ("run", "small", "--baseline", "nonsense"),
        ("run",),
        ("compare", "small", "small"),
        ("compare", "small"),
        ("baseline", "first"),
        ("sing",),
    ],
)
def test_a_wrong_call_ends_with_2_and_one_line(coach, tmp_path, arguments):
    status, out, err = coach(*arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert not (tmp_path / "home" / "evals").exists()


def test_a_broken_suite_file_ends_with_2(coach, evals):
    (evals / "suites" / "bad.yaml").write_text("id: bad")
    status, _, err = coach("run", "small")
    assert status == 2
    assert err.startswith("coach: bad.yaml: purpose: Field required")


def test_a_suite_that_cannot_run_does_not_stop_the_others_of_all(coach, evals):
    (evals / "make.py").write_text("raise SystemExit('no packages')")
    (evals / "datasets" / "bad.jsonl").write_text('{"id": "a", "refused": true}')
    (evals / "suites" / "bad.yaml").write_text(
        "id: bad\npurpose: p\ndataset: datasets/bad.jsonl\ngenerator: make.py\ntask: bad-input\nchecks: [still-answers]\n"
    )
    status, out, err = coach("run", "all")
    assert status == 3
    assert out.startswith("small: 8 samples")
    assert err.startswith("coach eval run bad: make.py could not make its files (no packages)")


def test_the_suites_are_listed(coach):
    assert coach("list")[1].startswith("small        To test with.")
    assert [suite["id"] for suite in json.loads(coach("list", "--format", "json")[1])["suites"]] == ["small"]


def test_without_a_checkout_baselines_go_under_home(coach, evals, tmp_path):
    (evals.parent / "pyproject.toml").unlink()
    coach("run", "small")
    coach("baseline", "mine")
    assert (tmp_path / "home" / "evals" / "baselines" / "mine" / "small.json").is_file()
    assert not (evals / "baselines").exists()
    assert coach("run", "small", "--baseline", "mine")[0] == 0
