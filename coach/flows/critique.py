"""Critique: a document in, fourteen findings with exact words, reasons and ways out."""

import time

from coach.detection.detector import Detector
from coach.detection.language import looks_foreign
from coach.detection.slides import SlideRanker
from coach.detection.taxonomy import load_taxonomy
from coach.errors import UsageError
from coach.schema import Critique, Document
from coach.writing.critique_writer import choose_priorities, plan_score, plan_tasks, write_finding

MAX_PLAN_CHARACTERS = 200_000


def critique_document(
    document: Document,
    *,
    detector: Detector,
    ranker: SlideRanker,
    slide: int | None = None,
    critique_id: str | None = None,
) -> Critique:
    """Take a document apart against the fourteen failure modes.

    Args:
        document: A deck, a page, or pasted text.
        detector: Decides the verdicts.
        ranker: Finds the partner slides.
        slide: Judge this slide only, counted from 1.
        critique_id: Carried over into the result.

    Raises:
        UsageError: There is no such slide, or the part to judge is too long.
    """
    started = time.perf_counter()
    taxonomy = load_taxonomy()
    slides = ranker.rank(document)
    if slide is not None and not 1 <= slide <= len(slides):
        raise UsageError(f"--slide {slide}: the document has {len(slides)}. Choose a number from 1 to {len(slides)}.")
    choice = ranker.choose(slides, slide=slide)
    judged = [page for page in document.pages if page.index in choice.indexes]
    plan = "\n".join(document.text[page.start : page.end] for page in judged)
    if len(plan) > MAX_PLAN_CHARACTERS:
        raise UsageError(
            f"The plan has {len(plan):,} characters; the limit is {MAX_PLAN_CHARACTERS:,}. Send the part that matters."
        )
    judgements = detector.judge(document.text, judged)
    findings = tuple(write_finding(judgement, plan=plan, taxonomy=taxonomy) for judgement in judgements)
    priorities = choose_priorities(findings)
    foreign = looks_foreign(document.text)
    notice = f"The text looks {foreign}; Coach reads English. Give it an English version." if foreign else choice.notice
    return Critique(
        id=critique_id,
        slides=slides,
        judged_slides=choice.indexes,
        text=document.text,
        findings=findings,
        priorities=priorities,
        score=plan_score(findings),
        next_tasks=plan_tasks(findings, priorities, taxonomy),
        notice=notice,
        model="builtin",
        elapsed_ms=round((time.perf_counter() - started) * 1000, 1),
    )
