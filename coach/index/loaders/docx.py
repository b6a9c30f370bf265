"""Word, by python-docx: headings, paragraphs, lists and tables in document order, a page a heading of level 1 or 2."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from coach.errors import LoadError
from coach.index.loaders.extract import Extract, Section, join_sections, stated_title
from coach.index.loaders.guard import parsing

CELL_SEPARATOR = " | "
BULLET = "• "
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_HEADING = re.compile(r"(?i)heading (\d)")
_PAGE_LEVEL = 2
_MAX_STYLE_DEPTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """One paragraph or table; level 0 is the document's title, None no heading."""

    text: str
    level: int | None = None


def read_docx(data: bytes, *, name: str) -> Extract:
    """Read a Word document, tracked insertions and text boxes included, headers and footers not.

    Args:
        data: The file's bytes.
        name: The file as the user knows it.

    Raises:
        LoadError: It is damaged, or has no text.
    """
    from docx import Document  # noqa: PLC0415
    from docx.exceptions import PythonDocxError  # noqa: PLC0415
    from docx.opc.exceptions import OpcError  # noqa: PLC0415
    from lxml.etree import LxmlError  # noqa: PLC0415

    with parsing("a Word file", name=name, faults=(PythonDocxError, OpcError, LxmlError)):
        document = Document(io.BytesIO(data))
        blocks = [block for block in _blocks(document) if block.text]
        title = stated_title(document.core_properties.title)
    if not any(re.search(r"\w", block.text) for block in blocks):
        raise LoadError(name, "the document has no text", "Text inside pictures is not read: type it into the document.")
    text, pages = join_sections(_sections(blocks))
    headline = next((block.text for block in blocks if block.level == 0), "")
    return Extract(text=text, pages=pages, title=headline or ("" if title == "Word Document" else title))


def _sections(blocks: list[_Block]) -> list[Section]:
    groups: list[list[_Block]] = [[]]
    for block in blocks:
        opens = block.level is not None and 1 <= block.level <= _PAGE_LEVEL
        if opens and any(each.level is None for each in groups[-1]):
            groups.append([])
        groups[-1].append(block)
    sections = []
    for group in groups:
        heading = next((block.text for block in group if block.level), "")
        sections.append(Section(title=heading, text="\n".join(block.text for block in group)))
    return sections


def _blocks(document: Any) -> Iterator[_Block]:  # noqa: ANN401  python-docx's elements have no types
    from docx.text.paragraph import Paragraph  # noqa: PLC0415

    counters: Counter[tuple[str, str]] = Counter()
    for element in _flow(document.element.body):
        if element.tag == f"{_W}tbl":
            yield _Block(text=_table(element))
            continue
        paragraph = Paragraph(element, document._body)  # noqa: SLF001  the only way to a paragraph inside a control
        text = _text(element)
        level = _level(paragraph)
        mark = _list_mark(paragraph, counters, document) if level is None and text else ""
        yield _Block(text=mark + text, level=level)


def _flow(parent: Any) -> Iterator[Any]:  # noqa: ANN401
    """Walk paragraphs and tables, into content controls as well."""
    for child in parent.iterchildren():
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"):
            yield from _flow(child)


def _text(element: Any) -> str:  # noqa: ANN401
    """Return a paragraph's text, that of text boxes behind it on lines of their own."""
    boxes: list[str] = []

    def walk(node: Any) -> Iterator[str]:  # noqa: ANN401
        for child in node.iterchildren(tag="*"):
            if child.tag == f"{_W}t":
                yield child.text or ""
            elif child.tag in _BREAKS:
                yield _BREAKS[child.tag]
            elif child.tag == f"{_W}txbxContent":
                boxes.extend(_flow_texts(child))
            elif child.tag not in (_FALLBACK, f"{_W}del", f"{_W}pPr", f"{_W}rPr"):
                yield from walk(child)

    lines = "".join(walk(element)).splitlines() + boxes
    return "\n".join(line.strip() for line in lines if line.strip())


def _flow_texts(parent: Any) -> list[str]:  # noqa: ANN401
    return [_table(each) if each.tag == f"{_W}tbl" else _text(each) for each in _flow(parent)]


def _table(table: Any) -> str:  # noqa: ANN401
    rows = []
    for row in table.xpath("./w:tr | ./w:sdt/w:sdtContent/w:tr"):
        cells = row.xpath("./w:tc | ./w:sdt/w:sdtContent/w:tc")
        texts = [" ".join(" ".join(_flow_texts(cell)).split()) for cell in cells]
        if any(texts):
            rows.append(CELL_SEPARATOR.join(texts))
    return "\n".join(rows)


def _styles(paragraph: Any) -> Iterator[Any]:  # noqa: ANN401
    style = paragraph.style
    for _ in range(_MAX_STYLE_DEPTH):
        if style is None:
            return
        yield style
        style = style.base_style


def _level(paragraph: Any) -> int | None:  # noqa: ANN401
    for style in _styles(paragraph):
        match = _HEADING.match(style.name or "")
        if match:
            return int(match[1])
        if style.name == "Title":
            return 0
    return None


def _list_mark(paragraph: Any, counters: Counter[tuple[str, str]], document: Any) -> str:  # noqa: ANN401
    """Return the bullet or number that Word draws before a list item, or ""."""
    style = next((each.name for each in _styles(paragraph) if (each.name or "").startswith("List ")), "")
    own = paragraph._p.xpath("./w:pPr/w:numPr/w:numId/@w:val")  # noqa: SLF001
    level = next(iter(paragraph._p.xpath("./w:pPr/w:numPr/w:ilvl/@w:val")), "0")  # noqa: SLF001
    if own == ["0"] or not (own or style.startswith(("List Bullet", "List Number"))):
        return ""
    bulleted = _is_bulleted(document, own[0], level) if own else style.startswith("List Bullet")
    if bulleted:
        return BULLET
    key = (own[0] if own else style, level)
    counters[key] += 1
    return f"{counters[key]}. "


def _is_bulleted(document: Any, number_id: str, level: str) -> bool:  # noqa: ANN401
    numbering = next((rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None)
    if numbering is None or not number_id.isdigit() or not level.isdigit():
        return True
    root = numbering.element
    abstract = root.xpath(f"./w:num[@w:numId='{number_id}']/w:abstractNumId/@w:val")
    if not abstract or not abstract[0].isdigit():
        return True
    formats = root.xpath(f"./w:abstractNum[@w:abstractNumId='{abstract[0]}']/w:lvl[@w:ilvl='{level}']/w:numFmt/@w:val")
    return not formats or formats[0] in ("bullet", "none")
