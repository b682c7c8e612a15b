"""An opening with resellers in the crowd, small: what a round gives does not hang on speed, what the fastest click gives does."""

from __future__ import annotations

from random import Random

import pytest

from benchmarks import opening, opening_day
from benchmarks.opening_people import Wish, population, wishes

SEEDS, DAYS, SCALE = (1, 2, 3), 4, 0.4


@pytest.fixture(scope="module")
def ways() -> dict[str, dict[str, float]]:
    return opening.play(seeds=SEEDS, days=DAYS, scale=SCALE)


@pytest.fixture(scope="module")
def people() -> list[Wish]:
    rng = Random(5)
    return wishes(rng, population(rng, scale=0.2))


def test_round__resellers_in_the_crowd__share_is_fair_and_speed_says_nothing(ways: dict[str, dict[str, float]]) -> None:
    held = opening.judged(ways)
    assert held["round_share"], ways["round"]
    assert held["round_speed_says_nothing"], ways["round"]
    assert held["lot_speed_says_nothing"], ways["lot"]


def test_click__the_same_people__resellers_win(ways: dict[str, dict[str, float]]) -> None:
    held = opening.judged(ways)
    assert held["click_resellers_win"], ways["click"]
    assert held["click_speed_wins"], ways["click"]
    assert ways["click"]["sold"] > 10 * ways["round"]["sold"]
    assert ways["round"]["crossed_percent_of_places"] > ways["click"]["crossed_percent_of_places"]


def test_round__asked_in_another_order__gives_the_same(people: list[Wish]) -> None:
    offered = opening_day.places(1)
    fast_first = sorted(people, key=lambda wish: wish.clicks_after_ms)
    given = [
        opening_day.by_round(order, offered, opening.RULE, key=b"one", rng=Random(1)).given
        for order in (fast_first, fast_first[::-1])
    ]
    assert given[0] == given[1]
    assert given[0] != opening_day.by_click(people, offered, rng=Random(1)).given


def test_round__drawn_by_another_key__gives_other_winners(people: list[Wish]) -> None:
    offered = opening_day.places(1)
    given = [opening_day.by_round(people, offered, opening.RULE, key=key, rng=Random(1)).given for key in (b"a", b"b")]
    assert set(given[0]) != set(given[1])


def test_speed_pays_p__the_fast_half_wins__is_small() -> None:
    accounts = [f"account {number}" for number in range(60)]
    clicks = list(range(60))
    assert opening.speed_pays_p([(accounts, clicks, [click < 30 for click in clicks])]) < 1e-6
    assert opening.speed_pays_p([(accounts, clicks, [click % 2 == 0 for click in clicks])]) > 0.5


def test_stand_by__a_place_comes_back__nobody_who_returned_one_gets_one(people: list[Wish]) -> None:
    offered = opening_day.places(1)
    day = opening_day.by_round(people, offered, opening.RULE, key=b"one", rng=Random(1))
    resellers = {wish.plate for wish in people if wish.vehicle.is_reseller}
    assert day.returned > 0
    assert not set(day.crosses) & resellers
    room = {place.ref: place.room for place in offered}
    for ref in day.crosses.values():
        room[ref] -= 1
    assert min(room.values()) >= 0
