"""Run a suite: every sample once, in order; an exception is a result like any other, never a stop."""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from tqdm import tqdm

from coach.errors import UnavailableError
from coach.evaluation.metrics import METRICS
from coach.evaluation.provenance import current_commit, file_hash, knowledge_hash, machine
from coach.evaluation.samples import Sample
from coach.evaluation.scorers import apply_checks
from coach.evaluation.statistics import wilson_interval
from coach.evaluation.suite import Suite
from coach.evaluation.tasks import Output, Subject, perform, summary


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class CheckResult(_Record):
    """What a check said about a sample, 0 to 1, and why not better."""

    value: float
    reason: str = ""


class Result(_Record):
    """What became of a sample.

    Attributes:
        score: The weakest of its checks; 0 where it failed with an error.
        passed: Whether every check reached the suite's pass mark.
        error: The exception, "" where there was none.
        checks: By name; a check that does not apply to the sample is left out.
        output: What a reader needs to understand the checks.
    """

    id: str
    kind: str
    split: str
    passed: bool
    score: float
    seconds: float
    error: str = ""
    checks: dict[str, CheckResult] = {}
    output: dict[str, object] = {}


class Group(_Record):
    """Passed samples of one split or kind with the share's 95 % Wilson interval; `by` is `all`, `split`, `kind` or `check`."""

    by: str
    name: str
    samples: int
    passed: int
    errors: int
    rate: float
    low: float
    high: float


class Run(_Record):
    """The record of one run, as stored."""

    suite: str
    started: datetime
    model: str
    version: str
    commit: str
    knowledge: str
    dataset: str
    machine: str
    seconds: float
    groups: tuple[Group, ...]
    metrics: dict[str, float]
    results: tuple[Result, ...]


def run_suite(suite: Suite, subject: Subject, *, evals: Path, model: str) -> Run:
    """Run every sample of a suite.

    Args:
        suite: What to run.
        subject: What is measured.
        evals: Folder with datasets and generators.
        model: Name of the chat model, for the record.

    Raises:
        KnowledgeError: A row of the dataset breaks its schema.
        UnavailableError: The suite's generator of files failed.
    """
    samples = suite.samples(evals)
    started, clock = datetime.now(tz=UTC), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="coach-eval-") as folder:
        if suite.generator is not None:
            generate_files(evals / suite.generator, Path(folder))
        progress = tqdm(samples, desc=suite.id, delay=1, disable=None, file=sys.stderr, leave=False)
        done = [run_sample(suite, subject, sample, files=Path(folder)) for sample in progress]
    results = [result for result, _ in done]
    pairs = list(zip(samples, (output for _, output in done), strict=True))
    return Run(
        suite=suite.id,
        started=started,
        model=model,
        version=version("coach"),
        commit=current_commit(),
        knowledge=knowledge_hash(),
        dataset=file_hash(evals / suite.dataset),
        machine=machine(),
        seconds=round(time.perf_counter() - clock, 2),
        groups=group_results(results, pass_mark=suite.pass_mark),
        metrics={name: round(METRICS[name](pairs), 4) for name in suite.metrics},
        results=tuple(results),
    )


def run_sample(suite: Suite, subject: Subject, sample: Sample, *, files: Path) -> tuple[Result, Output | None]:
    """Do one sample and check it; the output is None where it failed with an error."""
    clock = time.perf_counter()
    output, error = None, ""
    try:
        output = perform(subject, sample, files=files)
        seconds = time.perf_counter() - clock
        scores = apply_checks(suite.checks, sample, output)
    except Exception as caught:  # noqa: BLE001 - a sample that breaks is a result
        seconds = time.perf_counter() - clock
        output, scores, error = None, {}, f"{type(caught).__name__}: {' '.join(str(caught).split())}"
    score = 0.0 if error else min((one.value for one in scores.values()), default=1.0)
    result = Result(
        id=sample.id,
        kind=sample.kind,
        split=sample.split,
        passed=not error and score >= suite.pass_mark,
        score=round(score, 4),
        seconds=round(seconds, 3),
        error=error,
        checks={name: CheckResult(value=round(one.value, 4), reason=one.reason) for name, one in scores.items()},
        output=summary(output) if output is not None else {},
    )
    return result, output


def generate_files(script: Path, folder: Path) -> None:
    """Let a suite's generator write its files.

    Raises:
        UnavailableError: It failed, most often because a package for making samples is missing.
    """
    command = [sys.executable, "-B", str(script), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own script
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise UnavailableError(
            f"{script.name} could not make its files ({last}). Install the packages for making samples: "
            "pip install python-pptx python-docx reportlab pillow pyyaml"
        )


def group_results(results: Sequence[Result], *, pass_mark: float = 1.0) -> tuple[Group, ...]:
    """Count what passed over all samples, by split, by kind and by check."""
    members: dict[tuple[str, str], list[bool]] = {("all", "all"): []}
    errors: Counter[tuple[str, str]] = Counter()
    for result in results:
        for place in (("all", "all"), ("split", result.split), ("kind", result.kind)):
            members.setdefault(place, []).append(result.passed)
            errors[place] += bool(result.error)
        for name, found in result.checks.items():
            members.setdefault(("check", name), []).append(found.value >= pass_mark)
    order = ("all", "split", "kind", "check")
    groups = []
    for by, name in sorted(members, key=lambda place: order.index(place[0])):
        passed, count = sum(members[by, name]), len(members[by, name])
        low, high = wilson_interval(passed, count)
        rate = round(passed / count, 4) if count else 0.0
        groups.append(
            Group(
                by=by,
                name=name,
                samples=count,
                passed=passed,
                errors=errors[by, name],
                rate=rate,
                low=round(low, 4),
                high=round(high, 4),
            )
        )
    return tuple(groups)
