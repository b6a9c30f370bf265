import pytest

from coach.retrieval.query import content_words, question_kind, search_words, standalone_question
from coach.schema import Message

PILOT = "What is a pilot charter?"
STEPS = "1. Map the value [1]\n2. **Run a pilot** [2]\n3. Hold a review [1]"


def conversation(*turns):
    return [Message(role="user" if number % 2 == 0 else "assistant", content=text) for number, text in enumerate(turns)]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is a pilot charter?", "what"),
        ("tiers", "what"),
        ("Why do partner programs fail?", "why"),
        ("What is the reason for tiers?", "why"),
        ("How do I start a pilot?", "how"),
        ("What should I do next week?", "how"),
        ("Who signs the charter?", "who"),
        ("What kind of partner is right for a pilot?", "who"),
        ("How many reasons does Zasada give?", "how-many"),
        ("How long should a pilot last?", "how-many"),
        ("When was the article published?", "how-many"),
        ("Zasada vs. Bergen", "compare"),
        ("What is the difference between a program and an alliance?", "compare"),
        ("Is a revenue share enough?", "is-it-true"),
        ("Zasada blames the partners, right?", "is-it-true"),
        ("Give me an example of a value map", "example"),
        ("List the ten reasons", "list"),
        ("What are the three tasks?", "list"),
        ("Give me a worksheet for value mapping", "worksheet"),
        ("We have a plan and a partner. Who owns the number?", "who"),
        ("HOW DO I START?", "how"),
        ("", "what"),
        ("?!", "what"),
    ],
)
def test_the_kind_of_a_question_is_told_by_its_words(question, kind):
    assert question_kind(question) == kind


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (conversation(PILOT), "And who signs it?", ["who signs it", "pilot charter"]),
        (conversation(PILOT), "why?", ["why", "pilot charter"]),
        (conversation(PILOT), "How long should this take?", ["How long", "pilot charter"]),
        (conversation(PILOT, "An agreement. [1]"), "What about affiliates?", ["affiliates", "pilot charter"]),
        (conversation("How do I map value?"), "For a marketplace?", ["marketplace", "map value"]),
        (conversation("What is Zasada's first reason?"), "And the second?", ["Zasada's second reason"]),
        (conversation("What is the third reason?"), "And the next one?", ["fourth reason"]),
        (conversation("List the steps", STEPS), "Tell me more about the second one", ["Run a pilot"]),
        (conversation("List the steps", STEPS), "What about the last one?", ["Hold a review"]),
        (
            conversation("What do tiers do to partners?", "They pile up.", "Why do vendors build them?", "Human."),
            "How can I avoid that?",
            ["avoid", "tiers"],
        ),
    ],
)
def test_a_follow_up_gets_the_subject_of_the_conversation(history, question, expected):
    standalone = standalone_question(question, history)
    for words in expected:
        assert words.lower() in standalone.lower()


@pytest.mark.parametrize(
    "question",
    [
        "What are good partner metrics for resellers?",
        "How do sales people get paid for partner deals?",
        "Zasada on affiliates and alliances",
    ],
)
def test_a_question_with_a_subject_of_its_own_stays_as_it_is(question):
    assert standalone_question(question, conversation(PILOT, "An agreement. [1]")) == question


@pytest.mark.parametrize("question", ["why?", "And then?", "  What is\n it? "])
def test_without_a_history_a_question_only_loses_its_extra_blanks(question):
    assert standalone_question(question, []) == " ".join(question.split())


def test_a_reply_without_a_question_before_it_is_no_subject():
    history = [Message(role="assistant", content="Welcome.")]
    assert standalone_question("And then?", history) == "And then?"


def test_marks_and_emphasis_of_the_reply_do_not_reach_the_question():
    standalone = standalone_question("Tell me more about the second one", conversation("List the steps", STEPS))
    assert "[" not in standalone
    assert "*" not in standalone


@pytest.mark.parametrize(
    ("question", "added"),
    [("What is the ninth reason?", "Reason 9"), ("the Second section", "Section 2"), ("my third task", "Task 3")],
)
def test_an_ordinal_is_searched_as_the_sources_number_it(question, added):
    assert search_words(question) == f"{question} {added}"


def test_a_question_without_an_ordinal_is_searched_as_it_is():
    assert search_words("the second half of the year") == "the second half of the year"


def test_content_words_are_lower_case_and_carry_a_subject():
    assert content_words("What is the Partner's win in 2002, and why 82 %?") == ["partner's", "win", "2002", "82", "%"]
    assert content_words("what is it and why?") == []


def test_a_very_long_history_is_read_quickly():
    history = conversation(*("Why is that so?" if number % 2 == 0 else "Because. " * 500 for number in range(400)))
    assert standalone_question("And then?", history)
