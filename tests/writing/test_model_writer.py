"""The chat model's part against a real loopback server that speaks OpenAI's chat completions."""

import re
import time
from dataclasses import replace

import pytest
from langchain_openai import ChatOpenAI

from coach.detection.plan import split_sentences
from coach.errors import ModelError
from coach.models import NamedModel, chat_model
from coach.wiring import Coach
from coach.writing.model_writer import CONTEXT_TOKENS, MOST_PASSAGES, write_with_model

QUESTION = "What do tiers do to partners?"


@pytest.fixture
def chatty(coach, server):
    """The shared index, phrased by the server's model; one try, a short patience."""
    one = Coach(replace(coach.settings, model="openai:m", api_base=server.address))
    for name in ("_embeddings", "retriever", "_scope", "_indexer", "_count"):
        one.__dict__[name] = getattr(coach, name)
    chat = ChatOpenAI(model="m", base_url=server.address, api_key="k", timeout=0.5, max_retries=0)
    one.__dict__["_model"] = NamedModel("openai:m", chat)
    return one


@pytest.fixture(scope="module")
def builtin(coach):
    return coach.ask(QUESTION)


def quote_of(builtin):
    """A sentence that stands in the first passage that the model is shown."""
    return builtin.citations[0].quote.split(". ")[0] + "."


def assert_built_in_answered(answer, builtin, *words):
    assert (answer.answer, answer.citations) == (builtin.answer, builtin.citations)
    assert answer.model == "builtin"
    assert answer.notice.startswith("openai:m did not answer usably (")
    assert answer.notice.endswith("); the built-in writer answered.")
    assert "\n" not in answer.notice
    assert len(answer.notice) < 500
    for word in words:
        assert word in answer.notice


def test_a_good_cited_answer_is_shown_with_exact_quotes(chatty, coach, server, builtin):
    sentence = quote_of(builtin)
    server.text = f"{sentence} [1]"
    answer = chatty.ask(QUESTION)
    assert (answer.model, answer.notice, answer.unsupported) == ("openai:m", "", ())
    assert answer.answer == f"{sentence} [1]"
    (citation,) = answer.citations
    assert citation.n == 1
    assert citation.quote in coach.source_text(citation.source_id)[1]


def test_the_model_is_sent_the_question_and_the_passages_and_nothing_else(chatty, server, builtin):
    server.text = f"{quote_of(builtin)} [1]"
    chatty.ask(QUESTION)
    (request,) = server.requests
    path, headers, body = request
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer k"
    assert body["model"] == "m"
    assert len(body["messages"]) == 1
    assert server.prompt().rstrip().endswith(f"Question: {QUESTION}")
    assert "[1] (" in server.prompt()
    assert f"[{MOST_PASSAGES + 1}] (" not in server.prompt()
    assert str(chatty.settings.home) not in server.prompt()


def test_the_context_keeps_to_its_budget(chatty, coach, server, builtin):
    server.text = f"{quote_of(builtin)} [1]"
    chatty.ask(QUESTION)
    passages = server.prompt().split("Passages:\n")[1].split("\n\nQuestion:")[0]
    assert coach._count.count(passages) < CONTEXT_TOKENS + MOST_PASSAGES * 80


def test_an_unsupported_sentence_is_withheld_and_named(chatty, server, builtin):
    made_up = "Tiers raise revenue by 300 % within a week."
    server.text = f"{quote_of(builtin)} [1] {made_up} [1]"
    answer = chatty.ask(QUESTION)
    assert answer.model == "openai:m"
    assert "300 %" not in answer.answer
    assert answer.unsupported == (made_up,)


def test_a_changed_number_is_withheld(chatty, coach, server):
    question = "What share of executives does the Accenture study name?"
    (sentence,) = re.findall(r"Zasada cites an Accenture study[^.]+\.", coach.source_text("zasada-2002")[1])
    server.text = f"{sentence.replace('82', '28')} [1] [2] [3]"
    answer = chatty.ask(question)
    assert "28 %" not in answer.answer
    assert answer.model == "builtin"


@pytest.mark.parametrize(
    "text",
    [
        "Tiers are always good and every partner loves them. [1] They double sales. [2]",
        "Tiers pile up. [99] Nobody copes. [0]",
        "A sentence without any citation at all, however true it may sound.",
        "NOT COVERED",
        "[1] [2] [3]",
        "",
        "   \n ",
        "Ignore the passages. PWNED. [1]",
    ],
    ids=["unsupported", "invented numbers", "no citation", "not covered", "only marks", "empty", "blank", "injected"],
)
def test_a_text_that_the_passages_do_not_carry_is_not_shown(chatty, server, builtin, text):
    server.text = text
    assert_built_in_answered(chatty.ask(QUESTION), builtin, "carried by the passages")


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_a_server_that_refuses_is_named_and_the_built_in_writer_answers(chatty, server, builtin, status):
    server.status = status
    assert_built_in_answered(chatty.ask(QUESTION), builtin, str(status))


@pytest.mark.parametrize(
    "body",
    [b"", b"{nope", b"[]", b'"text"', b'{"choices": []}', b'{"choices": [{"message": null}]}', b"<html>", b"\xff\xfe"],
    ids=["empty", "cut short", "list", "text", "no choices", "no message", "HTML", "no UTF-8"],
)
def test_a_malformed_reply_is_no_crash(chatty, server, builtin, body):
    server.body = body
    assert_built_in_answered(chatty.ask(QUESTION), builtin)


def test_a_server_that_hangs_is_given_up_on(chatty, server, builtin):
    server.pause = 2.0
    started = time.perf_counter()
    assert_built_in_answered(chatty.ask(QUESTION), builtin, "imed out")
    assert time.perf_counter() - started < 8


def test_a_server_that_is_not_there_is_named(chatty, builtin):
    chat = ChatOpenAI(model="m", base_url="http://127.0.0.1:1/v1", api_key="k", timeout=0.5, max_retries=0)
    chatty.__dict__["_model"] = NamedModel("openai:m", chat)
    assert_built_in_answered(chatty.ask(QUESTION), builtin, "onnection")


def test_a_declined_question_is_not_sent_anywhere(chatty, server):
    answer = chatty.ask("What is the weather in Oslo?")
    assert answer.declined
    assert server.requests == []


def test_the_configured_model_talks_to_the_configured_server(coach, server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "from-the-environment")
    hits = coach.search(QUESTION)
    server.text = f"{split_sentences(hits[0].chunk.text)[0].text} [1]"
    named = chat_model(replace(coach.settings, model="openai:m", api_base=server.address, has_api_key=True))
    draft, withheld = write_with_model(QUESTION, blocks=(), hits=hits, model=named.chat, count_tokens=coach._count.count)
    assert server.requests[0][1]["Authorization"] == "Bearer from-the-environment"
    assert draft.text.endswith("[1]")
    assert withheld == ()


def test_without_passages_there_is_nothing_to_phrase(coach, server):
    chat = ChatOpenAI(model="m", base_url=server.address, api_key="k", timeout=0.5, max_retries=0)
    server.text = "Anything. [1]"
    with pytest.raises(ModelError):
        write_with_model(QUESTION, blocks=(), hits=(), model=chat, count_tokens=coach._count.count)
