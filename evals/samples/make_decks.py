"""Write the sample documents of the critique evaluations.

Five fictional documents, three presentations, a PDF and a memo, are made from the content in
``decks.yaml``; what a critique should find in them is in ``expected.json``. The same content gives
the same bytes, so that results can be compared between machines.

Usage: ``python evals/samples/make_decks.py OUT_DIR``
Needs: python-pptx, python-docx, reportlab, pyyaml.
"""

from __future__ import annotations

import argparse
import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pptx
import yaml
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.util import Inches, Pt
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from docx.document import Document
    from docx.opc.coreprops import CoreProperties
    from pptx.parts.coreprops import CorePropertiesPart
    from pptx.presentation import Presentation
    from pptx.slide import Slide

CONTENT = Path(__file__).with_name("decks.yaml")
MOMENT = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
ZIP_MOMENT = (2026, 1, 15, 9, 0, 0)
TIMESTAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
COVER_LAYOUT, CONTENT_LAYOUT, TITLE_ONLY_LAYOUT = 0, 1, 5


def normalise_archive(data: bytes) -> bytes:
    """Return an Office file with fixed time stamps, also in the workbooks embedded in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            part = source.read(info)
            if info.filename.endswith(".xlsx"):
                part = normalise_archive(part)
            elif info.filename.endswith("core.xml"):
                part = TIMESTAMP.sub(MOMENT.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), part)
            fixed = zipfile.ZipInfo(info.filename, ZIP_MOMENT)
            target.writestr(fixed, part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def set_properties(properties: CoreProperties | CorePropertiesPart, title: str) -> None:
    """Set the properties shared by presentations and memos."""
    properties.title = title
    properties.author = "Coach samples"
    properties.last_modified_by = "Coach samples"
    properties.created = MOMENT
    properties.modified = MOMENT


def add_footer(slide: Slide, text: str) -> None:
    """Give a slide the footer placeholder of its layout, filled with ``text``."""
    for placeholder in slide.slide_layout.placeholders:
        if placeholder.placeholder_format.type == PP_PLACEHOLDER.FOOTER:
            slide.shapes.clone_placeholder(placeholder)
    for shape in slide.placeholders:
        if shape.placeholder_format.type == PP_PLACEHOLDER.FOOTER:
            shape.text_frame.text = text


def add_bullets(slide: Slide, bullets: Sequence[str], *, compact: bool) -> None:
    """Fill the body placeholder; ``compact`` keeps to the upper half of the slide."""
    body = slide.placeholders[1]
    if compact:
        left, top = Inches(0.5), Inches(1.3)
        body.left, body.top, body.width, body.height = left, top, Inches(9), Inches(2.4)
    frame = body.text_frame
    frame.text = bullets[0]
    for bullet in bullets[1:]:
        frame.add_paragraph().text = bullet
    size = Pt(13) if compact or len(bullets) > 4 else Pt(18)
    for paragraph in frame.paragraphs:
        paragraph.font.size = size


def add_table(slide: Slide, rows: Sequence[Sequence[str]]) -> None:
    """Add a table with its heading row in the lower half of a slide."""
    height = Inches(0.38 * len(rows))
    frame = slide.shapes.add_table(len(rows), len(rows[0]), Inches(0.5), Inches(3.8), Inches(9), height)
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            cell = frame.table.cell(row, column)
            cell.text = str(text)
            cell.text_frame.paragraphs[0].font.size = Pt(12)


def add_chart(slide: Slide, chart: Mapping[str, Any]) -> None:
    """Add a column chart in the lower half of a slide."""
    data = CategoryChartData()
    data.categories = chart["categories"]
    for name, values in chart["series"].items():
        data.add_series(name, values)
    kind = XL_CHART_TYPE.COLUMN_CLUSTERED
    slide.shapes.add_chart(kind, Inches(1), Inches(3.2), Inches(8), Inches(3.2), data)


def add_group(slide: Slide, texts: Iterable[str]) -> None:
    """Add text boxes inside one grouped shape."""
    group = slide.shapes.add_group_shape()
    for row, text in enumerate(texts):
        box = group.shapes.add_textbox(Inches(0.7), Inches(3.6 + 0.5 * row), Inches(8), Inches(0.5))
        box.text_frame.text = text


def add_box(slide: Slide, text: str) -> None:
    """Add a free text box near the foot of a slide."""
    box = slide.shapes.add_textbox(Inches(0.7), Inches(4.9), Inches(8.4), Inches(1.2))
    box.text_frame.word_wrap = True
    box.text_frame.text = text


def add_slide(presentation: Presentation, content: Mapping[str, Any], footer: str) -> None:
    """Append one slide with whatever its content names."""
    below = any(key in content for key in ("table", "chart", "group", "box"))
    layout = CONTENT_LAYOUT if "bullets" in content else TITLE_ONLY_LAYOUT
    if "subtitle" in content:
        layout = COVER_LAYOUT
    slide = presentation.slides.add_slide(presentation.slide_layouts[layout])
    slide.shapes.title.text = content["title"]
    if "subtitle" in content:
        slide.placeholders[1].text = content["subtitle"]
    if "bullets" in content:
        add_bullets(slide, content["bullets"], compact=below)
    if "table" in content:
        add_table(slide, content["table"])
    if "chart" in content:
        add_chart(slide, content["chart"])
    if "group" in content:
        add_group(slide, content["group"])
    if "box" in content:
        add_box(slide, content["box"])
    if "notes" in content:
        slide.notes_slide.notes_text_frame.text = content["notes"]
    add_footer(slide, footer)


def make_presentation(content: Mapping[str, Any], footer: str) -> bytes:
    """Return the bytes of a ``.pptx`` file."""
    presentation = pptx.Presentation()
    set_properties(presentation.core_properties, content["company"])
    for slide in content["slides"]:
        add_slide(presentation, slide, footer)
    out = io.BytesIO()
    presentation.save(out)
    return normalise_archive(out.getvalue())


def make_pdf(content: Mapping[str, Any], footer: str) -> bytes:
    """Return the bytes of a ``.pdf`` file with running headers and page numbers."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(content["pages"][0]["title"])
    width, height = A4
    for number, page in enumerate(content["pages"], start=1):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(72, height - 40, content["header"])
        canvas.drawString(72, 40, footer)
        canvas.drawRightString(width - 72, 40, f"Page {number} of {len(content['pages'])}")
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(72, height - 90, page["title"])
        canvas.setFont("Helvetica", 11)
        line = height - 125
        for paragraph in page["paragraphs"]:
            for text in simpleSplit(paragraph, "Helvetica", 11, width - 144):
                canvas.drawString(72, line, text)
                line -= 15
            line -= 9
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def add_section(document: Document, section: Mapping[str, Any]) -> None:
    """Append a heading with its paragraphs, bullets and table to a memo."""
    document.add_heading(section["heading"], level=1)
    for paragraph in section.get("paragraphs", ()):
        document.add_paragraph(paragraph)
    for bullet in section.get("bullets", ()):
        document.add_paragraph(bullet, style="List Bullet")
    rows = section.get("table", ())
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                table.cell(row, column).text = str(text)


def make_memo(content: Mapping[str, Any], footer: str) -> bytes:
    """Return the bytes of a ``.docx`` file with headings."""
    document = docx.Document()
    set_properties(document.core_properties, content["title"])
    document.sections[0].footer.paragraphs[0].text = footer
    document.add_heading(content["title"], level=0)
    for section in content["sections"]:
        add_section(document, section)
    out = io.BytesIO()
    document.save(out)
    return normalise_archive(out.getvalue())


def write_samples(folder: Path) -> list[Path]:
    """Write all sample documents into ``folder`` and return their paths."""
    content = yaml.safe_load(CONTENT.read_text(encoding="utf-8"))
    footer = content["footer"]
    files = {deck["file"]: make_presentation(deck, footer) for deck in content["presentations"]}
    files[content["pdf"]["file"]] = make_pdf(content["pdf"], footer)
    files[content["memo"]["file"]] = make_memo(content["memo"], footer)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def main() -> None:
    """Read the command line and write the samples."""
    parser = argparse.ArgumentParser(description="Write the sample documents.")
    parser.add_argument("folder", type=Path, metavar="OUT_DIR")
    for path in write_samples(parser.parse_args().folder):
        print(path)


if __name__ == "__main__":
    main()
