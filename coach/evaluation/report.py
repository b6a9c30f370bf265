"""Runs, comparisons and the list of suites for the terminal. Held-out samples are counted, never shown."""

from collections.abc import Sequence
from pathlib import Path

from coach.evaluation.compare import FEWEST_PAIRS, Comparison, Side
from coach.evaluation.runs import Group, Result, Run
from coach.evaluation.suite import Suite

REASON_CHARACTERS = 160


def run_text(run: Run, path: Path) -> str:
    """A run: groups with intervals, figures over the whole, and every failing dev sample in a line."""
    failing = [result for result in run.results if not result.passed]
    hidden = sum(result.split == "held-out" for result in failing)
    lines = [f"{run.suite}: {len(run.results)} samples in {run.seconds:.1f} s ({run.model})", *_group_lines(run.groups)]
    lines += [f"  {name:<28} {value:.3f}" for name, value in run.metrics.items()]
    shown = [result for result in failing if result.split != "held-out"]
    if shown:
        lines += ["", "Failing:"] + [f"  {result.id}  {reason_of(result)}" for result in shown]
    if hidden:
        lines += ["", f"{hidden} held-out samples fail too; they are for counting, so they are not shown."]
    return "\n".join([*lines, "", f"Record: {path}"])


def reason_of(result: Result) -> str:
    """Why a sample fails, in one line."""
    if result.error:
        return _cut(f"error: {result.error}")
    found = [f"{name}: {check.reason or f'{check.value:.2f}'}" for name, check in result.checks.items() if check.value < 1]
    return _cut(" | ".join(found))


def comparison_text(comparison: Comparison) -> str:
    """A comparison: both shares with intervals, what got worse and better, the p-value, the verdict."""
    worse, better = len(comparison.worse), len(comparison.better)
    lines = [
        f"{comparison.suite}: {comparison.verdict}",
        _side_line("before", comparison.before),
        _side_line("after", comparison.after),
        f"  worse {worse}, better {better}, exact p = {comparison.p_value:.4f} (paired by sample, two-sided)",
    ]
    if comparison.verdict == "not enough data":
        lines.append(f"  {comparison.after.samples} paired samples; {FEWEST_PAIRS} are needed to tell a change from chance.")
    lines += _change_lines("worse", comparison.worse, comparison.held_out)
    lines += _change_lines("better", comparison.better, comparison.held_out)
    lines += [f"  {name}: {change:+.3f}" for name, change in comparison.metrics.items()]
    if comparison.unpaired:
        lines.append(f"  only in one of the runs, left out: {len(comparison.unpaired)}")
    return "\n".join([*lines, *(f"  note: {note}" for note in comparison.notes)])


def suites_text(suites: Sequence[Suite]) -> str:
    """The suites, two lines each."""
    return "\n".join(f"{suite.id:<12} {suite.purpose}\n{'':<12} {suite.task} on {suite.dataset}" for suite in suites)


def _group_lines(groups: Sequence[Group]) -> list[str]:
    lines = [f"  {'':<28} {'passed':>9} {'share':>7}   95 % interval"]
    by = ""
    for group in groups:
        if group.by not in (by, "all"):
            lines.append(f"  by {group.by}")
        by = group.by
        errors = f"  ({group.errors} errors)" if group.errors else ""
        count = f"{group.passed}/{group.samples}"
        lines.append(f"  {group.name:<28} {count:>9} {group.rate:>7.1%}   {group.low:.1%} to {group.high:.1%}{errors}")
    return lines


def _side_line(name: str, side: Side) -> str:
    low, high = side.interval
    share = f"{side.passed}/{side.samples} passed (95 % {low:.1%} to {high:.1%})"
    return f"  {name:<6} {share}  {side.started} {side.commit[:10]}".rstrip()


def _change_lines(what: str, ids: Sequence[str], held_out: Sequence[str]) -> list[str]:
    shown = [sample_id for sample_id in ids if sample_id not in held_out]
    hidden = len(ids) - len(shown)
    names = ", ".join(shown) + (f"{', and ' if shown else ''}{hidden} held-out" if hidden else "")
    return [f"  {what}: {names}"] if ids else []


def _cut(text: str) -> str:
    return text if len(text) <= REASON_CHARACTERS else text[: REASON_CHARACTERS - 2].rstrip() + " …"
