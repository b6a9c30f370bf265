"""The page without a browser: what it shows, what it keeps, and that nothing a user sends is lost."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from coach.settings import load_settings
from coach.ui.pages.coach import EXAMPLES, SAMPLE
from coach.wiring import Coach

ROOT = Path(__file__).resolve().parents[2]
PLAN = (ROOT / "coach" / "ui" / "assets" / "sample_plan.txt").read_text(encoding="utf-8")
QUESTION = "Is a revenue share enough to motivate a reseller?"


@pytest.fixture
def home(coach, tmp_path):
    shutil.copytree(coach.settings.home, tmp_path / "home", dirs_exist_ok=True)
    return tmp_path / "home"


@pytest.fixture
def kept(home):
    """What the page keeps, read past the page."""
    return Coach(load_settings(home=home)).sessions


@pytest.fixture
def app(home):
    return AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=180).run()


def _say(app, text):
    app.chat_input(key="message").set_value(text).run()
    assert not app.exception
    return app


def _page(app):
    """All HTML of the thread, without the sidebar."""
    return "\n".join(one.body for one in app.main.html)


def test_the_empty_page_invites_with_examples(app):
    assert not app.exception
    assert "reason to care" in _page(app)
    labels = [one.label for one in app.main.button]
    assert labels == [*EXAMPLES, SAMPLE]


def test_a_question_is_answered_with_sources_that_open(app, kept):
    _say(app, QUESTION)
    page = _page(app)
    assert '<div class="said">Is a revenue share enough' in page
    assert '<sup class="cite"><a href="#m2-1"' in page
    assert 'id="m2-1"' in page
    assert page.count('<details class="source">') >= 1
    assert '<mark class="quote">' in page
    assert 'class="grade"' in page
    (conversation,) = kept.list()
    assert [one.kind for one in kept.messages(conversation.id)] == ["text", "answer"]


def test_an_example_is_one_click(app, kept):
    app.button(key="example-0").click().run()
    assert not app.exception
    assert kept.list()[0].title.startswith(EXAMPLES[0][:20])
    assert "Sources" in _page(app)


def test_a_follow_up_leans_on_what_was_said(app, kept):
    _say(app, "What are vanity metrics?")
    _say(app, "Which one should I use instead of it?")
    (conversation,) = kept.list()
    assert len(kept.messages(conversation.id)) == 4


def test_a_question_outside_the_sources_is_declined_and_kept(app, kept):
    _say(app, "What is the capital of France?")
    assert "do not cover this" in _page(app)
    assert [one.kind for one in kept.messages(kept.list()[0].id)] == ["text", "answer"]


def test_a_conversation_comes_back_after_a_reload(app, kept):
    _say(app, QUESTION)
    before = _page(app)
    again = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=180)
    again.query_params["c"] = kept.list()[0].id
    again.run()
    assert _page(again) == before


def test_an_address_of_a_deleted_conversation_shows_the_empty_page(app):
    app.query_params["c"] = "gone"
    again = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=180)
    again.query_params["c"] = "gone"
    again.run()
    assert not again.exception
    assert "reason to care" in _page(again)


def test_thumbs_and_a_note_are_stored_and_can_be_taken_back(app, kept):
    _say(app, QUESTION)
    conversation = kept.list()[0].id
    app.feedback(key="thumbs-2").set_value(0).run()
    assert kept.messages(conversation)[1].thumbs == -1
    app.text_area(key="note-text-2").set_value("Name the paragraph.").run()
    assert (kept.messages(conversation)[1].thumbs, kept.messages(conversation)[1].note) == (-1, "Name the paragraph.")
    app.feedback(key="thumbs-2").set_value(1).run()
    assert (kept.messages(conversation)[1].thumbs, kept.messages(conversation)[1].note) == (1, "Name the paragraph.")
    app.feedback(key="thumbs-2").set_value(None).run()
    assert kept.messages(conversation)[1].thumbs == 0
    assert not app.exception


def test_a_conversation_is_renamed_exported_and_deleted_with_a_second_click(app, kept):
    _say(app, QUESTION)
    one = kept.list()[0].id
    app.text_input(key=f"title-{one}").set_value("Shares")
    app.button(key=f"rename-save-{one}").click().run()
    assert kept.list()[0].title == "Shares"
    assert app.button(key=f"show-{one}").label == "Shares"
    assert app.download_button(key=f"export-{one}").label == "Export as Markdown"
    exported = kept.export(one)
    assert exported.startswith("# Shares")
    assert QUESTION in exported
    app.button(key=f"delete-{one}").click().run()
    assert len(kept.list()) == 1
    app.button(key=f"delete-not-{one}").click().run()
    assert len(kept.list()) == 1
    app.button(key=f"delete-{one}").click().run()
    app.button(key=f"delete-sure-{one}").click().run()
    assert kept.list() == []
    assert not app.exception
    assert "reason to care" in _page(app)


def test_several_conversations_are_listed_and_opened(app, kept):
    _say(app, QUESTION)
    app.button(key="new").click().run()
    _say(app, "What are vanity metrics?")
    newest, oldest = kept.list()
    assert [one.label for one in app.sidebar.button if (one.key or "").startswith("show-")] == [
        newest.title.replace("?", "?"),
        oldest.title,
    ]
    app.button(key=f"show-{oldest.id}").click().run()
    assert QUESTION.split("?", maxsplit=1)[0] in _page(app)
    assert "vanity metrics?" not in _page(app).split('class="said">')[1][:60]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("broken.pptx", b"PK\x03\x04 this is no presentation", "broken.pptx"),
        ("picture.png", b"\x89PNG\r\n\x1a\n0000", "picture.png"),
        ("empty.txt", b"", "empty.txt"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_calm_line(app, kept, name, data, says):
    app.chat_input(key="message").set_value("Our partner slide").upload(name, data).run()
    assert not app.exception
    page = _page(app)
    assert f'<p class="notice" role="status">{says}' in page
    assert "Our partner slide" in page
    assert kept.list() == []
    _say(app, QUESTION)
    assert "notice" not in _page(app)


def test_a_message_of_a_megabyte_gets_the_length_and_stays_small(app, kept):
    _say(app, "Partners sign because we ask. " * 35_000)
    assert "1,050,000 characters; the limit is 200,000" in _page(app).replace("1,049,999", "1,050,000")
    (message,) = kept.messages(kept.list()[0].id)
    assert len(message.content) < 3000


def test_what_a_user_writes_is_shown_as_text(app):
    _say(app, "<img src=x onerror=alert(1)> what is a partner's win?")
    page = _page(app)
    assert "<img" not in page
    assert "&lt;img src=x" in page


def test_a_pasted_plan_is_taken_apart(app, kept):
    _say(app, PLAN)
    page = _page(app)
    assert page.count('<details class="card ') == 14
    assert "Start here" in page
    assert '<mark class="at_risk"' in page
    assert "Next week" in page
    conversation = kept.list()[0].id
    assert [one.kind for one in kept.messages(conversation)] == ["document", "critique"]
    assert [one.label for one in app.download_button if (one.key or "").endswith("-2")] == [
        "Report (Markdown)",
        "Data (JSON)",
    ]
    _say(app, "Is the revenue share enough for them?")
    assert [one.kind for one in kept.messages(conversation)][2:] == ["text", "answer"]


def test_a_message_can_be_treated_the_other_way_afterwards(app, kept):
    _say(app, "Our plan: 20 % for resellers")
    app.button(key="as-plan").click().run()
    conversation = kept.list()[0].id
    assert [one.kind for one in kept.messages(conversation)] == ["text", "answer", "critique"]
    app.button(key="new").click().run()
    _say(app, PLAN)
    app.button(key="as-question").click().run()
    assert [one.kind for one in kept.messages(kept.list()[0].id)] == ["document", "critique", "answer"]
    assert not app.exception


def test_an_uploaded_file_is_taken_apart_and_its_slide_can_be_named(app, kept):
    text = "Slide 1\nTeam\nThree founders.\n\nSlide 2\nPartners\n" + PLAN + "\n\nSlide 3\nThe ask\nTwo million."
    app.chat_input(key="message").set_value("slide 3 please").upload("deck.md", text.encode()).run()
    assert not app.exception
    assert "Judged: slide 3" in _page(app)
    assert kept.messages(kept.list()[0].id)[0].content == "slide 3 please\n\ndeck.md"
