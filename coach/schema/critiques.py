"""A plan taken apart: judgements, findings, tasks."""

from dataclasses import dataclass
from typing import Literal

from coach.schema.answers import Citation

Verdict = Literal["at_risk", "open", "covered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Exact words of a plan: `text[start:end] == quote`.

    Attributes:
        quote: The words.
        start: Offset in the document's text.
        end: Offset behind them.
        slide: The page they stand on, from 1.
    """

    quote: str
    start: int
    end: int
    slide: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideInfo:
    """A slide and how likely it is to be about partners, 0 to 1."""

    index: int
    title: str
    partner_relevance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the detector says about one failure mode of a plan.

    Attributes:
        mode: Failure-mode id.
        verdict: `at_risk`, `open` or `covered`.
        confidence: Probability that the verdict is right; calibrated as long as no chat model had a say.
        evidence: The words that carry it; empty for `open`.
        probabilities: Of open, at_risk and covered.
    """

    mode: str
    verdict: Verdict
    confidence: float
    evidence: tuple[Evidence, ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A judgement with its reasons, its question and its way out. `[n]` in `why` points to `citations`."""

    mode: str
    name: str
    verdict: Verdict
    confidence: float
    evidence: tuple[Evidence, ...]
    why: str
    question: str
    advice: str
    rewrite: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTask:
    """Something to do next week."""

    task: str
    mode: str
    playbook: str
    due_in_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Critique:
    """A document taken apart: the fourteen findings in the taxonomy's order.

    Attributes:
        slides: Every slide with its partner relevance.
        judged_slides: The slides that the findings are about, from 1.
        text: The document's whole text; evidence offsets point into it.
        priorities: At most three mode ids, the most pressing first.
        score: Share of the modes that are settled: covered 1, open 0.5, at risk 0, averaged; 0 to 1.
        notice: One line where the document needs a word of caution ("" otherwise).
    """

    id: str | None
    slides: tuple[SlideInfo, ...]
    judged_slides: tuple[int, ...]
    text: str
    findings: tuple[Finding, ...]
    priorities: tuple[str, ...]
    score: float
    next_tasks: tuple[NextTask, ...]
    notice: str
    model: str
    elapsed_ms: float
