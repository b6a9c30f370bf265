import io
import os
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from docx import Document as Paper
from pptx import Presentation
from pptx.util import Inches
from reportlab.pdfgen.canvas import Canvas

from coach.errors import LoadError
from coach.index.loaders import SUFFIXES, load_article, load_bytes, load_document

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


def deck_bytes(text="Fifty partners"):
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.shapes.add_textbox(Inches(1), Inches(1), Inches(5), Inches(1)).text_frame.text = text
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def paper_bytes():
    paper = Paper()
    paper.add_paragraph("Fifty partners")
    buffer = io.BytesIO()
    paper.save(buffer)
    return buffer.getvalue()


def pdf_bytes():
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(60, 700, "Fifty partners")
    canvas.save()
    return buffer.getvalue()


def sheet_bytes():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


def repacked(data, change):
    """Write an archive again, each part as `change` returns it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return buffer.getvalue()


MADE = {".pptx": deck_bytes, ".docx": paper_bytes, ".pdf": pdf_bytes}


def refusal(data, name):
    with pytest.raises(LoadError) as caught:
        load_bytes(data, name=name)
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    assert "\n" not in message
    return message


@pytest.mark.parametrize("load", [load_document, lambda path: load_article(path, source_id="x")])
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.pdf", None, "no such file"),
        ("empty.pptx", b"", r"empty \(0 bytes\)"),
        ("plan.xyz", b"plan", r"type \.xyz cannot be read.*\.pptx \.pdf \.docx \.md"),
        ("plan", b"plan", "does not end in a file type.*supported are"),
        ("plan.ppt", OLE, r"type \.ppt cannot be read.*Save it as \.pptx"),
        ("plan.key", b"PK", r"Export it as \.pptx or \.pdf"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_with_the_mend(tmp_path, load, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LoadError, match=f"^{path.as_posix()}: .*{message}"):
        load(path)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(LoadError, match="this is a folder"):
        load_document(tmp_path)


def test_a_pipe_is_refused_without_waiting(tmp_path):
    path = tmp_path / "plan.txt"
    os.mkfifo(path)
    with pytest.raises(LoadError, match="no regular file"):
        load_document(path)


def test_a_name_that_no_system_allows_is_refused(tmp_path):
    for name in ("a\x00b.txt", "x" * 5000 + ".txt"):
        with pytest.raises(LoadError):
            load_document(tmp_path / name)


def test_a_file_without_permission_is_refused(tmp_path):
    path = tmp_path / "plan.txt"
    path.write_text("plan")
    tmp_path.chmod(0o755)
    path.chmod(stat.S_IWUSR)
    load = f"from pathlib import Path; from coach.index.loaders import load_document; load_document(Path({str(path)!r}))"
    if os.geteuid() == 0:  # root may read everything: try as nobody
        load = f"import os, coach.index.loaders; os.setgid(65534); os.setuid(65534); {load}"
        for folder in (tmp_path, *tmp_path.parents):
            if folder != Path(tempfile.gettempdir()) and folder.is_relative_to(tempfile.gettempdir()):
                folder.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", load], capture_output=True, text=True, check=False)
    assert "LoadError" in done.stderr
    assert "may not be read" in done.stderr


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "plan.pdf"
    with path.open("wb") as file:
        file.truncate(30 * 1024 * 1024)
    with pytest.raises(LoadError, match=r"30\.0 MB, the limit is 25 MB"):
        load_document(path)


def test_an_upload_over_the_limit_is_refused():
    assert "the limit is 25 MB" in refusal(bytes(26 * 1024 * 1024), "plan.txt")


@pytest.mark.parametrize("named", [".pptx", ".docx", ".pdf", ".txt", ".md", ".html"])
@pytest.mark.parametrize("real", [".pptx", ".docx", ".pdf"])
def test_a_wrong_extension_is_told_with_the_right_one(named, real):
    if named == real:
        return
    words = {".pptx": "a PowerPoint file", ".docx": "a Word file", ".pdf": "a PDF"}
    message = refusal(MADE[real](), f"plan{named}")
    assert f"this is {words[real]}, not a {named} file. Rename it to end in {real}." in message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (sheet_bytes(), "an Excel file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
        (b"{\\rtf1 plan}", "a Rich Text file"),
        (b"\x7fELF" + bytes(100), "a program"),
    ],
)
@pytest.mark.parametrize("suffix", [".pptx", ".pdf", ".txt"])
def test_other_content_is_named(data, words, suffix):
    assert words in refusal(data, f"plan{suffix}")


@pytest.mark.parametrize("suffix", [".pptx", ".docx", ".txt"])
def test_an_old_or_protected_office_file_is_told_apart_from_a_damaged_one(suffix):
    assert "without a password" in refusal(OLE, f"plan{suffix}")
    protected = OLE + "EncryptedPackage".encode("utf-16-le")
    assert "protected with a password" in refusal(protected, f"plan{suffix}")


@pytest.mark.parametrize("suffix", MADE)
def test_a_file_that_was_cut_short_is_told_so(suffix):
    data = MADE[suffix]()
    for share in (0.95, 0.5, 0.1):
        assert "cut short" in refusal(data[: int(share * len(data))], f"plan{suffix}")


@pytest.mark.parametrize("suffix", [".pptx", ".docx", ".pdf"])
def test_text_under_another_ending_is_told_so(suffix):
    assert "the content is not a" in refusal(b"Fifty partners by May.", f"plan{suffix}")


@pytest.mark.parametrize("make", [deck_bytes, paper_bytes])
def test_an_archive_that_unpacks_to_far_too_much_is_refused(make):
    suffix = ".pptx" if make is deck_bytes else ".docx"
    data = make()
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ppt/media/picture.bin", bytes(30 * 1024 * 1024))
    assert "not safe to open" in refusal(buffer.getvalue(), f"plan{suffix}")


def test_an_archive_whose_parts_sum_up_to_too_much_is_refused():
    buffer = io.BytesIO(deck_bytes())
    noise = os.urandom(1024) * 1024
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(210):
            archive.writestr(f"ppt/media/{number}.bin", noise)
    assert "not safe to open" in refusal(buffer.getvalue(), "plan.pptx")


ENTITY = '<!DOCTYPE x [<!ENTITY words SYSTEM "file:///etc/hostname">]>'
BILLION = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("doctype", [ENTITY, BILLION])
@pytest.mark.parametrize(("make", "part"), [(deck_bytes, "ppt/slides/slide1.xml"), (paper_bytes, "word/document.xml")])
def test_entities_in_an_office_file_are_refused(make, part, doctype, encoding):
    def change(name, content):
        if name != part:
            return content
        text = content.decode().split("?>", 1)[1]
        return f'<?xml version="1.0" encoding="{encoding}"?>{doctype}{text}'.encode(encoding)

    suffix = ".pptx" if make is deck_bytes else ".docx"
    assert "declares XML entities" in refusal(repacked(make(), change), f"plan{suffix}")


def test_a_slide_of_broken_xml_is_refused():
    def change(name, content):
        return b"<p:sld>" if name == "ppt/slides/slide1.xml" else content

    assert "damaged" in refusal(repacked(deck_bytes(), change), "plan.pptx")


@pytest.mark.parametrize("suffix", MADE)
def test_a_good_file_is_loaded_whatever_the_case_of_its_ending(suffix, tmp_path):
    path = tmp_path / f"Plan{suffix.upper()}"
    path.write_bytes(MADE[suffix]())
    document = load_document(path)
    assert document.text == "Fifty partners"
    assert document.source_id == path.name
    assert document.provenance == path.as_posix()
    assert load_document(path, name="Plan" + suffix, source_id="p1").source_id == "p1"
    assert load_article(path, source_id="folder/plan").source_id == "folder/plan"


def test_the_supported_file_types_are_listed():
    assert {".pptx", ".pdf", ".docx", ".md", ".html", ".txt"} <= set(SUFFIXES)


def test_importing_the_loaders_imports_no_parser():
    code = (
        "import sys, coach.index.loaders;"
        "print([m for m in ('pypdf', 'pptx', 'docx', 'trafilatura', 'lxml', 'charset_normalizer') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
