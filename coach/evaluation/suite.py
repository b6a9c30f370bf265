"""Suites: one YAML file each says what is run on which samples and how it is checked."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from coach.errors import KnowledgeError, UsageError
from coach.evaluation.metrics import METRICS
from coach.evaluation.samples import BadInputSample, DeckSample, PlanSample, QuestionSample, Sample, load_samples
from coach.evaluation.scorers import CHECKS
from coach.resources import resource

TaskName = Literal["answer", "critique-plans", "critique-decks", "bad-input"]
ROWS: dict[TaskName, type[Sample]] = {
    "answer": QuestionSample,
    "critique-plans": PlanSample,
    "critique-decks": DeckSample,
    "bad-input": BadInputSample,
}


class Suite(BaseModel):
    """What is run, on what, checked how.

    Attributes:
        id: Equal to the file's stem.
        purpose: One sentence for the table.
        task: What is done with a row.
        dataset: File of rows, below evals/.
        generator: Script below evals/ that writes the files which the rows name; called with a folder.
        checks: Names of check functions (`scorers.py`) that fit the task.
        metrics: Names of figures over the whole run (`metrics.py`).
        pass_mark: Share that a graded check needs in order to pass.
        split: Which rows are run.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    purpose: str = Field(min_length=1)
    task: TaskName
    dataset: str
    generator: str | None = Field(default=None, validate_default=True)
    checks: tuple[str, ...] = Field(min_length=1)
    metrics: tuple[str, ...] = ()
    pass_mark: float = Field(default=1.0, gt=0, le=1)
    split: Literal["all", "dev", "held-out"] = "all"

    @field_validator("generator")
    @classmethod
    def _files_are_generated(cls, generator: str | None, info: ValidationInfo) -> str | None:
        task = info.data.get("task")
        if generator is None and task in ("critique-decks", "bad-input"):
            raise ValueError(f"the task {task} needs a generator of files")
        return generator

    @field_validator("checks")
    @classmethod
    def _checks_fit(cls, checks: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        task = info.data.get("task")
        fitting = sorted(name for name, check in CHECKS.items() if task in check.tasks)
        return _known(checks, fitting, f"check for the task {task}")

    @field_validator("metrics")
    @classmethod
    def _metrics_exist(cls, metrics: tuple[str, ...]) -> tuple[str, ...]:
        return _known(metrics, sorted(METRICS), "metric")

    def samples(self, evals: Path) -> tuple[Sample, ...]:
        """Read the rows of the suite's split.

        Raises:
            KnowledgeError: A row breaks its schema, or there are none.
        """
        rows = load_samples(evals / self.dataset, ROWS[self.task])
        chosen = tuple(row for row in rows if self.split in ("all", row.split))
        if not chosen:
            raise KnowledgeError(f"{self.dataset}: no rows of the split {self.split}. Add rows, or change the suite's split.")
        return chosen


def load_suite(path: Path, *, evals: Path | None = None) -> Suite:
    """Read and check one suite file.

    Args:
        path: The YAML file.
        evals: Folder that `dataset` and `generator` stand below; by default the one above the suite's folder.

    Raises:
        KnowledgeError: It breaks the schema; the message names file and field.
    """
    base = evals or path.parent.parent
    try:
        fields = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise KnowledgeError(f"{path.name}:{line}: {error.problem}. Mend the YAML.") from error
    try:
        suite = Suite.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "suite"
        raise KnowledgeError(f"{path.name}: {field}: {first['msg'].removeprefix('Value error, ')}. Mend the suite.") from error
    if suite.id != path.stem:
        raise KnowledgeError(f"{path.name}: id: {suite.id!r} differs from the file's name. Make them equal.")
    for field, name in (("dataset", suite.dataset), ("generator", suite.generator)):
        if name is not None and not (base / name).is_file():
            raise KnowledgeError(f"{path.name}: {field}: there is no {name} below {base.name}/. Mend the path.")
    return suite


def load_suites(evals: Path | None = None) -> tuple[Suite, ...]:
    """Read all suites by name; adding one is adding one file."""
    folder = evals or resource("evals")
    return tuple(load_suite(path) for path in sorted((folder / "suites").glob("*.yaml")))


def find_suites(name: str, suites: Sequence[Suite]) -> tuple[Suite, ...]:
    """Return the suite of that name, or every suite for `all`.

    Raises:
        UsageError: There is no such suite.
    """
    chosen = tuple(suite for suite in suites if name in ("all", suite.id))
    if not chosen:
        raise UsageError(f"{name}: no such suite. There are: {', '.join(suite.id for suite in suites)}, all.")
    return chosen


def suites_table(suites: Sequence[Suite], *, evals: Path | None = None) -> str:
    """The suites as a Markdown table, for evals/README.md."""
    folder = evals or resource("evals")
    lines = ["| suite | what it tells | samples | task | checks |", "| --- | --- | --- | --- | --- |"]
    for suite in suites:
        checks = ", ".join((*suite.checks, *suite.metrics))
        lines.append(f"| `{suite.id}` | {suite.purpose} | {len(suite.samples(folder))} | {suite.task} | {checks} |")
    return "\n".join(lines)


def _known(names: tuple[str, ...], there: Sequence[str], what: str) -> tuple[str, ...]:
    for name in names:
        if name not in there:
            raise ValueError(f"there is no {what} named {name!r}; there are {', '.join(there)}")
    return names
