from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach.index.chunking import MAX_TOKENS, PARTS, heading_blocks, split_document
from coach.index.knowledge import knowledge_files, load_knowledge_file
from coach.models import TokenCounter
from coach.schema import ASKED_AS, Document, Page

TOLERANCE = 20
"""A short last piece joins the one before it."""
MARKDOWN = """# Title

Opening words before any section.

## First point (zasada-1)

### In short
The first point in short.

### Why
- One reason.
- Another reason.

### Asked as
- why is that so?
- How come, though?

Evidence: A. Author, "Article", 2002 [practitioner]

## Second point

Words without a part.

### A heading of its own
Words under it.

Evidence: somebody else [own reasoning]
"""


@pytest.fixture(scope="module")
def count(tmp_path_factory):
    return TokenCounter(tmp_path_factory.mktemp("tokens")).count


def document(text, *, pages=None, **fields):
    whole = (Page(index=1, title="T", start=0, end=len(text)),)
    return Document(source_id="doc", title="T", text=text, pages=whole if pages is None else pages, **fields)


def split(text, count, **fields):
    return split_document(document(text, **fields), collection="library", version="v" * 64, count_tokens=count)


def words_of(text):
    return "".join(text.split())


@pytest.mark.parametrize("path", list(knowledge_files()), ids=lambda path: path.stem)
def test_every_shipped_chunk_is_an_exact_slice_within_its_budget(path, count):
    shipped = load_knowledge_file(path)
    chunks = split_document(shipped, collection="builtin", version="v" * 64, count_tokens=count)
    assert chunks
    for chunk in chunks:
        assert shipped.text[chunk.start : chunk.end] == chunk.text
        assert chunk.text == chunk.text.strip() != ""
        assert count(chunk.text) <= MAX_TOKENS + TOLERANCE
    starts = [chunk.start for chunk in chunks]
    assert starts == sorted(starts)
    assert all(one.end <= other.start for one, other in pairwise(chunks))
    assert len({chunk.chunk_id for chunk in chunks}) == len(chunks)


def test_headings_become_the_path_and_known_parts_are_kept_apart(count):
    placed = [(chunk.section, chunk.part) for chunk in split(MARKDOWN, count)]
    assert placed == [
        ("", ""),
        ("First point (zasada-1)", "In short"),
        ("First point (zasada-1)", "Why"),
        ("First point (zasada-1)", ASKED_AS),
        ("First point (zasada-1)", ASKED_AS),
        ("Second point", ""),
        ("Second point › A heading of its own", ""),
    ]


def test_the_evidence_line_is_attached_to_its_section_and_in_no_chunk(count):
    chunks = split(MARKDOWN, count)
    assert not any("Evidence:" in chunk.text for chunk in chunks)
    by_section = {chunk.section.split(" › ")[0]: chunk.evidence for chunk in chunks}
    assert by_section == {
        "": "",
        "First point (zasada-1)": 'A. Author, "Article", 2002 [practitioner]',
        "Second point": "somebody else [own reasoning]",
    }


def test_every_listed_question_is_a_chunk_without_its_bullet(count):
    asked = [chunk.text for chunk in split(MARKDOWN, count) if chunk.part == ASKED_AS]
    assert asked == ["why is that so?", "How come, though?"]


def test_headings_are_in_no_chunk_but_above_it(count):
    chunk = split(MARKDOWN, count)[1]
    assert "#" not in chunk.text
    assert chunk.headings == "T › First point (zasada-1) › In short"
    assert chunk.embedded_text == "T › First point (zasada-1) › In short\nThe first point in short."


def test_every_word_but_headings_and_evidence_is_in_exactly_one_chunk(count):
    kept = [line for line in MARKDOWN.splitlines() if not line.startswith(("#", "Evidence:"))]
    kept = [line.removeprefix("- ") if line.endswith("?") else line for line in kept]
    assert words_of("".join(chunk.text for chunk in split(MARKDOWN, count))) == words_of("".join(kept))


def test_a_long_text_is_cut_at_sentences(count):
    text = " ".join(f"Sentence number {number} says that partners have goals of their own." for number in range(200))
    chunks = split(text, count)
    assert len(chunks) > 5
    assert all(chunk.text.endswith(".") for chunk in chunks)
    assert all(count(chunk.text) <= MAX_TOKENS + TOLERANCE for chunk in chunks)
    assert words_of("".join(chunk.text for chunk in chunks)) == words_of(text)


def test_a_text_without_any_break_is_cut_all_the_same(count):
    text = "x9Ω" * 3_000
    chunks = split(text, count)
    assert "".join(chunk.text for chunk in chunks) == text
    assert all(count(chunk.text) <= MAX_TOKENS + TOLERANCE for chunk in chunks)


def test_slides_are_the_sections_of_a_deck(count):
    text = "Cover\n\nPartners sell for us.\n\nThanks"
    pages = (
        Page(index=1, title="Cover", start=0, end=5),
        Page(index=2, title="", start=7, end=28),
        Page(index=3, title="Thanks", start=30, end=36),
    )
    chunks = split(text, count, pages=pages)
    assert [(chunk.section, chunk.text) for chunk in chunks] == [
        ("1. Cover", "Cover"),
        ("2", "Partners sell for us."),
        ("3. Thanks", "Thanks"),
    ]


def test_two_versions_of_a_text_have_different_chunk_ids(count):
    one = split_document(document("Words."), collection="c", version="a" * 64, count_tokens=count)
    two = split_document(document("Words."), collection="c", version="b" * 64, count_tokens=count)
    assert one[0].chunk_id != two[0].chunk_id


def test_other_words_for_a_topic_are_searched_but_not_embedded(count):
    (chunk,) = split("Words.", count, aliases="synonym")
    assert "synonym" in chunk.keyword_text
    assert "synonym" not in chunk.embedded_text


@pytest.mark.parametrize("text", ["", " \n\t\n ", "# Only a heading", "# A heading\n\nEvidence: only that"])
def test_a_text_without_words_of_its_own_has_no_chunks(text, count):
    assert split(text, count) == []


def test_a_number_sign_inside_a_line_is_no_heading():
    assert [block.section for block in heading_blocks("We are #1 in C# and #partners.\n")] == [""]


def test_every_part_name_is_known_once():
    assert len(set(PARTS)) == len(PARTS)


lines = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["# A", "## B", "### Why", "### Asked as", "- a question?", "Evidence: x", "", "\r", "\x0c", "\u2028"]),
)
repeated = st.sampled_from(["partner ", "a. ", "\n\n", "x" * 300, "one; two, three! ", " \n"])


@given(parts=st.lists(lines, max_size=25), joint=st.sampled_from(["\n", "\r\n", " ", "\n\n"]))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gives_exact_slices_in_order(count, parts, joint):
    text = joint.join(parts)
    chunks = split(text, count)
    end = 0
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert chunk.start >= end
        assert chunk.text.strip()
        end = chunk.end


@given(parts=st.lists(repeated, max_size=300))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_repeated_words_do_not_confuse_the_offsets(count, parts):
    text = "".join(parts)
    chunks = split(text, count)
    assert words_of("".join(chunk.text for chunk in chunks)) == words_of(text)
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert all(one.end <= other.start for one, other in pairwise(chunks))
