"""Menus, advertisements, legal lines and chat offers: what stands on a captured page and is none of its article.

Lines are told apart by what they look like (length, punctuation, capitals, list marks), by what they say
(`furniture`), and by where they stand: before the first or after the last paragraph of prose. Trimming a whole run
needs several signs of a web page, so a memo, a poem or a transcript loses nothing. Numbered items, quotes and
`Label: value` lines are never furniture by their looks. The idea of judging lines by word density and neighbourhood
is that of Kohlschütter et al., "Boilerplate Detection using Shallow Text Features", WSDM 2010.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from coach.index.loaders.chat import closing_offer, is_opening
from coach.index.loaders.furniture import ADVERTISED, TEASER
from coach.index.loaders.looks import BULLET, LONG_PROSE_WORDS, Look, look_at
from coach.index.loaders.provenance import date_in, find_byline

MIN_SIGNS = 3
RUN = 4
TITLE_WORDS = 4
MAX_SAID_ABOVE = 2
MAX_PROSE_BEFORE_TITLE = 0.25
MAX_PROSE_AFTER_END = 0.35


def keep_lines(lines: Sequence[str]) -> list[bool]:
    """Say for each line of a captured text whether it belongs to the article.

    Args:
        lines: The text's lines, in order.

    Returns:
        One value a line; blank lines are kept.
    """
    stop = closing_offer(lines)
    looks = [look_at(line, web=True) for line in lines[:stop]]
    web = _has_signs(looks, MIN_SIGNS)
    if not web:
        looks = [look_at(line, web=False) for line in lines[:stop]]
    keep = [not look.furniture for look in looks]
    if web:
        end = _article_end(looks)
        start = _article_start(looks[:end])
        keep[:start] = [not look.text for look in looks[:start]]
        title = _stray_title(looks, start)
        if title is not None:
            keep[title] = True
        keep[end:] = [not look.text for look in looks[end:]]
        _drop_sidebars(looks, keep, start, end)
        _drop_contents_list(looks, keep)
    filled = [number for number, look in enumerate(looks) if look.text]
    for number, below in pairwise(filled):
        if ADVERTISED.fullmatch(looks[number].text) and TEASER.match(looks[below].text):
            keep[below] = False
    first = filled[0] if filled else None
    if first is not None and len(looks) > first + 1 and not looks[first + 1].text:
        keep[first] = keep[first] and not is_opening(looks[first].text)
    return keep + [not line.strip() for line in lines[stop:]]


def _has_signs(looks: Sequence[Look], needed: int) -> bool:
    """Whether lines say that they are a web page's: entries of a menu alone must be twice as many."""
    signs = sum(look.sign for look in looks)
    return signs >= (needed if any(look.strong for look in looks) else 2 * needed)


def _article_start(looks: Sequence[Look]) -> int:
    """Return the line with which the article begins: its title, as far as what stands above it is furniture."""
    filled = [number for number, look in enumerate(looks) if look.text]
    body = [number for number in filled if looks[number].prose and not TEASER.match(looks[number].text)]
    if not body:
        return 0
    prose = sum(look.words for look in looks if look.prose)
    for anchor in (*_anchors(looks, filled), body[0]):
        start = _title_above(looks, filled, anchor)
        above = [looks[number] for number in filled if number < start]
        signs = sum(look.sign for look in above)
        listed = sum(look.sign or look.menu for look in above)
        prose_above = sum(look.words for look in above if look.prose)
        said = sum(look.statement and not TEASER.match(look.text) for look in above)
        is_furniture = (signs >= 2 or (signs == 1 and listed >= RUN - 1)) and said <= MAX_SAID_ABOVE
        if is_furniture and listed >= 0.5 * len(above) and prose_above <= MAX_PROSE_BEFORE_TITLE * prose:
            return start
    return 0


