"""What is done with a sample: one function per task; what it gives is what the checks see."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from coach.errors import CoachError
from coach.evaluation.samples import BadInputSample, DeckSample, PlanSample, QuestionSample, Sample
from coach.schema import Answer, Critique, Document, Message, Source

GOOD_QUESTION = "What is the partner's win?"


class Subject(Protocol):
    """What a suite measures: `Coach`, or a scripted stand-in in tests."""

    def ask(self, question: str, *, history: Sequence[Message] = (), question_id: str | None = None) -> Answer:
        """Answer a question."""

    def critique(self, document: Document, *, slide: int | None = None, critique_id: str | None = None) -> Critique:
        """Take a document apart."""

    def critique_text(self, text: str, *, slide: int | None = None, critique_id: str | None = None) -> Critique:
        """Take pasted text apart."""

    def load(self, path: Path) -> Document:
        """Read a file."""

    def source_text(self, source_id: str, *, collection: str | None = None) -> tuple[Source, str]:
        """Return a source and its whole text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer and the whole text of every source that it cites; "" for a source that does not exist."""

    answer: Answer
    sources: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What became of a bad input.

    Attributes:
        outcome: `read`: it gave a critique; `refused`: one of our own errors; `crashed`: any other exception.
        message: The error's text; "" where it was read.
        still_answers: Whether a good question was answered with citations afterwards.
    """

    outcome: Literal["read", "refused", "crashed"]
    message: str
    still_answers: bool


Output = Answered | Critique | Handled


def perform(subject: Subject, sample: Sample, *, files: Path) -> Output:
    """Do a sample's task.

    Args:
        subject: What is measured.
        sample: Its type decides the task.
        files: Folder with the generated files that samples name.
    """
    match sample:
        case QuestionSample():
            return answer(subject, sample)
        case PlanSample():
            return subject.critique_text(sample.text, critique_id=sample.id)
        case DeckSample():
            return subject.critique(subject.load(files / sample.id), critique_id=sample.id)
        case BadInputSample():
            return handle_bad_input(subject, files / sample.id)
    raise TypeError(type(sample).__name__)


def answer(subject: Subject, sample: QuestionSample) -> Answered:
    """Ask the question, and fetch what it cites."""
    history = [Message(role=message.role, content=message.content) for message in sample.history]
    given = subject.ask(sample.question, history=history, question_id=sample.id)
    return Answered(answer=given, sources={one.source_id: _text(subject, one.source_id) for one in given.citations})


def handle_bad_input(subject: Subject, path: Path) -> Handled:
    """Hand over a bad file, then ask a good question."""
    outcome: Literal["read", "refused", "crashed"] = "read"
    message = ""
    try:
        subject.critique(subject.load(path))
    except CoachError as error:
        outcome, message = "refused", str(error)
    except Exception as error:  # noqa: BLE001 - that it must not happen is what is measured
        outcome, message = "crashed", f"{type(error).__name__}: {error}"
    given = subject.ask(GOOD_QUESTION)
    return Handled(outcome=outcome, message=message, still_answers=not given.declined and bool(given.citations))


def summary(output: Output) -> dict[str, object]:
    """What a run record keeps of an output, so that a reader sees why a check failed."""
    match output:
        case Answered():
            citations = [f"[{one.n}] {one.source_id}: {one.section}" for one in output.answer.citations]
            return {"answer": output.answer.answer, "declined": output.answer.declined, "citations": citations}
        case Critique():
            verdicts = {finding.mode: finding.verdict for finding in output.findings}
            return {"verdicts": verdicts, "judged_slides": list(output.judged_slides)}
        case Handled():
            return {"outcome": output.outcome, "message": output.message}


def _text(subject: Subject, source_id: str) -> str:
    try:
        return subject.source_text(source_id)[1]
    except CoachError:
        return ""
