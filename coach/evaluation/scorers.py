"""The checks: small pure functions (sample, output) -> Score, addressable by name from a suite file.

A check that does not apply to a sample (the citations of a question that is to be declined) returns None.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from coach.errors import UsageError
from coach.evaluation.samples import BadInputSample, DeckSample, PlanSample, QuestionSample, Sample
from coach.evaluation.tasks import Answered, Handled, Output
from coach.schema import Critique, Verdict

ANSWER_WORDS = (40, 260)
MESSAGE_CHARACTERS = 300
_MARK = re.compile(r"\[(\d+)\]")


class Score(NamedTuple):
    """How well a check was met, 0 to 1, and why not better ("" where it was met)."""

    value: float
    reason: str = ""


class Check(NamedTuple):
    """A check function and the tasks that it fits."""

    tasks: tuple[str, ...]
    function: Callable[..., Score | None]


CHECKS: dict[str, Check] = {}
PASS = Score(1.0)


def check(
    *tasks: str,
) -> Callable[[Callable[..., Score | None]], Callable[..., Score | None]]:
    """Register a check under its name in kebab-case."""

    def register(function: Callable[..., Score | None]) -> Callable[..., Score | None]:
        CHECKS[function.__name__.replace("_", "-")] = Check(tasks, function)
        return function

    return register


def apply_checks(names: Iterable[str], sample: Sample, output: Output) -> dict[str, Score]:
    """Return the scores of the checks that apply.

    Raises:
        UsageError: There is no such check.
    """
    scores = {}
    for name in names:
        if name not in CHECKS:
            raise UsageError(f"{name}: no such check. There are: {', '.join(sorted(CHECKS))}.")
        score = CHECKS[name].function(sample, output)
        if score is not None:
            scores[name] = score
    return scores


@check("answer")
def declined_as_expected(sample: QuestionSample, output: Answered) -> Score:
    """It declines what the sources do not cover, and nothing else."""
    expected, found = sample.expect.declined, output.answer.declined
    return PASS if expected == found else _fail("declined" if found else "answered although not covered")


@check("answer")
def cites_expected(sample: QuestionSample, output: Answered) -> Score | None:
    """At least one citation is to where the answer stands."""
    if sample.expect.declined or not sample.expect.cites_any:
        return None
    cited = [f"{one.source_id} {one.title} {one.section}" for one in output.answer.citations]
    if any(re.search(pattern, text, re.IGNORECASE) for pattern in sample.expect.cites_any for text in cited):
        return PASS
    places = dict.fromkeys(f"{one.source_id} › {one.section}" for one in output.answer.citations)
    return _fail(f"cites {'; '.join(places) or 'nothing'}")


@check("answer")
def mentions(sample: QuestionSample, output: Answered) -> Score:
    """The text contains everything that it must say."""
    missing = [pattern for pattern in sample.expect.mentions if not _found(pattern, output.answer.answer)]
    return _fail(f"does not say {', '.join(map(repr, missing))}") if missing else PASS


@check("answer")
def forbids(sample: QuestionSample, output: Answered) -> Score:
    """The text contains nothing that it must not say."""
    said = [pattern for pattern in sample.expect.forbid if _found(pattern, output.answer.answer)]
    return _fail(f"says {', '.join(map(repr, said))}") if said else PASS


@check("answer")
def citations_exact(sample: QuestionSample, output: Answered) -> Score:  # noqa: ARG001
    """Every quote is an exact substring of its source."""
    wrong = [
        one.n for one in output.answer.citations if not one.quote or one.quote not in output.sources.get(one.source_id, "")
    ]
    return _fail(f"not the words of the source: {_marks(wrong)}") if wrong else PASS


@check("answer")
def no_unsupported(sample: QuestionSample, output: Answered) -> Score:  # noqa: ARG001
    """No sentence had to be withheld."""
    withheld = output.answer.unsupported
    return _fail(f"{len(withheld)} withheld: “{withheld[0]}”") if withheld else PASS


@check("answer")
def marks_resolve(sample: QuestionSample, output: Answered) -> Score:  # noqa: ARG001
    """Marks [n] and citations agree: no mark without a citation, none cited twice, none cited without a mark."""
    marks = {int(mark) for mark in _MARK.findall(output.answer.answer)}
    numbers = [one.n for one in output.answer.citations]
    if len(set(numbers)) != len(numbers):
        return _fail(f"two citations have the same number: {_marks(numbers)}")
    if marks != set(numbers):
        return _fail(f"marks {_marks(marks) or 'none'}, citations {_marks(numbers) or 'none'}")
    return PASS


@check("answer")
def length(sample: QuestionSample, output: Answered) -> Score | None:
    """An answer is neither a shrug nor an essay; lists and refusals are free."""
    if output.answer.declined or sample.kind == "list":
        return None
    words = len(_MARK.sub("", output.answer.answer).split())
    low, high = ANSWER_WORDS
    return PASS if low <= words <= high else _fail(f"{words} words, not {low} to {high}")


@check("critique-plans")
def verdicts_right(sample: PlanSample, output: Critique) -> Score:
    """Share of the fourteen verdicts that are right."""
    found = _verdicts(output)
    wrong = {mode: label.verdict for mode, label in sample.labels.items() if found.get(mode) != label.verdict}
    reasons = [f"{mode} {found.get(mode, 'missing')}, not {verdict}" for mode, verdict in wrong.items()]
    return Score(1 - len(wrong) / len(sample.labels), "; ".join(reasons))


@check("critique-plans", "critique-decks")
def quotes_exact(sample: PlanSample | DeckSample, output: Critique) -> Score:
    """Each non-open finding has evidence, and evidence is the document's own words at exactly these offsets."""
    text = sample.text if isinstance(sample, PlanSample) else output.text
    wrong = [
        finding.mode
        for finding in output.findings
        if bool(finding.evidence) == (finding.verdict == "open")
        or any(not one.quote or text[one.start : one.end] != one.quote for one in finding.evidence)
    ]
    return _fail(f"evidence does not hold: {', '.join(wrong)}") if wrong else PASS


