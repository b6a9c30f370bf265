import io
import json

import pytest

from coach.batch import MAX_LINE_BYTES, history_of, run_batch, text_of
from coach.errors import UsageError
from coach.schema import Message


def batch(source, capsys, process=lambda row: {"id": row.get("id"), "text": text_of(row, "text")}):
    """Run a batch; return its output lines as objects."""
    run_batch(io.BytesIO(source), process, label="Testing")
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_results_come_in_the_order_of_the_lines_with_their_ids(capsys):
    source = b"".join(b'{"id": "q-%d", "text": "t%d"}\n' % (n, n) for n in range(50))
    assert batch(source, capsys) == [{"id": f"q-{n}", "text": f"t{n}"} for n in range(50)]


@pytest.mark.parametrize("given", ["q", 7, None, 1.5, ["a"], {"b": 1}, "é🤝\u2028"])
def test_an_id_of_any_kind_is_carried_over(capsys, given):
    line = json.dumps({"id": given, "text": "t"}).encode()
    assert batch(line, capsys) == [{"id": given, "text": "t"}]


def test_a_missing_id_is_null(capsys):
    assert batch(b'{"text": "t"}', capsys) == [{"id": None, "text": "t"}]


BAD = {
    "not JSON": (b"{nope", None, "line 2: no JSON"),
    "not an object": (b'["id", "text"]', None, "line 2: no JSON object"),
    "a bare number": (b"17", None, "line 2: no JSON object"),
    "missing field": (b'{"id": "b"}', "b", '"text" is missing'),
    "text is a number": (b'{"id": "b", "text": 3}', "b", '"text" is missing or no text'),
    "text is null": (b'{"id": "b", "text": null}', "b", '"text" is missing or no text'),
    "huge line": (b'{"id": "b", "text": "' + b"x" * MAX_LINE_BYTES + b'"}', None, "line 2: over 2,000,000 bytes"),
    "invalid UTF-8": (b'{"id": "b", "text": "\xff\xfe\xfa"}', None, "line 2: no JSON"),
    "half a character": (b'{"id": "b", "text": "\\ud800"}', None, "line 2: no JSON"),
    "deep nesting": (b"[" * 100_000, None, "line 2: no JSON"),
    "endless number": (b'{"id": ' + b"9" * 5000 + b"}", None, "line 2: no JSON"),
    "null bytes": (b"\x00" * 40, None, "line 2: no JSON"),
}


@pytest.mark.parametrize(("line", "row_id", "message"), BAD.values(), ids=BAD.keys())
def test_a_bad_line_yields_one_error_on_its_own_line_and_no_stop(capsys, line, row_id, message):
    first, bad, last = batch(b'{"id": "a", "text": "t"}\n' + line + b'\n{"id": "c", "text": "t"}\n', capsys)
    assert (first["id"], last["id"]) == ("a", "c")
    assert bad["id"] == row_id
    assert message in bad["error"]
    assert set(bad) == {"id", "error"}
    assert len(bad["error"]) < 400


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_blank_lines_are_passed_over_but_counted(capsys, end):
    lines = end.join([b"", b'{"id": 1, "text": "t"}', b"   ", b"{bad", b"", b'{"id": 2, "text": "t"}', b""])
    first, bad, last = batch(lines, capsys)
    assert (first["id"], last["id"]) == (1, 2)
    assert bad["error"].startswith("line 4: ")


def test_a_byte_order_mark_is_no_fault(capsys):
    assert batch(b'\xef\xbb\xbf{"id": 1, "text": "t"}', capsys)[0]["text"] == "t"


def test_an_empty_file_gives_nothing(capsys):
    assert batch(b"", capsys) == []
    assert batch(b"\n\n", capsys) == []


def test_only_good_results_are_returned(capsys):
    source = io.BytesIO(b'{"text": "a"}\n{}\n{"text": "b"}')
    assert run_batch(source, lambda row: text_of(row, "text"), label="Testing") == ["a", "b"]
    capsys.readouterr()


def test_results_are_written_one_by_one(capsys):
    written = []
    batch(b'{"text": "a"}\n{"text": "b"}', capsys, process=lambda _: written.append(capsys.readouterr().out))
    assert written == ["", "null\n"]


def test_nothing_is_written_to_stderr_where_nobody_watches(capsys):
    run_batch(io.BytesIO(b'{"text": "a"}\n' * 20), lambda row: row, label="Testing")
    assert capsys.readouterr().err == ""


def test_a_history_becomes_messages():
    row = {"history": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A", "extra": 1}]}
    assert history_of(row) == [Message(role="user", content="Q"), Message(role="assistant", content="A")]


@pytest.mark.parametrize("row", [{}, {"history": None}, {"history": []}])
def test_a_row_without_a_history_has_an_empty_one(row):
    assert history_of(row) == []


@pytest.mark.parametrize(
    "history",
    [
        "text",
        17,
        True,
        {"role": "user"},
        ["text"],
        [17],
        [None],
        [{"role": "user"}],
        [{"content": "x"}],
        [{"role": "system", "content": "x"}],
        [{"role": ["user"], "content": "x"}],
        [{"role": "user", "content": 7}],
        [{"role": "user", "content": None}],
        [{"role": "user", "content": ["x"]}],
    ],
)
def test_a_malformed_history_is_refused_with_its_form(history):
    with pytest.raises(UsageError, match='"history" is no list of'):
        history_of({"history": history})
