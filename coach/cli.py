"""The command line: thin commands over `Coach`. Results go to stdout, everything else to stderr."""

import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from coach import __version__, render
from coach.batch import history_of, run_batch, text_of
from coach.cli_eval import evaluate
from coach.errors import CoachError, UsageError
from coach.options import common
from coach.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coach.wiring import Coach


def main() -> None:
    """Run the command; every failure is one line on stderr and an exit status, never a traceback."""
    debug = "--debug" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    try:
        status = cli.main(args=arguments, prog_name="coach", standalone_mode=False)
    except click.exceptions.Exit as stop:
        status = stop.exit_code
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "coach"
        status = _fail(f"{command}: {error.format_message().rstrip('.')}. See: {command} --help", 2)
    except click.ClickException as error:
        status = _fail(f"coach: {error.format_message()}", 2)
    except (click.Abort, KeyboardInterrupt):
        status = _fail("coach: stopped", 130)
    except BrokenPipeError:
        status = 0
    except CoachError as error:
        if debug:
            raise
        status = _fail(f"coach: {error}", error.exit_status)
    except Exception as error:
        if debug:
            raise
        status = _fail(f"coach: something went wrong inside ({type(error).__name__}: {error}). Run again with --debug.", 3)
    sys.exit(status or 0)


def _fail(line: str, status: int) -> int:
    click.echo(" ".join(line.split()), err=True)
    return status


def _coach(settings: Settings) -> "Coach":
    from coach.wiring import Coach  # noqa: PLC0415 - help and version need none of it

    return Coach(settings)


def _echo(text: str) -> None:
    click.echo(text)


jsonl_option = click.option("--jsonl", type=click.File("rb"), help="One JSON object a line in and out; - for stdin.")
collection_option = click.option("--collection", help="A collection by name.")


@click.group()
@click.version_option(__version__, prog_name="coach")
def cli() -> None:
    """Partnership coach: answers with citations, takes partner plans apart, works offline."""


cli.add_command(evaluate)


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@common()
def serve(port: int, output: str, settings: Settings) -> None:  # noqa: ARG001
    """Start the app and print its address."""
    from coach.serving import serve_app  # noqa: PLC0415

    serve_app(settings, port=port)


@cli.command()
@click.argument("question", required=False)
@jsonl_option
@common()
def ask(question: str | None, jsonl: IO[bytes] | None, output: str, settings: Settings) -> None:
    """Answer a question from the sources, with citations."""
    coach = _coach(settings)
    if jsonl is not None:
        run_batch(
            jsonl,
            lambda row: coach.ask(text_of(row, "question"), history=history_of(row), question_id=row.get("id")),
            label="Answering",
        )
        return
    answer = coach.ask(_needed(question, "QUESTION"))
    _echo(render.to_json(answer) if output == "json" else render.answer_text(answer))


@cli.command()
@click.argument("file", required=False)
@jsonl_option
@click.option("--slide", type=int, help="Judge this slide only, counted from 1.")
@click.option("--fail-on", type=click.Choice(["at_risk", "open"]), help="Exit with 1 when such a finding is there.")
@common(formats=("text", "json", "md"))
def critique(
    file: str | None, jsonl: IO[bytes] | None, slide: int | None, fail_on: str | None, output: str, settings: Settings
) -> None:
    """Take a partner plan apart: a file, or - for text on stdin."""
    coach = _coach(settings)
    failing = {"at_risk": {"at_risk"}, "open": {"at_risk", "open"}}.get(fail_on or "", set())
    if jsonl is not None:
        results = run_batch(
            jsonl,
            lambda row: coach.critique_text(text_of(row, "text"), slide=slide, critique_id=row.get("id")),
            label="Reading plans",
        )
        found = any(finding.verdict in failing for one in results for finding in one.findings)
        raise click.exceptions.Exit(int(found))
    name = _needed(file, "FILE")
    if name == "-":
        result = coach.critique_text(_stdin_text(), slide=slide)
    else:
        result = coach.critique(coach.load(Path(name)), slide=slide)
    if output == "json":
        _echo(render.to_json(result))
    else:
        title = "Partner plan" if name == "-" else Path(name).name
        _echo(render.critique_markdown(result, title=title) if output == "md" else render.critique_text(result))
    raise click.exceptions.Exit(int(any(finding.verdict in failing for finding in result.findings)))


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--collection", default="library", show_default=True, help="Where the documents go.")
@common()
def ingest(paths: tuple[Path, ...], collection: str, output: str, settings: Settings) -> None:
    """Bring files, folders or JSONL records into a collection."""
    report = _coach(settings).ingest(paths, collection=collection)
    _echo(render.to_json(report) if output == "json" else render.ingest_text(report))


