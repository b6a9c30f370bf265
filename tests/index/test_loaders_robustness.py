import io
import re
import time
import zipfile

import pytest
from docx import Document as Paper
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pptx import Presentation
from pptx.util import Inches
from reportlab.pdfgen.canvas import Canvas

from coach.errors import LoadError
from coach.index.loaders import SUFFIXES, load_article, load_bytes, load_document
from coach.index.loaders.boilerplate import keep_lines
from coach.index.loaders.running import without_running_lines
from coach.schema import Document

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def deck_bytes():
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Goals"
    slide.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(3), Inches(1)).table.cell(0, 0).text = "Tier"
    slide.notes_slide.notes_text_frame.text = "Ask them"
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def paper_bytes():
    paper = Paper()
    paper.add_heading("Goals", level=1)
    paper.add_paragraph("Resellers", style="List Bullet")
    paper.add_table(rows=1, cols=2).rows[0].cells[0].text = "Tier"
    buffer = io.BytesIO()
    paper.save(buffer)
    return buffer.getvalue()


def pdf_bytes():
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for text in ("Goals", "Partners"):
        canvas.drawString(60, 700, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


FILES = {".pptx": deck_bytes(), ".docx": paper_bytes(), ".pdf": pdf_bytes()}


def check(data, name):
    """Load: either a document that holds together, or one line that says why not."""
    try:
        document = load_bytes(data, name=name)
    except LoadError as error:
        message = str(error)
    else:
        message = ""
    if message:
        assert message.startswith(f"{name}: ")
        assert "\n" not in message
        return
    assert isinstance(document, Document)
    assert re.search(r"\w", document.text)
    position = 0
    for page in document.pages:
        assert position <= page.start <= page.end <= len(document.text)
        position = page.end


@pytest.mark.parametrize("suffix", FILES)
@SLOW
@given(data=st.data())
def test_a_truncated_file_is_a_document_or_a_load_error(suffix, data):
    original = FILES[suffix]
    check(original[: data.draw(st.integers(0, len(original)))], f"plan{suffix}")


@pytest.mark.parametrize("suffix", FILES)
@SLOW
@given(data=st.data())
def test_a_file_with_flipped_bits_is_a_document_or_a_load_error(suffix, data):
    content = bytearray(FILES[suffix])
    for place, bit in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 7)), min_size=1, max_size=8)
    ):
        content[place] ^= 1 << bit
    check(bytes(content), f"plan{suffix}")


@pytest.mark.parametrize("suffix", [".pptx", ".docx"])
@SLOW
@given(data=st.data())
def test_a_part_with_flipped_bits_is_a_document_or_a_load_error(suffix, data):
    with zipfile.ZipFile(io.BytesIO(FILES[suffix])) as archive:
        parts = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    own = [name for name in parts if re.search(r"(slide1|document|styles|presentation|notesSlide1|Types)\]?\.xml", name)]
    part = parts[data.draw(st.sampled_from(own))]
    for place in data.draw(st.lists(st.integers(0, len(part) - 1), min_size=1, max_size=4)):
        part[place] ^= 1 << data.draw(st.integers(0, 6))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, bytes(content))
    check(buffer.getvalue(), f"plan{suffix}")


@SLOW
@given(st.binary(max_size=400), st.sampled_from(SUFFIXES))
def test_any_bytes_are_a_document_or_a_load_error(data, suffix):
    check(data, f"plan{suffix}")


@SLOW
@given(
    st.lists(st.sampled_from(["Slide 1", "Slide 2: Us", "---", "", "# Head", "text\f", "words here", "```"])),
    st.sampled_from(["\n", "\r\n"]),
)
def test_pages_of_a_text_are_slices_in_order(lines, end):
    text = end.join(lines) + " word"
    document = load_bytes(text.encode(), name="plan.md")
    assert document.text == text
    check(text.encode(), "plan.md")


@SLOW
@given(st.text(max_size=300), st.sampled_from([".html", ".htm"]))
def test_any_text_in_an_html_file_is_a_document_or_a_load_error(text, suffix):
    check(f"<p>{text}".encode(errors="replace"), f"plan{suffix}")


@SLOW
@given(st.lists(st.text(max_size=60)))
def test_every_line_is_either_kept_or_not(lines):
    assert len(keep_lines(lines)) == len(lines)


@SLOW
@given(st.lists(st.text(max_size=60)))
def test_as_many_pages_come_back_as_were_given(pages):
    assert len(without_running_lines(pages)) == len(pages)


@pytest.mark.parametrize(
    "line",
    [
        "Join " + "a " * 60_000,
        "Copyright " * 9_000,
        "> " * 50_000,
        "| Home " * 20_000,
        "(" * 90_000,
        "[" * 90_000,
        "# x" + " " * 90_000 + "y",
        "By Ada Lo, " * 9_000,
    ],
)
def test_a_very_long_line_takes_no_time(line, tmp_path):
    path = tmp_path / "plan.md"
    path.write_text(f"{line}\n\n{line}\n\n---\n- a: b\n" + "-a: b\r\n" * 60)
    started = time.perf_counter()
    load_document(path)
    load_article(path, source_id="plan")
    assert time.perf_counter() - started < 5
