import json

import pytest

from coach.errors import KnowledgeError, StoreError, UnavailableError, UsageError
from coach.evaluation.archive import Archive, read_run
from coach.evaluation.provenance import commit_of, knowledge_hash
from coach.evaluation.report import reason_of, run_text
from coach.evaluation.runs import run_suite
from coach.evaluation.suite import load_suite


@pytest.fixture
def run(small, evals, build):
    def run_with(script=None):
        return run_suite(small, build.subject(script), evals=evals, model="builtin")

    return run_with


@pytest.fixture
def archive(tmp_path):
    return Archive(runs=tmp_path / "home" / "evals", baselines=tmp_path / "blessed", shipped=tmp_path / "shipped")


def test_a_failing_sample_is_a_result_and_the_others_still_run(run, build):
    done = run({"Question 2?": RuntimeError("broken\npipe"), "Question 3?": build.answer(declined=True)})
    assert [result.id for result in done.results] == [f"q-{number}" for number in range(1, 9)]
    broken, declined = done.results[1], done.results[2]
    assert (broken.passed, broken.score, broken.checks) == (False, 0.0, {})
    assert broken.error == "RuntimeError: broken pipe"
    assert (declined.passed, declined.error) == (False, "")
    assert declined.checks["declined-as-expected"].reason == "declined"
    assert sum(result.passed for result in done.results) == 6


def test_an_interrupt_is_no_result(run):
    with pytest.raises(KeyboardInterrupt):
        run({"Question 2?": KeyboardInterrupt()})


def test_groups_count_all_splits_kinds_and_checks(run):
    done = run({"Question 8?": RuntimeError("x")})
    groups = {(group.by, group.name): group for group in done.groups}
    assert (groups["all", "all"].passed, groups["all", "all"].samples, groups["all", "all"].errors) == (7, 8, 1)
    assert (groups["split", "dev"].passed, groups["split", "held-out"].passed) == (6, 1)
    assert groups["kind", "what"].samples == 8
    assert groups["check", "length"].samples == 7
    assert groups["all", "all"].low < groups["all", "all"].rate < groups["all", "all"].high


def test_the_record_says_what_produced_it(run, small):
    done = run()
    assert (done.suite, done.model, done.knowledge) == ("small", "builtin", knowledge_hash())
    assert len(done.dataset) == 16
    assert "Python" in done.machine
    assert all(result.seconds >= 0 for result in done.results)


def test_the_history_of_a_question_is_passed_on(evals, small, build):
    row = {"id": "q", "question": "why?", "history": [{"role": "user", "content": "Tiers?"}], "expect": {"declined": False}}
    (evals / "datasets" / "small.jsonl").write_text(json.dumps(row))
    subject = build.subject()
    run_suite(small, subject, evals=evals, model="builtin")
    ((question, history),) = subject.asked
    assert (question, history[0].role, history[0].content) == ("why?", "user", "Tiers?")


def test_the_report_shows_failing_dev_samples_and_only_counts_held_out_ones(run, build, tmp_path):
    done = run({"Question 2?": RuntimeError("broken"), "Question 8?": build.answer(declined=True)})
    text = run_text(done, tmp_path / "x.json")
    assert "  q-2  error: RuntimeError: broken" in text
    assert "q-8" not in text
    assert "1 held-out samples fail too" in text
    assert reason_of(done.results[7]) == "declined-as-expected: declined"


def test_nothing_but_results_goes_to_stdout_and_no_bar_to_a_pipe(run, capsys):
    run()
    assert capsys.readouterr() == ("", "")


def test_generated_files_are_handed_to_the_samples(evals, build):
    (evals / "make.py").write_text(
        "import pathlib, sys\nfolder = pathlib.Path(sys.argv[1])\n"
        "for name, text in (('good', 'plan'), ('empty', ''), ('odd', 'odd')):\n    (folder / f'{name}.txt').write_text(text)\n"
    )
    rows = [{"id": "good.txt", "refused": False}, {"id": "empty.txt", "refused": True}, {"id": "odd.txt", "refused": True}]
    (evals / "datasets" / "bad.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    (evals / "suites" / "bad.yaml").write_text(
        "id: bad\npurpose: p\ndataset: datasets/bad.jsonl\ngenerator: make.py\ntask: bad-input\n"
        "checks: [refused-as-expected, one-line-error, still-answers]\n"
    )
    subject = build.subject({"odd": KeyError("odd")})
    done = run_suite(load_suite(evals / "suites" / "bad.yaml"), subject, evals=evals, model="builtin")
    assert [result.passed for result in done.results] == [True, True, False]
    assert done.results[2].output == {"outcome": "crashed", "message": "KeyError: 'odd'"}
    assert done.results[2].checks["still-answers"].value == 1


