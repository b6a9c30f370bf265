import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coach.errors import UsageError
from coach.index import build
from coach.index.build import Indexer
from coach.index.catalogue import Catalogue
from coach.resources import resource
from coach.settings import load_settings
from coach.wiring import Coach

SOURCES = Path(__file__).resolve().parents[3] / "shared" / "sources"
WORDS = "The {0} partnership pays each reseller on the third of March, says the {0} memo."


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "documents"
    (made / "deep").mkdir(parents=True)
    (made / "heron.md").write_text(f"# Heron\n\n{WORDS.format('heron')}\n", encoding="utf-8")
    (made / "deep" / "egret.txt").write_text(WORDS.format("egret"), encoding="utf-8")
    return made


@pytest.fixture
def library(coach, tmp_path, monkeypatch):
    """A coach with an empty index of its own; the encoder is shared, and the shipped knowledge stays out."""
    one = Coach(load_settings(home=tmp_path / "library"))
    one.__dict__["_embeddings"] = coach._embeddings
    monkeypatch.setattr(Indexer, "ensure_builtin", lambda _: None)
    return one


def counts(report):
    return report.added, report.updated, report.unchanged, report.removed, len(report.rejected)


def found(one, query, **options):
    return [hit.chunk.source_id for hit in one.search(query, k=3, **options)]


def records(path, *rows):
    path.write_bytes(b"".join(row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows))
    return path


def test_a_folder_is_read_whole_and_each_file_goes_by_its_path_below_it(library, folder):
    report = library.ingest([folder])
    assert counts(report) == (2, 0, 0, 0, 0)
    assert report.chunks == 2
    assert {one.source_id for one in library.sources()} == {"deep/egret.txt", "heron.md"}
    assert found(library, "heron partnership")[0] == "heron.md"
    assert found(library, "egret partnership")[0] == "deep/egret.txt"


def test_ingesting_again_changes_nothing(library, folder):
    library.ingest([folder])
    before = library.sources()
    assert counts(library.ingest([folder])) == (0, 0, 2, 0, 0)
    assert library.sources() == before


def test_a_changed_file_is_updated_and_its_old_words_are_gone(library, folder):
    library.ingest([folder])
    (folder / "heron.md").write_text("# Heron\n\nNow the stork decides about marketplaces.\n", encoding="utf-8")
    report = library.ingest([folder])
    assert counts(report) == (0, 1, 1, 0, 0)
    assert report.chunks == 2
    hits = library.search("stork marketplaces", k=5)
    assert hits[0].chunk.source_id == "heron.md"
    assert not any("third of March" in hit.chunk.text for hit in hits if hit.chunk.source_id == "heron.md")
    assert "stork" in library.source_text("heron.md")[1]


def test_a_deleted_file_is_removed(library, folder):
    library.ingest([folder])
    (folder / "heron.md").unlink()
    report = library.ingest([folder])
    assert counts(report) == (0, 0, 1, 1, 0)
    assert report.chunks == 1
    assert "heron.md" not in found(library, "heron partnership")


def test_ingesting_another_folder_leaves_the_first_alone(library, folder, tmp_path):
    library.ingest([folder])
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "stork.md").write_text(WORDS.format("stork"), encoding="utf-8")
    assert counts(library.ingest([tmp_path / "other"])) == (1, 0, 0, 0, 0)
    assert len(library.sources()) == 3


def test_collections_are_searched_apart_or_together(library, folder, tmp_path):
    library.ingest([folder / "heron.md"], collection="first")
    library.ingest([folder / "deep"], collection="second")
    assert found(library, "partnership", collection="first") == ["heron.md"]
    assert found(library, "partnership", collection="second") == ["egret.txt"]
    assert set(found(library, "partnership")) == {"heron.md", "egret.txt"}
    with pytest.raises(UsageError, match=r"--collection third: there is none\. Those that hold something: first, second"):
        library.search("x", collection="third")


@pytest.mark.parametrize("name", ["", "a b", "../up", "-x", "x" * 61, "ä", "builtin"])
def test_a_bad_collection_name_is_refused_before_anything_is_read(library, folder, name):
    with pytest.raises(UsageError, match="--collection"):
        library.ingest([folder], collection=name)
    assert library.sources() == []


def test_a_path_that_does_not_exist_is_refused(library, folder):
    with pytest.raises(UsageError, match=r"nowhere: no such file or folder"):
        library.ingest([folder, folder / "nowhere"])


def test_what_cannot_be_read_is_rejected_with_a_reason_and_does_not_stop_the_rest(library, folder):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 cut short")
    (folder / "empty.md").write_bytes(b"")
    (folder / "table.xlsx").write_bytes(b"x")
    (folder / "nosuffix").write_bytes(b"x")
    (folder / ".hidden.md").write_text("hidden", encoding="utf-8")
    (folder / "memory.txt").symlink_to("/proc/self/mem")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.md")
    (Path(os.fsencode(folder).decode()) / os.fsdecode(b"caf\xe9.md")).write_text("words", encoding="utf-8")
    report = library.ingest([folder])
    assert counts(report)[:4] == (2, 0, 0, 0)
    reasons = {one.path: one.reason for one in report.rejected}
    assert set(reasons) == {"broken.pdf", "empty.md", "table.xlsx", "nosuffix", "memory.txt", "caf\\udce9.md"}
    assert "empty" in reasons["empty.md"]
    assert ".xlsx is not read" in reasons["table.xlsx"]
    assert "cannot be read" in reasons["memory.txt"]
    assert "name is not UTF-8" in reasons["caf\\udce9.md"]
    assert all(reason.endswith(".") and "\n" not in reason for reason in reasons.values())


