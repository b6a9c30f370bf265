"""JSONL in, JSONL out: same order, ids carried over, a bad line yields an error of its own and never a stop."""

import json
import sys
from collections.abc import Callable
from typing import IO, Any, TypeVar

import click
from tqdm import tqdm

from coach.errors import CoachError, UsageError
from coach.render import to_json
from coach.schema import Message

Result = TypeVar("Result")
MAX_LINE_BYTES = 2_000_000


def run_batch(source: IO[bytes], process: Callable[[dict[str, Any]], Result], *, label: str) -> list[Result]:
    """Process every line and write its result at once; return the results of the good lines.

    Args:
        source: JSONL.
        process: Makes a result of a row; raises `CoachError` where the row is wrong.
        label: Names the work in the progress bar (on stderr, only for a terminal, only after a second).
    """
    lines = [(number, line) for number, line in enumerate(source.read().split(b"\n"), start=1) if line.strip()]
    results: list[Result] = []
    for number, line in tqdm(lines, desc=label, delay=1, disable=None, file=sys.stderr, leave=False):
        row: dict[str, Any] = {}
        try:
            row = _parse(line, number)
            result = process(row)
        except CoachError as error:
            click.echo(to_json({"id": row.get("id"), "error": " ".join(str(error).split())}))
        else:
            results.append(result)
            click.echo(to_json(result))
    return results


def text_of(row: dict[str, Any], field: str) -> str:
    """Return a row's text field.

    Raises:
        UsageError: It is missing or no text.
    """
    value = row.get(field)
    if not isinstance(value, str):
        raise UsageError(f'"{field}" is missing or no text. Write "{field}": "…".')
    return value


def history_of(row: dict[str, Any]) -> list[Message]:
    """Return a row's conversation so far; an empty list where it has none.

    Raises:
        UsageError: It is no list of messages.
    """
    messages = row.get("history") or []
    try:
        return [Message(role=_role(message["role"]), content=_words(message["content"])) for message in messages]
    except (TypeError, KeyError) as error:
        raise UsageError('"history" is no list of {"role": "user" or "assistant", "content": "…"}.') from error


def _role(value: object) -> Any:  # noqa: ANN401
    if value not in ("user", "assistant"):
        raise KeyError(value)
    return value


def _words(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _parse(line: bytes, number: int) -> dict[str, Any]:
    if len(line) > MAX_LINE_BYTES:
        raise UsageError(f"line {number}: over {MAX_LINE_BYTES:,} bytes. Split it.")
    try:
        row = json.loads(line)
        json.dumps(row, ensure_ascii=False).encode()  # half of a surrogate pair can be escaped in JSON but not printed
    except (ValueError, RecursionError) as error:
        raise UsageError(f"line {number}: no JSON ({str(error).splitlines()[0]}). Write one object a line.") from error
    if not isinstance(row, dict):
        raise UsageError(f"line {number}: no JSON object. Write one object a line.")
    return row
