import io
import re

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.errors import DependencyError
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from coach.errors import LoadError
from coach.index.loaders import load_bytes
from coach.index.loaders.pdf import unwrap


def pdf(*pages, title=None):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    if title:
        canvas.setTitle(title)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(60, 780 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def load(data):
    return load_bytes(data, name="plan.pdf")


def texts(document):
    return [document.text[page.start : page.end] for page in document.pages]


def test_every_page_is_a_page():
    document = load(pdf(["Goals", "Fifty partners."], ["Money", "20 % for all."]))
    assert texts(document) == ["Goals\nFifty partners.", "Money\n20 % for all."]
    assert [page.title for page in document.pages] == ["Goals", "Money"]


def test_running_headers_footers_and_page_numbers_go():
    pages = [["Acme Confidential", f"Topic {n * n}", f"We do {n * n}.", f"Page {n} of 5"] for n in range(1, 6)]
    assert texts(load(pdf(*pages)))[:3] == [f"Topic {n * n}\nWe do {n * n}." for n in (1, 2, 3)]


def test_counting_footers_and_bare_numbers_go():
    pages = [[f"Topic {'abcd'[n]}", f"What {'abcd'[n]} means.", f"Acme partner plan {n + 7}"] for n in range(4)]
    assert texts(load(pdf(*pages)))[0] == "Topic a\nWhat a means."
    pages = [[f"Topic {'abcd'[n]}", f"What {'abcd'[n]} means.", str(n + 7)] for n in range(4)]
    assert texts(load(pdf(*pages)))[0] == "Topic a\nWhat a means."


def test_numbers_and_lines_that_do_not_repeat_with_the_pages_stay():
    pages = [["Phase 1", "42", "percent"], ["Phase 2", "17", "partners"], ["Phase 3", "11", "weeks"]]
    assert texts(load(pdf(*pages))) == ["\n".join(lines) for lines in pages]


def test_two_pages_are_too_few_to_tell_a_header():
    assert texts(load(pdf(["Acme", "one"], ["Acme", "two"]))) == ["Acme\none", "Acme\ntwo"]


def test_a_page_that_only_repeats_keeps_its_text():
    assert texts(load(pdf(["Acme"], ["Acme"], ["Acme"]))) == ["Acme", "Acme", "Acme"]


def test_a_line_that_the_width_broke_is_joined_and_bullets_are_not():
    broken = "We will sign fifty partners in the first year, and pay them\nall the same margin whatever they sell to the"
    text = f"{broken}\n• resellers\nnever"
    assert unwrap(text, vocabulary=set()) == text.replace("\nall", " all")


def test_a_hyphen_at_a_line_end_stays_unless_the_word_is_known():
    line = "The plan that we have made rests upon one single partner-\nship with a go-to-market-\nmotion"
    assert "partnership with" in unwrap(line, vocabulary={"partnership"})
    assert "partner-ship with" in unwrap(line, vocabulary=set())


def test_the_title_in_the_properties_is_the_title():
    assert load(pdf(["Goals"], title="Channel plan")).title == "Channel plan"
    assert load(pdf(["Goals"])).title == "Goals"


def test_a_picture_page_between_others_keeps_its_number():
    document = load(pdf(["one"], [], ["three"]))
    assert [(page.index, page.title) for page in document.pages] == [(1, "one"), (2, ""), (3, "three")]


def test_a_scanned_pdf_is_refused_with_its_number_of_pages():
    with pytest.raises(LoadError, match=r"plan\.pdf: the PDF has 3 pages but no text.*OCR"):
        load(pdf([], [], []))


def test_a_pdf_with_a_password_is_refused():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(["secret"]))))
    writer.encrypt("password", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    with pytest.raises(LoadError, match=r"plan\.pdf: the PDF is encrypted .*copy without a password"):
        load(buffer.getvalue())


def test_a_pdf_that_only_restricts_printing_is_read():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(["open"]))))
    writer.encrypt("", owner_password="owner", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert load(buffer.getvalue()).text == "open"


def test_a_pdf_whose_cipher_cannot_be_opened_is_refused(monkeypatch):
    def fail(*_):
        raise DependencyError("cryptography>=3.1 is required for AES algorithm")

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(["secret"]))))
    writer.encrypt("password", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    monkeypatch.setattr(PdfReader, "decrypt", fail)
    with pytest.raises(LoadError, match=r"plan\.pdf: the PDF is encrypted"):
        load(buffer.getvalue())


def test_a_damaged_cross_reference_table_is_no_reason_to_print(capfd):
    data = re.sub(rb"startxref\n\d+", b"startxref\n7", pdf(["Goals"]))
    assert load(data).text == "Goals"
    assert capfd.readouterr() == ("", "")