def test_a_generator_that_fails_is_told_with_its_last_line_and_the_mend(evals, build):
    (evals / "make.py").write_text("raise ModuleNotFoundError(\"No module named 'reportlab'\")")
    (evals / "datasets" / "bad.jsonl").write_text('{"id": "a", "refused": true}')
    (evals / "suites" / "bad.yaml").write_text(
        "id: bad\npurpose: p\ndataset: datasets/bad.jsonl\ngenerator: make.py\ntask: bad-input\nchecks: [still-answers]\n"
    )
    with pytest.raises(UnavailableError, match=r"make\.py could not make its files \(ModuleNotFoundError: .*'reportlab'\)"):
        run_suite(load_suite(evals / "suites" / "bad.yaml"), build.subject(), evals=evals, model="builtin")


def test_a_run_is_stored_readably_and_read_back_the_same(run, archive):
    done = run()
    path = archive.save(done)
    assert path.parent == archive.runs
    assert path.name.startswith("small-20")
    assert path.read_text(encoding="utf-8").count("\n") > 50
    assert read_run(path) == done
    assert [one.name for one in archive.runs.iterdir()] == [path.name]


def test_the_last_run_of_a_suite_is_found_and_not_that_of_a_longer_name(run, archive):
    first, second = run(), run({"Question 1?": RuntimeError("x")})
    archive.save(first)
    archive.save(second)
    archive.save(second.model_copy(update={"suite": "small-talk", "started": second.started.replace(year=2090)}))
    assert archive.latest("small") == second
    assert archive.latest("none") is None


def test_a_baseline_keeps_the_last_run_of_every_suite(run, archive):
    archive.save(run())
    done = run({"Question 1?": RuntimeError("x")})
    archive.save(done)
    assert archive.bless("first", ["small", "never-run"]) == {"small": archive.baselines / "first" / "small.json"}
    assert archive.baseline("first", "small") == done
    assert archive.find("first/small") == done
    with pytest.raises(UsageError, match="second: no baseline of that name for the suite small"):
        archive.baseline("second", "small")


@pytest.mark.parametrize("name", ["../up", "", "a/b", ".hidden"])
def test_a_baseline_cannot_leave_its_folder(run, archive, name):
    archive.save(run())
    with pytest.raises(UsageError, match="no name for a baseline"):
        archive.bless(name, ["small"])


def test_blessing_before_any_run_is_told(archive):
    with pytest.raises(UsageError, match="no runs to bless"):
        archive.bless("first", ["small"])


def test_a_run_is_found_by_path_by_name_and_by_suite(run, archive):
    done = run()
    path = archive.save(done)
    for name in (str(path), path.name, path.stem, "small"):
        assert archive.find(name) == done
    for name in ("none", "../x", "none/small", "a/b/c", ""):
        with pytest.raises(UsageError):
            archive.find(name)


def test_a_file_that_is_no_record_is_told(tmp_path):
    path = tmp_path / "x.json"
    for content in ("", "[]", '{"suite": "x"}', "\udcff"):
        path.write_bytes(content.encode("utf-8", "surrogateescape"))
        with pytest.raises(KnowledgeError, match="Give the record of a run"):
            read_run(path)


def test_a_home_that_cannot_be_written_is_told(run, tmp_path):
    (tmp_path / "file").write_text("")
    archive = Archive(runs=tmp_path / "file" / "evals", baselines=tmp_path, shipped=tmp_path)
    with pytest.raises(StoreError, match="cannot be written"):
        archive.save(run())


def test_the_commit_is_read_from_the_checkout_without_git(tmp_path):
    commit, other = "a" * 40, "b" * 40
    git = tmp_path / ".git"
    assert commit_of(tmp_path) == ""
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "packed-refs").write_text(f"# pack-refs\n{other} refs/heads/mainly\n{commit} refs/heads/main\n")
    assert commit_of(tmp_path) == commit
    (git / "refs" / "heads" / "main").write_text(f"{other}\n")
    assert commit_of(tmp_path) == other
    (git / "HEAD").write_text(f"{commit}\n")
    assert commit_of(tmp_path) == commit


def test_the_commit_of_a_worktree_is_read_through_its_pointer(tmp_path):
    folder = tmp_path / "main" / ".git" / "worktrees" / "w"
    folder.mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/topic\n")
    (folder / "commondir").write_text("../..\n")
    (tmp_path / "main" / ".git" / "packed-refs").write_text(f"{'c' * 40} refs/heads/topic\n")
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / ".git").write_text(f"gitdir: {folder}\n")
    assert commit_of(tmp_path / "w") == "c" * 40
