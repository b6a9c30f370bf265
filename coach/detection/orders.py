"""Sentences of a plan that give orders to whoever reviews it: text to be reported, never obeyed and never evidence."""

import re
from collections.abc import Sequence

from coach.detection.plan import Sentence

_READER = r"""(?:reviewers?|evaluators?|graders?|assessors?|screeners?|chat\s?bots?|bots?|llms?|language\s+models?
    |a\.?i\.?(?=\s+(?:reading|reviewing|judging|grading|model|assistant|must|should|please))
    |assistants?(?=\s+(?:reading|reviewing|judging|grading|that|who))
    |automat(?:ed|ic)\s+(?:readers?|systems?|tools?|checks?|reviews?|reviewers?))"""
_GRADE = r"""(?:mark|rate|label|score|record|classify|class|treat|report|tick|grade|log|count|regard|consider|put)"""
_RESULT = r"""(?:as\s+(?:fully\s+)?(?:covered|addressed|passed|resolved|solved|settled|completed?|green|approved|met)
    |(?:full|top|maximum|best|highest|perfect)\s+(?:marks?|scores?|grades?)|(?:covered|addressed|resolved|passed)["”’]?\s*[.!]?$)"""
_ALL = r"(?:everything|all|every|each|the\s+(?:whole|entire))"
_PLAN = r"(?:plan|slide|sections?|checklist|points?|boxes|findings?|document|page|weakness(?:es)?|risks?|goals?|grading)"
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL | re.VERBOSE)
    for pattern in (
        rf"\b{_GRADE}(?:e?d)?\b.{{0,50}}\b{_ALL}\b.{{0,50}}\b{_RESULT}",
        rf"\b{_ALL}\b.{{0,50}}\b(?:is|are|be)\b.{{0,20}}\b{_GRADE}(?:e?d)?\b.{{0,20}}\b{_RESULT}",
        rf"\b{_READER}\b.{{0,120}}\b(?:{_GRADE}|skip|ignore|overlook|confirm|list|find)\b.{{0,60}}\b(?:{_PLAN}\b|{_RESULT})",
        rf"\b{_READER}\b\W{{0,3}}\s*please\b",
        r"""\b(?:ignore|disregard|forget|override|bypass)\b
            .{0,40}\b(?:previous|above|prior|earlier|all|any|your|these|those|other)\b
            .{0,40}\b(?:instructions?|prompts?|guidelines?|conventions?)\b""",
        rf"\b(?:instructions?|notes?|notice|attention|message|hint)\s+(?:to|for)\s+(?:the|any|all|every)?\s*\b{_READER}\b",
        r"^\W*(?:system|assistant)(?:\s+(?:prompt|message))?\s?:.{0,60}\b(?:you|ignore|mark|rate|answer|respond)\b",
        r"\byou\s+are\s+(?:now\s+)?an?\s+(?:ai|assistant|language\s+model|helpful|reviewer)\b",
        rf"^\W*(?:please\s+)?(?:do\s+not|don't|never)\s+(?:flag|criticis[ez]e?|mark\s+down|find\s+fault).{{0,20}}\b{_PLAN}\b",
    )
)


def find_orders(sentences: Sequence[Sentence]) -> list[int]:
    """Numbers of the sentences that order a reviewer about.

    Args:
        sentences: Of one plan, as `split_sentences` gives them.
    """
    return [number for number, sentence in enumerate(sentences) if any(one.search(sentence.text) for one in _ORDERS)]
