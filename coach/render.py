"""Typed results as text, Markdown and JSON. Printing belongs to the command line; this only makes strings."""

import dataclasses
import json
import re
import textwrap
from collections.abc import Sequence

from coach.schema import Answer, Critique, Finding, GroundingReport, Hit, IngestReport, Source

WIDTH = 100
_VERDICTS = {"at_risk": "AT RISK", "open": "OPEN", "covered": "COVERED"}
_ORDER = ("at_risk", "open", "covered")
_LINE_ENDS = re.compile("[\u0085\u2028\u2029]")


def to_json(value: object) -> str:
    """One line of JSON, UTF-8 as it is but for what some readers take for the end of a line; dataclasses become objects."""
    return _LINE_ENDS.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(_plain(value), ensure_ascii=False))


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def hits_json(hits: Sequence[Hit]) -> list[dict[str, object]]:
    """Hits as the search command shows them."""
    return [
        {
            "source_id": hit.chunk.source_id,
            "chunk_id": hit.chunk.chunk_id,
            "title": hit.chunk.title,
            "section": hit.chunk.place,
            "text": hit.chunk.text,
            "score": hit.score,
            "similarity": hit.similarity,
            "collection": hit.chunk.collection,
        }
        for hit in hits
    ]


def answer_text(answer: Answer) -> str:
    """An answer for the terminal: text, then the numbered sources with their words."""
    lines = [_wrap(answer.notice), ""] if answer.notice else []
    lines += [_wrap(_unmark(paragraph)) for paragraph in answer.answer.split("\n")]
    if answer.citations:
        lines += ["", "Sources"]
    for citation in answer.citations:
        lines.append(_wrap(f"[{citation.n}] {citation.title}, {citation.section}", indent="    ", first=""))
        lines.append(_wrap(f"“{_unmark(' '.join(citation.quote.split()))}”", indent="    "))
    return "\n".join(lines)


def critique_text(critique: Critique) -> str:
    """A critique for the terminal, worst first."""
    counts = {verdict: sum(finding.verdict == verdict for finding in critique.findings) for verdict in _ORDER}
    slides = ", ".join(f"{info.index} ({info.title})" for info in critique.slides if info.index in critique.judged_slides)
    lines = [
        f"Judged: {'slide ' if len(critique.slides) > 1 else ''}{slides or 'the text'}",
        f"At risk {counts['at_risk']} · open {counts['open']} · covered {counts['covered']} · score {critique.score:.2f}",
    ]
    if critique.notice:
        lines.append(_wrap(f"Note: {critique.notice}"))
    names = {finding.mode: finding.name for finding in critique.findings}
    if critique.priorities:
        lines.append("First: " + "; ".join(names[mode] for mode in critique.priorities))
    for verdict in _ORDER:
        chosen = [finding for finding in critique.findings if finding.verdict == verdict]
        for position, finding in enumerate(chosen):
            lines += [*([] if verdict == "open" and position else [""]), *_finding_lines(finding)]
    if critique.next_tasks:
        lines += ["", "Next week"]
        for task in critique.next_tasks:
            lines.append(
                _wrap(f"in {task.due_in_days} days: {task.task} (playbook: {task.playbook})", indent="    ", first="  - ")
            )
    return "\n".join(lines)


def _finding_lines(finding: Finding) -> list[str]:
    """A finding for the terminal: whole where the plan speaks, a question where it is silent."""
    lines = [f"{_VERDICTS[finding.verdict]:8} {finding.name}  ({finding.confidence:.0%} sure)"]
    if finding.verdict == "open":
        return [*lines, _wrap(f"Question: {finding.question}", indent="    ")]
    lines.append(_wrap(finding.why, indent="    "))
    lines += [_wrap(f"[{one.n}] {one.title}, {one.section}", indent="    ") for one in finding.citations[:1]]
    if finding.verdict == "at_risk":
        lines.append(_wrap(f"Question: {finding.question}", indent="    "))
        lines.append(_wrap(f"Next step: {finding.advice}", indent="    "))
        lines.append(_wrap(f"Better: {finding.rewrite}", indent="    "))
    return lines


