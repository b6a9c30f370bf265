"""Phrase the fourteen judgements as findings: the author's words first, then the harm, the source and the way out."""

import hashlib
from collections.abc import Sequence

from coach.detection.plan import split_sentences
from coach.detection.taxonomy import FailureMode, Taxonomy
from coach.index.points import load_points
from coach.schema import Chunk, Citation, Finding, Judgement, NextTask
from coach.writing.citing import cite_passage
from coach.writing.slots import fill, fitness, read_slots

QUOTE_CHARACTERS = 180
MAX_TASKS = 5
# The partner's win is the core question; what decides whether anything happens comes next, housekeeping last.
_WEIGHT = {
    "vague-partner-value": 1.0,
    "revenue-share-assumption": 0.98,
    "own-goals-only": 0.95,
    "enthusiasm-trap": 0.94,
    "untested-scale": 0.92,
    "no-go-to-market": 0.9,
    "means-over-ends": 0.85,
    "broken-customer-journey": 0.8,
    "internal-barriers": 0.78,
    "vanity-metrics": 0.76,
    "no-personal-touch": 0.74,
    "structure-over-substance": 0.72,
    "one-size-fits-all": 0.7,
    "excess-layers": 0.68,
}
# Silence about these costs least: there is no mistake to undo, and the plan may be too small to need the remedy.
_QUIET = frozenset({"enthusiasm-trap", "structure-over-substance", "excess-layers", "one-size-fits-all"})
_URGENCY = {"at_risk": 1.0, "open": 0.35}


def write_finding(judgement: Judgement, *, plan: str, taxonomy: Taxonomy) -> Finding:
    """Phrase one judgement.

    Args:
        judgement: What the detector decided.
        plan: The text that was judged, for names and amounts.
        taxonomy: The failure modes.
    """
    mode = taxonomy[judgement.mode]
    citations = _citations(mode)
    return Finding(
        mode=mode.id,
        name=mode.name,
        verdict=judgement.verdict,
        confidence=judgement.confidence,
        evidence=judgement.evidence,
        why=_why(mode, judgement, citations),
        question=mode.question,
        advice=mode.advice,
        rewrite=_rewrite(mode, judgement, plan),
        citations=citations,
    )


def write_unjudged(mode: FailureMode, reason: str) -> Finding:
    """A finding about a text that could not be judged: open, and sure of nothing."""
    return Finding(
        mode=mode.id,
        name=mode.name,
        verdict="open",
        confidence=0.0,
        evidence=(),
        why=reason,
        question=mode.question,
        advice=mode.advice,
        rewrite=fill(mode.rewrite[0], read_slots("", "")),
        citations=_citations(mode),
    )


def choose_priorities(findings: Sequence[Finding], *, at_most: int = 3) -> tuple[str, ...]:
    """Mode ids to work on first: what stands in the plan before what is missing, the partner's win before the rest."""
    urgent = [finding for finding in findings if finding.verdict != "covered"]

    def rank(finding: Finding) -> float:
        if finding.verdict == "open":
            return -_URGENCY["open"] * _WEIGHT[finding.mode] * (0.5 if finding.mode in _QUIET else 1.0)
        return -_URGENCY["at_risk"] * _WEIGHT[finding.mode] * (0.5 + 0.5 * finding.confidence)

    return tuple(finding.mode for finding in sorted(urgent, key=rank)[:at_most])


def plan_tasks(findings: Sequence[Finding], priorities: Sequence[str], taxonomy: Taxonomy) -> tuple[NextTask, ...]:
    """Next week's tasks, one a playbook, the priorities' first, in order of their dates."""
    at_risk = [finding.mode for finding in findings if finding.verdict == "at_risk"]
    tasks: dict[str, NextTask] = {}
    for mode_id in dict.fromkeys([*priorities, *at_risk]):
        mode = taxonomy[mode_id]
        if len(tasks) < MAX_TASKS:
            tasks.setdefault(
                mode.playbook,
                NextTask(task=mode.task.text, mode=mode.id, playbook=mode.playbook, due_in_days=mode.task.due_in_days),
            )
    return tuple(sorted(tasks.values(), key=lambda task: task.due_in_days))


def plan_score(findings: Sequence[Finding]) -> float:
    """Share of modes settled: covered 1, open 0.5, at risk 0, averaged."""
    value = {"covered": 1.0, "open": 0.5, "at_risk": 0.0}
    return round(sum(value[finding.verdict] for finding in findings) / len(findings), 3)


def _why(mode: FailureMode, judgement: Judgement, citations: Sequence[Citation]) -> str:
    """The reason for a verdict, in the plan's words where there are any; the source's sentence closes it."""
    source = f"{citations[0].quote} [1]" if citations else ""
    if judgement.verdict == "open":
        return f"{mode.open_why} {source}".strip()
    quotes = " … ".join(shorten(span.quote) for span in judgement.evidence[:2])
    if judgement.verdict == "covered":
        return f"“{quotes}” {mode.covered_note} {source}".strip()
    return f"“{quotes}” {_variant(mode.why, quotes)} {source}".strip()


def _rewrite(mode: FailureMode, judgement: Judgement, plan: str) -> str:
    """A better bullet with blanks; nothing to rewrite where the plan covers the mode."""
    if judgement.verdict == "covered":
        return ""
    quote = judgement.evidence[0].quote if judgement.evidence else ""
    slots = read_slots(plan, quote)
    ranked = sorted(mode.rewrite, key=lambda template: fitness(template, slots), reverse=True)
    best = [template for template in ranked if fitness(template, slots) == fitness(ranked[0], slots)]
    return fill(_variant(best, quote), slots)


def _citations(mode: FailureMode) -> tuple[Citation, ...]:
    """The article's point behind the mode, and the playbook that helps."""
    points = load_points()
    chunks = [points[mode.sources[0]]["In short"], points[mode.playbook]["In short"]]
    return tuple(_citation(number, chunk) for number, chunk in enumerate(chunks, start=1))


def _citation(number: int, chunk: Chunk) -> Citation:
    """Cite a part by its first sentence."""
    first = next(sentence for sentence in split_sentences(chunk.text) if not sentence.is_heading)
    return cite_passage(number, chunk, quote=first.text, score=1.0)


def shorten(quote: str) -> str:
    """Quoted words on one line, cut at a word's end."""
    line = " ".join(quote.split())
    return line if len(line) <= QUOTE_CHARACTERS else f"{line[:QUOTE_CHARACTERS].rsplit(' ', 1)[0]} …"


def _variant(options: Sequence[str], key: str) -> str:
    """The same words always get the same variant; different plans get different ones."""
    return options[hashlib.sha256(key.encode()).digest()[0] % len(options)]
