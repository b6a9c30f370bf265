"""What a chat model says around the text that it was asked for: a greeting above, an offer of more below."""

import re
from collections.abc import Sequence

from coach.index.loaders.looks import BULLET, NUMBERED

CHAT_LINES = 12

_OFFER = re.compile(
    r"(?i)\W*(?:would you like me to|do you want me to|want me to|i can also"
    r"|let me know if you(?:'d|’d| would) like me to|if you(?:'d|’d| would)? like,? i can"
    r"|would you like (?:a|an|any|more|to see|another)\b)(?P<rest>.*)"
)
_WORK = re.compile(
    r"(?i):\s*$|\b(?:generate|create|expand|summari[sz]e|rewrite|rephrase|elaborate|refine|translate|tailor|format"
    r"|convert|outline|shorten|turn (?:this|it)|dig|go deeper|version|draft|tone|adjust)\b"
)
_OPENING = re.compile(
    r"(?i)(?:sure|certainly|of course|absolutely|okay|ok|great question)\b[!,.].{0,160}[:!.]$"
    r"|here(?:'s|’s| is) (?:a|an|the|your|my) .{0,80}"
    r"\b(?:summary|version|draft|rewrite|article|blog post|outline|breakdown|analysis)\b.{0,80}:$"
)


def closing_offer(lines: Sequence[str]) -> int:
    """Return the line at which a chat model's closing offer begins, or the number of lines."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    for number in filled[-CHAT_LINES:]:
        match = _OFFER.match(lines[number])
        rest = [lines[other] for other in filled if other > number]
        listed = all(BULLET.match(line) or NUMBERED.match(line) or line.strip().endswith("?") for line in rest)
        offered = match and (_WORK.search(match["rest"]) or (match["rest"].endswith("to") and rest))
        if offered and listed:
            before = [other for other in filled if other < number]
            rule = bool(before) and re.fullmatch(r"\s*[-*_]{3,}\s*", lines[before[-1]]) is not None
            return before[-1] if rule else number
    return len(lines)


def is_opening(line: str) -> bool:
    """Whether a line is what a chat model says before the text: `Certainly! Here is a summary:`."""
    return _OPENING.match(line.strip()) is not None
