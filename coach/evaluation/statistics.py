"""The statistics that verdicts rest on: exact or closed forms, standard library only."""

import math
from collections.abc import Sequence
from typing import NamedTuple

Z_95 = 1.959963984540054


class Interval(NamedTuple):
    """A 95 % interval of a share."""

    low: float
    high: float


def wilson_interval(successes: int, trials: int, *, z: float = Z_95) -> Interval:
    """Return the Wilson score interval of a share (E. B. Wilson, JASA 22, 1927); all of 0 to 1 where nothing was tried."""
    if trials == 0:
        return Interval(0.0, 1.0)
    share = successes / trials
    scale = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return Interval(low, high)


def sign_test(worse: int, better: int) -> float:
    """Return the exact two-sided p-value of a paired comparison; ties are left out.

    On pairs that pass or fail this is McNemar's exact test (Q. McNemar, Psychometrika 12, 1947): under no change, a pair
    that differs is as likely to have got worse as better.
    """
    pairs = worse + better
    if pairs == 0:
        return 1.0
    tail: int = sum(math.comb(pairs, count) for count in range(min(worse, better) + 1))
    return float(min(1.0, 2 * tail / 2**pairs))


def f1(predicted: Sequence[bool], actual: Sequence[bool]) -> float:
    """Return the F1 of one class; 0 where it was neither predicted nor there."""
    hits = sum(one and other for one, other in zip(predicted, actual, strict=True))
    total = sum(predicted) + sum(actual)
    return 2 * hits / total if total else 0.0


def macro_f1(predicted: Sequence[Sequence[str]], actual: Sequence[Sequence[str]], label: str) -> float:
    """Return the mean over columns of the F1 of `label`.

    Args:
        predicted: Rows of labels, a column a class (here: a plan a row, a failure mode a column).
        actual: The right labels, of the same shape.
        label: The label to measure. Columns in which it is neither predicted nor right say nothing and are left out.
    """
    values = []
    for guessed, right in zip(zip(*predicted, strict=True), zip(*actual, strict=True), strict=True):
        if label in guessed or label in right:
            values.append(f1([one == label for one in guessed], [one == label for one in right]))
    return sum(values) / len(values) if values else 0.0
