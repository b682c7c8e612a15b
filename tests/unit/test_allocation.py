"""Allocation against every possibility: small instances are enumerated, and the flow must find nothing cheaper than the best."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reservations.allocation import Outcome, Place, Request, Rule, YardRow, allocate, bound, code, draw_numbers, verify
from reservations.allocation.pricing import Ledger, own_draw

KEY = b"the key of the round"
HOUR = 60


def place(
    ref: str, hour: int, *, lane: str = "A", seats: int = 1, room: int | None = None, minutes: int = HOUR
) -> Place:
    """A place of `seats` on lane A, starting at `hour`."""
    return Place(ref, lane, hour * HOUR, hour * HOUR + minutes, seats, seats if room is None else room)


def wish(ref: str, hour: int, *, early: int = 0, late: int = 0, lanes: str = "A", **more: object) -> Request:
    """A request of class 2 for `hour`, give or take so many hours."""
    known: dict[str, object] = {"kind": "general", "rank": 2, "organisation": f"of {ref}"} | more
    window = {"earliest_min": (hour - early) * HOUR, "latest_min": (hour + late) * HOUR, "preferred_min": hour * HOUR}
    return Request(ref=ref, lanes=frozenset(lanes), **window, **known)  # type: ignore[arg-type]


def run(requests: list[Request], places: list[Place], rule: Rule | None = None, **more: object) -> Outcome:
    """Allocates, and lets the verifier look at it."""
    rule = rule or Rule()
    outcome = allocate(requests, places, rule, key=KEY, **more)  # type: ignore[arg-type]
    verdict = verify(requests, places, rule, outcome.placed, key=KEY, yard=more.get("yard"), raised=outcome.raised)  # type: ignore[arg-type]
    assert verdict.problems == ()
    assert verdict.refused_by_rank == outcome.certificate.refused_by_rank
    if not any(r.is_phantom for r in requests):
        assert verdict.value == outcome.certificate.value
    return outcome


# ---------------------------------------------------------------- against brute force


def possible(requests: list[Request], places: list[Place]) -> Iterator[dict[str, str]]:
    choices = [
        [None, *(p for p in places if p.lane in r.lanes and r.earliest_min <= p.starts_min <= r.latest_min)]
        for r in requests
    ]
    for chosen in product(*choices):
        yield {r.ref: p.ref for r, p in zip(requests, chosen, strict=True) if p}


def least(requests: list[Request], places: list[Place], rule: Rule, yard: list[YardRow] | None = None) -> int:
    """The least cost of all lawful outcomes (the order among equals costs nothing and is left out)."""
    ledger, by_ref = Ledger(requests, places, rule, own_draw(requests, KEY)), {p.ref: p for p in places}
    costs = []
    for placed in possible(requests, places):
        verdict = verify(requests, places, rule, placed, key=KEY, yard=yard)
        if not [problem for problem in verdict.problems if "no worse than" not in problem]:
            costs.append(ledger.value({ref: by_ref[name] for ref, name in placed.items()}))
    return min(costs)


@st.composite
def rounds(draw: st.DrawFn) -> tuple[list[Request], list[Place]]:
    places = [
        place(f"{lane}{hour}", hour, lane=lane, seats=draw(st.integers(0, 2))) for lane in "AB" for hour in range(3)
    ]
    requests = [
        wish(
            f"R{number}",
            draw(st.integers(0, 2)),
            early=draw(st.integers(0, 2)),
            late=draw(st.integers(0, 2)),
            lanes=draw(st.sampled_from(["A", "B", "AB"])),
            rank=draw(st.integers(0, 3)),
            kind=draw(st.sampled_from(["general", "fruit"])),
            organisation=draw(st.sampled_from(["one", "two", "three"])),
            held=draw(st.sampled_from(["", "", "", "A1", "gone"])),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    return requests, places


@settings(max_examples=60, deadline=None)
@given(
    rounds(),
    st.sampled_from(
        [
            Rule(),
            Rule(organisation_share_percent=50),
            Rule(general_share_percent=40, general_kinds=frozenset({"general"})),
            Rule(missed_before={"one": 9, "two": 30}, used_before={"two": 4}),
        ]
    ),
)
def test_allocate__small_network__is_the_cheapest_of_all_outcomes(
    instance: tuple[list[Request], list[Place]], rule: Rule
) -> None:
    requests, places = instance
    outcome = run(requests, places, rule)
    assert outcome.certificate.value == least(requests, places, rule)
    if rule.organisation_share_percent == 100:
        assert outcome.certificate.gap == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_allocate__bundles_and_yard_rows__refuse_no_more_than_the_best(seed: int) -> None:
    dice = random.Random(seed)
    places = [place(f"A{hour}", hour, seats=2) for hour in range(3)]
    requests = [
        wish(f"R{n}", dice.randint(0, 2), early=2, late=2, rank=2, dwell_min=dice.choice([60, 120]), bay_type="dry")
        for n in range(3)
    ]
    requests += [wish(f"B{n}", 1, early=1, late=1, rank=2, bundle="b", dwell_min=60, bay_type="dry") for n in range(2)]
    yard = [YardRow("dry", (2, dice.randint(1, 3), 2, 2, None))]
    outcome = run(requests, places, yard=yard)
    assert outcome.certificate.value // 1_000_000 == least(requests, places, Rule(), yard) // 1_000_000
    assert outcome.certificate.bound <= outcome.certificate.value


# ---------------------------------------------------------------- classes and shares


def test_allocate__better_class_later_in_the_draw__goes_first() -> None:
    requests = [wish(f"R{n}", 9, rank=3) for n in range(20)] + [wish("first class", 9, rank=0)]
    assert list(run(requests, [place("nine", 9)]).placed) == ["first class"]


def test_allocate__class_against_displacement__no_distance_outweighs_a_refusal() -> None:
    requests = [wish("wide", 9, late=90, rank=0), wish("narrow", 9, rank=3)]
    placed = run(requests, [place("nine", 9), place("far", 99)]).placed
    assert placed == {"wide": "far", "narrow": "nine"}


def test_allocate__general_share__serves_so_many_before_a_better_class() -> None:
    rule = Rule(general_share_percent=30, general_kinds=frozenset({"general"}))
    requests = [wish(f"G{n}", 9, rank=3) for n in range(10)]
    requests += [wish(f"F{n}", 9, rank=1, kind="fruit") for n in range(10)]
    outcome = run(requests, [place("nine", 9, seats=10)], rule)
    general = {ref for ref in outcome.placed if ref.startswith("G")}
    assert general == set(sorted((r.ref for r in requests if r.kind == "general"), key=outcome.draw.__getitem__)[:3])


def test_allocate__organisation_cap__holds_and_is_told() -> None:
    rule = Rule(organisation_share_percent=20)
    requests = [wish(f"big {n}", 9, late=1, organisation="big") for n in range(9)] + [wish("small", 9)]
    outcome = run(requests, [place("nine", 9, seats=10), place("ten", 10, seats=5)], rule)
    assert sorted(outcome.placed.values()) == ["nine", "nine", "nine", "ten"]
    assert {outcome.reasons[ref].code for ref in outcome.refused} == {"organisation_cap"}


def test_allocate__organisation_holds_places_already__they_count() -> None:
    rule = Rule(organisation_share_percent=20, taken={("big", "nine"): 1})
    requests = [wish(f"big {n}", 9, organisation="big") for n in range(3)]
    assert len(run(requests, [place("nine", 9, seats=10, room=9)], rule).placed) == 1


def test_allocate__cap_of_a_tiny_place__still_lets_one_in() -> None:
    assert len(run([wish("only", 9)], [place("nine", 9)], Rule(organisation_share_percent=10)).placed) == 1


def test_allocate__fill__spreads_over_lanes_before_one_is_full() -> None:
    requests = [wish(f"R{n}", 9, lanes="AB") for n in range(6)]
    placed = run(requests, [place("a", 9, lane="A", seats=4), place("b", 9, lane="B", seats=4)]).placed
    assert sorted(placed.values()) == ["a", "a", "a", "b", "b", "b"]


# ---------------------------------------------------------------- bundles


def test_allocate__bundle__comes_whole_within_the_span() -> None:
    requests = [wish(f"B{n}", 9, late=5, bundle="consignment") for n in range(4)]
    places = [place("nine", 9, seats=1), place("eleven", 11, seats=2), place("twelve", 12, seats=2)]
    outcome = run(requests, places)
    assert sorted(outcome.placed.values()) == ["eleven", "eleven", "twelve", "twelve"]


def test_allocate__bundle_beyond_any_span__is_refused_whole_and_told() -> None:
    requests = [wish(f"B{n}", 9, late=5, bundle="consignment") for n in range(4)] + [wish("alone", 9, late=5)]
    places = [place("nine", 9, seats=3), place("eleven", 11, seats=3)]
    outcome = run(requests, places)
    assert list(outcome.placed) == ["alone"]
    assert {outcome.reasons[ref].code for ref in outcome.refused} == {"bundle_does_not_fit"}


def test_allocate__mixed_bundle__each_member_on_a_lane_of_its_own() -> None:
    requests = [wish("cold", 9, late=3, lanes="A", bundle="b", rank=1), wish("dry", 9, late=3, lanes="B", bundle="b")]
    outcome = run(requests, [place("a", 9, lane="A"), place("b", 12, lane="B"), place("c", 11, lane="A")])
    assert outcome.placed == {"cold": "c", "dry": "b"}


# ---------------------------------------------------------------- yard


def test_allocate__yard_row__keeps_out_what_would_overfill_it_over_the_dwell() -> None:
    requests = [wish(f"R{n}", 9, dwell_min=120, bay_type="plug") for n in range(3)]
    outcome = run(requests, [place("nine", 9, seats=5)], yard=[YardRow("plug", (None,) * 10 + (2,))])
    assert len(outcome.placed) == 2
    assert outcome.reasons[outcome.refused[0]].code == "yard_full"


def test_allocate__yard_row__moves_the_stay_where_it_fits() -> None:
    requests = [wish(f"R{n}", 9, late=3, dwell_min=60, bay_type="plug") for n in range(2)]
    places = [place(f"P{hour}", hour, seats=5) for hour in range(9, 13)]
    outcome = run(requests, places, yard=[YardRow("plug", (1,) * 24)])
    assert sorted(outcome.placed.values()) == ["P10", "P9"]


# ---------------------------------------------------------------- edges


def test_allocate__no_requests__leaves_all_room() -> None:
    outcome = run([], [place("nine", 9, seats=3)])
    assert (outcome.placed, outcome.refused, outcome.room_left) == ({}, (), {"nine": 3})


def test_allocate__no_places__refuses_all() -> None:
    outcome = run([wish("R", 9)], [])
    assert outcome.refused == ("R",)
    assert outcome.reasons["R"].code == "no_place_fits"
    assert outcome.reasons["R"].facts["wanted"] is None


def test_allocate__interval_shorter_than_a_slot__no_place_fits() -> None:
    request = replace(wish("R", 9), earliest_min=9 * HOUR + 10, latest_min=9 * HOUR + 40, preferred_min=9 * HOUR + 20)
    outcome = run([request], [place("nine", 9), place("ten", 10)])
    assert outcome.reasons["R"].code == "no_place_fits"
    assert outcome.reasons["R"].facts["wanted"] == "nine"


def test_allocate__capacity_nought__no_place_fits() -> None:
    assert run([wish("R", 9)], [place("nine", 9, seats=0)]).reasons["R"].code == "no_place_fits"


def test_allocate__place_taken_before__is_full_for_the_class() -> None:
    assert run([wish("R", 9)], [place("nine", 9, seats=4, room=0)]).reasons["R"].code == "full_for_class"


def test_allocate__lane_that_does_not_fit__is_not_given() -> None:
    assert run([wish("R", 9, lanes="B")], [place("nine", 9)]).placed == {}


def test_allocate__places_of_several_lengths__the_one_that_holds_the_time_is_wanted() -> None:
    request = replace(wish("R", 9, early=1, late=1), preferred_min=9 * HOUR + 40)
    places = [place("long", 9, lane="A", minutes=60), place("short", 9, lane="A", minutes=30)]
    assert run([request], places).placed == {"R": "long"}


def test_allocate__twins__are_refused_at_the_door() -> None:
    with pytest.raises(ValueError, match="Two of one request"):
        run([wish("R", 9), wish("R", 9)], [])
    with pytest.raises(ValueError, match="Two of one place"):
        run([], [place("nine", 9), place("nine", 10)])


def test_allocate__unknown_rank__is_refused_at_the_door() -> None:
    with pytest.raises(ValueError, match="rank"):
        run([wish("R", 9, rank=4)], [])


def test_allocate__unknown_solver__is_refused() -> None:
    with pytest.raises(ValueError, match="No solver"):
        run([wish("R", 9)], [place("nine", 9)], solver="guess")


def test_allocate__other_solver__costs_the_same_and_is_named() -> None:
    requests = [wish(f"R{n}", 9 + n % 3, early=2, late=2, rank=n % 4) for n in range(30)]
    places = [place(f"P{hour}", hour, seats=3) for hour in range(7, 14)]
    base, fast = run(requests, places), run(requests, places, solver="ortools")
    assert (base.certificate.solver, fast.certificate.solver) == ("scipy", "ortools")
    assert base.certificate.value == fast.certificate.value


def test_bound__of_the_coded_problem__is_the_certificate_of_the_outcome() -> None:
    requests = [wish(f"R{n}", 9, late=1) for n in range(5)]
    places = [place("nine", 9, seats=2), place("ten", 10, seats=2)]
    problem = code(requests, places, Rule(), key=KEY, yard=None).problem
    assert bound(problem) == run(requests, places).certificate.bound


def test_allocate__progress__is_told_from_nought_to_one() -> None:
    told: list[float] = []
    run([wish("R", 9)], [place("nine", 9)], progress=lambda stage, done: told.append(done))
    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert told == sorted(told)


def test_draw_numbers__phantoms__draw_no_number() -> None:
    assert draw_numbers([wish("R", 9), wish("forecast", 9, is_phantom=True)], key=KEY) == {"R": 1}
