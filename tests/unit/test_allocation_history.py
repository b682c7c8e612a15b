"""What earlier rounds bring an organisation: nothing for common luck, whatever its size; more for those whom no luck explains."""

from __future__ import annotations

from math import comb, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations.allocation import Place, Request, Rule, allocate, verify
from reservations.allocation.pricing import Ledger
from reservations.allocation.problem import history_levels

COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 60))


def level(rule: Rule, organisation: str) -> int:
    return next(iter(history_levels(rule, [organisation])))


@pytest.mark.parametrize("asked", [1, 2, 3, 10, 100, 1000])
def test_history_levels__common_luck__is_none_for_every_size(asked: int) -> None:
    one_deviation = asked // 2 + int(sqrt(asked) / 2)
    rule = Rule(
        missed_before={"all": 5000, "mine": one_deviation}, used_before={"all": 5000, "mine": asked - one_deviation}
    )
    assert level(rule, "mine") == 0


@pytest.mark.parametrize("percent_missed", [1, 5, 10, 50, 90])
def test_history_levels__single_miss_of_who_asks_seldom__is_none(percent_missed: int) -> None:
    missed, used = {"all": percent_missed * 1000, "mine": 1}, {"all": (100 - percent_missed) * 1000}
    assert level(Rule(missed_before=missed, used_before=used), "mine") == 0


@pytest.mark.parametrize("asked", [1, 2, 3, 5, 10, 30, 100, 300])
@pytest.mark.parametrize("percent_missed", [1, 5, 10, 20, 50, 80])
def test_history_levels__luck_of_any_size__raises_less_than_one_in_two_hundred(asked: int, percent_missed: int) -> None:
    share, raised = percent_missed / 100, 0.0
    for missed in range(asked + 1):
        rule = Rule(
            missed_before={"all": percent_missed * 10**6, "mine": missed},
            used_before={"all": (100 - percent_missed) * 10**6, "mine": asked - missed},
        )
        chance = comb(asked, missed) * share**missed * (1 - share) ** (asked - missed)
        raised += chance * (level(rule, "mine") > 0)
    assert raised < 1 / 200


@pytest.mark.parametrize(("missed", "expected"), [(36, 0), (65, 0), (67, 1), (72, 2), (77, 3), (100, 7)])
def test_history_levels__a_hundred_asked__counts_deviations_beyond_two(missed: int, expected: int) -> None:
    others = 10**9  # the share of all is a half, so one deviation of a hundred is five; one miss is not counted
    rule = Rule(missed_before={"all": others, "mine": missed}, used_before={"all": others, "mine": 100 - missed})
    assert level(rule, "mine") == expected


def test_history_levels__nobody_missed_or_nobody_used__is_none() -> None:
    assert level(Rule(used_before={"mine": 9}), "mine") == 0
    assert level(Rule(missed_before={"mine": 9}), "mine") == 0
    assert level(Rule(), "mine") == 0


@given(missed=COUNTS, used=COUNTS, steps=st.integers(0, 9))
def test_history_levels__any_history__verifier_counts_the_same(
    missed: dict[str, int], used: dict[str, int], steps: int
) -> None:
    rule = Rule(missed_before=missed, used_before=used, fairness_steps=steps)
    ledger = Ledger([], [], rule, {})
    assert list(history_levels(rule, "abcdefg")) == [ledger.level(name) for name in "abcdefg"]


def test_allocate__one_organisation_left_out_for_long__goes_first_and_the_verifier_agrees() -> None:
    rule = Rule(missed_before={"unlucky": 40, "all": 400}, used_before={"lucky": 40, "all": 400})
    requests = [
        Request(f"{name}{number}", "general", 2, frozenset("L"), 0, 0, 0, name)
        for name in ("lucky", "unlucky")
        for number in range(5)
    ]
    places = [Place("p", "L", 0, 60, 5, 5)]
    for key in (b"one", b"two", b"three"):
        outcome = allocate(requests, places, rule, key=key)
        assert {ref[:-1] for ref in outcome.placed} == {"unlucky"}
        verdict = verify(requests, places, rule, outcome.placed, key=key)
        assert (verdict.problems, verdict.value) == ((), outcome.certificate.value)
