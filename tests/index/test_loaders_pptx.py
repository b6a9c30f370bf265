import io
import logging

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches

from coach.errors import LoadError
from coach.index.loaders import load_bytes


@pytest.fixture
def deck():
    return Presentation()


def blank(deck):
    return deck.slides.add_slide(deck.slide_layouts[6])


def box(shapes, left, top, text):
    shape = shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(0.5))
    shape.text_frame.text = text
    return shape


def load(deck):
    buffer = io.BytesIO()
    deck.save(buffer)
    return load_bytes(buffer.getvalue(), name="plan.pptx")


def texts(document):
    return [document.text[page.start : page.end] for page in document.pages]


def test_title_bullets_and_notes_of_a_slide(deck):
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Partner\vprogramme"
    slide.placeholders[1].text = "Fifty logos\n20 % margin"
    slide.notes_slide.notes_text_frame.text = "Nobody has asked a partner yet."
    document = load(deck)
    assert texts(document) == ["Partner programme\nFifty logos\n20 % margin\nNotes:\nNobody has asked a partner yet."]
    assert document.pages[0].title == document.title == "Partner programme"


def test_shapes_are_read_from_top_to_bottom_and_left_to_right(deck):
    shapes = blank(deck).shapes
    for left, top, text in [(1, 5, "last"), (5, 1.1, "right"), (1, 1, "left"), (1, 3, "middle")]:
        box(shapes, left, top, text)
    assert texts(load(deck)) == ["left\nright\nmiddle\nlast"]


def test_grouped_shapes_are_read_where_their_group_stands(deck):
    shapes = blank(deck).shapes
    box(shapes, 1, 6, "below")
    group = shapes.add_group_shape()
    box(group.shapes, 1, 3, "second in group")
    inner = group.shapes.add_group_shape()
    box(inner.shapes, 1, 2, "first in group")
    box(shapes, 1, 1, "above")
    assert texts(load(deck)) == ["above\nfirst in group\nsecond in group\nbelow"]


def test_a_table_is_read_in_rows_and_a_merged_cell_once(deck):
    table = blank(deck).shapes.add_table(3, 3, Inches(1), Inches(1), Inches(6), Inches(2)).table
    for row, cells in enumerate([("Tier", "Margin", "Needs"), ("Gold", "30 %", "two\npeople"), ("All tiers", "", "")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(2, 0).merge(table.cell(2, 2))
    assert texts(load(deck)) == ["Tier | Margin | Needs\nGold | 30 % | two people\nAll tiers"]


def test_hidden_and_empty_slides_keep_their_numbers(deck):
    box(blank(deck).shapes, 1, 1, "one")
    blank(deck)
    hidden = blank(deck)
    box(hidden.shapes, 1, 1, "three")
    hidden._element.set("show", "0")
    document = load(deck)
    assert [page.index for page in document.pages] == [1, 2, 3]
    assert texts(document) == ["one", "", "three"]


def test_a_chart_is_read_by_its_title(deck):
    data = CategoryChartData()
    data.categories = ["2020"]
    data.add_series("Partners", (50,))
    frame = blank(deck).shapes.add_chart(XL_CHART_TYPE.PIE, Inches(1), Inches(1), Inches(3), Inches(3), data)
    frame.chart.chart_title.text_frame.text = "Partner revenue"
    assert texts(load(deck)) == ["Partner revenue"]


def test_a_smartart_diagram_is_read(deck):
    slide = blank(deck)
    main = "http://schemas.openxmlformats.org/drawingml/2006/main"
    points = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in ("Ask", "Listen"))
    data = f'<dgm:m xmlns:dgm="urn:dgm" xmlns:a="{main}">{points}</dgm:m>'
    part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", slide.part.package, data.encode())
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    part_id = slide.part.relate_to(part, f"{relations}/diagramData")
    frame = (
        f'<p:graphicFrame {nsdecls("p", "a", "r")}><p:nvGraphicFramePr><p:cNvPr id="9" name="Diagram"/>'
        "<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>"
        '<p:xfrm><a:off x="0" y="0"/><a:ext cx="1" cy="1"/></p:xfrm>'
        f'<a:graphic><a:graphicData uri="urn:dgm"><d:relIds xmlns:d="urn:dgm" r:dm="{part_id}"/></a:graphicData>'
        "</a:graphic></p:graphicFrame>"
    )
    slide.shapes._spTree.append(parse_xml(frame))
    assert texts(load(deck)) == ["Ask\nListen"]


def test_a_slide_without_a_title_is_called_by_its_first_line(deck):
    box(blank(deck).shapes, 1, 1, "\nOur partners\nFifty")
    assert load(deck).pages[0].title == "Our partners"


def test_the_title_in_the_properties_counts_unless_a_program_wrote_it(deck):
    box(blank(deck).shapes, 1, 1, "Our partners")
    assert load(deck).title == "Our partners"
    deck.core_properties.title = "Channel plan 2025"
    assert load(deck).title == "Channel plan 2025"


def test_a_deck_of_pictures_is_refused_with_its_number_of_slides(deck):
    blank(deck)
    blank(deck)
    with pytest.raises(LoadError, match=r"plan\.pptx: the deck has 2 slides but no text"):
        load(deck)


def test_pages_lie_in_order_and_are_joined_by_a_blank_line(deck):
    for text in ("one", "two", "three"):
        box(blank(deck).shapes, 1, 1, text)
    assert load(deck).text == "one\n\ntwo\n\nthree"


def test_loading_prints_and_logs_nothing(deck, capfd, caplog):
    box(blank(deck).shapes, 1, 1, "one")
    with caplog.at_level(logging.DEBUG):
        load(deck)
    assert capfd.readouterr() == ("", "")
