"""The commands below `coach eval`: run suites, compare runs, keep baselines, list what there is."""

import json
from typing import TYPE_CHECKING

import click

from coach.errors import CoachError
from coach.options import common
from coach.settings import Settings

if TYPE_CHECKING:
    from pydantic import BaseModel

NOTHING_MEASURED = 3


@click.group(name="eval")
def evaluate() -> None:
    """Measure Coach: run suites, compare runs, keep baselines."""


@evaluate.command(name="run")
@click.argument("suite")
@click.option("--baseline", help="Compare with this baseline; exit with 1 on a regression.")
@common()
def run_command(suite: str, baseline: str | None, output: str, settings: Settings) -> None:
    """Run a suite, or all of them, and store the record; JSON is one object a suite and line."""
    from coach.evaluation import report  # noqa: PLC0415 - help needs none of it
    from coach.evaluation.archive import Archive  # noqa: PLC0415
    from coach.evaluation.compare import ComparisonVerdict, compare_runs, exit_status  # noqa: PLC0415
    from coach.evaluation.runs import run_suite  # noqa: PLC0415
    from coach.evaluation.suite import find_suites, load_suites  # noqa: PLC0415
    from coach.resources import resource  # noqa: PLC0415
    from coach.wiring import Coach  # noqa: PLC0415

    chosen, archive, coach = find_suites(suite, load_suites()), Archive.at(settings.home), Coach(settings)
    blessed = {one.id: archive.baseline(baseline, one.id) for one in chosen} if baseline else {}
    verdicts: list[ComparisonVerdict] = []
    failures: list[int] = []
    for one in chosen:
        try:
            run = run_suite(one, coach, evals=resource("evals"), model=settings.model)
            path = archive.save(run)
        except CoachError as error:
            failures.append(error.exit_status)
            click.echo(f"coach eval run {one.id}: {error}", err=True)
            continue
        comparison = compare_runs(blessed[one.id], run) if blessed else None
        verdicts += [comparison.verdict] if comparison else []
        failures += [NOTHING_MEASURED] if all(result.error for result in run.results) else []
        if output == "json":
            compared = _plain(comparison) if comparison else None
            click.echo(json.dumps({**_plain(run), "record": str(path), "comparison": compared}, ensure_ascii=False))
        else:
            click.echo(report.run_text(run, path) + (f"\n\n{report.comparison_text(comparison)}" if comparison else "") + "\n")
    raise click.exceptions.Exit(exit_status(verdicts, failures=failures))


@evaluate.command()
@click.argument("before")
@click.argument("after")
@common()
def compare(before: str, after: str, output: str, settings: Settings) -> None:
    """Compare two runs: files, names of runs, BASELINE/SUITE, or a suite's name for its last run."""
    from coach.evaluation.archive import Archive  # noqa: PLC0415
    from coach.evaluation.compare import compare_runs, exit_status  # noqa: PLC0415
    from coach.evaluation.report import comparison_text  # noqa: PLC0415

    archive = Archive.at(settings.home)
    comparison = compare_runs(archive.find(before), archive.find(after))
    click.echo(_line(comparison) if output == "json" else comparison_text(comparison))
    raise click.exceptions.Exit(exit_status([comparison.verdict]))


@evaluate.command(name="baseline")
@click.argument("name")
@common()
def baseline_command(name: str, output: str, settings: Settings) -> None:
    """Keep the last run of every suite as a baseline."""
    from coach.evaluation.archive import Archive  # noqa: PLC0415
    from coach.evaluation.suite import load_suites  # noqa: PLC0415

    written = Archive.at(settings.home).bless(name, [suite.id for suite in load_suites()])
    paths = {suite: str(path) for suite, path in written.items()}
    as_json = json.dumps({"baseline": name, "suites": paths}, ensure_ascii=False)
    click.echo(as_json if output == "json" else "\n".join(f"{suite}: {path}" for suite, path in paths.items()))


@evaluate.command(name="list")
@common()
def list_command(output: str, settings: Settings) -> None:  # noqa: ARG001
    """List the suites."""
    from coach.evaluation.report import suites_text  # noqa: PLC0415
    from coach.evaluation.suite import load_suites  # noqa: PLC0415

    suites = load_suites()
    as_json = json.dumps({"suites": [_plain(suite) for suite in suites]}, ensure_ascii=False)
    click.echo(as_json if output == "json" else suites_text(suites))


def _plain(record: "BaseModel") -> dict[str, object]:
    return record.model_dump(mode="json")


def _line(record: "BaseModel") -> str:
    return json.dumps(_plain(record), ensure_ascii=False)
