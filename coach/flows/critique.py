"""Critique: a document in, fourteen findings with exact words, reasons and ways out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from coach.detection.detector import Detector, join_pages
from coach.detection.language import looks_foreign
from coach.detection.orders import find_orders
from coach.detection.plan import split_sentences
from coach.detection.slides import SlideRanker
from coach.detection.taxonomy import load_taxonomy
from coach.errors import ModelError, UsageError
from coach.models import NamedModel
from coach.schema import Critique, Document, Judgement, Page
from coach.settings import BUILTIN_MODEL
from coach.writing.critique_writer import choose_priorities, plan_score, plan_tasks, shorten, write_finding, write_unjudged

MAX_PLAN_CHARACTERS = 200_000


def critique_document(
    document: Document,
    *,
    detector: Detector,
    ranker: SlideRanker,
    model: NamedModel | None = None,
    slide: int | None = None,
    critique_id: str | None = None,
) -> Critique:
    """Take a document apart against the fourteen failure modes.

    Args:
        document: A deck, a page, or pasted text.
        detector: Decides the verdicts.
        ranker: Finds the partner slides.
        model: Asked for a second opinion on the verdicts; None for the engine alone.
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
    plan = join_pages(document.text, judged)
    if len(plan) > MAX_PLAN_CHARACTERS:
        raise UsageError(
            f"The plan has {len(plan):,} characters; the limit is {MAX_PLAN_CHARACTERS:,}. Send the part that matters."
        )
    foreign = looks_foreign(plan) or looks_foreign(document.text)
    if foreign:
        notice = f"The text looks {foreign}; Coach reads English and judged nothing. Give it an English version."
        findings = tuple(write_unjudged(mode, notice) for mode in taxonomy.modes)
        opinion = _Judged()
    else:
        opinion = _second_opinion(detector.judge(document.text, judged), model, text=document.text, pages=judged)
        findings = tuple(write_finding(judgement, plan=plan, taxonomy=taxonomy) for judgement in opinion.judgements)
        notice = " ".join(filter(None, (choice.notice, _orders_notice(plan), opinion.notice)))
    priorities = () if foreign else choose_priorities(findings)
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
        model=opinion.model,
        elapsed_ms=round((time.perf_counter() - started) * 1000, 1),
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    judgements: tuple[Judgement, ...] = ()
    notice: str = ""
    model: str = BUILTIN_MODEL


def _second_opinion(
    judgements: tuple[Judgement, ...], model: NamedModel | None, *, text: str, pages: Sequence[Page]
) -> _Judged:
    """The judgements after the chat model was asked; the engine's own where there is none or it fails."""
    if model is None:
        return _Judged(judgements)
    from coach.detection.second_opinion import review  # noqa: PLC0415 - only a chat model's user needs it

    try:
        return _Judged(review(judgements, text=text, pages=pages, model=model.chat), "", model.name)
    except ModelError as error:
        return _Judged(
            judgements, f"{model.name} did not answer usably ({error}); the verdicts are the engine's.", BUILTIN_MODEL
        )


def _orders_notice(plan: str) -> str:
    """Says that the plan gives orders to its reviewers, in its own words."""
    sentences = split_sentences(plan)
    orders = find_orders(sentences)
    if not orders:
        return ""
    return (
        f"The plan gives orders to its reviewers (“{shorten(sentences[orders[0]].text)}”); Coach reports them and follows none."
    )
