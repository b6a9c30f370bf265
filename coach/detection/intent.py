"""Tell a pasted plan from a question, so that one input can take both."""

import re

_SHORT = 60
_LISTED = 100
_PROSE = 220
_STORY = 1500
_LINES = 3
_BULLETS = 4
_LAST_WORDS = 6

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")
_BULLET = re.compile(r"(?m)^\s*(?:[-*•–▸→●▪‣]|\d{1,2}[.)])\s+\S")
_TAKE_APART = re.compile(
    r"(?i)\b(?:take\b.{0,40}\bapart|critique|tear\b.{0,30}\b(?:apart|down)|pick\b.{0,30}\bapart|review|judge|assess"
    r"|look\s+(?:at|over)|check|rate|roast|feedback\s+on|wrong\s+with)\b.{0,60}\b"
    r"(?:plan|slide|deck|text|page|memo|draft|pitch|programme?|concept|section)\b"
)
_REQUEST = re.compile(
    r"(?i)^\W*(?:(?:please|pls|can|could|would|will)\s+(?:you\s+)?)?(?:explain|help|tell|show|convince|diagnose|write|suggest"
    r"|advise|compare|summari[sz]e|define|describe|give\s+me|walk\s+me|remind)\b"
    r"|\b(?:what\s+now|any\s+(?:advice|ideas?|thoughts|tips|suggestions)|help\s+me|convince\s+me|tell\s+me|advise\s+me"
    r"|i\s+(?:wonder|would\s+like\s+to\s+know|want\s+to\s+know|need\s+to\s+know)|your\s+(?:view|opinion|take))\b"
)
_VERDICT_WANTED = re.compile(
    r"(?i)^\W*(?:(?:so|and|well),?\s+)?(?:(?:what\s+do|what\s+would)\s+you\s+(?:think|say|change)|(?:any\s+)?(?:thoughts|feedback|comments)"
    r"|what(?:'|’)?s\s+(?:wrong|missing)|what\s+is\s+(?:wrong|missing)|is\s+(?:this|it)\s+(?:any\s+)?(?:good|ok|okay|fine)"
    r"|(?:please\s+|can\s+you\s+|could\s+you\s+)?(?:critique|review|take\s+(?:it|this)\s+apart|judge|check))\b"
)
_OWN_QUESTION = re.compile(r"(?i)^\W*(?:how|what|why|when|who|which|where|is|are|do|does|did|should|can|could|would)\b")
_OWN_WORDS = re.compile(r"(?i)\b(?:i|we|my|our|us|me|zasada|bergen)\b")


def looks_like_plan(text: str) -> bool:
    """Whether a message is a plan to take apart rather than a question to answer.

    A plan is told by its form: long enough, in lines or bullets, and with nobody asked anything at its end. A story that
    ends in a question is a question, however long-winded; a plan that is introduced by "take this apart:" is a plan.

    Args:
        text: The message as typed or pasted.
    """
    text = text.strip()
    lines = [line for line in text.splitlines() if line.strip()]
    if _introduced(text) or _verdict_wanted(text):
        return True
    listed = len(lines) >= _LINES
    if len(text) < _SHORT:
        return False
    if _asks(text):
        return len(text) >= _STORY or (len(_BULLET.findall(text)) >= _BULLETS and len(text) >= _PROSE)
    return len(text) >= (_LISTED if listed else _PROSE)


def _introduced(text: str) -> bool:
    """Whether the text asks for a critique and then gives the plan itself."""
    head, separator, rest = text.partition(":")
    if not separator or len(head) > 2 * _LISTED or "\n\n" in head.strip():
        head, _, rest = text.partition("\n")
    return bool(_TAKE_APART.search(head)) and len(rest.strip()) >= _SHORT


def _verdict_wanted(text: str) -> bool:
    """Whether a plan's last paragraph asks what to think of it."""
    plan, _, last = text.rpartition("\n")
    return len(plan.strip()) >= _PROSE and len(last) < _LISTED and bool(_VERDICT_WANTED.search(last))


def _asks(text: str) -> bool:
    """Whether somebody is asked something: at the end, or in a first sentence about the writer's own matter."""
    sentences = [sentence.strip() for sentence in _SENTENCE_END.split(text) if re.search(r"\w", sentence)]
    last = sentences[-1:]
    if len(sentences) > 1 and len(sentences[-1].split()) <= _LAST_WORDS and "\n" not in text:
        last = sentences[-2:]
    if any(_is_question(sentence) or _REQUEST.search(sentence) for sentence in last):
        return True
    first = sentences[0]
    if _is_question(first) or (first.startswith(("How to", "how to")) and len(sentences) == 1):
        return bool(_OWN_QUESTION.match(first) and _OWN_WORDS.search(first))
    return bool(_REQUEST.match(first))


def _is_question(sentence: str) -> bool:
    return sentence.rstrip(" \"'”’)").endswith("?")
