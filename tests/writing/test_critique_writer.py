import re

import pytest

from coach.detection.taxonomy import MODE_IDS, load_taxonomy
from coach.resources import resource
from coach.schema import Evidence, Judgement
from coach.writing.critique_writer import QUOTE_CHARACTERS, choose_priorities, plan_score, plan_tasks, write_finding

PLAN = "Partnership with Nordbank: we sign 500 partners by 30 June for 20 % of the revenue."
TAXONOMY = load_taxonomy()


def judgement(mode, verdict, *, quote=PLAN, confidence=0.8):
    spans = () if verdict == "open" else (Evidence(quote=quote, start=0, end=len(quote), slide=1),)
    return Judgement(mode=mode, verdict=verdict, confidence=confidence, evidence=spans, probabilities=())


def findings(verdict_of):
    return tuple(write_finding(judgement(mode, verdict_of(mode)), plan=PLAN, taxonomy=TAXONOMY) for mode in MODE_IDS)


ALL = {verdict: findings(lambda _, verdict=verdict: verdict) for verdict in ("at_risk", "open", "covered")}
MIXED = findings(lambda mode: ("at_risk", "open", "covered")[MODE_IDS.index(mode) % 3])


@pytest.mark.parametrize("verdict", ALL)
def test_findings_keep_the_taxonomys_order_names_and_verdicts(verdict):
    assert tuple(one.mode for one in ALL[verdict]) == MODE_IDS
    assert {one.verdict for one in ALL[verdict]} == {verdict}
    assert all(one.name == TAXONOMY[one.mode].name for one in ALL[verdict])


@pytest.mark.parametrize("verdict", ["at_risk", "covered"])
def test_the_reason_begins_with_the_plans_own_words(verdict):
    for one in ALL[verdict]:
        assert one.why.startswith(f"“{PLAN}” ")


def test_an_open_mode_quotes_nothing_and_says_what_is_missing():
    for one in ALL["open"]:
        assert one.evidence == ()
        assert one.why.startswith(TAXONOMY[one.mode].open_why)


@pytest.mark.parametrize("verdict", ALL)
def test_a_reason_ends_with_the_source_and_its_mark(verdict):
    for one in ALL[verdict]:
        assert one.why.endswith(f"{one.citations[0].quote} [1]")
        assert [citation.n for citation in one.citations] == [1, 2]


@pytest.mark.parametrize("one", ALL["open"], ids=lambda one: one.mode)
def test_every_citation_quotes_its_document_exactly(one):
    for citation in one.citations:
        (path,) = resource("knowledge").glob(f"*/{citation.source_id}.md")
        assert citation.quote in path.read_text(encoding="utf-8")
    assert any(point in one.citations[0].section for point in TAXONOMY[one.mode].sources)


@pytest.mark.parametrize("one", [*ALL["at_risk"], *ALL["open"]], ids=lambda one: f"{one.mode}-{one.verdict}")
def test_a_rewrite_has_a_blank_or_a_number(one):
    assert re.search(r"\[[^\]]+\]|\d", one.rewrite)
    assert "{" not in one.rewrite


def test_there_is_nothing_to_rewrite_where_a_plan_covers_the_mode():
    assert {one.rewrite for one in ALL["covered"]} == {""}


def test_the_partners_name_stands_in_some_rewrite():
    assert any("Nordbank" in one.rewrite for one in ALL["at_risk"])


def test_the_same_words_get_the_same_finding():
    assert findings(lambda _: "at_risk") == ALL["at_risk"]


def test_a_long_quote_is_cut_at_a_words_end():
    long = "partners and more partners " * 30
    one = write_finding(judgement("vanity-metrics", "at_risk", quote=long), plan=long, taxonomy=TAXONOMY)
    quoted = one.why[1:].split("”")[0]
    assert len(quoted) <= QUOTE_CHARACTERS + 2
    assert quoted.endswith(("partners …", "more …", "and …"))


def test_at_most_three_priorities_and_never_a_covered_mode():
    assert len(choose_priorities(MIXED)) == 3
    assert choose_priorities(ALL["covered"]) == ()
    assert set(choose_priorities(MIXED)) <= {one.mode for one in MIXED if one.verdict != "covered"}


def test_what_stands_in_the_plan_comes_before_what_is_missing():
    only = findings(lambda mode: "at_risk" if mode == "excess-layers" else "open")
    assert choose_priorities(only)[0] == "excess-layers"


def test_the_partners_win_comes_first_among_equals():
    assert choose_priorities(ALL["at_risk"])[0] == "vague-partner-value"


@pytest.mark.parametrize("given", [MIXED, *ALL.values()])
def test_tasks_are_unique_few_and_in_order_of_their_dates(given):
    tasks = plan_tasks(given, choose_priorities(given), TAXONOMY)
    assert len(tasks) <= 5
    assert len({one.task for one in tasks}) == len({one.playbook for one in tasks}) == len(tasks)
    assert [one.due_in_days for one in tasks] == sorted(one.due_in_days for one in tasks)
    assert all(one.task == TAXONOMY[one.mode].task.text for one in tasks)


def test_a_plan_that_covers_everything_has_no_tasks():
    assert plan_tasks(ALL["covered"], (), TAXONOMY) == ()


@pytest.mark.parametrize(("given", "score"), [(ALL["covered"], 1.0), (ALL["open"], 0.5), (ALL["at_risk"], 0.0)])
def test_the_score_is_the_share_of_what_is_settled(given, score):
    assert plan_score(given) == score
    assert 0 < plan_score(MIXED) < 1
