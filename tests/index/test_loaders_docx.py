import io

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from coach.errors import LoadError
from coach.index.loaders import load_bytes


@pytest.fixture
def paper():
    return Document()


def load(paper):
    buffer = io.BytesIO()
    paper.save(buffer)
    return load_bytes(buffer.getvalue(), name="plan.docx")


def texts(document):
    return [document.text[page.start : page.end] for page in document.pages]


def test_headings_paragraphs_lists_and_tables_come_in_document_order(paper):
    paper.add_heading("Partner plan", level=0)
    paper.add_paragraph("We want partners.")
    paper.add_paragraph("Resellers", style="List Bullet")
    paper.add_paragraph("Ask them", style="List Number")
    table = paper.add_table(rows=2, cols=2)
    for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], ["Tier", "Margin", "Gold", "30 %"], strict=True):
        cell.text = text
    paper.add_paragraph("Then we wait.")
    document = load(paper)
    assert document.text == (
        "Partner plan\nWe want partners.\n• Resellers\n1. Ask them\nTier | Margin\nGold | 30 %\nThen we wait."
    )
    assert document.title == "Partner plan"
    assert len(document.pages) == 1


def test_headings_of_level_one_and_two_open_pages(paper):
    for level, heading in [(1, "Goals"), (3, "Detail"), (2, "Partners"), (1, "Money")]:
        paper.add_heading(heading, level=level)
        paper.add_paragraph(f"About {heading.lower()}.")
    document = load(paper)
    assert [page.title for page in document.pages] == ["Goals", "Partners", "Money"]
    assert texts(document)[0] == "Goals\nAbout goals.\nDetail\nAbout detail."


def test_a_heading_with_nothing_but_headings_below_stays_with_them(paper):
    paper.add_heading("Plan", level=1)
    paper.add_heading("Goals", level=2)
    paper.add_paragraph("Fifty.")
    assert texts(load(paper)) == ["Plan\nGoals\nFifty."]


def test_tracked_insertions_links_and_controls_are_read_and_deletions_not(paper):
    paragraph = paper.add_paragraph("We ")
    insertion = f'<w:ins {nsdecls("w")} w:id="1"><w:r><w:t>do </w:t></w:r></w:ins>'
    deletion = f'<w:del {nsdecls("w")} w:id="2"><w:r><w:delText>not </w:delText></w:r></w:del>'
    paragraph._p.append(parse_xml(insertion))
    paragraph._p.append(parse_xml(deletion))
    paragraph.add_run("ask partners")
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>In a control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    paper.element.body.insert(0, parse_xml(control))
    assert load(paper).text == "In a control\nWe do ask partners"


def test_text_boxes_are_read(paper):
    xml = (
        f'<w:r {nsdecls("w")}><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent><w:p><w:r>'
        "<w:t>In a box</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></w:r>"
    )
    paper.add_paragraph("Outside")._p.append(parse_xml(xml))
    assert load(paper).text == "Outside\nIn a box"


def test_a_merged_cell_is_read_once(paper):
    table = paper.add_table(rows=1, cols=3)
    table.rows[0].cells[0].text = "All"
    table.rows[0].cells[0].merge(table.rows[0].cells[1])
    table.rows[0].cells[2].text = "20 %"
    assert load(paper).text == "All | 20 %"


def test_a_document_without_text_is_refused(paper):
    paper.add_paragraph("  ")
    with pytest.raises(LoadError, match=r"plan\.docx: the document has no text"):
        load(paper)