def _anchors(looks: Sequence[Look], filled: Sequence[int]) -> list[int]:
    """Return the byline and the date lines that stand between a title and prose."""
    byline = find_byline([look.text for look in looks])
    dated = [number for number in filled if not (looks[number].prose or looks[number].sign) and date_in(looks[number].text)][:3]
    return [
        number
        for number in ([byline.line] if byline else []) + dated
        if number != filled[0] and any(looks[other].prose for other in filled if number < other <= number + 2 * RUN)
    ]


def _title_above(looks: Sequence[Look], filled: Sequence[int], anchor: int) -> int:
    start = anchor
    for number in reversed([each for each in filled if each < anchor][-4:]):
        look = looks[number]
        titled = look.words >= 3 or start == anchor or bool(date_in(look.text)) or look.text.startswith("#")
        if look.furniture or (look.sign and look.menu) or not titled or (look.prose and look.words > LONG_PROSE_WORDS * 2):
            break
        near = start == anchor or date_in(look.text) or look.text.startswith("#") or number == start - 1
        if not near and (look.menu or TEASER.match(look.text) or look.prose):
            break
        start = number
        if look.text.startswith("# "):
            break
    return start


def _stray_title(looks: Sequence[Look], start: int) -> int | None:
    """Return the title where furniture, such as a forum's, stands between it and the prose."""
    if start == 0 or not looks[start].prose:
        return None
    titles = (
        number
        for number in reversed(range(start))
        if looks[number].words >= TITLE_WORDS and not (looks[number].sign or looks[number].menu or looks[number].prose)
    )
    return next(titles, None)


def _article_end(looks: Sequence[Look]) -> int:
    """Return the line behind the article: where the furniture below its last paragraph begins."""
    filled = [number for number, look in enumerate(looks) if look.text]
    prose = sum(look.words for look in looks if look.prose) or 1
    end = len(looks)
    for number in (each for each in filled[int(0.4 * len(filled)) :] if looks[each].ends):
        rest = sum(look.words for look in looks[number:] if look.prose)
        if rest <= MAX_PROSE_AFTER_END * prose:
            end = number
            break
    body = [n for n in filled if n < end and looks[n].prose and not TEASER.match(looks[n].text)]
    if not body:
        return len(looks)
    tail = [number for number in filled if body[-1] < number < end]
    first = next((number for number in tail if looks[number].sign), None)
    signs = [looks[number] for number in tail if first is not None and number >= first]
    if first is None or (end == len(looks) and not _has_signs(signs, 1)):
        return end
    before = [number for number in tail if number < first]
    run = 0
    while run < len(before) and looks[before[-run - 1]].menu:
        run += 1
    introduced = run < len(before) and looks[before[-run - 1]].text.endswith(":")
    return before[-run] if run >= RUN - 1 and not introduced else first


def _drop_sidebars(looks: Sequence[Look], keep: list[bool], start: int, end: int) -> None:
    """Drop runs of menu lines inside the article that hold several signs of navigation."""
    run: list[int] = []
    for number in range(start, end + 1):
        look = looks[number] if number < end else None
        if look is not None and not look.text:
            continue
        if look is not None and (look.menu or look.sign) and not look.prose:
            run.append(number)
            continue
        if len(run) > RUN and sum(looks[each].sign for each in run) >= max(MIN_SIGNS, len(run) // 2):
            last = run[-1] if look is None or looks[run[-1]].sign else run[-2]  # the last may be the next heading
            for each in run:
                keep[each] = keep[each] and each > last
        run = []


def _drop_contents_list(looks: Sequence[Look], keep: list[bool]) -> None:
    """Drop the list of headings under `On this page`: lines that come again below."""
    for number, look in enumerate(looks):
        if not re.fullmatch(r"(?i)(?:on this page|in this (?:article|section)|(?:table of )?contents):?", look.text):
            continue
        for other in range(number + 1, len(looks)):
            entry = BULLET.sub("", looks[other].text).strip("# ")
            again = {later.text.strip("# ") for later in looks[other + 1 :]}
            if entry and entry not in again:
                break
            keep[other] = keep[other] and not entry
