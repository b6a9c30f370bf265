"""What is being asked: the kind of question, and a follow-up made standalone by rules."""

import re
from collections.abc import Sequence
from typing import Literal

from coach.schema import Message

QuestionKind = Literal["what", "why", "how", "who", "how-many", "compare", "is-it-true", "example", "list", "worksheet"]

_KINDS: tuple[tuple[QuestionKind, tuple[str, ...]], ...] = (
    ("worksheet", (r"\b(worksheet|template|form to fill|fill.?in|checklist to (use|print))\b",)),
    ("example", (r"\b(example|for instance|e\.g\.|sample|case study|show me (a|an|one))\b",)),
    (
        "compare",
        (
            r"\b(vs\.?|versus|differen\w+|diffren\w+|compare[ds]?|comparison|better than|rather than)\b",
            r"\b(differ(ed|s)?|distinguish)\b",
            r"\bor\b.*\?$",
        ),
    ),
    ("list", (r"^(please )?(list|name|enumerate|give me)\b", r"\bwhat are (the|all)\b", r"\bwhich (are|\w+s) ")),
    (
        "how-many",
        (
            r"\bhow (many|much|long|often|big|large|high|soon|few|fast)\b",
            r"\bwhat (percentage|share|number|rate)\b",
            r"\bwhen (was|did|is|are)\b",
        ),
    ),
    (
        "why",
        (
            r"\bwhy\b",
            r"\bhow come\b",
            r"\bwhat('s| is)? (the )?(reason|point)\b",
            r"\bwhere does (this|it|that) come from\b",
            r"\bwhat'?s wrong\b",
        ),
    ),
    ("who", (r"^(and |so )?(who|whom|whose)\b", r"\bwhat (sort|kind|type)s? of (partner|person|people)\b")),
    (
        "how",
        (
            r"\bhow (do|to|can|should|would|could|we|i|does|did|is|are)\b",
            r"\bwhat (should|can|do|must) (i|we|one|you)\b",
            r"\bhelp me\b",
            r"\bwhat (now|next)\b",
            r"\bwhere do (i|we) (start|begin)\b",
            r"\bsteps?\b",
        ),
    ),
    ("what", (r"^(and |so )?what\b", r"\bmeaning of\b", r"\bdefin\w+\b", r"\bexplain\b")),
    (
        "is-it-true",
        (
            r"^(so |and |but |then )?(is|are|does|do|did|can|could|should|would|will|must|has|have|was|were)\b",
            r"^(so |and |but |then )?(isn'?t|aren'?t|doesn'?t)\b",
            r"\b(right|true|correct)\?",
        ),
    ),
)
_KIND_PATTERNS = tuple((kind, re.compile("|".join(patterns), re.IGNORECASE)) for kind, patterns in _KINDS)

_OPENERS = re.compile(r"^\s*(and|but|so|or|then|also|plus|what about|how about|what if|why not)\b", re.IGNORECASE)
_THANKS = re.compile(r"^\s*((ok(ay)?|thanks?( you)?|thx|great|good|i see|fine|alright|hm+)\b[\s,.!]*)+", re.IGNORECASE)
_SWITCH = re.compile(
    r"^.{0,40}\b((different|another|new) (thing|question|topic|subject)|change of (topic|subject))\b[\s:,.-]*", re.IGNORECASE
)
_POINTERS = re.compile(
    r"\b(?:it|they|them|this|these|those|he|him|his|she|her|one of (?:them|these))\b"
    r"|\bthe (?:first|second|third|fourth|fifth|last|other|next|former|latter)(?: one\b| author\b|\W*$)"
    r"|\b(?:is|was|does|did|do|about|with|of|for|from|like|by|to|after|before|put|fix|say|said|mean|know|why|how) that\b"
    r"|\bthat\W*$",
    re.IGNORECASE,
)
# "is it true that", "it is good to": an "it" that points at nothing said before.
_NO_POINTERS = re.compile(
    r"\b(?:is|was|be|does|makes?) it (?:true|bad|good|ok(?:ay)?|better|possible|worth|normal|right|wrong|enough|smart"
    r"|wise|usual|risky|safe|time)\b"
    r"|\bit(?:'s| is) (?:true|correct|bad|good|better|possible|worth|normal|right|wrong)\b",
    re.IGNORECASE,
)
_INCOMPLETE = re.compile(r"\b(examples?|exceptions?|details?|more|else|proof|sources?|numbers?|evidence)\W*$", re.IGNORECASE)
_MOST_WORDS = 6
_MOST_WORDS_BEFORE = 2
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)}|last|next)\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9%$€'’-]+", re.IGNORECASE)
_FUNCTION_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "so",
        "of",
        "to",
        "in",
        "on",
        "for",
        "with",
        "at",
        "by",
        "from",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "do",
        "does",
        "did",
        "can",
        "could",
        "should",
        "would",
        "will",
        "must",
        "may",
        "might",
        "have",
        "has",
        "had",
        "i",
        "we",
        "you",
        "me",
        "us",
        "my",
        "our",
        "your",
        "it",
        "its",
        "they",
        "them",
        "their",
        "this",
        "that",
        "these",
        "those",
        "he",
        "she",
        "his",
        "her",
        "who",
        "whom",
        "whose",
        "what",
        "which",
        "why",
        "how",
        "when",
        "where",
        "there",
        "here",
        "not",
        "no",
        "yes",
        "if",
        "then",
        "than",
        "too",
        "very",
        "just",
        "also",
        "any",
        "some",
        "more",
        "most",
        "one",
        "ones",
        "please",
        "tell",
        "give",
        "show",
        "explain",
        "really",
        "good",
        "right",
        "go",
        "u",
        "ur",
        "about",
        "into",
    ]
)


