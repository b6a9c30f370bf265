import pytest

from coach.errors import LoadError
from coach.index.loaders import load_article, load_bytes

PARAGRAPH = (
    "Partners leave programmes for reasons that nobody writes down, and the ones who stay seldom say why they stay. "
    "We asked forty of them, over a year, and what they told us was simpler than we had thought."
)
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Why partners stay | The Channel</title>
<meta name="author" content="Ada Lovelace"><meta property="og:site_name" content="The Channel">
<meta property="article:published_time" content="2021-03-04T10:00:00Z"><script>var tracking = 1;</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/about">About us</a></li>
<li><a href="/jobs">Jobs</a></li></ul></nav>
<main><article><h1>Why partners stay</h1><p>{PARAGRAPH}</p>
<h2>What they said</h2><p>{PARAGRAPH.replace("forty", "fifty")}</p>
<ul><li>They know whom to call.</li><li>They are paid on time.</li></ul>
<table><tr><th>Reason</th><th>Share</th></tr><tr><td>Money</td><td>40 %</td></tr></table>
<h2>What to do</h2><p>{PARAGRAPH.replace("forty", "sixty")}</p></article></main>
<footer><p>© 2021 The Channel Ltd. All rights reserved.</p>
<a href="/privacy">Privacy policy</a></footer></body></html>"""


def load(source, name="plan.html"):
    return load_bytes(source if isinstance(source, bytes) else source.encode(), name=name)


def test_the_content_is_kept_and_the_navigation_is_not():
    document = load(PAGE)
    assert "They know whom to call." in document.text
    assert "Reason | Share\nMoney | 40 %" in document.text
    for other in ("About us", "Privacy policy", "All rights", "tracking"):
        assert other not in document.text


def test_sections_are_pages_and_headings_are_lines():
    document = load(PAGE)
    assert [page.title for page in document.pages] == ["Why partners stay", "What they said", "What to do"]
    for page in document.pages:
        assert document.text[page.start : page.end].startswith(page.title + "\n")


def test_an_article_names_author_site_and_date(tmp_path):
    path = tmp_path / "stay.html"
    path.write_text(PAGE)
    document = load_article(path, source_id="stay")
    assert document.provenance == "Ada Lovelace, The Channel, 2021-03-04"
    assert document.title.startswith("Why partners stay")


def test_a_small_page_of_slides_is_kept_whole():
    slides = "".join(f"<section><h2>Slide {n}</h2><ul><li>Point {n}a</li><li>Point {n}b</li></ul></section>" for n in (1, 2))
    document = load(f"<html><body>{slides}</body></html>")
    assert document.text == "Slide 1\n• Point 1a\n• Point 1b\n\nSlide 2\n• Point 2a\n• Point 2b"


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_the_declared_encoding_is_used(encoding):
    source = f'<html><head><meta charset="{encoding}"></head><body><p>Zürich plan for partners</p></body></html>'
    assert load(source.encode(encoding)).text == "Zürich plan for partners"


def test_text_without_markup_in_an_html_file_is_read():
    assert load("Fifty partners by May.").text == "Fifty partners by May."


def test_line_breaks_and_inline_markup_keep_their_words_apart():
    assert load("<p>Sign <b>fifty</b> partners<br>in <i>May</i></p>").text == "Sign fifty partners\nin May"


@pytest.mark.parametrize("source", ["<html><body><script>x()</script></body></html>", "<!-- plan -->", "<p> </p>"])
def test_a_page_without_text_is_refused(source):
    with pytest.raises(LoadError, match=r"plan\.html: (the page has no text|it cannot be read)"):
        load(source)


def test_entities_that_point_outside_are_not_resolved(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words")
    source = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]><html><body><p>Plan &x; for partners</p></body></html>'
    assert "hidden" not in load(source).text
