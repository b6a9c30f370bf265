"""Where runs and baselines lie, and how they are named: a path, a run's name, or <baseline>/<suite>."""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from coach.errors import KnowledgeError, StoreError, UsageError
from coach.evaluation.runs import Run
from coach.resources import resource

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*", re.IGNORECASE)
_STAMP = r"-\d{8}T\d{9}Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Runs under the home folder; baselines in a checkout's evals/, or under home when installed.

    Attributes:
        runs: Folder of run records.
        baselines: Folder that new baselines go to.
        shipped: Folder of the baselines that came with Coach; looked at second.
    """

    runs: Path
    baselines: Path
    shipped: Path

    @classmethod
    def at(cls, home: Path) -> "Archive":
        """Return the archive of a home folder."""
        shipped = resource("evals") / "baselines"
        in_checkout = (shipped.parents[1] / "pyproject.toml").is_file()
        return cls(runs=home / "evals", baselines=shipped if in_checkout else home / "evals" / "baselines", shipped=shipped)

    def save(self, run: Run) -> Path:
        """Write a run's record as <suite>-<time>.json.

        Raises:
            StoreError: The folder cannot be written.
        """
        stamp = run.started.strftime("%Y%m%dT%H%M%S") + f"{run.started.microsecond // 1000:03d}Z"
        return _write(self.runs / f"{run.suite}-{stamp}.json", run)

    def latest(self, suite: str) -> Run | None:
        """Return the last run of a suite; None where it never ran."""
        paths = sorted(path for path in self.runs.glob(f"{suite}-*.json") if re.fullmatch(suite + _STAMP, path.stem))
        return read_run(paths[-1]) if paths else None

    def baseline(self, name: str, suite: str) -> Run:
        """Return a suite's run of a baseline.

        Raises:
            UsageError: There is no such baseline, or it does not hold the suite.
        """
        for folder in (self.baselines, self.shipped):
            path = folder / _checked(name) / f"{suite}.json"
            if path.is_file():
                return read_run(path)
        raise UsageError(f"{name}: no baseline of that name for the suite {suite}. Make one: coach eval baseline {name}")

    def bless(self, name: str, suites: Sequence[str]) -> dict[str, Path]:
        """Copy the last run of every suite into a baseline and return where each went.

        Raises:
            UsageError: No suite has run yet, or the name cannot be a folder's.
        """
        last = {suite: run for suite in suites if (run := self.latest(suite)) is not None}
        if not last:
            raise UsageError(f"{self.runs}: no runs to bless. Run a suite first: coach eval run all")
        return {suite: _write(self.baselines / _checked(name) / f"{suite}.json", run) for suite, run in last.items()}

    def find(self, name: str) -> Run:
        """Return a run by path, by name, by <baseline>/<suite>, or the last run of a suite by the suite's name.

        Raises:
            UsageError: There is no such run.
        """
        if Path(name).is_file():
            return read_run(Path(name))
        stored = self.runs / f"{Path(name).name.removesuffix('.json')}.json"
        if "/" not in name and stored.is_file():
            return read_run(stored)
        baseline, separator, suite = name.partition("/")
        if separator and suite and "/" not in suite:
            return self.baseline(baseline, suite)
        run = self.latest(name) if _NAME.fullmatch(name) else None
        if run is None:
            raise UsageError(
                f"{name}: no such run. Give a file, a name from {self.runs}, BASELINE/SUITE, or a suite that has run."
            )
        return run


def read_run(path: Path) -> Run:
    """Read a record.

    Raises:
        KnowledgeError: It is no run record.
    """
    try:
        return Run.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "file"
        raise KnowledgeError(f"{path}: {field}: {first['msg']}. Give the record of a run.") from error
    except OSError as error:
        raise KnowledgeError(f"{path}: {error.strerror}. Give the record of a run.") from error


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r}: no name for a baseline. Use letters, digits, dots and dashes.")
    return name


def _write(path: Path, run: Run) -> Path:
    """Write whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False) as file:
            file.write(run.model_dump_json(indent=1) + "\n")
        Path(file.name).chmod(0o644)
        return Path(file.name).replace(path)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror}). Choose another folder with --home.") from error