@check("critique-decks")
def partner_slide_found(sample: DeckSample, output: Critique) -> Score:
    """Exactly the slides (or the headed section) about partners are judged."""
    if sample.partner_slides is not None:
        expected = set(sample.partner_slides)
    else:
        expected = {info.index for info in output.slides if sample.partner_heading in info.title}
    judged = set(output.judged_slides)
    if expected and judged == expected:
        return PASS
    return _fail(f"judged {sorted(judged)}, expected {sorted(expected) or sample.partner_heading}")


@check("critique-decks")
def must_be_at_risk(sample: DeckSample, output: Critique) -> Score | None:
    """The planted mistakes are found; share of them."""
    return _share(sample.must_be_at_risk, output, "at_risk")


@check("critique-decks")
def must_be_covered(sample: DeckSample, output: Critique) -> Score | None:
    """What the document settles is seen as settled; share of it."""
    return _share(sample.must_be_covered, output, "covered")


@check("critique-decks")
def must_not_be_at_risk(sample: DeckSample, output: Critique) -> Score | None:
    """What the document does not get wrong is not blamed; share of it."""
    found = _verdicts(output)
    blamed = [mode for mode in sample.must_not_be_at_risk if found.get(mode) == "at_risk"]
    return _graded(sample.must_not_be_at_risk, blamed, "blamed without cause")


@check("bad-input")
def refused_as_expected(sample: BadInputSample, output: Handled) -> Score:
    """What can be read is read, the rest is refused, nothing crashes."""
    expected = "refused" if sample.refused else "read"
    return (
        PASS if output.outcome == expected else _fail(f"{output.outcome}, expected {expected}: {output.message}".rstrip(": "))
    )


@check("bad-input")
def one_line_error(sample: BadInputSample, output: Handled) -> Score | None:
    """A refusal is one line that names the file."""
    if output.outcome == "read":
        return None
    faults = {
        "no error of Coach's own": output.outcome == "crashed",
        "more than one line": "\n" in output.message,
        f"{len(output.message)} characters": len(output.message) > MESSAGE_CHARACTERS,
        "does not name the file": sample.id not in output.message,
    }
    found = [fault for fault, there in faults.items() if there]
    return _fail(f"{', '.join(found)}: {output.message}") if found else PASS


@check("bad-input")
def still_answers(sample: BadInputSample, output: Handled) -> Score:  # noqa: ARG001
    """A good question is answered with citations afterwards."""
    return PASS if output.still_answers else _fail("the question afterwards was not answered")


def _fail(reason: str) -> Score:
    return Score(0.0, " ".join(reason.split()))


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


def _marks(numbers: Iterable[int]) -> str:
    return " ".join(f"[{number}]" for number in sorted(numbers))


def _verdicts(critique: Critique) -> dict[str, Verdict]:
    return {finding.mode: finding.verdict for finding in critique.findings}


def _share(modes: Sequence[str], critique: Critique, verdict: Verdict) -> Score | None:
    found = _verdicts(critique)
    return _graded(modes, [mode for mode in modes if found.get(mode) != verdict], f"not {verdict}")


def _graded(modes: Sequence[str], wrong: Sequence[str], what: str) -> Score | None:
    if not modes:
        return None
    return Score(1 - len(wrong) / len(modes), f"{what}: {', '.join(wrong)}" if wrong else "")
