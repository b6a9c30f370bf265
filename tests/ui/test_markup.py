"""What users and sources write reaches the page as text, never as tags, and every highlight sits on its words."""

import re
from html import unescape

import pytest

from coach.errors import StoreError
from coach.render import to_json
from coach.schema import Citation, Critique, Evidence, Finding, NextTask, Page, SlideInfo
from coach.ui.markup import card_html, marked_html, numbering, ordered, slides_html, sources_html, strip_html, tasks_html
from coach.ui.messages import document_html, notice_html, said_html
from coach.ui.passages import Passage, passage_around
from coach.ui.prose import prose_html
from coach.ui.stored import StoredDocument, answer_from, critique_from, document_from

EVIL = "<script>alert(1)</script><img src=x onerror=y> \"'&"


def _finding(mode: str, verdict: str, *spans: tuple[int, int], text: str) -> Finding:
    evidence = tuple(Evidence(quote=text[left:right], start=left, end=right, slide=1) for left, right in spans)
    citation = Citation(
        n=1, source_id="s", title=EVIL, section="Part", quote="the words", score=1.0, evidence="A [practitioner]"
    )
    return Finding(
        mode=mode, name=f"Name of {mode}", verdict=verdict, confidence=0.7, evidence=evidence, why=f"Because. {EVIL} [1]",
        question="Which?", advice="Do it.", rewrite="Pay [amount] by [date].", citations=(citation,),
    )  # type: ignore[arg-type]  # fmt: skip


def _critique(text: str, *findings: Finding) -> Critique:
    return Critique(
        id=None, slides=(SlideInfo(index=1, title=EVIL, partner_relevance=0.9),), judged_slides=(1,), text=text,
        findings=findings, priorities=("b",), score=0.5,
        next_tasks=(NextTask(task=EVIL, mode="b", playbook="partner-metrics", due_in_days=1),),
        notice="", model="builtin", elapsed_ms=1.0,
    )  # fmt: skip


def _alone(citation: Citation) -> Passage:
    return Passage(quote=citation.quote)


def _words(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


TEXT = f"abc {EVIL} 150 signed, all for 20 %."
CRITIQUE = _critique(
    TEXT,
    _finding("a", "covered", (0, 3), text=TEXT),
    _finding("b", "at_risk", (TEXT.index("150"), TEXT.index(",")), text=TEXT),
    _finding("c", "at_risk", (TEXT.index("signed"), len(TEXT)), text=TEXT),
    _finding("d", "open", text=TEXT),
)


@pytest.mark.parametrize(
    "html",
    [
        said_html(EVIL),
        said_html(EVIL * 60),
        notice_html(EVIL),
        document_html(StoredDocument(name=f"{EVIL}.pptx", text=EVIL, remark=EVIL)),
        prose_html(f"# {EVIL}\n\n- {EVIL}\n\n1. {EVIL}\n\n**{EVIL}** `{EVIL}` [1]", anchor='m"1'),
        slides_html(CRITIQUE, [], anchor="m1"),
        strip_html(CRITIQUE, anchor="m1"),
        tasks_html(CRITIQUE.next_tasks, str),
        sources_html(CRITIQUE.findings[0].citations, lambda _: Passage(quote=EVIL, before=EVIL, after=EVIL), anchor="m1"),
        card_html(CRITIQUE.findings[1], 1, _alone, anchor="m1", unfolded=True),
    ],
)
def test_foreign_text_never_becomes_a_tag(html: str) -> None:
    assert "<script" not in html
    assert "<img" not in html
    assert "alert(1)" in html or "&lt;script" not in html


def test_marking_a_text_loses_no_character_of_it() -> None:
    html = re.sub(r'<a class="note.*?</a>', "", marked_html(CRITIQUE, 0, len(TEXT), anchor="m1"))
    assert _words(html) == TEXT


def test_overlapping_evidence_is_marked_piece_by_piece_with_the_numbers_of_its_cards() -> None:
    html = marked_html(CRITIQUE, 0, len(TEXT), anchor="m1")
    assert numbering(CRITIQUE) == {"b": 1, "c": 2, "d": 3, "a": 4}
    marked = [_words(piece) for piece in re.findall(r"<mark.*?</mark>", html)]
    assert marked == ["abc", "150 ", "signed", ", all for 20 %."]
    assert re.findall(r'class="note \w+" href="#(m1-\w)"', html) == ["m1-a", "m1-b", "m1-c"]


def test_cards_come_worst_first_with_the_priorities_ahead() -> None:
    assert [finding.mode for finding in ordered(CRITIQUE)] == ["b", "c", "d", "a"]


def test_every_verdict_is_said_in_words_and_not_by_colour_alone() -> None:
    words = _words(strip_html(CRITIQUE, anchor="m1"))
    assert "2 at risk" in words
    assert "1 open" in words
    assert "1 covered" in words


def test_only_the_judged_slides_are_shown() -> None:
    pages = [Page(index=1, title="a", start=0, end=3), Page(index=2, title="b", start=4, end=len(TEXT))]
    words = _words(slides_html(CRITIQUE, pages, anchor="m1"))
    assert words.startswith("Slide 1abc")
    assert "150" not in words


def test_marks_of_an_answer_lead_to_their_sources() -> None:
    assert '<a href="#m1-2" aria-label="Source 2">2</a>' in prose_html("So it is. [2]", anchor="m1")
    assert 'id="m1-1"' in sources_html(CRITIQUE.findings[0].citations, _alone, anchor="m1")


def test_lists_keep_their_numbers_and_their_kind() -> None:
    html = prose_html("Do this:\n\n2. two\n3. three\n- dot\n\nAfter.")
    assert html == ('<p>Do this:</p>\n<ol start="2"><li>two</li><li>three</li></ol>\n<ul><li>dot</li></ul>\n<p>After.</p>')


def test_a_passage_is_shown_within_its_section() -> None:
    text = "# T\n\n## In short\nBefore it. The words. After it.\nEvidence: x\n\n## Why\nOther."
    passage = passage_around("The words.", text)
    assert (passage.before, passage.quote, passage.after) == ("Before it. ", "The words.", " After it.")
    assert passage_around("not there", text) == Passage(quote="not there")
    wide = passage_around("Q", "a " * 2000 + "Q" + " b" * 2000)
    assert len(wide.before) < 500
    assert len(wide.after) < 500


def test_stored_results_come_back_as_they_went() -> None:
    assert critique_from(to_json(CRITIQUE)) == CRITIQUE
    document = StoredDocument(name="a.pptx", text="x", pages=(Page(index=1, title="x", start=0, end=1),))
    assert document_from(to_json(document)) == document


@pytest.mark.parametrize("read", [answer_from, critique_from, document_from])
def test_a_damaged_payload_is_one_calm_line(read: object) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        read('{"x": 1}')  # type: ignore[operator]
