import json

import pytest

from coach.database import open_database
from coach.errors import UsageError
from coach.sessions import Sessions, history
from coach.settings import Settings


@pytest.fixture
def sessions(tmp_path):
    return Sessions(open_database(Settings(home=tmp_path)))


def test_a_new_conversation_is_named_after_its_first_words(sessions):
    conversation_id = sessions.start("  What do tiers\ndo to partners?  ")
    (conversation,) = sessions.list()
    assert conversation.id == conversation_id
    assert conversation.title == "What do tiers do to partners?"
    assert conversation.messages == 0


@pytest.mark.parametrize(
    ("words", "title"),
    [("", "New conversation"), (" \n ", "New conversation"), ("a " * 50, f"{'a ' * 28}a…"), ("x" * 100, f"{'x' * 59}…")],
)
def test_titles_are_one_short_line(sessions, words, title):
    sessions.start(words)
    assert sessions.list()[0].title == title
    assert len(title) <= 60


def test_messages_come_back_in_order_with_all_they_held(sessions):
    one = sessions.start("one")
    sessions.append(one, role="user", kind="text", content="What? 🤝 \x00")
    sessions.append(one, role="assistant", kind="answer", content="This. [1]", payload={"citations": [], "text": "é"})
    first, second = sessions.messages(one)
    assert (first.role, first.kind, first.content, first.payload) == ("user", "text", "What? 🤝 \x00", "")
    assert (second.role, second.kind, json.loads(second.payload)) == ("assistant", "answer", {"citations": [], "text": "é"})
    assert first.id < second.id
    assert sessions.list()[0].messages == 2


def test_the_conversation_changed_last_comes_first(sessions):
    old, new = sessions.start("old"), sessions.start("new")
    assert [one.id for one in sessions.list()] == [new, old]
    sessions.append(old, role="user", kind="text", content="again")
    assert [one.id for one in sessions.list()] == [old, new]


def test_conversations_do_not_mix(sessions):
    one, two = sessions.start("one"), sessions.start("two")
    sessions.append(one, role="user", kind="text", content="in one")
    assert [message.content for message in sessions.messages(one)] == ["in one"]
    assert sessions.messages(two) == []


def test_renaming_keeps_the_messages_and_refuses_an_empty_title(sessions):
    one = sessions.start("one")
    sessions.rename(one, "  Another\n title ")
    assert sessions.list()[0].title == "Another title"
    with pytest.raises(UsageError, match="title is empty"):
        sessions.rename(one, "  ")


def test_deleting_takes_messages_and_feedback_along(sessions, tmp_path):
    one = sessions.start("one")
    number = sessions.append(one, role="assistant", kind="answer", content="x")
    sessions.give_feedback(number, thumbs=1, note="good")
    sessions.delete(one)
    assert sessions.list() == []
    assert sessions.messages(one) == []
    with open_database(Settings(home=tmp_path)).connect() as connection:
        for table in ("messages", "feedback"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0


def test_a_message_to_a_deleted_conversation_is_refused_in_one_line(sessions):
    with pytest.raises(UsageError, match=r"^This conversation was deleted\. Start a new one\.$"):
        sessions.append("gone", role="user", kind="text", content="hello?")


def test_feedback_on_a_deleted_message_is_refused_in_one_line(sessions):
    with pytest.raises(UsageError, match="deleted"):
        sessions.give_feedback(7, thumbs=1)


@pytest.mark.parametrize(("given", "kept"), [(1, 1), (-1, -1), (0, 0), (5, 1), (-9, -1)])
def test_feedback_is_kept_and_a_later_one_replaces_it(sessions, given, kept):
    one = sessions.start("one")
    number = sessions.append(one, role="assistant", kind="answer", content="x")
    assert (sessions.messages(one)[0].thumbs, sessions.messages(one)[0].note) == (0, "")
    sessions.give_feedback(number, thumbs=-given, note="first")
    sessions.give_feedback(number, thumbs=given, note="second")
    assert (sessions.messages(one)[0].thumbs, sessions.messages(one)[0].note) == (kept, "second")


def test_the_history_of_a_follow_up_has_questions_and_answers_but_no_documents(sessions):
    one = sessions.start("one")
    for role, kind, content in (
        ("user", "text", "question"),
        ("assistant", "answer", "answer"),
        ("user", "document", "deck.pptx"),
        ("assistant", "critique", "critique"),
    ):
        sessions.append(one, role=role, kind=kind, content=content)
    assert [(turn.role, turn.content) for turn in history(sessions.messages(one))] == [
        ("user", "question"),
        ("assistant", "answer"),
    ]


def test_an_export_has_every_message_with_its_sources(sessions, snapshot):
    one = sessions.start("What do tiers do?")
    citation = {"n": 1, "title": "Digest", "section": "Reason 9 › In short", "quote": "Tiers pile\nup."}
    sessions.append(one, role="user", kind="text", content="What do tiers do?")
    sessions.append(one, role="assistant", kind="answer", content="They pile up. [1]", payload={"citations": [citation]})
    snapshot("export.md", sessions.export(one))


def test_everything_outlives_the_process(sessions, tmp_path):
    from coach import database

    one = sessions.start("one")
    sessions.append(one, role="user", kind="text", content="kept")
    database._engine.cache_clear()
    assert [message.content for message in Sessions(open_database(Settings(home=tmp_path))).messages(one)] == ["kept"]