def question_kind(question: str) -> QuestionKind:
    """Name the kind of a question by its words; statements count as `what`."""
    text = question.split(" (about: ", 1)[0].strip()
    last = re.split(r"(?<=[.!])\s+", text)[-1]  # a long message asks at its end
    for candidate in (last, text):
        for kind, pattern in _KIND_PATTERNS:
            if pattern.search(candidate):
                return kind
    return "what"


def search_words(question: str) -> str:
    """Return a question as it is searched: an ordinal with the point it counts is spelled as the sources number it."""
    extra = []
    for ordinal, noun in re.findall(rf"\b({'|'.join(_ORDINALS)})\s+(reason|section|task|point)\b", question, re.IGNORECASE):
        extra.append(f"{noun.capitalize()} {_ORDINALS.index(ordinal.lower()) + 1}")
    return " ".join([question, *extra])


def content_words(text: str) -> list[str]:
    """Lower-case words that carry a subject, in order."""
    return [word for word in (found.lower() for found in _WORD.findall(text)) if word not in _FUNCTION_WORDS]


def standalone_question(question: str, history: Sequence[Message]) -> str:
    """Resolve a follow-up against the conversation; a question with a subject of its own comes back as it is.

    Args:
        question: What the user just wrote.
        history: Earlier messages, oldest first.
    """
    subject: list[str] = []
    reply = ""
    for message in history:
        if message.role == "assistant":
            reply = message.content
        elif _is_follow_up(message.content) and subject:
            subject = [subject[0], _plain(message.content)]
        else:
            subject = [_plain(message.content)]
    text = _THANKS.sub("", " ".join(question.split())) or question.strip()
    switched = _SWITCH.sub("", text)
    if switched and switched != text:
        return switched
    if not subject or not _is_follow_up(text):
        return text
    return _resolve(text, subject, reply)


def _is_follow_up(text: str) -> bool:
    """Whether a question leans on what was said before: it is bare, opens with a connective, or points back early on."""
    words = content_words(text)
    if not words or (len(words) == 1 and len(text.split()) <= 3):
        return True
    if len(words) > _MOST_WORDS:
        return False
    if _OPENERS.match(text) or (len(words) <= _MOST_WORDS_BEFORE + 1 and _INCOMPLETE.search(text)):
        return True
    pointer = _POINTERS.search(_NO_POINTERS.sub("", text))
    return pointer is not None and len(content_words(text[: pointer.start()])) <= _MOST_WORDS_BEFORE


def _resolve(text: str, subject: Sequence[str], reply: str) -> str:
    """Say what a follow-up is about: an item that the reply listed, the next of a series, or the earlier question."""
    ordinal = _ORDINAL.search(text)
    if ordinal and len(content_words(text)) <= 4:
        item = _listed(reply, ordinal[1].lower())
        if item:
            return f"{text.rstrip('?.! ')}: {item}?"
        if _ORDINAL.search(subject[0]):
            name = _next_ordinal(subject[0]) if ordinal[1].lower() == "next" else ordinal[1].lower()
            return _ORDINAL.sub(name, subject[0], count=1) + "?"
    return f"{text.rstrip('?.! ')}? (about: {'; '.join(subject)})"


def _plain(message: str) -> str:
    """An earlier message as a subject: one line, the end mark off, not longer than a long question."""
    line = _THANKS.sub("", " ".join(message.split()))
    return (line if len(line) <= 240 else f"{line[:240].rsplit(' ', 1)[0]} …").rstrip("?.! ")


def _listed(reply: str, ordinal: str) -> str:
    """The item of a numbered list in the last reply, without its markers; "" where there is none."""
    items = re.findall(r"^\s*(?:\d+[.)]|[-*])\s+(.+)$", reply, re.MULTILINE)
    index = len(items) - 1 if ordinal == "last" else _ORDINALS.index(ordinal) if ordinal in _ORDINALS else len(items)
    return re.sub(r"\s*\[\d+\]|\*\*", "", items[index]).rstrip(".") if 0 <= index < len(items) else ""


def _next_ordinal(asked: str) -> str:
    """The ordinal behind the one in a question."""
    found = _ORDINAL.search(asked)
    name = found[1].lower() if found else "first"
    return _ORDINALS[min(_ORDINALS.index(name) + 1, len(_ORDINALS) - 1)] if name in _ORDINALS else name
