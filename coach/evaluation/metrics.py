"""Figures over a whole run, for suites whose samples carry many labels. A sample that failed counts as wrong throughout."""

from collections.abc import Callable, Sequence

from coach.detection.taxonomy import MODE_IDS
from coach.evaluation.samples import PlanSample, Sample
from coach.evaluation.statistics import macro_f1
from coach.evaluation.tasks import Output
from coach.schema import Critique, Finding

Pairs = Sequence[tuple[Sample, Output | None]]


def _verdict_f1(pairs: Pairs, verdict: str) -> float:
    predicted, actual = [], []
    for sample, output in pairs:
        if isinstance(sample, PlanSample):
            found = {one.mode: one.verdict for one in output.findings} if isinstance(output, Critique) else {}
            predicted.append([found.get(mode, "missing") for mode in MODE_IDS])
            actual.append([sample.labels[mode].verdict for mode in MODE_IDS])
    return macro_f1(predicted, actual, verdict)


def macro_f1_at_risk(pairs: Pairs) -> float:
    """Mean over the modes of the F1 of `at_risk`."""
    return _verdict_f1(pairs, "at_risk")


def macro_f1_covered(pairs: Pairs) -> float:
    """Mean over the modes of the F1 of `covered`."""
    return _verdict_f1(pairs, "covered")


def evidence_overlap(pairs: Pairs) -> float:
    """Share of the right at_risk and covered verdicts whose evidence overlaps the labelled words."""
    found = total = 0
    for sample, output in pairs:
        if isinstance(sample, PlanSample) and isinstance(output, Critique):
            for finding in output.findings:
                if finding.verdict != "open" and finding.verdict == sample.labels[finding.mode].verdict:
                    total += 1
                    found += _overlaps(finding, sample)
    return found / total if total else 0.0


def _overlaps(finding: Finding, sample: PlanSample) -> bool:
    for quote in sample.labels[finding.mode].evidence:
        start = sample.text.find(quote)
        while start >= 0:
            if any(one.start < start + len(quote) and start < one.end for one in finding.evidence):
                return True
            start = sample.text.find(quote, start + 1)
    return False


METRICS: dict[str, Callable[[Pairs], float]] = {
    "macro-f1-at-risk": macro_f1_at_risk,
    "macro-f1-covered": macro_f1_covered,
    "evidence-overlap": evidence_overlap,
}
