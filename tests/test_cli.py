import io
import json
import os
import socket
import subprocess
import sys

import click
import pytest

from coach import cli as command_line
from coach.cli import cli, main

ANSWER = {
    "id", "answer", "declined", "reason", "standalone_question", "citations", "modes", "unsupported", "model", "tokens",
    "elapsed_ms",
}  # fmt: skip
CITATION = {"n", "source_id", "title", "section", "quote", "score"}
HIT = {"source_id", "chunk_id", "title", "section", "text", "score"}
INGEST = {"added", "updated", "unchanged", "removed", "rejected", "chunks", "elapsed_ms"}
SENTENCE = {"text", "start", "end", "supported", "score", "source"}


class Outcome:
    """What a command left behind."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def rows(self):
        return [json.loads(line) for line in self.out.split("\n") if line]


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command in this process, as the shell would."""

    def call(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["coach", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        return Outcome(stop.value.code, out, err)

    return call


@pytest.fixture
def built(coach, monkeypatch):
    """Commands use the coach that the whole run shares."""
    monkeypatch.setattr(command_line, "_coach", lambda _: coach)
    return coach


@pytest.fixture
def own(own_coach, monkeypatch):
    """Commands use a coach of this test alone."""
    monkeypatch.setattr(command_line, "_coach", lambda _: own_coach)
    return own_coach


def commands(group=cli, path=()):
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def assert_refused(outcome, status, *words):
    """One line on stderr that says what and where, nothing on stdout, never a traceback."""
    assert outcome.status == status
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert "Traceback" not in outcome.err
    assert "something went wrong inside" not in outcome.err
    for word in words:
        assert word in outcome.err


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_explains_itself(run, path):
    outcome = run(*path, "--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith(f"Usage: coach {' '.join(path)}")
    first = outcome.out.splitlines()[2].strip()
    assert first[:1].isupper()
    assert outcome.err == ""


def test_the_commands_of_the_contract_are_there(run):
    assert {"serve", "ask", "critique", "ingest", "sources", "search", "verify", "doctor"} <= set(cli.commands)
    outcome = run("--help")
    assert all(name in outcome.out for name in cli.commands)


def test_the_version_is_shown(run):
    from coach import __version__

    assert run("--version").out == f"coach, version {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], ["coach:", "nonsense", "--help"]),
        (["ask", "--nonsense", "x"], ["coach ask:", "--nonsense"]),
        (["ask"], ["coach ask:", "QUESTION"]),
        (["ask", "a", "b"], ["coach ask:", "unexpected extra argument"]),
        (["ask", "x", "--format", "xml"], ["coach ask:", "--format", "xml"]),
        (["ask", "--jsonl", "no-such.jsonl"], ["coach ask:", "no-such.jsonl"]),
        (["search"], ["coach search:", "QUERY"]),
        (["search", "x", "--k", "0"], ["--k", "0"]),
        (["search", "x", "--k", "many"], ["--k", "many"]),
        (["critique"], ["coach critique:", "FILE"]),
        (["critique", "no-such.pptx"], ["no-such.pptx: no such file"]),
        (["critique", "deck.xlsx", "--fail-on", "covered"], ["--fail-on", "covered"]),
        (["critique", "x", "--slide", "one"], ["--slide", "one"]),
        (["ingest"], ["coach ingest:", "PATHS"]),
        (["ingest", "no-such-folder"], ["no-such-folder: no such file or folder"]),
        (["ingest", ".", "--collection", "a b"], ["--collection 'a b'"]),
        (["ingest", ".", "--collection", "builtin"], ["--collection builtin"]),
        (["sources", "nonsense"], ["coach sources:", "nonsense"]),
        (["sources", "show"], ["coach sources:", "ID"]),
        (["sources", "remove"], ["coach sources:", "ID"]),
        (["verify"], ["coach verify:", "--jsonl"]),
        (["serve", "--port", "0"], ["--port"]),
        (["serve", "--port", "99999"], ["--port"]),
        (["ask", "x", "--model", "gpt-5"], ["--model gpt-5", "openai:"]),
        (["ask", ""], ["The question is empty"]),
        (["search", "  "], ["The query is empty"]),
        (["ask", "x" * 20_001], ["20,001", "limit"]),
    ],
    ids=lambda value: " ".join(value)[:40],
)
def test_a_wrong_call_is_refused_in_one_line(run, built, monkeypatch, tmp_path, arguments, words):
    if "--model" in arguments:
        monkeypatch.setattr(command_line, "_coach", _coach_like(built))
    monkeypatch.chdir(tmp_path)
    assert_refused(run(*arguments), 2, *words)


def _coach_like(built):
    """Make a coach of given settings over the shared home."""
    from dataclasses import replace

    from coach.wiring import Coach

    return lambda settings: Coach(replace(settings, home=built.settings.home))


def test_a_number_of_threads_that_is_none_is_refused(run, monkeypatch):
    monkeypatch.setenv("COACH_THREADS", "many")
    assert_refused(run("ask", "x"), 2, "COACH_THREADS=many")


@pytest.mark.parametrize("command", [["ask", "x"], ["search", "x"], ["sources"], ["ingest", "."]], ids=" ".join)
@pytest.mark.parametrize("kind", ["a file", "not writable"])
def test_a_home_that_cannot_be_used_is_exit_status_3(run, monkeypatch, tmp_path, command, kind):
    home = tmp_path / "a-file"
    home.write_text("not a folder")
    if kind == "not writable":
        home = "/proc/coach"
    (tmp_path / "documents").mkdir()
    monkeypatch.chdir(tmp_path / "documents")
    assert_refused(run(*command, "--home", home), 3, str(home))


def test_a_missing_key_is_exit_status_3(run, built, monkeypatch):
    monkeypatch.setattr(command_line, "_coach", _coach_like(built))
    assert_refused(run("ask", "What do tiers do?", "--model", "openai:gpt-x"), 3, "OPENAI_API_KEY")


def test_a_taken_port_is_exit_status_3(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_refused(run("serve", "--port", port), 3, f"port {port} is taken", str(port + 1))


def test_an_error_inside_is_one_line_and_a_traceback_only_when_asked_for(run, monkeypatch):
    def break_down(_):
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr(command_line, "_coach", break_down)
    outcome = run("ask", "x")
    assert outcome.status == 3
    assert outcome.err.count("\n") == 1
    assert "ZeroDivisionError" in outcome.err
    assert "--debug" in outcome.err
    monkeypatch.setattr(sys, "argv", ["coach", "ask", "x", "--debug"])
    with pytest.raises(ZeroDivisionError):
        main()


def test_ask_gives_the_fields_of_the_contract(run, built):
    outcome = run("ask", "What do tiers do to partners?", "--format", "json")
    assert (outcome.status, outcome.err) == (0, "")
    assert set(outcome.json) >= ANSWER
    assert outcome.json["citations"]
    assert all(set(one) >= CITATION for one in outcome.json["citations"])
    assert set(outcome.json["tokens"]) >= {"context", "answer"}
    assert (outcome.json["id"], outcome.json["reason"], outcome.json["unsupported"]) == (None, None, [])


def test_a_declined_question_gives_the_same_fields(run, built):
    outcome = run("ask", "What is the weather in Oslo?", "--format", "json")
    assert (outcome.status, outcome.err) == (0, "")
    assert set(outcome.json) >= ANSWER
    assert outcome.json["declined"] is True
    assert outcome.json["citations"] == outcome.json["modes"] == []


def test_ask_shows_the_answer_and_its_sources_as_text(run, built):
    outcome = run("ask", "What is the partner's win?")
    assert (outcome.status, outcome.err) == (0, "")
    assert "\nSources\n[1] " in outcome.out
    assert "Section 2" in " ".join(outcome.out.split())


def test_ask_answers_line_by_line(run, built):
    lines = (
        b'{"id": "a", "question": "And who signs it?", "history": [{"role": "user", "content": "What is a pilot charter?"}]}\n'
        b"nonsense\n"
        b'{"id": "c"}\n'
        b'{"id": "d", "question": "What is the weather in Oslo?"}\n'
    )
    outcome = run("ask", "--jsonl", "-", stdin=lines)
    assert (outcome.status, outcome.err) == (0, "")
    first, bad, missing, last = outcome.rows
    assert (first["id"], bad["id"], missing["id"], last["id"]) == ("a", None, "c", "d")
    assert "pilot charter" in first["standalone_question"]
    assert set(bad) == set(missing) == {"id", "error"}
    assert last["declined"] is True


def test_search_gives_the_fields_of_the_contract(run, built):
    outcome = run("search", "pilot", "--k", "3", "--format", "json")
    assert set(outcome.json) >= {"id", "hits"}
    assert len(outcome.json["hits"]) == 3
    assert all(set(hit) >= HIT for hit in outcome.json["hits"])
    scores = [hit["score"] for hit in outcome.json["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_search_answers_line_by_line(run, built, tmp_path):
    (tmp_path / "queries.jsonl").write_text('{"id": 1, "query": "pilot"}\n{"id": 2, "query": ""}\n', encoding="utf-8")
    good, bad = run("search", "--jsonl", tmp_path / "queries.jsonl", "--k", "2").rows
    assert (good["id"], len(good["hits"])) == (1, 2)
    assert bad == {"id": 2, "error": "The query is empty. Write a few words."}


def test_an_unknown_collection_is_refused_with_those_that_there_are(run, built):
    assert_refused(run("search", "x", "--collection", "nonsense"), 2, "--collection nonsense", "builtin")


def test_verify_gives_the_fields_of_the_contract(run):
    rows = [
        {"id": "v", "answer": "Tiers pile up. Cats bark at night.", "sources": ["Tiers pile up. Cats purr."]},
        {"id": "w", "answer": "x"},
        {"id": "x", "answer": "x", "sources": "x"},
        {"id": "y", "answer": "", "sources": []},
    ]
    outcome = run("verify", "--jsonl", "-", stdin="\n".join(map(json.dumps, rows)).encode())
    good, missing, wrong, empty = outcome.rows
    assert (outcome.status, outcome.err) == (0, "")
    assert set(good) >= {"id", "supported", "score", "sentences"}
    assert [set(one) >= SENTENCE for one in good["sentences"]] == [True, True]
    assert [one["supported"] for one in good["sentences"]] == [True, False]
    assert [one["source"] for one in good["sentences"]] == [0, None]
    assert good["supported"] is False
    assert '"sources" is no list of texts' in missing["error"]
    assert '"sources" is no list of texts' in wrong["error"]
    assert (empty["supported"], empty["sentences"]) == (False, [])


def test_ingest_and_sources_give_the_fields_of_the_contract(run, own, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "memo.md").write_text("# Our memo\n\nThe heron partnership pays in March.\n", encoding="utf-8")
    (tmp_path / "notes" / "table.xlsx").write_bytes(b"x")
    report = run("ingest", tmp_path / "notes", "--format", "json").json
    assert set(report) >= INGEST
    assert (report["added"], report["chunks"]) == (1, 1)
    assert [set(one) for one in report["rejected"]] == [{"path", "reason"}]
    listed = run("sources", "list", "--collection", "library", "--format", "json").json
    assert [one["source_id"] for one in listed] == ["memo.md"]
    shown = run("sources", "show", "memo.md", "--format", "json").json
    assert set(shown) >= {"source_id", "title", "provenance", "text", "chunks"}
    assert "heron partnership" in shown["text"]
    assert run("sources", "show", "memo.md").out.strip() == shown["text"].strip()
    assert run("sources", "remove", "memo.md").out == "removed memo.md\n"
    assert_refused(run("sources", "show", "memo.md"), 2, "memo.md: no such source")
    assert_refused(run("sources", "remove", "zasada-2002"), 2, "zasada-2002", "shipped")


def test_doctor_names_every_check(run, coach):
    outcome = run("doctor", "--format", "json", "--home", coach.settings.home)
    checks = outcome.json["checks"]
    names = ["packages", "home", "encoder", "detector", "tokens", "index", "database", "model"]
    assert [one["name"] for one in checks] == names
    missing = [one["name"] for one in checks if not one["ok"]]
    assert missing == ([])
    assert outcome.status == (3 if missing else 0)


def test_doctor_names_a_home_that_cannot_be_used(run, tmp_path):
    (tmp_path / "a-file").write_text("x")
    outcome = run("doctor", "--home", tmp_path / "a-file")
    assert outcome.status == 3
    assert "MISS home" in outcome.out
    assert "ok   tokens" not in outcome.out
    assert outcome.err == ""


def test_critique_gives_the_fields_of_the_contract(run, built):
    outcome = run("critique", "-", "--format", "json", stdin=b"Partners\n\n500 partners by June.")
    found = outcome.json
    assert set(found) >= {"id", "slides", "text", "findings", "priorities", "score", "next_tasks"}
    assert set(found["slides"][0]) >= {"index", "title", "partner_relevance"}
    assert len(found["findings"]) == 14
    for one in found["findings"]:
        assert set(one) >= {
            "mode", "name", "verdict", "confidence", "evidence", "why", "question", "advice", "rewrite", "citations",
        }  # fmt: skip
        assert all(set(span) >= {"quote", "start", "end", "slide"} for span in one["evidence"])
    assert all(set(task) >= {"task", "mode", "playbook", "due_in_days"} for task in found["next_tasks"])


def test_critique_fails_the_run_only_where_it_was_asked_to(run, built):
    plan = b"We will sign 500 partners by June. Our only goal is 1% of their customers as our ARR."
    assert run("critique", "-", stdin=plan).status == 0
    assert run("critique", "-", "--fail-on", "open", stdin=plan).status == 1


@pytest.mark.parametrize("stdin", [b"", b"  \n"])
def test_an_empty_plan_is_refused(run, built, stdin):
    assert_refused(run("critique", "-", stdin=stdin), 2, " is empty. Write a few words.")


def test_a_plan_on_stdin_that_is_no_utf_8_is_refused(run, built):
    assert_refused(run("critique", "-", stdin=b"abc \xff"), 2, "stdin: byte 4 is no UTF-8")


def test_words_that_are_no_utf_8_are_refused_in_one_line(run, built):
    assert_refused(run("ask", os.fsdecode(b"a \xff pilot?")), 2, "half a character at position 3")


def test_a_reader_that_goes_away_is_no_error(coach):
    call = f'"{sys.executable}" -m coach search partner --k 100 --home "{coach.settings.home}" | head -c 10'
    outcome = subprocess.run(["/bin/sh", "-c", call], capture_output=True, check=False)
    assert b"Traceback" not in outcome.stderr
    assert len(outcome.stdout) == 10


def test_a_terminal_without_utf_8_still_shows_an_answer(coach):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    call = [sys.executable, "-m", "coach", "ask", "What is the partner's win?", "--home", str(coach.settings.home)]
    outcome = subprocess.run(call, capture_output=True, check=False, env=environment)
    assert outcome.returncode == 0, outcome.stderr
    assert b"Sources" in outcome.stdout
