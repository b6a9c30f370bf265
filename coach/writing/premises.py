"""Questions that take something false for granted about the sources: found by exact checks, corrected in the sources' words.

Checked are counts, percentages, dates, places of publication, people's roles, and which of the two articles makes a point.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import yaml
from pydantic import BaseModel, ConfigDict

from coach.detection.plan import split_sentences
from coach.index.points import load_parts
from coach.resources import resource
from coach.schema import Chunk
from coach.writing.claims import Block, Claim

_NUMBER_WORDS = dict(
    zip(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "twenty",
            "fifty",
            "hundred",
        ],
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 20, 50, 100),
        strict=True,
    )
)
_NUMBER = rf"(?P<value>\d+|{'|'.join(_NUMBER_WORDS)})"
_ROLE = re.compile(
    r"\b(ceo|founder|professor|president|lawyer|journalist|head|director|manager|economist|investor|consultant|analyst|expert)\b",
    re.IGNORECASE,
)
_PLACES = (
    "harvard business review|hbr|forbes|gartner|forrester|techcrunch|wired|wall street journal|financial times|the economist|"
    "bloomberg|mckinsey|new york times|linkedin|medium|accenture|crn|infoworld|business insider|aspnews"
)
_PUBLISHED = re.compile(
    rf"\b(?:published|printed|print|appeared|wrote|writing|article|issue|report|piece|list|website)\b[^.?!]*?\b(?P<first>{_PLACES})\b"
    rf"|\b(?P<second>{_PLACES})(?:'s)?\b[^.?!]*?\b(?:published|printed?|report|article|issue)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(19[5-9]\d|20[0-4]\d)\b")
_OPEN_COUNT = re.compile(r"^(please |pls |can you |could you )?(give|tell|name|list|show)( me)?( any)?$", re.IGNORECASE)


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    source: str
    says: str
    noun: str = ""
    value: int = 0
    right: str = ""


class _Topic(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    of: str
    topic: str
    source: str
    section: str


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    names: dict[str, str]
    counts: tuple[_Fact, ...]
    percentages: tuple[_Fact, ...]
    dates: tuple[_Fact, ...]
    places: tuple[_Fact, ...]
    roles: tuple[_Fact, ...]
    topics: tuple[_Topic, ...]

    def named(self, question: str) -> set[str]:
        """Which of the two articles a question names."""
        return {name for name, pattern in self.names.items() if re.search(pattern, question, re.IGNORECASE)}


def correct_premise(question: str) -> Block | None:
    """Return the source's sentence that corrects a question's false premise; None where nothing false was found.

    Args:
        question: Standalone.
    """
    facts = _load_facts()
    for check in (_counts, _percentages, _dates, _places, _roles):
        for fact in check(question, facts):
            return Block(kind="correction", claims=(_claim(fact.source, fact.says),))
    topic = _wrong_author(question, facts)
    if topic is not None:
        return Block(kind="correction", claims=_opening(topic.source, topic.section))
    return None


@lru_cache(maxsize=1)
def _load_facts() -> _Facts:
    return _Facts.model_validate(yaml.safe_load(resource("knowledge/facts.yaml").read_text(encoding="utf-8")))


def _counts(question: str, facts: _Facts) -> Iterator[_Fact]:
    """A number before the thing that a source counts differently; 'give me three reasons' counts nothing."""
    named = facts.named(question)
    for fact in facts.counts:
        if fact.about not in named:
            continue
        for found in re.finditer(rf"\b{_NUMBER}[\s-]+(?:(?!and\b|or\b|to\b)\w+\s+)?(?:{fact.noun})\b", question, re.IGNORECASE):
            before = question[: found.start()].rstrip()
            value = _value(found["value"])
            numbered = re.search(rf"\b(?:{fact.noun})$", before, re.IGNORECASE)  # "reason 9" names one, it counts nothing
            if value != fact.value and value < 1000 and not numbered and not _OPEN_COUNT.search(before):
                yield fact


def _percentages(question: str, facts: _Facts) -> Iterator[_Fact]:
    found = re.search(r"\b(\d+)\s?(?:%|per ?cent)", question, re.IGNORECASE)
    for fact in facts.percentages if found else ():
        if found and re.search(fact.about, question, re.IGNORECASE) and int(found[1]) != fact.value:
            yield fact


def _dates(question: str, facts: _Facts) -> Iterator[_Fact]:
    year = _YEAR.search(question)
    named = facts.named(question)
    if year and len(named) == 1:
        yield from (fact for fact in facts.dates if fact.about in named and int(year[1]) != fact.value)


def _places(question: str, facts: _Facts) -> Iterator[_Fact]:
    found = _PUBLISHED.search(question)
    named = facts.named(question)
    if found is None or not named:
        return
    place = (found["first"] or found["second"]).lower()
    about = "bergen" if "bergen" in named else "zasada"
    yield from (fact for fact in facts.places if fact.about == about and not re.search(fact.right, place))


def _roles(question: str, facts: _Facts) -> Iterator[_Fact]:
    """A role set beside a name, such as 'Zasada, as CEO of …'; 'the program manager' alone is nobody's role."""
    for fact in facts.roles:
        name = facts.names[fact.about].split("|")[0]
        beside = re.search(
            rf"{name}\w*,?\s+(?:as|the|founder|time as|was|is|a|an)\b[^.?!]{{0,40}}|\bas [^.?!]{{0,40}}?,?\s*{name}",
            question,
            re.IGNORECASE,
        )
        role = _ROLE.search(beside.group()) if beside else None
        if role and not re.search(fact.right, beside.group() if beside else "", re.IGNORECASE):
            yield fact


def _wrong_author(question: str, facts: _Facts) -> _Topic | None:
    """The topic of the other article when a question asks one author about it."""
    named = facts.named(question)
    if len(named) != 1:
        return None
    held = {topic.of: topic for topic in facts.topics if re.search(topic.topic, question, re.IGNORECASE)}
    others = set(held) - named
    return held[others.pop()] if len(held) == 1 and others else None


def _value(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBER_WORDS[word.lower()]


def _claim(source_id: str, words: str) -> Claim:
    """The sentence of a shipped document that holds some words."""
    for chunk in load_parts(source_id):
        for claim in _sentences(chunk, lambda text: words in text):
            return claim
    raise LookupError(f"knowledge/facts.yaml: no sentence of {source_id} holds {words!r}")


def _opening(source_id: str, section: str) -> tuple[Claim, ...]:
    """The first sentences of a section's `In short`."""
    chunk = next(one for one in load_parts(source_id) if one.section == section and one.part == "In short")
    return tuple(_sentences(chunk, lambda _: True))[:2]


def _sentences(chunk: Chunk, wanted: Callable[[str], bool]) -> Iterator[Claim]:
    for one in split_sentences(chunk.text):
        if not one.is_heading and wanted(one.text):
            yield Claim(text=one.text, chunk=chunk, start=chunk.start + one.start, end=chunk.start + one.end)
