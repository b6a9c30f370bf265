import re

import pytest

from coach.detection import taxonomy
from coach.detection.taxonomy import MODE_IDS, load_taxonomy
from coach.errors import KnowledgeError
from coach.index.chunking import PARTS, heading_blocks
from coach.index.knowledge import knowledge_files, load_knowledge_file, split_front_matter
from coach.index.points import load_parts, load_points, point_of
from coach.resources import resource

FILES = list(knowledge_files())
PLAYBOOKS = {path.stem for path in resource("knowledge/playbooks").glob("*.md")}
GRADES = re.compile(r"\[(practitioner|survey|study|vendor|data|primary|own reasoning|[a-z ]+)\]")
GOOD = "---\nid: page\ntitle: A page\nkind: playbook\n---\n# A page\n\nWords.\n"


def sections(path):
    """(heading, lines) of every second-level section."""
    _, body = split_front_matter(path)
    found = []
    for line in body.splitlines():
        if line.startswith("## "):
            found.append((line.removeprefix("## "), []))
        elif found:
            found[-1][1].append(line)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_file_loads_under_its_own_name(path):
    document = load_knowledge_file(path)
    assert document.source_id == path.stem
    assert document.title
    assert document.provenance
    assert len(document.content_hash) == 64
    assert document.text.startswith("# ")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_section_has_graded_evidence(path):
    for heading, lines in sections(path):
        if heading == "Asked as":
            continue
        (evidence,) = [line for line in lines if line.startswith("Evidence: ")] or [""]
        assert GRADES.search(evidence), f"{path.name}: {heading}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_part_is_one_that_the_writer_knows(path):
    level = "###" if "articles" in path.parts else "##"
    _, body = split_front_matter(path)
    parts = re.findall(rf"^{level} (.+)$", body, re.MULTILINE)
    assert parts
    assert set(parts) <= set(PARTS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_topic_opens_in_short(path):
    topics = {}
    for block in heading_blocks(load_knowledge_file(path).text):
        topics.setdefault(block.section, []).append(block.part)
    for section, parts in topics.items():
        assert parts[0] == "In short", f"{path.name}: {section}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_mode_that_a_file_names_exists(path):
    fields, _ = split_front_matter(path)
    assert set(fields.get("modes", [])) <= set(MODE_IDS)


def test_no_two_files_share_an_id():
    assert len({path.stem for path in FILES}) == len(FILES)


def test_all_fourteen_modes_are_there_in_order():
    assert tuple(mode.id for mode in load_taxonomy().modes) == MODE_IDS
    assert len(MODE_IDS) == 14


@pytest.mark.parametrize("mode", load_taxonomy().modes, ids=lambda mode: mode.id)
def test_a_mode_names_a_playbook_and_points_that_exist(mode):
    points = load_points()
    assert mode.playbook in PLAYBOOKS
    assert "In short" in points[mode.playbook]
    assert all("In short" in points[source] for source in mode.sources)
    assert 1 <= mode.task.due_in_days <= 14


@pytest.mark.parametrize("mode", load_taxonomy().modes, ids=lambda mode: mode.id)
def test_a_modes_templates_have_only_slots_that_can_be_filled(mode):
    for template in mode.rewrite:
        assert set(re.findall(r"\{(\w+)\}", template)) <= {"partner", "amounts", "date", "owner"}
        assert re.search(r"\[[^\]]+\]|\{\w+\}", template), "a rewrite asks for something"


@pytest.mark.parametrize("mode", load_taxonomy().modes, ids=lambda mode: mode.id)
def test_a_modes_examples_do_not_repeat(mode):
    examples = [*mode.trips, *mode.must_not]
    assert len(set(examples)) == len(examples)


def test_every_playbook_helps_with_some_mode_or_names_the_modes_it_is_for():
    named = {mode.playbook for mode in load_taxonomy().modes}
    for path in resource("knowledge/playbooks").glob("*.md"):
        fields, _ = split_front_matter(path)
        assert path.stem in named or fields.get("modes"), path.name


def test_the_first_digest_holds_all_ten_reasons():
    points = load_points()
    for number in range(1, 11):
        assert {"In short", "Limits"} <= set(points[f"zasada-{number}"])
    sections_of_file = [heading for heading, _ in sections(resource("knowledge/articles/zasada-2002.md"))]
    assert sum(heading.startswith("Reason ") for heading in sections_of_file) == 10


def test_the_second_digest_holds_three_sections_and_three_tasks():
    headings = [heading for heading, _ in sections(resource("knowledge/articles/bergen-analysis.md"))]
    assert sum(heading.startswith("Section ") for heading in headings) == 3
    assert sum(re.match(r"Task \d", heading) is not None for heading in headings) == 3
    assert {"bergen-1", "bergen-2", "bergen-3", "bergen-tasks"} <= set(load_points())


def test_parts_are_exact_slices_of_their_document():
    for path in FILES:
        text = load_knowledge_file(path).text
        for part in load_parts(path.stem):
            assert text[part.start : part.end] == part.text


@pytest.mark.parametrize(
    ("section", "point"),
    [
        ("Reason 9: layers (zasada-9)", "zasada-9"),
        ("Next week's three tasks (bergen-tasks)", "bergen-tasks"),
        ("A point (other-1)", ""),
        ("", ""),
    ],
)
def test_the_tag_of_a_section_is_its_point(section, point):
    assert point_of(section) == point


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# No front matter\n", r"^page\.md:1: no front matter"),
        ("---\nid: page\n", r"^page\.md:1: no front matter"),
        (GOOD.replace("title: A page", "title: [A page"), r"^page\.md:\d: .*Mend the YAML"),
        (GOOD.replace("id: page\ntitle: A page\nkind: playbook", "- a\n- list"), r"^page\.md:2: the front matter is no list"),
        (GOOD.replace("kind: playbook\n", ""), r"^page\.md: kind: Field required"),
        (GOOD.replace("title: A page", "title: [1, 2]"), r"^page\.md: title: "),
        (GOOD.replace("kind:", "modes: 5\nkind:"), r"^page\.md: modes: "),
        (GOOD.replace("id: page", "id: other"), r"^page\.md: the id 'other' differs"),
    ],
    ids=["none", "not closed", "broken YAML", "a list", "missing field", "wrong type", "modes no list", "other id"],
)
def test_a_broken_file_is_named_with_its_place_and_field(tmp_path, text, message):
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=message) as caught:
        load_knowledge_file(path)
    assert "\n" not in str(caught.value)


