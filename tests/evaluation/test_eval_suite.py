import json

import pytest

from coach.errors import KnowledgeError, UsageError
from coach.evaluation.samples import PlanSample, QuestionSample, load_samples
from coach.evaluation.scorers import CHECKS
from coach.evaluation.suite import find_suites, load_suite, load_suites, suites_table
from coach.resources import resource

GOOD = {"id": "one", "purpose": "Why.", "dataset": "datasets/small.jsonl", "task": "answer", "checks": ["mentions"]}


@pytest.fixture
def write(evals):
    def write_suite(text=None, **changes):
        fields = {**GOOD, **changes}
        path = evals / "suites" / "one.yaml"
        lines = [f"{name}: {json.dumps(value)}" for name, value in fields.items() if value is not None]
        path.write_text(text if text is not None else "\n".join(lines))
        return path

    return write_suite


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "two"}, r"^one\.yaml: id: 'two' differs from the file's name"),
        ({"purpose": None}, r"^one\.yaml: purpose: Field required"),
        ({"task": "sing"}, r"^one\.yaml: task: Input should be 'answer'"),
        ({"checks": []}, r"^one\.yaml: checks: "),
        (
            {"checks": ["nonsense"]},
            r"^one\.yaml: checks: there is no check for the task answer named 'nonsense'; there are citations-exact",
        ),
        ({"checks": ["verdicts-right"]}, r"^one\.yaml: checks: there is no check for the task answer named 'verdicts-right'"),
        ({"metrics": ["beauty"]}, r"^one\.yaml: metrics: there is no metric named 'beauty'; there are evidence-overlap"),
        ({"dataset": "datasets/none.jsonl"}, r"^one\.yaml: dataset: there is no datasets/none\.jsonl below evals/"),
        ({"generator": "samples/none.py"}, r"^one\.yaml: generator: there is no samples/none\.py"),
        ({"task": "bad-input", "checks": ["still-answers"]}, r"^one\.yaml: generator: the task bad-input needs"),
        ({"pass_mark": 2}, r"^one\.yaml: pass_mark: "),
        ({"colour": "red"}, r"^one\.yaml: colour: Extra inputs"),
    ],
)
def test_a_wrong_suite_is_told_by_file_and_field(write, changes, message):
    with pytest.raises(KnowledgeError, match=message) as caught:
        load_suite(write(**changes))
    assert "\n" not in str(caught.value)


def test_broken_yaml_is_told_by_line(write):
    with pytest.raises(KnowledgeError, match=r"^one\.yaml:2: "):
        load_suite(write("id: one\npurpose: [unclosed"))


def test_an_empty_suite_file_is_told(write):
    with pytest.raises(KnowledgeError, match=r"^one\.yaml: suite: "):
        load_suite(write(""))


def test_the_split_of_a_suite_chooses_its_samples(write, evals):
    assert len(load_suite(write()).samples(evals)) == 8
    assert {sample.id for sample in load_suite(write(split="held-out")).samples(evals)} == {"q-7", "q-8"}


def test_a_suite_without_samples_is_an_error(write, evals):
    (evals / "datasets" / "small.jsonl").write_text("\n")
    with pytest.raises(KnowledgeError, match=r"datasets/small\.jsonl: no rows of the split all"):
        load_suite(write()).samples(evals)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{not json", r"^rows\.jsonl:2: no JSON"),
        ("[1]", r"^rows\.jsonl:2: row: "),
        ('{"id": "b", "question": "?"}', r"^rows\.jsonl:2: expect: Field required"),
        (
            '{"id": "b", "question": "?", "expect": {"declined": false, "mentions": ["("]}}',
            r":2: expect\.mentions\.0: .*no regular",
        ),
        ('{"id": "b", "question": "?", "expect": {"declined": false, "modes_any": ["x"]}}', r":2: .*'x' is no failure mode"),
        ('{"id": "a", "question": "?", "expect": {"declined": false}}', r":2: the id 'a' occurs twice"),
        ('{"id": "b", "question": "?", "splt": "dev", "expect": {"declined": false}}', r":2: splt: Extra inputs"),
    ],
)
def test_a_wrong_row_is_told_by_file_line_and_field(tmp_path, line, message):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": "a", "question": "?", "expect": {"declined": false}}\n' + line)
    with pytest.raises(KnowledgeError, match=message):
        load_samples(path, QuestionSample)


def test_plan_labels_must_be_words_of_the_plan_and_cover_all_modes(tmp_path):
    (good,) = [sample for sample in load_samples(resource("evals/datasets/plans.jsonl"), PlanSample) if sample.id == "plan-01"]
    row = json.loads(good.model_dump_json())
    path = tmp_path / "plans.jsonl"
    for change, message in (
        ({"excess-layers": {"verdict": "at_risk", "evidence": ["not there"]}}, "'not there' is not in the text"),
        ({"excess-layers": {"verdict": "at_risk", "evidence": []}}, "at_risk with 0 pieces of evidence"),
        ({"excess-layers": {"verdict": "open", "evidence": ["One contract"]}}, "open with 1 pieces of evidence"),
    ):
        path.write_text(json.dumps({**row, "labels": {**row["labels"], **change}}))
        with pytest.raises(KnowledgeError, match=message):
            load_samples(path, PlanSample)
    path.write_text(json.dumps({**row, "labels": {}}))
    with pytest.raises(KnowledgeError, match="labels differ from the modes"):
        load_samples(path, PlanSample)


def test_every_shipped_suite_loads_with_its_samples():
    suites = load_suites()
    assert {"questions", "plans", "decks", "bad-input"} <= {suite.id for suite in suites}
    for suite in suites:
        assert suite.samples(resource("evals"))


def test_every_check_is_used_by_a_shipped_suite():
    assert set(CHECKS) == {name for suite in load_suites() for name in suite.checks}


def test_a_suite_is_found_by_name_and_all_means_every_one(small):
    assert find_suites("small", [small]) == (small,)
    assert find_suites("all", [small]) == (small,)
    with pytest.raises(UsageError, match=r"^big: no such suite\. There are: small, all\."):
        find_suites("big", [small])


def test_the_table_has_a_row_for_each_suite(small, evals):
    row = suites_table([small], evals=evals).split("\n")[-1]
    assert row == "| `small` | To test with. | 8 | answer | declined-as-expected, length |"
