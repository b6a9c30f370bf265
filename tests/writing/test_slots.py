import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.writing.slots import Slots, fill, fitness, read_slots


@pytest.mark.parametrize(
    ("quote", "amounts"),
    [
        ("We pay 20 % to each", "20 %"),
        ("$1.5M ARR by June", "$1.5M ARR"),
        ("€50k and 12% of that", "€50k, 12%"),
        ("300 million and 5 percent and 7 percent", "300 million, 5 percent"),
        ("20 % here and 20 % there", "20 %"),
        ("no figure at all", ""),
    ],
)
def test_amounts_are_read_off_the_quoted_words_two_at_most(quote, amounts):
    assert read_slots("", quote).amounts == amounts


@pytest.mark.parametrize(
    ("quote", "date"),
    [
        ("live by Q3 2026", "Q3 2026"),
        ("by 3 March", "3 March"),
        ("by March 3rd, 2027", "March 3rd, 2027"),
        ("until 2026-04-30 at last", "2026-04-30"),
        ("by the end of June", "end of June"),
        ("soon", ""),
    ],
)
def test_a_date_is_read_off_the_quoted_words(quote, date):
    assert read_slots("", quote).date == date


@pytest.mark.parametrize(
    ("plan", "partner"),
    [
        ("A partnership with Nordbank.", "Nordbank"),
        ("The Nordbank alliance starts. Nordbank's sellers sell.", "Nordbank"),
        ("For Nordbank: 12 hours saved.", "Nordbank"),
        ("A pilot with Acme and a deal with Zenith.", ""),
        ("Our partnership with the partners.", ""),
        ("Partners will sell.", ""),
        ("", ""),
    ],
)
def test_the_partner_is_named_only_where_one_stands_out(plan, partner):
    assert read_slots(plan, "").partner == partner


@pytest.mark.parametrize(("plan", "owner"), [("Owner: Maria", "Maria"), ("Led by Jonas from sales", "Jonas"), ("nobody", "")])
def test_an_owner_is_read_off_the_plan(plan, owner):
    assert read_slots(plan, "").owner == owner


def test_known_values_are_filled_in_and_unknown_ones_stay_blank():
    template = "For {partner}: {amounts} by {date}, owned by {owner}; [your number]."
    assert fill(template, Slots(partner="Nordbank", amounts="20 %")) == (
        "For Nordbank: 20 % by [date], owned by [name]; [your number]."
    )


def test_a_value_is_not_expanded_again():
    assert fill("{partner} and {date}", Slots(partner="{date}")) == "{date} and [date]"


def test_a_template_suits_that_can_be_filled():
    slots = Slots(partner="Nordbank")
    assert fitness("{partner} only", slots) > fitness("nothing to fill", slots) > fitness("{date} only", slots)


@given(st.text(max_size=300), st.text(max_size=100))
def test_any_plan_can_be_read(plan, quote):
    slots = read_slots(plan, quote)
    assert "{" not in fill("{partner} {amounts} {date} {owner}", slots) or "{" in plan + quote
