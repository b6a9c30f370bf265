"""The figures of the model card: held-out writers, folds, and int8 against fp32."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from readers import Floats
from verdicts import Scored, apply, evidence_hits, fit_combiner, joined, macro_f1, report


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Plans that a pair of readers never saw, as the int8 files score them.

    Attributes:
        plans: the plans with the features of the int8 files.
        full: the same of the fp32 files.
        scores: sentence logits of each plan, int8.
    """

    plans: Scored
    full: Scored
    scores: list[Floats]


def measure_writers(parts: Mapping[str, HeldOut]) -> dict[str, object]:
    """Leave one writer out: the combiner, too, is fitted on the other writers only."""
    given = {name: apply(fit_combiner(_without(parts, name)), part.plans) for name, part in parts.items()}
    figures = {name: _figures([part], [given[name]]) for name, part in parts.items()}
    figures["all"] = _figures(list(parts.values()), list(given.values()))
    return dict(figures)


def measure_folds(parts: Sequence[HeldOut], others: Sequence[Scored]) -> dict[str, object]:
    """Folds over one writer's plans; the combiner is fitted on the other folds and the other writers' plans."""
    given = []
    for part in parts:
        rest = [other.plans for other in parts if other is not part]
        given.append(apply(fit_combiner(joined([*rest, *others])), part.plans))
    return _figures(parts, given)


def compare_precision(parts: Mapping[str, HeldOut]) -> dict[str, object]:
    """Macro-F1 of the fp32 and the int8 files on the writers left out, with the same combiner."""
    full, small = [], []
    for name, part in parts.items():
        combiner = fit_combiner(_without(parts, name))
        full.append(apply(combiner, part.full)[1])
        small.append(apply(combiner, part.plans)[1])
    truth = joined([part.plans for part in parts.values()]).verdicts
    verdicts = {"fp32": np.concatenate(full), "int8": np.concatenate(small)}
    figures: dict[str, object] = {
        kind: {verdict: round(value, 4) for verdict, value in macro_f1(truth, found).items()}
        for kind, found in verdicts.items()
    }
    return {**figures, "same_verdicts": round(float((verdicts["fp32"] == verdicts["int8"]).mean()), 4)}


def _without(parts: Mapping[str, HeldOut], name: str) -> Scored:
    return joined([part.plans for other, part in parts.items() if other != name])


def _figures(parts: Sequence[HeldOut], given: Sequence[tuple[Floats, NDArray[np.int64]]]) -> dict[str, object]:
    plans = joined([part.plans for part in parts])
    probabilities = np.concatenate([one for one, _ in given])
    found = np.concatenate([one for _, one in given])
    hits = evidence_hits(plans, [rows for part in parts for rows in part.scores], found)
    return {**report(plans, probabilities, found), "evidence_hits": round(hits, 3)}
