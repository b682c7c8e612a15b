"""The yardsticks of the allocation benchmark: instances by seed, lawful baselines, a bound that is one, worth counted right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.allocation import baselines
from benchmarks.allocation.bound import lower_bound
from benchmarks.allocation.closure import Closure, inversions, moves
from benchmarks.allocation.instances import SIZES, Instance, Size, make
from benchmarks.allocation.measures import worst_mean_displacement_h, worth
from reservations.allocation import Place, Request, Rule, allocate, verify

SMALL = Size(requests=300, days=1, lanes=4)
RULE = Rule()


@pytest.fixture(scope="module")
def instance() -> Instance:
    return make(SMALL, load=1.0, seed=3, bays=0.9, bundles=True)


def test_make__same_seed__same_instance(instance: Instance) -> None:
    again = make(SMALL, load=1.0, seed=3, bays=0.9, bundles=True)
    assert (again.requests, again.places, again.yard) == (instance.requests, instance.places, instance.yard)
    assert make(SMALL, load=1.0, seed=4, bays=0.9, bundles=True).requests != instance.requests


def test_make__load__is_requests_over_places() -> None:
    for load in (0.5, 1.0):
        places = sum(place.capacity for place in make(SIZES["1k"], load=load, seed=1).places)
        assert 1000 / places == pytest.approx(load, rel=0.05)


@pytest.mark.parametrize("serve", [baselines.first_come, baselines.by_class])
def test_baseline__bays_and_consignments__breaks_no_law_but_the_draw(serve: object, instance: Instance) -> None:
    placed = serve(instance)  # type: ignore[operator]
    problems = verify(instance.requests, instance.places, RULE, placed, key=b"k", yard=instance.yard).problems
    assert not [problem for problem in problems if "no worse than" not in problem]
    assert len(placed) > SMALL.requests / 2


def test_lower_bound__whole_network__is_the_optimum() -> None:
    plain = make(SMALL, load=1.1, seed=3)
    placed = allocate(plain.requests, plain.places, RULE, key=b"k").placed
    assert worth(plain, placed, RULE).value == pytest.approx(lower_bound(plain, RULE).value)
    assert worth(plain, placed, RULE).refused[3] > 0


def test_lower_bound__bays_and_consignments__nothing_undercuts_it(instance: Instance) -> None:
    bound = lower_bound(instance, RULE).value
    ours = allocate(instance.requests, instance.places, RULE, key=b"k", yard=instance.yard).placed
    for placed in (ours, baselines.first_come(instance), baselines.by_class(instance)):
        assert worth(instance, placed, RULE).value >= bound - 1e-6


def test_worth__by_hand__refusal_displacement_and_fill(instance: Instance) -> None:
    requests = [asking(f"q{number}", preferred_min=60) for number in range(6)]
    places = [Place("early", "L", 0, 60, 4, 4), Place("wanted", "L", 60, 120, 1, 1)]
    small = replace(instance, requests=requests, places=places)
    found = worth(small, {"q0": "wanted", **{f"q{number}": "early" for number in range(1, 5)}}, RULE)
    assert found.refused == (0, 0, 1, 0)
    assert found.refuse_cost == 2_000_000
    assert found.displacement_cost == 4 * 20  # four of class 2 came an hour early
    assert found.fill_cost == (3 * 0 + 0 * 2 + 1 * 5) + 1 * 5  # 3 of 4 seats lie below 75 %, no whole seat below 90 %


def test_worst_mean_displacement_h__one_organisation_far_away__is_its_mean(instance: Instance) -> None:
    near = [asking(f"n{number}", organisation="near", preferred_min=60) for number in range(20)]
    far = [asking(f"f{number}", organisation="far", preferred_min=180) for number in range(20)]
    few = [asking("few", organisation="few", preferred_min=600)]
    small = replace(instance, requests=[*near, *far, *few], places=[Place("p", "L", 60, 120, 50, 50)])
    assert worst_mean_displacement_h(small, {r.ref: "p" for r in small.requests}) == 2.0


def test_inversions__later_one_comes_first__is_counted_once() -> None:
    stood = {"a": "p0", "b": "p1"}
    requests = [replace(asking(ref, preferred_min=0), held=place) for ref, place in stood.items()]
    places = [Place(f"p{hour}", "L", hour * 60, hour * 60 + 60, 1, int(hour > 1)) for hour in range(4)]
    closure = Closure(requests, places, stood, frozenset(stood.values()))
    assert inversions(closure, {"a": "p2", "b": "p3"}) == 0
    assert inversions(closure, {"a": "p3", "b": "p2"}) == 1
    assert inversions(closure, {"b": "p2"}) == 1  # the earlier one has nothing at all
    assert moves(closure, {"a": "p3"}) == 1


def asking(ref: str, *, preferred_min: int, organisation: str = "o") -> Request:
    return Request(
        ref=ref,
        kind="general",
        rank=2,
        lanes=frozenset({"L"}),
        earliest_min=0,
        latest_min=24 * 60,
        preferred_min=preferred_min,
        organisation=organisation,
    )
