"""PowerPoint, by python-pptx: a page a slide, shapes in reading order, tables as rows, notes at the end."""

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from coach.errors import LoadError
from coach.index.loaders.extract import Extract, Section, first_line, join_sections, stated_title
from coach.index.loaders.guard import parsing

NOTES = "Notes:"
CELL_SEPARATOR = " | "
_SAME_ROW = 228_600  # a quarter of an inch in EMU: shapes whose tops differ by less stand side by side
_DIAGRAM_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM_DATA = "/relationships/diagramData"


def read_pptx(data: bytes, *, name: str) -> Extract:
    """Read a presentation; hidden slides count like any other.

    Args:
        data: The file's bytes.
        name: The file as the user knows it.

    Raises:
        LoadError: It is damaged, or has no text.
    """
    from lxml.etree import LxmlError  # noqa: PLC0415
    from pptx import Presentation  # noqa: PLC0415
    from pptx.exc import PythonPptxError  # noqa: PLC0415

    with parsing("a PowerPoint file", name=name, faults=(PythonPptxError, LxmlError)):
        deck = Presentation(io.BytesIO(data))
        sections = [_slide(slide) for slide in deck.slides]
        title = stated_title(deck.core_properties.title)
    text, pages = join_sections(sections)
    if not re.search(r"\w", text):
        count = f"{len(sections)} slide{'' if len(sections) == 1 else 's'}"
        mend = "Text inside pictures is not read: type it on the slides or into the notes."
        raise LoadError(name, f"the deck has {count} but no text", mend)
    return Extract(text=text, pages=pages, title=title)


def _slide(slide: Any) -> Section:  # noqa: ANN401  python-pptx has no types
    title_shape = slide.shapes.title
    title = " ".join(_clean(title_shape.text_frame.text).split()) if title_shape is not None else ""
    title_id = title_shape.shape_id if title_shape is not None and title else None
    blocks = [title] if title else []
    blocks += [text for text in _shape_texts(slide, slide.shapes, skip=title_id) if text]
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = _clean(slide.notes_slide.notes_text_frame.text)
        if notes:
            blocks.append(f"{NOTES}\n{notes}")
    text = "\n".join(blocks)
    return Section(title=title or first_line(text), text=text)


def _shape_texts(slide: Any, shapes: Iterable[Any], *, skip: int | None = None) -> Iterator[str]:  # noqa: ANN401
    from pptx.enum.shapes import MSO_SHAPE_TYPE  # noqa: PLC0415

    for shape in _reading_order(shapes):
        if shape.shape_id == skip or _is_furniture(shape):
            continue
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from _shape_texts(slide, shape.shapes)
        elif getattr(shape, "has_table", False):
            yield _table(shape.table)
        elif getattr(shape, "has_chart", False):
            yield _chart_title(shape.chart)
        elif shape.has_text_frame:
            yield _clean(shape.text_frame.text)
        else:
            yield _diagram(slide, shape)


def _reading_order(shapes: Iterable[Any]) -> list[Any]:
    """Order shapes by rows from the top, each from the left; one without a place stays behind the one before it."""
    placed: list[tuple[int, int, Any]] = []
    top = left = 0
    for shape in shapes:
        top = shape.top if shape.top is not None else top
        left = shape.left if shape.left is not None else left
        placed.append((top, left, shape))
    placed.sort(key=lambda each: each[0])
    ordered: list[Any] = []
    row: list[tuple[int, int, Any]] = []
    for each in placed:
        if row and each[0] - row[0][0] > _SAME_ROW:
            ordered += [shape for *_, shape in sorted(row, key=lambda entry: entry[1])]
            row = []
        row.append(each)
    return ordered + [shape for *_, shape in sorted(row, key=lambda entry: entry[1])]


def _is_furniture(shape: Any) -> bool:  # noqa: ANN401
    from pptx.enum.shapes import PP_PLACEHOLDER  # noqa: PLC0415

    edges = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER)
    return bool(shape.is_placeholder and shape.placeholder_format.type in edges)


def _table(table: Any) -> str:  # noqa: ANN401
    rows = (
        CELL_SEPARATOR.join(" ".join(_clean(cell.text).split()) for cell in row.cells if not cell.is_spanned)
        for row in table.rows
    )
    return "\n".join(row for row in rows if re.search(r"\w", row))


def _chart_title(chart: Any) -> str:  # noqa: ANN401
    if chart.has_title and chart.chart_title.has_text_frame:
        return _clean(chart.chart_title.text_frame.text)
    return ""


def _diagram(slide: Any, shape: Any) -> str:  # noqa: ANN401
    """Return the text of a SmartArt diagram, which lies in a part of its own."""
    from lxml import etree  # noqa: PLC0415

    part_ids = shape.element.xpath(".//*[local-name()='relIds']/@*[local-name()='dm']")
    lines: list[str] = []
    for part_id in part_ids:
        relationship = slide.part.rels.get(part_id)
        if relationship is None or relationship.is_external or not relationship.reltype.endswith(_DIAGRAM_DATA):
            continue
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        tree = etree.fromstring(relationship.target_part.blob, parser)
        lines += [
            "".join(run.text or "" for run in paragraph.iter(f"{_DIAGRAM_TEXT}t")).strip()
            for paragraph in tree.iter(f"{_DIAGRAM_TEXT}p")
        ]
    return "\n".join(line for line in lines if line)


def _clean(text: str) -> str:
    lines = (line.strip() for line in text.replace("\v", "\n").splitlines())
    return "\n".join(line for line in lines if line)
