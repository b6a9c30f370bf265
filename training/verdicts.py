"""From sentence logits to plan verdicts: fitting the combiner and its thresholds, and scoring what they give."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from documents import MODES, VERDICTS, Document
from numpy.typing import NDArray
from readers import Floats, combine, decide, pick_evidence, plan_features
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score

from coach.detection.orders import find_orders
from coach.detection.plan import split_sentences

MODE_SCALE = 0.1
"""How freely each mode may have a bias of its own, against weights that all modes share."""
THRESHOLD = 0.45
"""Least probability of at_risk and covered. One number for all: tuned pairs did worse on writers that they had not seen."""


@dataclass(frozen=True, slots=True)
class Combiner:
    """Logistic regression on a plan's strongest sentences.

    Attributes:
        weights: shape (3, features), shared by all modes.
        biases: shape (modes, 3).
        thresholds: shape (modes, 2), of at_risk and of covered.
    """

    weights: Floats
    biases: Floats
    thresholds: Floats


@dataclass(frozen=True, slots=True)
class Scored:
    """Plans with features from the logits of a model that never saw them."""

    documents: list[Document]
    features: Floats

    @property
    def verdicts(self) -> NDArray[np.int64]:
        """True verdicts, shape (plans, modes)."""
        return np.stack([document.verdicts for document in self.documents if document.verdicts is not None])


def scored(documents: Sequence[Document], scores: Sequence[Floats]) -> Scored:
    """The features of each plan, from the logits of its sentences."""
    features = [plan_features(np.delete(rows, orders_of(one), axis=0)) for one, rows in zip(documents, scores, strict=True)]
    return Scored(list(documents), np.stack(features))


def orders_of(document: Document) -> list[int]:
    """Numbers of the sentences that the product leaves out."""
    return find_orders(split_sentences(document.text))


def fit_combiner(plans: Scored) -> Combiner:
    """Fit the combiner on plans whose logits come from models that never saw them."""
    count, modes, width = plans.features.shape
    ones = np.tile(np.eye(modes, dtype=np.float32) * MODE_SCALE, (count, 1, 1))
    design = np.concatenate([plans.features / 3, ones], axis=2).reshape(count * modes, -1)
    fitted = LogisticRegression(C=1.0, max_iter=5000).fit(design, plans.verdicts.ravel())
    weights = (fitted.coef_[:, :width] / 3).astype(np.float32)
    biases = (fitted.coef_[:, width:].T * MODE_SCALE + fitted.intercept_).astype(np.float32)
    return Combiner(weights, biases, np.full((modes, 2), THRESHOLD, dtype=np.float32))


def apply(combiner: Combiner, plans: Scored) -> tuple[Floats, NDArray[np.int64]]:
    """Probabilities, shape (plans, modes, 3), and verdicts, shape (plans, modes)."""
    probabilities = combine(plans.features, combiner.weights, combiner.biases)
    return probabilities, decide(probabilities, combiner.thresholds)


def mode_f1(truth: NDArray[np.int64], found: NDArray[np.int64]) -> dict[str, dict[str, float]]:
    """F1 of at_risk and covered for each mode; 0 where a verdict is neither true nor found."""
    scores = _f1(truth, found)
    return {
        mode: {VERDICTS[verdict]: float(scores[verdict - 1, number]) for verdict in (1, 2)} for number, mode in enumerate(MODES)
    }


def macro_f1(truth: NDArray[np.int64], found: NDArray[np.int64]) -> dict[str, float]:
    """Mean F1 over the modes that occur or are found, of at_risk and of covered."""
    sides = np.arange(1, 3)[:, None, None]
    there = ((truth[None] == sides) | (found[None] == sides)).any(axis=1)
    means = (_f1(truth, found) * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    return dict(zip(VERDICTS[1:], means.tolist(), strict=True))


def _f1(truth: NDArray[np.int64], found: NDArray[np.int64]) -> NDArray[np.float64]:
    """F1, shape (2, modes), from verdicts of shape (plans, modes)."""
    sides = np.arange(1, 3)[:, None, None]
    true, given = truth[None] == sides, found[None] == sides
    common, either = (true & given).sum(axis=1), true.sum(axis=1) + given.sum(axis=1)
    return np.asarray(2 * common / np.maximum(either, 1), dtype=np.float64)


def report(
    plans: Scored,
    scores: Sequence[Floats],
    probabilities: Floats,
    found: NDArray[np.int64],
    *,
    margin: float,
    most: int,
) -> dict[str, object]:
    """Figures over plans: macro and per mode, per kind of text, agreement, calibration, evidence, false alarms."""
    truth = plans.verdicts
    kinds = np.asarray([document.kind for document in plans.documents])
    clean = ~(truth == 1).any(axis=1)
    given = np.take_along_axis(probabilities, found[..., None], axis=2)[..., 0]
    right = found == truth
    return {
        "plans": len(plans.documents),
        "macro_f1": _rounded(macro_f1(truth, found)),
        "accuracy": round(float(right.mean()), 3),
        "kappa": round(float(cohen_kappa_score(truth.ravel(), found.ravel())), 3),
        "per_mode": {mode: _rounded(scores) for mode, scores in mode_f1(truth, found).items()},
        "accuracy_per_kind": {kind: round(float(right[kinds == kind].mean()), 3) for kind in sorted(set(kinds))},
        "macro_f1_per_kind": {
            kind: _rounded(macro_f1(truth[kinds == kind], found[kinds == kind])) for kind in sorted(set(kinds))
        },
        "calibration_error": round(_calibration_error(given.ravel(), right.ravel()), 3),
        "evidence_hits": round(_evidence_hits(plans, scores, found, margin=margin, most=most), 3),
        "clean_plans": int(clean.sum()),
        "false_alarms_per_clean_plan": round(float((found[clean] == 1).sum() / max(1, clean.sum())), 3),
    }


def _calibration_error(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten equal bins."""
    bins = np.minimum((confidence * 10).astype(int), 9)
    gaps = [
        (bins == number).mean() * abs(confidence[bins == number].mean() - right[bins == number].mean())
        for number in range(10)
        if (bins == number).any()
    ]
    return float(sum(gaps))


def _evidence_hits(plans: Scored, scores: Sequence[Floats], found: NDArray[np.int64], *, margin: float, most: int) -> float:
    """Share of the right at_risk and covered verdicts one of whose quotes overlaps the labelled evidence."""
    hits, total = 0, 0
    for document, rows, verdicts in zip(plans.documents, scores, found, strict=True):
        for mode, verdict in enumerate(verdicts):
            if verdict == 0 or document.verdicts is None or document.verdicts[mode] != verdict:
                continue
            column = rows[:, mode + (verdict - 1) * len(MODES)]
            quotes = [document.spans[number] for number in pick_evidence(column, margin=margin, most=most)]
            labelled = document.evidence[mode]
            total += 1
            hits += any(min(end, last) > max(start, first) for start, end in quotes for first, last in labelled)
    return hits / max(total, 1)


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in values.items()}