@cli.command()
@click.argument("action", type=click.Choice(["list", "show", "remove"]), default="list")
@click.argument("source_id", required=False)
@collection_option
@common()
def sources(action: str, source_id: str | None, collection: str | None, output: str, settings: Settings) -> None:
    """List what is in the index, show one source whole, or remove one of your own."""
    coach = _coach(settings)
    if action == "list":
        listed = coach.sources(collection=collection)
        _echo(render.to_json(listed) if output == "json" else render.sources_text(listed))
    elif action == "show":
        source, text = coach.source_text(_needed(source_id, "ID"), collection=collection)
        shown = {
            "source_id": source.source_id,
            "title": source.title,
            "provenance": source.provenance,
            "text": text,
            "chunks": source.chunks,
            "collection": source.collection,
        }
        _echo(render.to_json(shown) if output == "json" else text)
    else:
        removed = coach.remove_source(_needed(source_id, "ID"), collection=collection)
        _echo(render.to_json({"removed": removed.source_id}) if output == "json" else f"removed {removed.source_id}")


@cli.command()
@click.argument("query", required=False)
@jsonl_option
@click.option("--k", type=click.IntRange(1, 1000), default=10, show_default=True, help="Passages to return.")
@collection_option
@common()
def search(query: str | None, jsonl: IO[bytes] | None, k: int, collection: str | None, output: str, settings: Settings) -> None:
    """Find the passages nearest to a query."""
    coach = _coach(settings)
    if jsonl is not None:
        run_batch(
            jsonl,
            lambda row: {
                "id": row.get("id"),
                "hits": render.hits_json(
                    coach.search(text_of(row, "query"), history=history_of(row), k=k, collection=collection)
                ),
            },
            label="Searching",
        )
        return
    hits = coach.search(_needed(query, "QUERY"), k=k, collection=collection)
    _echo(render.to_json({"id": None, "hits": render.hits_json(hits)}) if output == "json" else render.hits_text(hits))


@cli.command()
@click.option("--jsonl", type=click.File("rb"), required=True, help='Lines of {"id","answer","sources":[texts]}; - for stdin.')
@common(formats=("json",))
def verify(jsonl: IO[bytes], output: str, settings: Settings) -> None:  # noqa: ARG001
    """Check every sentence of answers against their sources."""
    coach = _coach(settings)

    def check(row: dict[str, Any]) -> dict[str, object]:
        given = row.get("sources")
        if not isinstance(given, list) or not all(isinstance(source, str) for source in given):
            raise UsageError('"sources" is no list of texts. Write "sources": ["…"].')
        return {"id": row.get("id"), **json.loads(render.to_json(coach.verify(text_of(row, "answer"), given)))}

    run_batch(jsonl, check, label="Verifying")


@cli.command()
@common()
def doctor(output: str, settings: Settings) -> None:
    """Say what is installed, reachable and configured, and what to do about what is not."""
    from coach.doctor import examine  # noqa: PLC0415

    checks = examine(settings)
    lines: Iterable[str] = (f"{'ok  ' if one.ok else 'MISS'} {one.name}: {one.finding}" for one in checks)
    _echo(render.to_json({"checks": checks}) if output == "json" else "\n".join(lines))
    raise click.exceptions.Exit(0 if all(one.ok for one in checks) else 3)


def _needed(value: str | None, name: str) -> str:
    if value is None:
        raise click.UsageError(f"{name} is missing")
    return value


def _stdin_text() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"stdin: byte {error.start} is no UTF-8. Save the text as UTF-8, or pass a file.") from error