@pytest.mark.parametrize("name", ["pipe.md", "pipe"])
def test_a_pipe_given_by_name_is_rejected_and_not_waited_for(library, tmp_path, name):
    os.mkfifo(tmp_path / name)
    report = library.ingest([tmp_path / name])
    assert counts(report) == (0, 0, 0, 0, 1)
    assert "no regular file" in report.rejected[0].reason


def test_a_file_that_broke_keeps_its_last_good_version(library, folder):
    library.ingest([folder])
    (folder / "heron.md").write_bytes(b"")
    report = library.ingest([folder])
    assert counts(report) == (0, 0, 1, 0, 1)
    assert found(library, "heron partnership")[0] == "heron.md"


def test_records_go_by_their_ids(library, tmp_path):
    path = records(
        tmp_path / "records.jsonl",
        {"id": "r/1", "title": "First", "text": WORDS.format("heron")},
        b"\n",
        {"id": 2, "text": WORDS.format("egret"), "extra": True},
    )
    assert counts(library.ingest([path])) == (2, 0, 0, 0, 0)
    assert {(one.source_id, one.title) for one in library.sources()} == {("r/1", "First"), ("2", "2")}
    assert library.source_text("r/1")[1] == WORDS.format("heron")
    assert found(library, "egret memo")[0] == "2"
    records(path, {"id": "r/1", "title": "First", "text": "Other words."})
    assert counts(library.ingest([path])) == (0, 1, 0, 1, 0)


BAD_RECORDS = {
    "not JSON": b"{nope\n",
    "not an object": b'["id", "text"]\n',
    "no id": {"text": "x"},
    "no text": {"id": "x"},
    "empty text": {"id": "x", "text": " \n"},
    "text is a number": {"id": "x", "text": 7},
    "id is null": {"id": None, "text": "x"},
    "id is a list": {"id": ["x"], "text": "x"},
    "id is blank": {"id": " ", "text": "x"},
    "half a character": b'{"id": "x", "text": "\\ud800"}\n',
    "deep nesting": b"[" * 100_000 + b"\n",
}


@pytest.mark.parametrize("bad", BAD_RECORDS.values(), ids=BAD_RECORDS.keys())
def test_a_bad_record_is_rejected_by_its_line_and_does_not_stop_the_rest(library, tmp_path, bad):
    good = ({"id": "a", "text": WORDS.format("heron")}, {"id": "b", "text": WORDS.format("egret")})
    report = library.ingest([records(tmp_path / "r.jsonl", good[0], bad, good[1])])
    assert counts(report) == (2, 0, 0, 0, 1)
    assert report.rejected[0].path == "r.jsonl:2"
    assert report.rejected[0].reason.endswith(".")


def test_a_byte_order_mark_does_not_cost_the_first_record(library, tmp_path):
    path = records(tmp_path / "r.jsonl", b"\xef\xbb\xbf" + json.dumps({"id": "a", "text": "Words."}).encode() + b"\n")
    assert counts(library.ingest([path])) == (1, 0, 0, 0, 0)


def test_the_second_of_two_equal_ids_is_rejected(library, folder, tmp_path):
    rows = [{"id": "same", "text": f"Text {number}."} for number in range(2)]
    report = library.ingest([records(tmp_path / "r.jsonl", *rows), folder, folder])
    assert counts(report) == (3, 0, 0, 0, 3)
    assert "'same' occurs twice" in report.rejected[0].reason
    assert library.source_text("same")[1] == "Text 0."


def test_an_odd_text_is_kept_to_the_letter(library, tmp_path):
    text = "Null \x00 byte, 🤝, شريك, \u2028 and a very lo" + "o" * 5000 + "ng word."
    library.ingest([records(tmp_path / "r.jsonl", {"id": "odd", "text": text})])
    assert library.source_text("odd")[1] == text
    (hit, *_) = library.search("null byte", k=1)
    assert text[hit.chunk.start : hit.chunk.end] == hit.chunk.text


def test_a_stop_between_writing_and_publishing_leaves_the_old_version_searchable(library, folder, monkeypatch):
    library.ingest([folder])
    (folder / "heron.md").write_text("# Heron\n\nNow the stork decides about marketplaces.\n", encoding="utf-8")

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Catalogue, "publish", stop)
        with pytest.raises(KeyboardInterrupt):
            library.ingest([folder])
    for one in (library, Coach(library.settings)):
        hits = [hit for hit in one.search("heron partnership", k=5) if hit.chunk.source_id == "heron.md"]
        assert [hit.chunk.text for hit in hits] == [WORDS.format("heron")]
        assert not any("stork" in hit.chunk.text for hit in one.search("stork", k=5))
    assert counts(library.ingest([folder])) == (0, 1, 1, 0, 0)
    assert "stork" in library.search("stork marketplaces", k=1)[0].chunk.text