def critique_markdown(critique: Critique, *, title: str = "Partner plan") -> str:
    """A critique as a Markdown report."""
    counts = " · ".join(
        f"{sum(finding.verdict == verdict for finding in critique.findings)} {_VERDICTS[verdict].lower()}" for verdict in _ORDER
    )
    names = {finding.mode: finding.name for finding in critique.findings}
    lines = [f"# {title}: critique", "", f"{counts} · score {critique.score:.2f}", ""]
    if len(critique.slides) > 1:
        judged = [f"{info.index} “{info.title}”" for info in critique.slides if info.index in critique.judged_slides]
        lines += [f"Judged: slide {', '.join(judged)} of {len(critique.slides)}.", ""]
    if critique.notice:
        lines += [f"> {critique.notice}", ""]
    if critique.priorities:
        lines += ["## First", "", *(f"{n}. {names[mode]}" for n, mode in enumerate(critique.priorities, start=1)), ""]
    for verdict in _ORDER:
        chosen = [finding for finding in critique.findings if finding.verdict == verdict]
        if chosen:
            lines += [f"## {_VERDICTS[verdict].capitalize()}", ""]
        for finding in chosen:
            lines += _finding_markdown(finding)
    if critique.next_tasks:
        lines += ["## Next week", ""]
        lines += [f"- [ ] in {one.due_in_days} days: {one.task} *(playbook: {one.playbook})*" for one in critique.next_tasks]
    return "\n".join(lines).rstrip() + "\n"


def _finding_markdown(finding: Finding) -> list[str]:
    lines = [f"### {finding.name}", "", finding.why, ""]
    for span in finding.evidence:
        lines += [f"> {' '.join(span.quote.split())} *(slide {span.slide}, characters {span.start} to {span.end})*", ""]
    if finding.verdict != "covered":
        lines += [f"- **Question:** {finding.question}", f"- **Next step:** {finding.advice}"]
        lines += [f"- **Better:** {finding.rewrite}"] if finding.verdict == "at_risk" else []
        lines.append("")
    lines += [f"[{one.n}] {one.title}, {one.section}: “{one.quote}”  " for one in finding.citations]
    return [*lines, ""]


def hits_text(hits: Sequence[Hit]) -> str:
    """Search results for the terminal."""
    blocks = [
        f"{hit.score:.3f}  {hit.chunk.source_id} · {hit.chunk.headings}\n"
        + _wrap(" ".join(hit.chunk.text.split()), indent="       ")
        for hit in hits
    ]
    return "\n\n".join(blocks) or "Nothing found."


def ingest_text(report: IngestReport) -> str:
    """What an ingestion changed, and every rejected file with its reason."""
    head = (
        f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, {report.removed} removed; "
        f"{report.chunks} passages in the collection ({report.elapsed_ms / 1000:.1f} s)"
    )
    return "\n".join([head, *(f"rejected {one.path}: {one.reason}" for one in report.rejected)])


def sources_text(sources: Sequence[Source]) -> str:
    """The list of sources, a line each."""
    width = max((len(source.source_id) for source in sources), default=0)
    lines = [f"{one.collection}  {one.source_id:<{width}}  {one.chunks:>4} passages  {one.title}" for one in sources]
    return "\n".join(lines) or "The index is empty."


def grounding_text(report: GroundingReport) -> str:
    """A verification, a line a sentence."""
    lines = [f"{'ok ' if one.supported else 'NOT'} {one.score:.2f}  {one.text}" for one in report.sentences]
    return "\n".join([*lines, f"supported: {'yes' if report.supported else 'no'} ({report.score:.2f})"])


def _unmark(text: str) -> str:
    """Markdown emphasis taken off for the terminal."""
    return re.sub(r"\*\*(.+?)\*\*", r"\1", text)


def _wrap(text: str, *, indent: str = "", first: str | None = None) -> str:
    return textwrap.fill(
        text,
        width=WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
