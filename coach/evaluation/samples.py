"""The rows of the datasets: one model per task, checked when read; an error names file, line and field."""

import json
import re
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from coach.detection.taxonomy import MODE_IDS
from coach.errors import KnowledgeError
from coach.schema import Role, Verdict

Row = TypeVar("Row", bound="Sample")


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression ({error})") from error
    return pattern


def _is_mode(mode: str) -> str:
    if mode not in MODE_IDS:
        raise ValueError(f"{mode!r} is no failure mode")
    return mode


Pattern = Annotated[str, AfterValidator(_compiles)]
ModeId = Annotated[str, AfterValidator(_is_mode)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sample(_Strict):
    """What every row has.

    Attributes:
        id: Unique in its dataset; runs are compared sample by sample.
        kind: Group for the report.
        split: `dev` samples may be looked at when mending; `held-out` ones are only counted.
    """

    id: str = Field(min_length=1)
    kind: str = "all"
    split: Literal["dev", "held-out"] = "dev"


class HistoryMessage(_Strict):
    """One earlier message of a conversation."""

    role: Role
    content: str


class AnswerExpectation(_Strict):
    """What an answer must look like: every `mentions`, no `forbid`, a citation that matches any `cites_any`."""

    declined: bool
    cites_any: tuple[Pattern, ...] = ()
    mentions: tuple[Pattern, ...] = ()
    forbid: tuple[Pattern, ...] = ()
    modes_any: tuple[ModeId, ...] = ()


class QuestionSample(Sample):
    """A question with its conversation and what is expected of the answer."""

    question: str
    history: tuple[HistoryMessage, ...] = ()
    tags: tuple[str, ...] = ()
    expect: AnswerExpectation


class ModeLabel(_Strict):
    """The right verdict about one mode, with the words that carry it; none for `open`."""

    verdict: Verdict
    evidence: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _evidence_fits(self) -> Self:
        if (self.verdict == "open") == bool(self.evidence):
            raise ValueError(f"{self.verdict} with {len(self.evidence)} pieces of evidence")
        return self


class PlanSample(Sample):
    """A whole plan labelled for all fourteen modes.

    Attributes:
        writer: Who wrote and labelled it.
        tricky: What makes it hard, in the writer's words.
    """

    writer: str = ""
    tricky: str = ""
    text: str
    labels: dict[ModeId, ModeLabel]

    @model_validator(mode="after")
    def _labels_fit(self) -> Self:
        if set(self.labels) != set(MODE_IDS):
            raise ValueError(f"labels differ from the modes: {sorted(set(self.labels) ^ set(MODE_IDS))}")
        for mode, label in self.labels.items():
            for quote in label.evidence:
                if quote not in self.text:
                    raise ValueError(f"{mode}: evidence {quote!r} is not in the text")
        return self


class DeckSample(Sample):
    """A sample document and what a critique of it must and must not say; `id` is the file's name."""

    partner_slides: tuple[int, ...] | None
    partner_heading: str = ""
    must_be_at_risk: tuple[ModeId, ...] = ()
    must_be_covered: tuple[ModeId, ...] = ()
    must_not_be_at_risk: tuple[ModeId, ...] = ()


class BadInputSample(Sample):
    """A file that an unlucky user might hand over, and whether it can be read at all; `id` is its name."""

    refused: bool


def load_samples(path: Path, row_type: type[Row]) -> tuple[Row, ...]:
    """Read a dataset: `.jsonl`, a row a line, or `.json`, an object of rows by id.

    Raises:
        KnowledgeError: A row breaks its schema, or two have the same id.
    """
    samples: dict[str, Row] = {}
    for place, row in _rows(path):
        try:
            sample = row_type.model_validate_json(json.dumps(row))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "row"
            raise KnowledgeError(f"{path.name}:{place}: {field}: {first['msg']}. Mend the row.") from error
        if sample.id in samples:
            raise KnowledgeError(f"{path.name}:{place}: the id {sample.id!r} occurs twice. Give each row its own.")
        samples[sample.id] = sample
    return tuple(samples.values())


def _rows(path: Path) -> list[tuple[str, object]]:
    """Rows with the place to name in an error: a line number, or the row's id."""
    text = path.read_text(encoding="utf-8")
    try:
        if path.suffix == ".json":
            return [(name, {"id": name, **fields}) for name, fields in json.loads(text).items()]
    except (ValueError, AttributeError, TypeError) as error:
        raise KnowledgeError(f"{path.name}: no JSON object of rows by id ({error}). Mend the file.") from error
    rows: list[tuple[str, object]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            rows += [(str(number), json.loads(line))] if line.strip() else []
        except ValueError as error:
            raise KnowledgeError(f"{path.name}:{number}: no JSON ({error}). Write one object a line.") from error
    return rows
