from pathlib import Path

import pytest

from coach.index.loaders import load_article
from coach.index.loaders.boilerplate import keep_lines

DATA = Path(__file__).parent.parent / "data" / "loaders"
PAGES = sorted(DATA.glob("*.marked.txt"))
NOTHING_TO_DROP = ("memo", "poem", "transcript")


def stem(path):
    return path.name.split(".")[0]


def marked(path):
    """Lines of a page with whether they belong to it: `+` keep, `-` drop."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(line[1:], line[:1] == "+") for line in lines]


def article(tmp_path, text, name="page.txt"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return load_article(path, source_id="page")


def article_of(tmp_path, name):
    return article(tmp_path, "\n".join(line for line, _ in marked(DATA / f"{name}.marked.txt")))


@pytest.mark.parametrize("path", PAGES, ids=stem)
def test_a_page_keeps_its_own_lines_and_loses_the_others(path):
    lines = [
        (line, own, kept) for (line, own), kept in zip(marked(path), keep_lines([x for x, _ in marked(path)]), strict=True)
    ]
    lost = [line for line, own, kept in lines if line.strip() and own and not kept]
    left = [line for line, own, kept in lines if line.strip() and kept and not own]
    assert (lost, left) == ([], [])


@pytest.mark.parametrize("name", NOTHING_TO_DROP)
def test_a_plain_text_loses_nothing(tmp_path, name):
    lines = [line for line, _ in marked(DATA / f"{name}.marked.txt") if line.strip()]
    document = article_of(tmp_path, name)
    assert [line for line in document.text.splitlines() if line.strip()] == lines


@pytest.mark.parametrize(
    ("name", "title", "provenance"),
    [
        ("portal", "Six Questions to Ask a Distributor", "Hal Brandvold, ChannelWeek, April 2, 2004"),
        (
            "blog",
            "Why your second partner matters more than your first",
            "Ines Oyelaran, Channelcraft Ltd, March 14, 2019",
        ),
        ("press", "Veltro and Oakline Announce Joint Field Service for Cold Chains", "Veltro B.V., May 22, 2017"),
        ("newsletter", "The Partner Post", "The Partner Post, 9 February 2022"),
        ("forum", "How do you pay partners who only refer?", None),
    ],
)
def test_title_author_publication_and_date_are_read_from_the_page(tmp_path, name, title, provenance):
    document = article_of(tmp_path, name)
    assert document.title == title
    if provenance:
        assert document.provenance == provenance


def test_without_an_author_or_a_publication_the_path_is_the_provenance(tmp_path):
    document = article(tmp_path, "How partners leave\n\nThey stop answering, one after the other, and nobody asks why.\n")
    assert document.provenance == (tmp_path / "page.txt").as_posix()
    assert document.title == "How partners leave"


@pytest.mark.parametrize(
    "byline",
    ["By Ada Lovelace", "by Ada M. Lovelace | 3 May 2020", "Written by Ada van der Berg", "Ada Lovelace\n3 May 2020"],
)
def test_a_byline_is_recognised_in_its_usual_forms(tmp_path, byline):
    text = f"The long road to a partner\n{byline}\n\nNobody who walks it alone arrives at the end of it, ever.\n"
    document = article(tmp_path, text)
    assert document.provenance.startswith("Ada ")
    assert document.title == "The long road to a partner"


def test_the_closing_offer_of_a_chat_model_goes_and_the_rest_stays(tmp_path):
    text = "Partners fail\n\nThey fail because nobody asks.\n\nWould you like me to:\n\n  • Make it longer?\n"
    assert article(tmp_path, text).text == "Partners fail\n\nThey fail because nobody asks."


def test_an_article_in_markdown_keeps_headings_lists_and_links(tmp_path):
    text = (
        "# Pilot\n\nA pilot is an experiment with an end, agreed upon by both sides before it begins.\n\n## Links\n\n"
        "- [Questionnaire](q.md)\n- [Value map](v.md)\n- [Contact](c.md)\n\n1. Home\n2. Products\n3. Support\n"
    )
    assert article(tmp_path, text, "pilot.md").text == text.strip()


def test_a_text_of_nothing_but_furniture_is_kept_whole(tmp_path):
    text = "Home\nAbout us\nContact\nPrivacy policy\n© 2020 Acme Inc. All rights reserved."
    assert article(tmp_path, text).text == text


def test_sections_that_begin_alike_keep_their_first_lines(tmp_path):
    body = "Partners stay where somebody picks up the phone. " * 12
    text = "\n\n".join(f"## Reason {name}\n\n### In short\n\n{body.strip()}" for name in ("one", "two", "three"))
    assert article(tmp_path, text, "reasons.md").text == text


def test_pages_of_an_article_are_slices_of_its_text(tmp_path):
    text = "\f".join(f"Partner Yearbook 2019\nChapter {n}\n\nIt says what happened to partner {n}.\n{n}" for n in range(1, 6))
    document = article(tmp_path, text)
    slices = [document.text[page.start : page.end] for page in document.pages]
    assert slices == [f"Chapter {n}\n\nIt says what happened to partner {n}." for n in range(1, 6)]
    assert [page.index for page in document.pages] == [1, 2, 3, 4, 5]
