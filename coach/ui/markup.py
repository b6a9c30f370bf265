"""Citations, slides and findings as escaped HTML. No text of a user or a source ever becomes a tag."""

import re
from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise

from coach.schema import Citation, Critique, Finding, NextTask, Page, SlideInfo, Verdict
from coach.ui.passages import Passage
from coach.ui.prose import inline_html

PassageOf = Callable[[Citation], Passage]

WORST_FIRST: tuple[Verdict, ...] = ("at_risk", "open", "covered")
WORDS: dict[Verdict, str] = {"at_risk": "At risk", "open": "Open", "covered": "Covered"}
SYMBOLS: dict[Verdict, str] = {"at_risk": "!", "open": "?", "covered": "✓"}
MEANINGS: dict[Verdict, str] = {
    "at_risk": "the plan shows the mistake",
    "open": "the plan says nothing either way",
    "covered": "the plan has the remedy",
}
LONGEST_SLIDE = 20_000

_GRADE = re.compile(r"\s*\[([a-z][a-z ]{2,30})\]")
_POINT_ID = re.compile(r"\s*\([a-z]+-(?:\d+|[a-z]+)\)")
_OPENING_QUOTE = re.compile(r"^“[^”]*”\s*")


def sources_html(citations: Sequence[Citation], passage_of: PassageOf, *, anchor: str) -> str:
    """The numbered sources of a text; each opens to its passage.

    Args:
        citations: What the text cites.
        passage_of: Finds a quote's surroundings.
        anchor: Prefix of the passages' ids.
    """
    if not citations:
        return ""
    items = "".join(_source(one, passage_of(one), f"{anchor}-{one.n}") for one in citations)
    return f'<section class="sources" aria-label="Sources"><h4 class="label">Sources</h4>{items}</section>'


def _source(citation: Citation, passage: Passage, identifier: str) -> str:
    title = escape(citation.title.removesuffix(" (digest)"))
    section = escape(_POINT_ID.sub("", citation.section))
    origin = "" if citation.collection in ("", "builtin") else f"<span>Collection: {escape(citation.collection)}</span>"
    evidence = f"<span>Rests on: {_graded(citation.evidence)}</span>" if citation.evidence else ""
    return (
        f'<details class="source"><summary><span class="number">{citation.n}</span>'
        f'<span class="what"><span class="title">{title}</span><span class="section">{section}</span></span></summary>'
        f'<div class="passage" id="{escape(identifier)}"><p>{_passage(passage)}</p>'
        f'<p class="provenance">{evidence}{origin}</p></div></details>'
    )


def _passage(passage: Passage) -> str:
    before, quote, after = (_lines(part) for part in (passage.before, passage.quote, passage.after))
    return f'<span class="around">{before}</span><mark class="quote">{quote}</mark><span class="around">{after}</span>'


def _lines(text: str) -> str:
    """Escaped text with its line breaks, list signs and bold type, without its Markdown signs."""
    shown = re.sub(r"(?m)^#{1,6} ", "", re.sub(r"(?m)^[-*] ", "• ", text))
    return re.sub(r"\*\*", "", escape(shown)).replace("\n", "<br>")


def _graded(evidence: str) -> str:
    return _GRADE.sub(r' <span class="grade">\1</span>', escape(_POINT_ID.sub("", evidence)))


def strip_html(critique: Critique, *, anchor: str) -> str:
    """The fourteen verdicts in three rows, worst first; each pill leads to its card."""
    numbers = numbering(critique)
    rows = []
    for verdict in WORST_FIRST:
        chosen = [finding for finding in ordered(critique) if finding.verdict == verdict]
        pills = "".join(
            f'<li><a class="pill {verdict}" href="#{escape(anchor)}-{escape(one.mode)}">'
            f'<span class="number">{numbers[one.mode]}</span>{escape(one.name)}</a></li>'
            for one in chosen
        )
        rows.append(
            f'<div class="verdicts {verdict}"><h4><span class="symbol" aria-hidden="true">{SYMBOLS[verdict]}</span>'
            f"<span><b>{len(chosen)}</b> {WORDS[verdict].lower()}</span><small>{MEANINGS[verdict]}</small></h4>"
            f"<ul>{pills or '<li class=none>none</li>'}</ul></div>"
        )
    return f'<section class="strip" aria-label="Fourteen verdicts">{"".join(rows)}</section>'


def numbering(critique: Critique) -> dict[str, int]:
    """The numbers that join a highlighted passage to its card: in the order of the cards."""
    return {finding.mode: number for number, finding in enumerate(ordered(critique), start=1)}


def ordered(critique: Critique) -> list[Finding]:
    """Findings worst first; within a verdict the priorities first, then the taxonomy's order."""
    urgent = {mode: place for place, mode in enumerate(critique.priorities)}
    return sorted(critique.findings, key=lambda one: (WORST_FIRST.index(one.verdict), urgent.get(one.mode, len(urgent))))


def judged_html(critique: Critique) -> str:
    """Which slides were judged, and quietly how much the others are about partners."""
    if len(critique.slides) < 2:
        return ""
    judged = [info for info in critique.slides if info.index in critique.judged_slides]
    names = ", ".join(f"{info.index} “{escape(info.title)}”" for info in judged)
    others = "".join(f"<li>{_relevance(info)}</li>" for info in critique.slides if info not in judged)
    count = len(critique.slides) - len(judged)
    more = f'<details class="others"><summary>The other {count}</summary><ol>{others}</ol></details>'
    word = "slide" if len(judged) == 1 else "slides"
    return f'<div class="judged"><p>Judged: {word} {names}</p>{more if others else ""}</div>'