def test_a_stop_after_publishing_leaves_the_new_version_searchable(library, folder, monkeypatch):
    library.ingest([folder])
    (folder / "heron.md").write_text("# Heron\n\nNow the stork decides about marketplaces.\n", encoding="utf-8")

    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(build.PassageStore, "delete_other_versions", stop)
        with pytest.raises(KeyboardInterrupt):
            library.ingest([folder])
    texts = [hit.chunk.text for hit in library.search("heron partnership stork", k=5) if hit.chunk.source_id == "heron.md"]
    assert texts == ["Now the stork decides about marketplaces."]


def test_a_coach_that_is_already_open_sees_new_documents(library, folder):
    library.ingest([folder / "heron.md"])
    reader = Coach(library.settings)
    assert found(reader, "egret") == ["heron.md"]
    library.ingest([folder / "deep"])
    assert found(reader, "egret partnership")[0] == "egret.txt"
    library.remove_source("egret.txt")
    assert found(reader, "egret partnership") == ["heron.md"]


def test_a_coach_that_is_already_open_sees_what_another_process_ingested(own_coach, folder):
    assert "heron.md" not in found(own_coach, "heron partnership")
    call = [sys.executable, "-m", "coach", "ingest", str(folder), "--home", str(own_coach.settings.home), "--format", "json"]
    assert json.loads(subprocess.check_output(call))["added"] == 2
    assert found(own_coach, "heron partnership memo")[0] == "heron.md"
    answer = own_coach.ask("What does the heron memo say about the heron partnership?")
    assert "heron.md" in {citation.source_id for citation in answer.citations}


def test_removing_a_source_takes_it_out_of_search_and_list(library, folder):
    library.ingest([folder])
    assert library.remove_source("heron.md").source_id == "heron.md"
    assert {one.source_id for one in library.sources()} == {"deep/egret.txt"}
    assert "heron.md" not in found(library, "heron partnership")
    assert counts(library.ingest([folder])) == (1, 0, 1, 0, 0)
    with pytest.raises(UsageError, match="no such source"):
        library.remove_source("nothing")


def test_the_shipped_knowledge_cannot_be_removed(coach):
    with pytest.raises(UsageError, match="shipped knowledge"):
        coach.remove_source("zasada-2002")


def test_the_shipped_knowledge_is_indexed_once(coach):
    before = coach.sources()
    assert {one.source_id for one in before} >= {"zasada-2002", "bergen-analysis", "pilot-charter", "vanity-metrics"}
    assert all(one.collection == "builtin" and one.chunks for one in before)
    assert Coach(coach.settings).sources() == before


def test_an_index_folder_that_was_deleted_is_built_again(own_coach, folder):
    import shutil

    own_coach.ingest([folder])
    shutil.rmtree(own_coach.settings.index_dir)
    code = (
        "import sys; from pathlib import Path; from coach import Coach, load_settings;"
        "coach = Coach(load_settings(home=sys.argv[1]));"
        "print(coach.search('pilot', k=1)[0].chunk.collection, coach.ingest([Path(sys.argv[2])]).chunks,"
        " coach.search('heron partnership memo', k=1)[0].chunk.source_id)"
    )
    call = [sys.executable, "-c", code, str(own_coach.settings.home), str(folder)]
    run = subprocess.run(call, capture_output=True, text=True, check=False)
    assert run.stdout.split() == ["builtin", "2", "heron.md"], run.stderr


@pytest.fixture
def real_sources():
    if not SOURCES.is_dir():
        assert os.environ.get("CI") != "true", f"{SOURCES.name} is missing"
        pytest.skip("the two original articles are not part of the repository")
    return sorted(SOURCES.glob("*.txt"))


def test_the_original_articles_can_be_ingested_and_found(library, real_sources):
    report = library.ingest(real_sources, collection="originals")
    assert counts(report) == (2, 0, 0, 0, 0)
    for path in real_sources:
        source, text = library.source_text(path.name)
        assert source.chunks > 1
        assert len(text) > 1000
    assert "win" in library.search("What is their win for this thing?", k=1)[0].chunk.text
    assert (
        library.search("gold, silver and platinum tiers and levels", k=1)[0].chunk.source_id
        != library.search("if we can get 1% of ARR", k=1)[0].chunk.source_id
    )


def test_the_digests_share_no_long_stretch_with_the_originals(real_sources):
    """The digests are our own words: no run of twelve words is the article's."""

    def runs(text, size=12):
        words = "".join(letter.lower() if letter.isalnum() else " " for letter in text).split()
        return {" ".join(words[start : start + size]) for start in range(len(words) - size)}

    originals = set().union(*(runs(path.read_text(encoding="utf-8", errors="replace")) for path in real_sources))
    for path in resource("knowledge/articles").glob("*.md"):
        assert runs(path.read_text(encoding="utf-8")) & originals == set(), path.name
