"""Hold a draft against its sources: each sentence must be carried by the passage that it cites.

Exact quotes are supported by definition. Anything else is checked for what can be checked exactly: its content words
must stand in one source sentence or two neighbouring ones, and so must every number, and the negation must agree.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise

from coach.detection.plan import Sentence, split_sentences
from coach.retrieval.corpus import tokenize
from coach.schema import Citation, GroundingReport, SentenceSupport

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATION = re.compile(r"\b(no|not|never|none|nobody|nothing|neither|nor|without|cannot|\w+n['’]t)\b", re.IGNORECASE)
_SCOPE = re.compile(
    r"\b(all|every|always|only|must|most|some|few|often|sometimes|usually|seldom|rarely|may|might)\b", re.IGNORECASE
)
_MARK = re.compile(r"\s*\[\d+\]")
_LEADING_MARKS = re.compile(r"(?:\[\d+\][\s.,;]*)+")
_LABEL = re.compile(r"^\*\*[^*]+:\*\* (?=[^\n]*\[\d+\])", re.MULTILINE)
_SUPPORTED = 0.6


def verify_grounding(draft: str, sources: Sequence[str]) -> GroundingReport:
    """Check every sentence of a draft against the sources.

    Args:
        draft: The text; `[n]` marks are ignored.
        sources: The passages, any of which may carry a sentence.

    Returns:
        A report with one entry per sentence; offsets point into the draft.
    """
    windows = [(number, window) for number, source in enumerate(sources) for window in _windows(source)]
    stems = [set(words) for words in tokenize([window for _, window in windows])] if windows else []
    checked = []
    for sentence in split_claims(draft):
        score, source = _best(_MARK.sub("", sentence.text), sources, windows, stems)
        checked.append(
            SentenceSupport(
                text=sentence.text,
                start=sentence.start,
                end=sentence.end,
                supported=score >= _SUPPORTED,
                score=round(score, 4),
                source=source if score >= _SUPPORTED else None,
            )
        )
    scores = [one.score for one in checked]
    return GroundingReport(
        supported=bool(checked) and all(one.supported for one in checked),
        score=round(sum(scores) / len(scores), 4) if scores else 0.0,
        sentences=tuple(checked),
    )


def split_claims(draft: str) -> list[Sentence]:
    """Sentences of a draft without the `[n]` marks that stand before them: those belong to the sentence above."""
    claims = []
    for one in split_sentences(draft):
        marks = _LEADING_MARKS.match(one.text)
        start = one.start + (marks.end() if marks else 0)
        if start < one.end:
            claims.append(replace(one, text=draft[start : one.end], start=start))
    return claims


def withhold_unsupported(text: str, citations: Sequence[Citation]) -> tuple[str, tuple[str, ...]]:
    """Take out of a draft what its citations do not carry.

    Args:
        text: Markdown whose sentences cite by `[n]`.
        citations: What the marks point to.

    Returns:
        The text without unsupported sentences, and these sentences.
    """
    report = verify_grounding(_LABEL.sub("", text), [citation.quote for citation in citations])
    unsupported = tuple(one.text for one in report.sentences if not one.supported)
    for sentence in unsupported:
        text = text.replace(sentence, "")
    return re.sub(r"\n{3,}", "\n\n", text).strip() if unsupported else text, unsupported


def _windows(source: str) -> list[str]:
    """Sentences and pairs of neighbouring sentences."""
    sentences = [sentence.text for sentence in split_sentences(source)]
    return sentences + [f"{first} {second}" for first, second in pairwise(sentences)]


def _best(
    claim: str, sources: Sequence[str], windows: Sequence[tuple[int, str]], stems: Sequence[set[str]]
) -> tuple[float, int | None]:
    """Score of the best supporting window, 0 to 1, and its source."""
    for number, source in enumerate(sources):
        if claim in source:
            return 1.0, number
    words = set(tokenize([claim])[0])
    if not words:
        return 1.0, 0 if sources else None
    best: tuple[float, int | None] = (0.0, None)
    for (number, window), present in zip(windows, stems, strict=True):
        share = len(words & present) / len(words)
        if share > best[0]:
            score = share * _agreement(claim, window)
            best = max(best, (score, number), key=lambda pair: pair[0])
    return best


def _nearest(claim: str, window: str) -> list[str]:
    """The sentences of a window that a claim is about: a neighbour's "not" is not theirs."""
    words = set(tokenize([claim])[0])
    sentences = [one.text for one in split_sentences(window)] or [window]
    shared = [len(words & set(held)) for held in tokenize(sentences)]
    return [text for text, count in zip(sentences, shared, strict=True) if 2 * count >= max(shared)]


def _agreement(claim: str, window: str) -> float:
    """1 where numbers, negation and scope agree; a factor that sinks the score where they do not."""
    if not set(_NUMBER.findall(claim)) <= set(_NUMBER.findall(window)):
        return 0.2
    if not any(bool(_NEGATION.search(claim)) == bool(_NEGATION.search(near)) for near in _nearest(claim, window)):
        return 0.4
    claimed = {word.lower() for word in _SCOPE.findall(claim)}
    given = {word.lower() for word in _SCOPE.findall(window)}
    if claimed - given:
        return 0.55
    order = SequenceMatcher(a=claim.lower().split(), b=window.lower().split(), autojunk=False).ratio()
    return 1.0 if order > 0.3 else 0.8
