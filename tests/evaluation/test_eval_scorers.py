import pytest

from coach.detection.taxonomy import MODE_IDS
from coach.errors import UsageError
from coach.evaluation.metrics import METRICS
from coach.evaluation.samples import BadInputSample, DeckSample, PlanSample, QuestionSample
from coach.evaluation.scorers import CHECKS, apply_checks
from coach.evaluation.tasks import Answered, Handled

PLAN = "Success is the number of logos. Ana calls every partner on Mondays. We sign 500 by May."
LOGOS, ANA = "Success is the number of logos", "Ana calls every partner on Mondays"


def question(kind="what", **expect):
    return QuestionSample(id="q", kind=kind, question="?", expect={"declined": False, **expect})


def score(name, sample, output):
    return CHECKS[name].function(sample, output)


@pytest.fixture
def answered(build):
    def make(**changes):
        return Answered(answer=build.answer(**changes), sources={"zasada-2002": build.source})

    return make


def plan(**labels):
    """A plan labelled open but for `labels`: mode with underscores -> (verdict, words)."""
    rows = {mode: {"verdict": "open"} for mode in MODE_IDS}
    for mode, (verdict, words) in labels.items():
        rows[mode.replace("_", "-")] = {"verdict": verdict, "evidence": (words,)}
    return PlanSample(id="p", text=PLAN, labels=rows)


def deck(**changes):
    return DeckSample(**{"id": "deck.pptx", "partner_slides": (2,), **changes})


@pytest.mark.parametrize(
    ("expected", "declined", "value"), [(False, False, 1), (True, True, 1), (True, False, 0), (False, True, 0)]
)
def test_declining_counts_as_right_where_it_was_expected(answered, expected, declined, value):
    assert score("declined-as-expected", question(declined=expected), answered(declined=declined)).value == value


def test_a_citation_of_an_expected_place_is_enough(answered, build):
    sample = question(cites_any=("playbook", "zasada.*reason 1"))
    assert score("cites-expected", sample, answered()).value == 1
    elsewhere = answered(citations=(build.citation(source_id="bergen", section="Point 2"),))
    assert score("cites-expected", sample, elsewhere) == (0.0, "cites bergen › Point 2")
    assert score("cites-expected", sample, answered(citations=())).reason == "cites nothing"


def test_citations_are_not_asked_for_where_the_question_is_to_be_declined(answered):
    assert score("cites-expected", question(declined=True, cites_any=("x",)), answered()) is None
    assert score("cites-expected", question(), answered()) is None


def test_every_mention_must_be_there_whatever_its_case(answered):
    output = answered(answer="Ten reasons, he says.")
    assert score("mentions", question(mentions=(r"\bten\b", "REASONS?")), output).value == 1
    assert score("mentions", question(mentions=(r"\bten\b", "eleven")), output) == (0.0, "does not say 'eleven'")


def test_nothing_forbidden_may_be_there(answered):
    output = answered(answer="It is sunny.")
    assert score("forbids", question(forbid=("rain",)), output).value == 1
    assert score("forbids", question(forbid=("rain", "Sunny")), output) == (0.0, "says 'Sunny'")


@pytest.mark.parametrize(
    ("quote", "value"), [("A page of logos", 1), ("a page of logos", 0), ("A page  of logos", 0), ("", 0), ("Made up", 0)]
)
def test_a_quote_must_be_the_exact_words_of_its_source(answered, build, quote, value):
    assert score("citations-exact", question(), answered(citations=(build.citation(quote=quote),))).value == value


def test_a_quote_of_an_unknown_source_is_wrong(answered, build):
    output = answered(citations=(build.citation(n=3, source_id="nowhere"),))
    assert score("citations-exact", question(), output) == (0.0, "not the words of the source: [3]")


def test_a_withheld_sentence_is_shown(answered):
    assert score("no-unsupported", question(), answered()).value == 1
    assert score("no-unsupported", question(), answered(unsupported=("Pigs fly.",))) == (0.0, "1 withheld: “Pigs fly.”")


@pytest.mark.parametrize(
    ("text", "numbers", "value"),
    [
        ("One [1] two [2].", (1, 2), 1),
        ("One [1][2].", (2, 1), 1),
        ("None.", (), 1),
        ("One [1].", (), 0),
        ("None.", (1,), 0),
        ("One [2].", (1,), 0),
        ("One [1].", (1, 1), 0),
    ],
)
def test_marks_and_citations_must_agree(answered, build, text, numbers, value):
    output = answered(answer=text, citations=tuple(build.citation(n=number) for number in numbers))
    assert score("marks-resolve", question(), output).value == value


@pytest.mark.parametrize(("words", "value"), [(39, 0), (40, 1), (260, 1), (261, 0)])
def test_an_answer_has_forty_to_two_hundred_and_sixty_words_marks_not_counted(answered, words, value):
    assert score("length", question(), answered(answer="word " * words + "[1] [2]")).value == value


def test_lists_and_refusals_may_have_any_length(answered):
    assert score("length", question(kind="list"), answered(answer="Ten.")) is None
    assert score("length", question(), answered(answer="No.", declined=True)) is None


