import pytest

from coach.errors import LoadError
from coach.index.loaders import load_bytes


def load(text, name="plan.md"):
    return load_bytes(text if isinstance(text, bytes) else text.encode(), name=name)


def pages(document):
    return [document.text[page.start : page.end] for page in document.pages]


def test_the_text_is_kept_to_the_last_character():
    text = "  # Plan\t\n\n\n * one  \n\u00a0two\u200b\n\n"
    assert load(text).text == text


def test_windows_line_ends_are_kept_and_offsets_fit_them():
    document = load("Slide 1: Goals\r\nMore logos\r\n\r\nSlide 2: Partners\r\nFifty\r\n")
    assert document.text.count("\r\n") == 5
    assert pages(document) == ["Slide 1: Goals\r\nMore logos", "Slide 2: Partners\r\nFifty"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_encodings_are_recognised_and_the_mark_is_removed(encoding):
    assert load("Zürich → Łódź".encode(encoding)).text == "Zürich → Łódź"


def test_western_windows_text_is_read():
    text = "Our partners’ margin is 20 % – they said “no”. Zürich and Málaga follow in spring; nobody owns the café deal."
    assert load(text.encode("cp1252"), name="plan.txt").text == text


@pytest.mark.parametrize(
    "data",
    [b"plan\x00\x01\x02" * 50, bytes(range(1, 32)) * 20, "plan".encode("utf-16-le"), b"\xff\xfeplan\xd8\x00\xd8"],
)
def test_binary_data_is_refused(data):
    with pytest.raises(LoadError, match=r"plan\.txt: .*(binary|encoding).*UTF-8"):
        load(data, name="plan.txt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One\n\fTwo\n\fThree", ["One", "Two", "Three"]),
        ("One\nmore\n\n---\n\nTwo\n\n---\n\nThree\n", ["One\nmore", "Two", "Three"]),
        ("Slide 1\nGoals\n\nSlide 2\nPartners\n", ["Goals", "Partners"]),
        (
            "Preface\n\n[Slide 3]\nGoals\n\n**Slide 4: Partners**\nFifty",
            ["Preface", "Goals", "**Slide 4: Partners**\nFifty"],
        ),
        ("Folie 1 von 2\nZiele\nFolie 2 von 2\nPartner", ["Ziele", "Partner"]),
        ("Slide 3 shows the goals.\nSlide 4 does not.", ["Slide 3 shows the goals.\nSlide 4 does not."]),
        ("```\n---\n```\nOne\n", ["```\n---\n```\nOne"]),
        ("a | b\n---|---\n1 | 2", ["a | b\n---|---\n1 | 2"]),
        ("---\ntitle: Plan\n---\nOne\n---\nTwo", ["---\ntitle: Plan\n---\nOne", "Two"]),
        ("# One\ntext\n\n# Two\ntext", ["# One\ntext\n\n# Two\ntext"]),
    ],
)
def test_pages_begin_at_form_feeds_rules_and_slide_lines(text, expected):
    assert pages(load(text)) == expected


def test_a_long_text_has_a_page_a_heading_of_level_one_or_two():
    body = "We sign partners. " * 60
    document = load(f"Preface\n\n# Goals\n{body}\n\n## Partners\n### Who\n{body}\n\n```\n# no heading\n```\n")
    assert [page.title for page in document.pages] == ["Preface", "Goals", "Partners"]
    assert [page.index for page in document.pages] == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Slide 2: **Our partners**\nFifty", "Our partners"),
        ("Slide 2\nOur partners\nFifty", "Our partners"),
        ("## Our partners\n", "Our partners"),
        ("\n\n- Our partners\n", "Our partners"),
    ],
)
def test_a_page_is_called_by_its_heading(text, title):
    assert load(text).pages[0].title == title


def test_a_long_first_line_is_shortened_between_words():
    title = load("We will sign fifty partners in the first year and pay them all the same margin " * 4).title
    assert len(title) <= 120
    assert title.endswith("…")


@pytest.mark.parametrize("text", ["\n \t\n", "---\n***\n", "•\n–", "\ufeff"])
def test_a_text_without_words_is_refused(text):
    with pytest.raises(LoadError, match="no words"):
        load(text)


def test_the_same_bytes_have_the_same_hash_and_others_another():
    assert load("a plan").content_hash == load("a plan", name="b.txt").content_hash != load("a plan!").content_hash
