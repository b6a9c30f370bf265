"""Compare two runs of a suite, sample by sample, and say whether the second is worse."""

from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from coach.errors import UsageError
from coach.evaluation.runs import Result, Run
from coach.evaluation.statistics import Interval, sign_test, wilson_interval

SIGNIFICANCE = 0.05
FEWEST_PAIRS = 6
"""With fewer pairs not even a fall of every sample reaches p < 0.05 (2 x 0.5^5 = 0.0625)."""

ComparisonVerdict = Literal["no regression", "regression", "not enough data"]
_STATUS: dict[ComparisonVerdict, int] = {"no regression": 0, "regression": 1, "not enough data": 3}


class Side(BaseModel):
    """One run, counted over the samples that both runs have."""

    model_config = ConfigDict(frozen=True)

    started: str
    commit: str
    model: str
    passed: int
    samples: int
    interval: Interval


class Comparison(BaseModel):
    """A paired comparison.

    Attributes:
        suite: Whose runs they are.
        before: The first run.
        after: The second run.
        worse: Ids of samples whose score fell.
        better: Ids of samples whose score rose.
        held_out: Which of these ids are of the held-out split: counted, not to be looked at.
        unpaired: Ids that only one of the runs has.
        p_value: Exact, two-sided; McNemar's test where samples just pass or fail.
        metrics: Change of each figure over the whole run.
        verdict: What it amounts to.
        notes: What else differs between the runs.
    """

    model_config = ConfigDict(frozen=True)

    suite: str
    before: Side
    after: Side
    worse: tuple[str, ...]
    better: tuple[str, ...]
    held_out: tuple[str, ...]
    unpaired: tuple[str, ...]
    p_value: float
    metrics: dict[str, float]
    verdict: ComparisonVerdict
    notes: tuple[str, ...]


def compare_runs(before: Run, after: Run) -> Comparison:
    """Compare two runs, paired by sample id.

    Raises:
        UsageError: They are runs of different suites.
    """
    if before.suite != after.suite:
        raise UsageError(f"{before.suite} and {after.suite} are different suites. Compare two runs of the same suite.")
    old = {result.id: result for result in before.results}
    new = {result.id: result for result in after.results}
    pairs = [(old[sample_id], result) for sample_id, result in new.items() if sample_id in old]
    worse = tuple(second.id for first, second in pairs if second.score < first.score)
    better = tuple(second.id for first, second in pairs if second.score > first.score)
    held_out = {second.id for _, second in pairs if second.split == "held-out"}
    p_value = sign_test(len(worse), len(better))
    return Comparison(
        suite=after.suite,
        before=_side(before, [first for first, _ in pairs]),
        after=_side(after, [second for _, second in pairs]),
        worse=worse,
        better=better,
        held_out=tuple(sample_id for sample_id in (*worse, *better) if sample_id in held_out),
        unpaired=tuple(sorted(old.keys() ^ new.keys())),
        p_value=round(p_value, 6),
        metrics={
            name: round(value - before.metrics[name], 4) for name, value in after.metrics.items() if name in before.metrics
        },
        verdict=decide(pairs=len(pairs), worse=len(worse), better=len(better)),
        notes=tuple(_differences(before, after)),
    )


def decide(*, pairs: int, worse: int, better: int) -> ComparisonVerdict:
    """Say what a paired comparison amounts to: a regression is a drop with p < 0.05."""
    if pairs < FEWEST_PAIRS:
        return "not enough data"
    dropped = worse > better and sign_test(worse, better) < SIGNIFICANCE
    return "regression" if dropped else "no regression"


def exit_status(verdicts: Iterable[ComparisonVerdict], *, failures: Iterable[int] = ()) -> int:
    """Return the exit status of a command that ran or compared suites.

    Args:
        verdicts: Of all comparisons.
        failures: Exit statuses of suites that could not be run or compared.

    Returns:
        1 for a regression in any suite; else the worst failure (2 wrong call or input, 3 something needed is not there);
        else 3 where comparisons were asked for and none had enough data; else 0.
    """
    statuses = [_STATUS[verdict] for verdict in verdicts]
    return 1 if 1 in statuses else max(failures, default=0) or min(statuses, default=0)


def _side(run: Run, results: Sequence[Result]) -> Side:
    passed = sum(result.passed for result in results)
    return Side(
        started=run.started.isoformat(timespec="seconds"),
        commit=run.commit,
        model=run.model,
        passed=passed,
        samples=len(results),
        interval=wilson_interval(passed, len(results)),
    )


def _differences(before: Run, after: Run) -> Iterable[str]:
    for what, first, second in (
        ("dataset", before.dataset, after.dataset),
        ("knowledge", before.knowledge, after.knowledge),
        ("model", before.model, after.model),
    ):
        if first != second:
            yield f"{what} differs: {first or 'unknown'} → {second or 'unknown'}"
