"""The fourteen failure modes, each read from its own file in knowledge/failure_modes/."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.errors import KnowledgeError
from coach.index.knowledge import modes_by_document, split_front_matter
from coach.index.points import point_of
from coach.resources import resource
from coach.schema import Citation

MODE_IDS = (
    "means-over-ends",
    "one-size-fits-all",
    "own-goals-only",
    "broken-customer-journey",
    "structure-over-substance",
    "vanity-metrics",
    "no-personal-touch",
    "internal-barriers",
    "excess-layers",
    "no-go-to-market",
    "enthusiasm-trap",
    "revenue-share-assumption",
    "vague-partner-value",
    "untested-scale",
)
"""The taxonomy's order; every list of findings keeps it."""


class ModeTask(BaseModel):
    """Next week's task of a mode."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    due_in_days: int = Field(ge=1, le=14)


class FailureMode(BaseModel):
    """One way in which a partner plan goes wrong, with what to say about it.

    Attributes:
        id: Equal to the file's stem.
        name: Short name.
        sources: Points of the two articles, such as `zasada-9`.
        question: What the author should answer.
        why: Three ways to say what harm the quoted words do.
        open_why: What a reader concludes from silence.
        covered_note: What is good about a covering passage, and what would make it stronger.
        advice: The next step.
        rewrite: Templates of a better bullet with [blanks] and {slots}.
        playbook: Id of the playbook that helps.
        task: Next week's task.
        investor_question: What a reader of the slide will ask.
        trips: Fragments that show the mistake.
        must_not: Fragments that use its words without showing it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: str
    name: str
    title: str = ""
    sources: tuple[str, ...] = Field(min_length=1)
    modes: tuple[str, ...] = ()
    also_called: tuple[str, ...] = ()
    question: str
    why: tuple[str, ...] = Field(min_length=3)
    open_why: str
    covered_note: str
    advice: str
    rewrite: tuple[str, ...] = Field(min_length=2)
    playbook: str
    task: ModeTask
    investor_question: str
    trips: tuple[str, ...] = Field(min_length=6)
    must_not: tuple[str, ...] = Field(min_length=6)


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All failure modes in order."""

    modes: tuple[FailureMode, ...]

    def __getitem__(self, mode_id: str) -> FailureMode:
        """Return a mode by id."""
        return next(mode for mode in self.modes if mode.id == mode_id)

    def points_behind(self, source_id: str) -> frozenset[str]:
        """Points of the articles, such as `zasada-9`, that a shipped playbook or failure mode rests on."""
        modes = {source_id, *modes_by_document().get(source_id, ())}
        return frozenset(point for mode in self.modes if mode.id in modes for point in mode.sources)

    def behind(self, citations: Sequence[Citation]) -> tuple[str, ...]:
        """Ids of the modes whose own file or whose point of an article is cited, in the taxonomy's order."""
        cited = {citation.source_id for citation in citations} | {point_of(citation.section) for citation in citations}
        return tuple(mode.id for mode in self.modes if mode.id in cited or set(mode.sources) & cited)


@lru_cache(maxsize=1)
def load_taxonomy() -> Taxonomy:
    """Read and check all failure-mode files.

    Raises:
        KnowledgeError: A file breaks the schema, is missing, or is no known mode.
    """
    files = {path.stem: path for path in sorted(resource("knowledge/failure_modes").glob("*.md"))}
    if set(files) != set(MODE_IDS):
        raise KnowledgeError(
            f"knowledge/failure_modes: expected exactly {len(MODE_IDS)} modes, differing: {sorted(set(files) ^ set(MODE_IDS))}."
        )
    return Taxonomy(tuple(_load_mode(files[mode_id]) for mode_id in MODE_IDS))


def _load_mode(path: Path) -> FailureMode:
    fields, _ = split_front_matter(path)
    try:
        mode = FailureMode.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        raise KnowledgeError(
            f"{path.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}. Mend the front matter."
        ) from error
    if mode.id != path.stem:
        raise KnowledgeError(f"{path.name}: the id {mode.id!r} differs from the file's name. Make them equal.")
    return mode