def test_verdicts_are_graded_and_the_wrong_ones_named(build):
    sample = plan(vanity_metrics=("at_risk", LOGOS), no_personal_touch=("covered", ANA))
    right = build.critique(PLAN, {"vanity-metrics": "at_risk", "no-personal-touch": "covered"})
    assert score("verdicts-right", sample, right) == (1.0, "")
    wrong = score("verdicts-right", sample, build.critique(PLAN, {"vanity-metrics": "covered"}))
    assert wrong.value == pytest.approx(12 / 14)
    assert wrong.reason == "vanity-metrics covered, not at_risk; no-personal-touch open, not covered"


def test_evidence_must_stand_at_its_offsets(build):
    good = build.critique(PLAN, {"vanity-metrics": "at_risk"}, {"vanity-metrics": LOGOS})
    assert score("quotes-exact", plan(), good).value == 1
    shifted = build.critique(f" {PLAN}", {"vanity-metrics": "at_risk"}, {"vanity-metrics": LOGOS})
    assert score("quotes-exact", plan(), shifted) == (0.0, "evidence does not hold: vanity-metrics")
    assert score("quotes-exact", deck(), shifted).value == 1


def test_a_verdict_without_evidence_does_not_hold(build):
    bare = build.critique(PLAN, {"vanity-metrics": "at_risk"}, {"vanity-metrics": ""})
    assert score("quotes-exact", plan(), bare).value == 0


@pytest.mark.parametrize(("judged", "value"), [((2,), 1), ((1,), 0), ((1, 2), 0), ((), 0)])
def test_exactly_the_partner_slides_must_be_judged(build, judged, value):
    assert score("partner-slide-found", deck(), build.critique(PLAN, judged=judged, slides=3)).value == value


def test_a_headed_section_stands_for_a_slide_where_there_are_none(build):
    sample = deck(partner_slides=None, partner_heading="Slide 3")
    assert score("partner-slide-found", sample, build.critique(PLAN, judged=(3,), slides=3)).value == 1
    assert score("partner-slide-found", sample, build.critique(PLAN, judged=(2,), slides=2)).value == 0


def test_what_a_deck_must_and_must_not_show_is_graded(build):
    found = build.critique(PLAN, {"vanity-metrics": "at_risk", "excess-layers": "covered"})
    both = ("vanity-metrics", "excess-layers")
    assert score("must-be-at-risk", deck(must_be_at_risk=both), found) == (0.5, "not at_risk: excess-layers")
    assert score("must-be-covered", deck(must_be_covered=both), found) == (0.5, "not covered: vanity-metrics")
    assert score("must-not-be-at-risk", deck(must_not_be_at_risk=both), found) == (0.5, "blamed without cause: vanity-metrics")
    assert score("must-be-covered", deck(), found) is None


@pytest.mark.parametrize(
    ("refused", "outcome", "value"),
    [
        (True, "refused", 1),
        (False, "read", 1),
        (True, "read", 0),
        (False, "refused", 0),
        (True, "crashed", 0),
        (False, "crashed", 0),
    ],
)
def test_a_bad_file_is_read_or_refused_as_expected(refused, outcome, value):
    output = Handled(outcome=outcome, message="", still_answers=True)
    assert score("refused-as-expected", BadInputSample(id="a.pdf", refused=refused), output).value == value


@pytest.mark.parametrize(
    ("outcome", "message", "reason"),
    [
        ("refused", "a.pdf: it is empty.", ""),
        ("refused", "it is empty.", "does not name the file"),
        ("refused", "a.pdf:\nempty", "more than one line"),
        ("refused", "a.pdf" + "!" * 296, "301 characters"),
        ("crashed", "KeyError: a.pdf", "no error of Coach's own"),
    ],
)
def test_a_refusal_is_one_short_line_that_names_the_file(outcome, message, reason):
    output = Handled(outcome=outcome, message=message, still_answers=True)
    found = score("one-line-error", BadInputSample(id="a.pdf", refused=True), output)
    assert found.reason.startswith(reason)
    assert found.value == (not reason)


def test_a_file_that_was_read_needs_no_error():
    output = Handled(outcome="read", message="", still_answers=False)
    sample = BadInputSample(id="a.pdf", refused=False)
    assert score("one-line-error", sample, output) is None
    assert score("still-answers", sample, output).value == 0


def test_only_the_named_checks_that_apply_are_scored(answered):
    assert set(apply_checks(("mentions", "cites-expected"), question(), answered())) == {"mentions"}
    with pytest.raises(UsageError, match="beauty: no such check"):
        apply_checks(("beauty",), question(), answered())


def test_the_figures_of_a_run_count_a_failed_sample_as_wrong(build):
    sample = plan(vanity_metrics=("at_risk", LOGOS), no_personal_touch=("covered", ANA))
    verdicts = {"vanity-metrics": "at_risk", "no-personal-touch": "covered"}
    right = build.critique(PLAN, verdicts, {"vanity-metrics": "number of logos. Ana", "no-personal-touch": "We sign"})
    assert METRICS["macro-f1-at-risk"]([(sample, right)]) == 1
    assert METRICS["evidence-overlap"]([(sample, right)]) == 0.5
    assert METRICS["macro-f1-covered"]([(sample, right), (sample, None)]) == pytest.approx(2 / 3)
    assert METRICS["evidence-overlap"]([(sample, None)]) == 0