def _relevance(info: SlideInfo) -> str:
    share = f"{info.partner_relevance:.0%}"
    return f"<span>{info.index} {escape(info.title)}</span> <span>{share} about partners</span>"


def first_html(critique: Critique, *, anchor: str) -> str:
    """The priorities with their questions."""
    findings = {finding.mode: finding for finding in critique.findings}
    items = "".join(
        f'<li><a href="#{escape(anchor)}-{escape(mode)}">{escape(findings[mode].name)}</a>'
        f"<span>{escape(findings[mode].question)}</span></li>"
        for mode in critique.priorities
        if mode in findings
    )
    return f'<section class="first"><h4 class="label">Start here</h4><ol>{items}</ol></section>' if items else ""


def slides_html(critique: Critique, pages: Sequence[Page], *, anchor: str) -> str:
    """The judged text with its highlighted passages, a sheet a slide."""
    judged = [page for page in pages if page.index in critique.judged_slides]
    judged = judged or [Page(index=1, title="", start=0, end=len(critique.text))]
    sheets = []
    for page in judged:
        head = f"<h4>Slide {page.index}</h4>" if len(pages) > 1 else "<h4>Your text</h4>"
        end = min(page.end, page.start + LONGEST_SLIDE)
        cut = '<p class="cut">The rest is left out here; it was judged all the same.</p>' if end < page.end else ""
        body = marked_html(critique, page.start, end, anchor=anchor)
        sheets.append(f'<article class="sheet">{head}<div class="slide" tabindex="0">{body}</div>{cut}</article>')
    return "".join(sheets)


def marked_html(critique: Critique, start: int, end: int, *, anchor: str) -> str:
    """A stretch of the text with every piece of evidence marked by its worst verdict and the numbers of its cards."""
    numbers = numbering(critique)
    spans = [
        (max(span.start, start), min(span.end, end), finding)
        for finding in ordered(critique)
        for span in finding.evidence
        if span.start < end and span.end > start
    ]
    edges = sorted({start, end, *(edge for left, right, _ in spans for edge in (left, right))})
    pieces = []
    for left, right in pairwise(edges):
        text = escape(critique.text[left:right])
        behind = [finding for first, last, finding in spans if first <= left and right <= last]
        if not behind:
            pieces.append(text)
            continue
        ending = [finding for first, last, finding in spans if last == right and finding in behind]
        notes = "".join(
            f'<a class="note {one.verdict}" href="#{escape(anchor)}-{escape(one.mode)}" '
            f'aria-label="{WORDS[one.verdict]}: {escape(one.name)}">{numbers[one.mode]}</a>'
            for one in ending
        )
        names = "; ".join(f"{WORDS[one.verdict]}: {one.name}" for one in behind)
        pieces.append(f'<mark class="{behind[0].verdict}" title="{escape(names)}">{text}</mark>{notes}')
    return "".join(pieces)


def card_html(finding: Finding, number: int, passage_of: PassageOf, *, anchor: str, unfolded: bool) -> str:
    """One finding: what stands there, what it does, the source, the question and the way out."""
    identifier = f"{anchor}-{finding.mode}"
    quotes = "".join(f"<blockquote>{escape(' '.join(span.quote.split()))}</blockquote>" for span in finding.evidence)
    glimpse = finding.evidence[0].quote if finding.evidence else finding.question
    why = _OPENING_QUOTE.sub("", finding.why) if finding.evidence else finding.why
    parts = [quotes, f"<p>{inline_html(why, anchor=identifier)}</p>"]
    if finding.verdict != "covered":
        parts.append(_answered("Question", finding.question))
        parts.append(_answered("Next step", finding.advice))
    if finding.verdict == "at_risk" and finding.rewrite:
        parts.append(_answered("Better", finding.rewrite, style="better"))
    parts.append(sources_html(finding.citations, passage_of, anchor=identifier))
    sure = f"{finding.confidence:.0%} sure"
    return (
        f'<details class="card {finding.verdict}"{" open" if unfolded else ""}><summary>'
        f'<span class="number">{number}</span><span class="name">{escape(finding.name)}</span>'
        f'<span class="verdict"><span aria-hidden="true">{SYMBOLS[finding.verdict]}</span> {WORDS[finding.verdict]}</span>'
        f'<span class="sure">{sure}</span><span class="glimpse">{escape(" ".join(glimpse.split()))}</span></summary>'
        f'<div class="body" id="{escape(identifier)}">{"".join(parts)}</div></details>'
    )


def _answered(label: str, text: str, *, style: str = "") -> str:
    return f'<dl class="{style}"><dt>{label}</dt><dd>{_blanks(escape(text))}</dd></dl>'


def _blanks(escaped: str) -> str:
    """The [blanks] of a better bullet, set off so that they ask to be filled in."""
    return re.sub(r"\[([^\[\]\n]{1,60})\]", r'<span class="blank">\1</span>', escaped)


def tasks_html(tasks: Sequence[NextTask], playbooks: Callable[[str], str]) -> str:
    """Next week's tasks, to be ticked off on paper."""
    items = "".join(
        f'<li><span class="due">in {one.due_in_days} {"day" if one.due_in_days == 1 else "days"}</span>'
        f"<span>{escape(one.task)} <small>Playbook: {escape(playbooks(one.playbook))}</small></span></li>"
        for one in tasks
    )
    return f'<section class="tasks"><h4 class="label">Next week</h4><ul>{items}</ul></section>' if items else ""
