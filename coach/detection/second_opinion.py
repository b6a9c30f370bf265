"""A chat model's second opinion on the verdicts: it may confirm, overturn or add, and code decides what comes of it.

A verdict of at_risk or covered counts only with words that stand in the plan, and a finding is withdrawn only with the
words that it misread; an order that the plan gives to its reviewers is no such word. The opinion is then one witness
beside the engine: the two are merged as odds, so that an engine that is nearly sure is not talked out of its verdict and
a close call can be settled.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from langchain_core.utils.json import parse_json_markdown
from pydantic import BaseModel, ConfigDict, ValidationError

from coach.detection.detector import VERDICTS, join_pages, locate
from coach.detection.orders import find_orders
from coach.detection.plan import split_sentences
from coach.errors import ModelError
from coach.models import complete
from coach.prompts import load_prompt
from coach.schema import Evidence, Judgement, Page, Verdict

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

TRUST = 18.0
"""How much likelier a verdict becomes when the chat model gives it: as from a witness who is right in nine cases of ten and
otherwise names each of the other two verdicts as often. It wins where the engine gave it a chance of at least 1/18 of its
own verdict's."""
SHORTEST_QUOTE = 3
"""Words; less is no evidence of anything."""
LONGEST_QUOTE = 400
"""Characters; more is a copy of the plan, not the words that carry a verdict."""
MOST_EVIDENCE = 3
"""Quotes of one finding, as many as the engine gives."""


class _Opinion(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    mode: str
    verdict: Verdict
    quote: str | None = None


def review(
    judgements: Sequence[Judgement], *, text: str, pages: Sequence[Page], model: "BaseChatModel"
) -> tuple[Judgement, ...]:
    """Ask a chat model about every verdict and merge what it says.

    Args:
        judgements: The engine's, in the taxonomy's order.
        text: The whole document.
        pages: The slides or pages that were judged.
        model: Any LangChain chat model.

    Raises:
        ModelError: The model failed, or its reply holds no verdict.
    """
    plan = join_pages(text, pages)
    listed = "\n".join(_line(judgement) for judgement in judgements)
    reply = complete(model, load_prompt("review.v1").render(plan=plan, verdicts=listed))
    opinions = _read_opinions(reply)
    sentences = split_sentences(plan)
    orders = [locate(text, pages, sentences[number]) for number in find_orders(sentences)]
    return tuple(
        _merge(judgement, opinions[judgement.mode], text=text, pages=pages, orders=orders)
        if judgement.mode in opinions
        else judgement
        for judgement in judgements
    )


def _line(judgement: Judgement) -> str:
    quotes = " … ".join(f"“{' '.join(span.quote.split())}”" for span in judgement.evidence)
    return f"- {judgement.mode}: {judgement.verdict}, confidence {judgement.confidence:.2f}{': ' if quotes else ''}{quotes}"


def _read_opinions(reply: str) -> dict[str, _Opinion]:
    """The opinions that a reply holds, by mode; entries that break the form are left out."""
    try:
        parsed: Any = parse_json_markdown(reply)
    except (ValueError, TypeError, RecursionError) as error:
        raise ModelError("its second opinion is no JSON") from error
    rows = parsed.get("verdicts") if isinstance(parsed, dict) else parsed
    opinions: dict[str, _Opinion] = {}
    for row in rows if isinstance(rows, list) else []:
        try:
            opinion = _Opinion.model_validate(row)
        except ValidationError:
            continue
        opinions.setdefault(opinion.mode, opinion)
    if not opinions:
        raise ModelError("its second opinion holds no verdict")
    return opinions


def _merge(
    judgement: Judgement, opinion: _Opinion, *, text: str, pages: Sequence[Page], orders: Sequence[Evidence]
) -> Judgement:
    """The judgement after the second opinion; unchanged where the opinion lacks the words that it must have."""
    quoted = _find_quote(opinion.quote or "", text=text, pages=pages, orders=orders)
    agrees = opinion.verdict == judgement.verdict
    if opinion.verdict == "open":
        if not agrees and (quoted is None or not _touches(quoted, judgement.evidence)):
            return judgement
    elif quoted is None:
        return judgement
    weights = {
        verdict: judgement.probabilities[n] * (TRUST if verdict == opinion.verdict else 1) for n, verdict in enumerate(VERDICTS)
    }
    total = sum(weights.values())
    verdict = judgement.verdict if weights[judgement.verdict] >= weights[opinion.verdict] else opinion.verdict
    evidence = judgement.evidence if verdict == judgement.verdict else ()
    if quoted is not None and verdict == opinion.verdict != "open" and not _touches(quoted, evidence):
        evidence = (*evidence, quoted)[:MOST_EVIDENCE]
    probabilities = tuple(weights[one] / total for one in VERDICTS)
    return replace(
        judgement,
        verdict=verdict,
        confidence=round(weights[verdict] / total, 4),
        evidence=evidence,
        probabilities=probabilities,
    )


def _find_quote(quote: str, *, text: str, pages: Sequence[Page], orders: Sequence[Evidence]) -> Evidence | None:
    """The quote as exact words of a judged page, whatever its blanks and line breaks; None where it does not stand there."""
    words = quote.strip().strip('"“”„«»').split()
    if len(words) < SHORTEST_QUOTE or len(quote) > LONGEST_QUOTE:
        return None
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)")
    for page in pages:
        for found in pattern.finditer(text, page.start, page.end):
            evidence = Evidence(quote=found.group(), start=found.start(), end=found.end(), slide=page.index)
            if not _touches(evidence, orders):
                return evidence
    return None


def _touches(span: Evidence, others: Sequence[Evidence]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)
