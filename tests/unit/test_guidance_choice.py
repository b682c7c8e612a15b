"""Which bay: it always fits, it is the cheapest, and the scarce ones are kept for those who need them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.guidance_world import LONG_TRUCK, REEFER, TRUCK, World, bay, dangerous, slowly
from yards.guidance.needs import Need
from yards.guidance.state import Standing
from yards.layouts.plan import PlanBay

KITS = st.sampled_from([(), (), (), ("reefer",), ("hazmat",), ("dock",), ("reefer", "dock")])
HAZARDS = st.sampled_from(["3", "5.1", "8", "1.4", "?"])
NEEDS = st.one_of(
    st.sampled_from([TRUCK, LONG_TRUCK, REEFER, Need(17, 2.55, frozenset({"dock"}))]), HAZARDS.map(dangerous)
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to fourteen bays in one row; some stand behind others, some are taken or closed."""
    number = draw(st.integers(0, 14))
    codes = [f"B{n:02d}" for n in range(number)]
    bays: list[PlanBay] = []
    for n, code in enumerate(codes):
        length_m = draw(st.sampled_from([16.0, 18.0, 18.0, 18.0, 22.0]))
        behind = codes[n - 1] if n and not bays[n - 1].behind and draw(st.booleans()) else ""
        bays.append(bay(code, 5.0 * (n + 1), *draw(KITS), length_m=length_m, behind=behind))
    taken = draw(st.lists(st.sampled_from(codes), unique=True)) if codes else []
    minutes = st.floats(1, 400)
    standing = [Standing(code, draw(st.one_of(st.just(""), HAZARDS)), draw(minutes), draw(minutes)) for code in taken]
    closed = {code: "blocked" for code in draw(st.sets(st.sampled_from(codes), max_size=3))} if codes else {}
    moved = draw(st.lists(st.sampled_from(codes), max_size=2)) if codes else []
    return World(bays, standing, closed, moved, aisles=[f"L{n // 4}" for n in range(number)])


@given(worlds(), NEEDS)
def test_choose__any_yard__gives_the_bay_a_slow_reference_finds_cheapest(world: World, need: Need) -> None:
    choice, reference = world.choose(need), slowly(world, need)
    assert (choice is None) == (reference is None)
    if choice and reference:
        assert choice.cost_m == pytest.approx(reference[0])
        assert choice.code == reference[1]


@given(worlds(), NEEDS)
def test_choose__any_yard__never_gives_a_bay_that_something_speaks_against(world: World, need: Need) -> None:
    weighed = world.weigh(need)
    choice = weighed.choose()
    refused = {one.code: weighed.explain(one.code).refused for one in world.bays}
    assert weighed.may.tolist() == [not refused[one.code] for one in world.bays]
    if choice:
        assert not refused[choice.code]
        assert all(not refused[other.code] for other in choice.alternatives)
    assert sum(weighed.refusals().values()) == sum(bool(codes) for codes in refused.values())


@given(worlds(), NEEDS)
def test_choose__more_and_more_bays_taken__never_gives_a_taken_one_again(world: World, need: Need) -> None:
    taken = {one.bay for one in world.standing}
    while choice := world.choose(need):
        assert choice.code not in taken
        taken.add(choice.code)
        world.standing.append(Standing(choice.code, need.hazard_class, 0, 100))


@given(worlds(), NEEDS, st.randoms(use_true_random=False))
def test_choose__bays_in_another_order__gives_the_same(world: World, need: Need, shuffler: object) -> None:
    order = list(range(len(world.bays)))
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    other = replace(world, bays=[world.bays[n] for n in order], aisles=[(world.aisles or [])[n] for n in order])
    assert other.code(need) == world.code(need)


@given(worlds(), NEEDS)
def test_choose__alternatives__are_the_next_best_and_say_what_they_lost_by(world: World, need: Need) -> None:
    weighed = world.weigh(need)
    choice = weighed.choose()
    if choice is None:
        return
    costs = [choice.cost_m, *(other.cost_m for other in choice.alternatives)]
    assert costs == sorted(costs)
    assert len(choice.alternatives) == min(3, int(weighed.may.sum()) - 1)
    assert sum(choice.parts.values()) == pytest.approx(choice.cost_m)
    assert all(sum(other.parts.values()) == pytest.approx(other.cost_m) for other in choice.alternatives)


def test_choose__equal_cost__takes_the_lower_code() -> None:
    choice = World([bay("A2", -10), bay("A1", 10)]).choose()
    assert choice is not None
    assert choice.code == "A1"
    assert [(other.code, other.lost) for other in choice.alternatives] == [("A2", "higher_code")]


def test_choose__exactly_as_long_as_the_bay__fits() -> None:
    assert World([bay("A1", length_m=17.0)]).code(TRUCK) == "A1"
    assert World([bay("A1", length_m=16.9)]).code(TRUCK) == ""


def test_choose__no_bays_at_all__gives_none() -> None:
    assert World([]).choose() is None
    assert World([]).weigh().refusals() == {}


def test_choose__kept_to_some_bays__takes_the_cheapest_of_these() -> None:
    weighed = World([bay("A1", 5), bay("A2", 50), bay("A3", 20)]).weigh()
    among = weighed.choose(allowed=["A2", "A3", "Z9"])
    assert among is not None
    assert among.code == "A3"
    assert weighed.choose(allowed=[]) is None


def test_choose__a_truck_has_just_moved_in_the_aisle__takes_the_next_aisle() -> None:
    world = World([bay("A1", 10), bay("A2", 30)], aisles=["L1", "L2"])
    assert world.code() == "A1"
    world.moved = ["A1"]
    assert world.code() == "A2"


def test_as_json__a_choice__names_its_inputs_its_parts_and_what_the_others_lost_by() -> None:
    choice = World([bay("A1"), bay("A2", 20), bay("B1", 5, "reefer")]).choose()
    assert choice is not None
    assert choice.as_json() == {
        "rule": "least_total_cost",
        "cost_m": 10.0,
        "parts": {"drive_in": 10.0, "drive_on": 0.0},
        "need": {"length_m": 17.0, "width_m": 2.55, "equipment": [], "hazard": ""},
        "gate": "G1",
        "next_step": "exit",
        "hour": 9,
        "stay_min": 100,
        "prices_m": {"plain": 0.0, "reefer": 400.0},
        "free": {"plain": 2, "reefer": 1},
        "demand": {},
        "history": False,
        "alternatives": [
            ["A2", 20.0, {"drive_in": 20.0, "drive_on": 0.0}, "longer_way"],
            ["B1", 405.0, {"drive_in": 5.0, "drive_on": 0.0, "scarcity": 400.0}, "scarcer"],
        ],
    }


def test_explain__a_bay_that_may_not_be_taken__says_all_that_speaks_against_it_and_its_cost() -> None:
    world = World([bay("A1", 10), bay("C1", 30, "hazmat", length_m=16.0)], [Standing("C1")], {"C1": "blocked"})
    option = world.weigh().explain("C1")
    assert option.refused == ("too_short", "hazmat_only", "blocked", "taken")
    assert option.parts["drive_in"] == 30.0
    with pytest.raises(KeyError):
        world.weigh().explain("Z9")


def test_refusals__nothing_left__counts_each_bay_by_what_will_not_change_first() -> None:
    world = World([bay("A1"), bay("A2"), bay("C1", 40, "hazmat")], [Standing("A1"), Standing("A2")])
    assert world.weigh().refusals() == {"taken": 2, "hazmat_only": 1}
