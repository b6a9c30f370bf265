import pytest

from coach import prompts
from coach.errors import KnowledgeError
from coach.prompts import load_prompt
from coach.resources import resource

PROMPTS = sorted(path.stem for path in resource("prompts").glob("*.md"))
GOOD = "---\nid: task.v1\npurpose: Test.\ninputs: [name]\noutput: Text.\n---\nDear {name}, 100 % {} {not a slot}.\n"


@pytest.fixture
def written(monkeypatch, tmp_path):
    """Write a prompt file where prompts are looked for."""

    def write(text, name="task.v1"):
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
        monkeypatch.setattr(prompts, "resource", lambda path: tmp_path / path.removeprefix("prompts/"))
        return name

    return write


def test_there_are_prompts():
    assert "answer.v1" in PROMPTS


@pytest.mark.parametrize("prompt_id", PROMPTS)
def test_every_prompt_loads_and_renders(prompt_id):
    prompt = load_prompt(prompt_id)
    values = {name: f"<value of {name}>" for name in prompt.inputs}
    text = prompt.render(**values)
    assert prompt.id == prompt_id
    assert len(prompt.digest) == 12
    assert all(value in text for value in values.values())
    assert "---" not in text


@pytest.mark.parametrize("prompt_id", PROMPTS)
def test_a_missing_or_undeclared_input_is_refused(prompt_id):
    prompt = load_prompt(prompt_id)
    values = dict.fromkeys(prompt.inputs, "x")
    with pytest.raises(KeyError, match="given"):
        prompt.render(**{name: values[name] for name in prompt.inputs[1:]})
    with pytest.raises(KeyError, match="given"):
        prompt.render(**values, undeclared="x")


def test_an_inserted_text_is_not_expanded_again():
    text = load_prompt("answer.v1").render(question="{passages} {question}", passages="SECRET {question}")
    assert text.count("SECRET") == 1
    assert "Question: {passages} {question}" in text


def test_braces_that_are_no_slots_stay(written):
    assert load_prompt(written(GOOD)).render(name="Ann") == "Dear Ann, 100 % {} {not a slot}.\n"


def test_the_digest_changes_with_the_text(written):
    before = load_prompt(written(GOOD)).digest
    assert load_prompt(written(GOOD.replace("Dear", "Hello"))).digest != before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("No front matter at all.\n", r"task\.v1\.md: front matter"),
        (GOOD.replace("purpose: Test.\n", ""), r"task\.v1\.md: purpose: Field required"),
        (GOOD.replace("purpose", "extra: 1\npurpose"), r"task\.v1\.md: extra: "),
        (GOOD.replace("[name]", "[name"), r"task\.v1\.md: .*YAML"),
        (GOOD.replace("[name]", "[name, other]"), r"task\.v1\.md: id or inputs differ"),
        (GOOD.replace("task.v1", "task.v2"), r"task\.v1\.md: id or inputs differ"),
        (GOOD.replace("{name}", "{name} {more}"), r"task\.v1\.md: id or inputs differ"),
    ],
    ids=["no front matter", "missing field", "unknown field", "broken YAML", "unused input", "other id", "undeclared slot"],
)
def test_a_broken_prompt_file_is_named_with_its_fault(written, text, message):
    with pytest.raises(KnowledgeError, match=message) as caught:
        load_prompt(written(text))
    assert "\n" not in str(caught.value)