def mode_file(tmp_path, change):
    path = tmp_path / "vanity-metrics.md"
    text = resource("knowledge/failure_modes/vanity-metrics.md").read_text(encoding="utf-8")
    path.write_text(change(text), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: re.sub(r"(?m)^question: .*\n", "", text), r"vanity-metrics\.md: question: Field required"),
        (lambda text: re.sub(r"due_in_days: \d+", "due_in_days: 90", text), r"vanity-metrics\.md: task\.due_in_days: "),
        (lambda text: text.replace("id: vanity-metrics", "id: vanity", 1), r"vanity-metrics\.md: the id 'vanity' differs"),
        (lambda text: text.replace("kind:", "surprise: 1\nkind:", 1), r"vanity-metrics\.md: surprise: "),
    ],
    ids=["missing field", "task too far off", "other id", "unknown field"],
)
def test_a_broken_mode_is_named_with_its_field(tmp_path, change, message):
    with pytest.raises(KnowledgeError, match=message):
        taxonomy._load_mode(mode_file(tmp_path, change))


def test_a_missing_mode_is_named(monkeypatch, tmp_path):
    mode_file(tmp_path, lambda text: text)
    monkeypatch.setattr(taxonomy, "resource", lambda _: tmp_path)
    with pytest.raises(KnowledgeError, match=r"expected exactly 14 modes, differing: .*untested-scale"):
        load_taxonomy.__wrapped__()
