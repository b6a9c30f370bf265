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

_OPENERS = re.compile(r"^\s*(and|but|so|or|then|also|plus|ok(ay)?|what about|how about|what if|why not)\b", re.IGNORECASE)
_POINTERS = re.compile(
    r"\b(it|its|they|them|their|this|that|these|those|he|him|his|she|her|one of (them|these)"
    r"|the (first|second|third|fourth|fifth|last|other|next|former|latter)( one)?)\b",
    re.IGNORECASE,
)
_REPLACED = re.compile(
    r"\b(it|they|them|this|that|these|those)\b(?! (is|are|was|were|we|you|i|the|a|an|he|she|partners?)\b)", re.IGNORECASE
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)}|last|next)\b", re.IGNORECASE)
_LEADS = re.compile(
    r"^\s*(and |so |but |ok,? |please |can you |could you |tell me |explain )*"
    r"(what|which|who|whom|whose|why|how|when|where|is|are|does|do|did|can|should|name|list|give me)\b"
    r"(\s+(long|many|much|often|come|is|are|was|were|does|do|did|should|can|could|would|will|must|'s|makes?|about|i|we|you|to|one))*\s*",
    re.IGNORECASE,
)
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
    text = question.strip()
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
    asked = ""
    reply = ""
    for message in history:
        if message.role == "user":
            asked = standalone_question(message.content, [Message(role="user", content=asked)] if asked else [])
        else:
            reply = message.content
    text = " ".join(question.split())
    if not asked or not _is_follow_up(text):
        return text
    return _resolve(text, asked, reply)


def _is_follow_up(text: str) -> bool:
    """Whether a question leans on what was said before."""
    return bool(_OPENERS.match(text)) or bool(_POINTERS.search(text)) or len(content_words(text)) <= 2


def _resolve(text: str, asked: str, reply: str) -> str:
    """Put the earlier subject into a follow-up."""
    ordinal = _ORDINAL.search(text)
    if ordinal and len(content_words(text)) <= 3:
        item = _listed(reply, ordinal[1].lower())
        if item:
            return f"{text.rstrip('?. ')}: {item}?"
        if _ORDINAL.search(asked):
            return _ORDINAL.sub(_next_ordinal(asked) if ordinal[1].lower() == "next" else ordinal[1].lower(), asked, count=1)
    subject = _subject(asked)
    bare = re.sub(r"^\s*(and|but|so|or|then|also|ok(ay)?)\b,?\s*", "", text, flags=re.IGNORECASE).rstrip("?.! ")
    if re.match(r"(what about|how about|for|with|in|at)\b", bare, re.IGNORECASE) or re.match(r"what if\b", bare, re.IGNORECASE):
        return f"{asked.rstrip('?. ')}, {re.sub(r'^(what|how) about', 'for', bare, flags=re.IGNORECASE)}?"
    if _REPLACED.search(bare) and len(subject.split()) <= 12:
        return _REPLACED.sub(lambda _: subject, bare, count=1) + "?"
    return f"{bare} ({subject})?"


def _subject(asked: str) -> str:
    """The part of a question that names its subject."""
    first = re.split(r"(?<=[.!?])\s+", asked.strip())[0].rstrip("?.! ")
    return _LEADS.sub("", first, count=1).strip() or first


def _listed(reply: str, ordinal: str) -> str:
    """The item of a numbered list in the last reply, without its markers; "" where there is none."""
    items = re.findall(r"^\s*(?:\d+[.)]|[-*])\s+(.+)$", reply, re.MULTILINE)
    if not items:
        return ""
    index = len(items) - 1 if ordinal == "last" else _ORDINALS.index(ordinal) if ordinal in _ORDINALS else len(items)
    return re.sub(r"\s*\[\d+\]|\*\*", "", items[index]).rstrip(".") if index < len(items) else ""


def _next_ordinal(asked: str) -> str:
    """The ordinal behind the one in a question."""
    found = _ORDINAL.search(asked)
    name = found[1].lower() if found else "first"
    return _ORDINALS[min(_ORDINALS.index(name) + 1, len(_ORDINALS) - 1)] if name in _ORDINALS else name
