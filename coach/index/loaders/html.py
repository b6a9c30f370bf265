"""HTML: the main content by trafilatura, or the visible text where that loses too much; headings stay lines."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from coach.errors import LoadError
from coach.index.loaders.extract import Extract, Section, join_sections, shorten
from coach.index.loaders.guard import parsing
from coach.index.loaders.text import decode

BULLET = "• "
CELL_SEPARATOR = " | "
MIN_COVERAGE = 0.6
"""Share of the visible words that the main content must hold to be taken for it."""
MIN_MAIN_WORDS = 100
"""Below this, extraction flattens lists and headings, and there is little to take off."""
_PAGE_LEVEL = 2
_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{3,40})")
_HEAD_BYTES = 2048
_INVISIBLE = "script style noscript template svg iframe object select option button form input textarea head"
_CHROME = "nav header footer aside"
_BLOCK_TAGS = """
p h1 h2 h3 h4 h5 h6 li dt dd pre blockquote tr div section article main table ul ol dl figure figcaption body address
fieldset details summary
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())

Block = tuple[str, int | None]  # a line and its heading level


def read_html(data: bytes, *, name: str) -> Extract:
    """Read a web page's main content.

    Args:
        data: The file's bytes.
        name: The file as the user knows it.

    Raises:
        LoadError: It is no readable HTML, or has no text.
    """
    from lxml.etree import LxmlError  # noqa: PLC0415

    declared = _CHARSET.search(data[:_HEAD_BYTES])
    source = decode(data, name=name, declared=declared[1].decode("ascii", "ignore") if declared else None)
    source = re.sub(r"[\x00-\x08\x0b\x0e-\x1f]", "", source)
    with parsing("an HTML page", name=name, faults=(LxmlError,)):
        tree = _parse(source)
        visible = list(_visible_blocks(tree))
        main, found = _main_blocks(source)
        blocks = main if _words(main) >= max(MIN_MAIN_WORDS, MIN_COVERAGE * _words(visible)) else visible
    if not any(re.search(r"\w", line) for line, _ in blocks):
        mend = "Save the page with its text: open it in a browser and print it as PDF."
        raise LoadError(name, "the page has no text", mend)
    text, pages = join_sections(_sections(blocks))
    return replace(found, text=text, pages=pages, title=shorten(found.title))


def _parse(source: str) -> Any:  # noqa: ANN401  lxml's elements
    from lxml import html  # noqa: PLC0415

    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    return html.document_fromstring(source.encode("utf-8"), parser=parser)


def _words(blocks: list[Block]) -> int:
    return sum(len(line.split()) for line, _ in blocks)


def _main_blocks(source: str) -> tuple[list[Block], Extract]:
    """Return what trafilatura takes for the content, and what it knows about the page."""
    from trafilatura import bare_extraction  # noqa: PLC0415
    from trafilatura.settings import Document  # noqa: PLC0415

    document = bare_extraction(
        source,
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if not isinstance(document, Document) or document.body is None:
        return [], Extract(text="", pages=())
    found = Extract(
        text="",
        pages=(),
        title=document.title or "",
        author=(document.author or "").replace("; ", ", "),
        publisher=document.sitename or "",
        date=document.date or "",
    )
    return list(_content_blocks(document.body)), found


def _content_blocks(body: Any) -> Iterator[Block]:  # noqa: ANN401
    """Walk trafilatura's tree: head, p, list of item, table of row of cell, quote, code."""
    for element in body.iterchildren(tag="*"):
        if element.tag == "head":
            level = re.sub(r"\D", "", element.get("rend", "")) or "2"
            yield _line(element), int(level)
        elif element.tag == "list":
            for item in element.iter("item"):
                yield BULLET + _line(item), None
        elif element.tag == "table":
            for row in element.iter("row"):
                yield CELL_SEPARATOR.join(_line(cell) for cell in row.iter("cell")), None
        elif element.tag in ("div", "quote") and len(element):
            if (element.text or "").strip():
                yield " ".join(element.text.split()), None
            yield from _content_blocks(element)
        else:
            yield from ((" ".join(line.split()), None) for line in _with_breaks(element).splitlines())
        if (element.tail or "").strip():
            yield " ".join(element.tail.split()), None


def _with_breaks(element: Any) -> str:  # noqa: ANN401
    for line_break in element.iter("lb", "br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return "".join(element.itertext())


def _line(element: Any) -> str:  # noqa: ANN401
    return " ".join("".join(element.itertext()).split())


def _visible_blocks(tree: Any) -> Iterator[Block]:  # noqa: ANN401
    """Walk the page itself: every block with text but scripts, forms, navigation, headers and footers."""
    chrome = _CHROME if tree.xpath("boolean(//p|//li|//td|//h1)") else ""
    for element in tree.xpath(" | ".join(f"//{tag}" for tag in f"{_INVISIBLE} {chrome}".split())):
        above = {each.tag for each in element.iterancestors()}
        if element.tag != "header" or not above & {"article", "section", "main"}:
            element.drop_tree()
    for element in tree.iter(*_BLOCKS):
        level = int(element.tag[1]) if re.fullmatch(r"h[1-6]", element.tag) else None
        if element.tag == "tr":
            yield CELL_SEPARATOR.join(_line(cell) for cell in element.iterchildren("td", "th")), None
        elif not any(ancestor.tag == "tr" for ancestor in element.iterancestors()):
            text = "".join(_own_text(element))
            mark = BULLET if element.tag == "li" else ""
            for line in text.splitlines():
                if line.strip():
                    yield mark + " ".join(line.split()), level


def _own_text(element: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield the text of an element without that of the blocks in it, which come by themselves."""
    yield " ".join((element.text or "").split()) + (" " if (element.text or "")[-1:].isspace() else "")
    for child in element.iterchildren(tag="*"):
        if child.tag == "br" or child.tag in _BLOCKS:
            yield "\n"
        else:
            yield from _own_text(child)
        yield re.sub(r"\s+", " ", child.tail or "")


def _sections(blocks: list[Block]) -> list[Section]:
    groups: list[list[Block]] = [[]]
    for line, level in blocks:
        if not line.strip():
            continue
        opens = level is not None and level <= _PAGE_LEVEL
        if opens and any(each is None for _, each in groups[-1]):
            groups.append([])
        groups[-1].append((line, level))
    return [
        Section(title=next((line for line, level in group if level), ""), text="\n".join(line for line, _ in group))
        for group in groups
    ]
