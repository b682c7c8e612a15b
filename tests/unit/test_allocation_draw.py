"""The draw, and those who stood before: nothing else may decide between equals."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

from reservations.allocation import Outcome, Place, Request, Rule, YardRow, allocate, draw_numbers, verify

HOUR = 60


def place(hour: int, *, seats: int = 1, room: int | None = None, lane: str = "A") -> Place:
    return Place(f"{lane}{hour}", lane, hour * HOUR, (hour + 1) * HOUR, seats, seats if room is None else room)


def wish(ref: str, hour: int = 9, *, early: int = 0, late: int = 0, lanes: str = "A", **more: object) -> Request:
    known: dict[str, object] = {"kind": "general", "rank": 2, "organisation": f"of {ref}"} | more
    window = {"earliest_min": (hour - early) * HOUR, "latest_min": (hour + late) * HOUR, "preferred_min": hour * HOUR}
    return Request(ref=ref, lanes=frozenset(lanes), **window, **known)  # type: ignore[arg-type]


def keys(count: int) -> list[bytes]:
    return [b"round %d" % number for number in range(count)]


def busy_day(seed: int) -> tuple[list[Request], list[Place], list[YardRow]]:
    """Everything at once: classes, bundles, held places, forecasts, yard rows, big organisations."""
    dice = random.Random(seed)
    places = [place(hour, lane=lane, seats=dice.randint(1, 5)) for lane in "AB" for hour in range(6, 14)]
    requests = []
    for number in range(70):
        kind = dice.choice("gf")
        more: dict[str, object] = {}
        if number % 9 == 0:
            more = {"bundle": f"b{number // 18}", "kind": "g", "lanes": "AB"}
        elif number % 7 == 0:
            more = {"held": dice.choice(["A8", "A9", "gone"]), "lanes": "AB"}
        elif number % 11 == 0:
            more = {"is_phantom": True}
        known: dict[str, object] = {
            "kind": kind,
            "lanes": "A" if kind == "g" else "AB",
            "rank": dice.randint(0, 3),
        } | more
        hour, bay, dwell = dice.randint(6, 13), dice.choice(["dry", "plug"]), dice.choice([60, 120])
        window = {"early": dice.randint(0, 2), "late": dice.randint(0, 3), "organisation": dice.choice("xyz")}
        requests.append(wish(f"R{number}", hour, bay_type=bay, dwell_min=dwell, **window, **known))  # type: ignore[arg-type]
    return requests, places, [YardRow("dry", (None,) * 6 + (9,) * 10), YardRow("plug", (None,) * 6 + (5,) * 10)]


@pytest.mark.parametrize("seed", range(6))
def test_allocate__input_shuffled__gives_the_same_outcome(seed: int) -> None:
    requests, places, yard = busy_day(seed)
    rule = Rule(organisation_share_percent=40, fairness_rounds=2, fairness_least_requests=3)
    first = allocate(requests, places, rule, key=b"key", yard=yard)
    for shuffle in (random.Random(1), random.Random(2)):
        for inputs in (requests, places, yard):
            shuffle.shuffle(inputs)
        again = allocate(requests, places, rule, key=b"key", yard=yard)
        assert again == first
        assert list(again.placed) == list(first.placed)
    assert verify(requests, places, rule, first.placed, key=b"key", yard=yard, raised=first.raised).problems == ()


def test_allocate__equals__each_wins_its_share_over_many_keys() -> None:
    wins: Counter[str] = Counter()
    requests = [wish(f"R{n}") for n in range(6)]
    for key in keys(300):
        wins.update(list(allocate(requests, [place(9, seats=2)], Rule(), key=key).placed))
    assert sum(wins.values()) == 600
    assert all(65 <= wins[r.ref] <= 135 for r in requests)  # 100 expected, deviation 8


def test_allocate__two_tickets__win_twice_as_often_against_one_each() -> None:
    requests = [wish("credited", tickets=2), *(wish(f"R{n}") for n in range(2))]
    wins: Counter[str] = Counter()
    for key in keys(300):
        wins.update(list(allocate(requests, [place(9)], Rule(), key=key).placed))
    assert 115 <= wins["credited"] <= 185  # half of 300 expected; a third without the ticket


def test_allocate__equals__the_drawn_first_gets_the_better_place_and_the_drawn_last_none() -> None:
    requests = [wish(f"R{n}", late=2) for n in range(4)]
    outcome = allocate(requests, [place(9), place(10), place(11)], Rule(), key=b"key")
    in_turn = sorted(outcome.draw, key=outcome.draw.__getitem__)
    assert [outcome.placed.get(ref) for ref in in_turn] == ["A9", "A10", "A11", None]


def test_draw_numbers__by_hand__is_the_published_hash() -> None:
    from hashlib import sha256

    refs = [f"R{n}" for n in range(20)]
    by_hand = sorted(refs, key=lambda ref: sha256(b"key\x00" + ref.encode() + b"\x000").digest())
    draw = draw_numbers([wish(ref) for ref in refs], key=b"key")
    assert sorted(draw, key=draw.__getitem__) == by_hand
    assert sorted(draw.values()) == list(range(1, 21))


def test_allocate__capped_organisations_among_equals__the_draw_is_obeyed_wherever_the_cap_allows() -> None:
    rule, places = Rule(organisation_share_percent=40), [place(hour, seats=5) for hour in range(6, 13)]
    windows = [(8, 1, 2), (9, 2, 1), (9, 0, 4)]
    for key in keys(12):
        dice = random.Random(key)
        requests = []
        for number in range(60):
            hour, early, late = dice.choice(windows)
            organisation = f"o{dice.randint(0, 5)}"
            requests.append(wish(f"R{number}", hour, early=early, late=late, organisation=organisation))
        placed = allocate(requests, places, rule, key=key).placed
        assert verify(requests, places, rule, placed, key=key).problems == ()


# ---------------------------------------------------------------- forecasts


def test_allocate__forecast_of_a_better_class__holds_its_room_and_is_never_placed() -> None:
    requests = [wish("now", rank=3), wish("to come", rank=0, is_phantom=True)]
    outcome = allocate(requests, [place(9)], Rule(), key=b"key")
    assert (outcome.placed, outcome.refused, outcome.phantoms_in) == ({}, ("now",), {"A9": 1})
    assert outcome.room_left == {"A9": 0}


def test_allocate__forecast_equal_to_a_request__gives_way() -> None:
    for key in keys(20):
        assert "now" in allocate([wish("now"), wish("a", is_phantom=True)], [place(9)], Rule(), key=key).placed


# ---------------------------------------------------------------- held places


def held(ref: str, hour: int, **more: object) -> Request:
    """Holds the place of `hour`, and may be anywhere up to hour 20."""
    return wish(ref, late=20, **({"held": f"A{hour}", "stood_min": hour * HOUR} | more))  # type: ignore[arg-type]


def reallocate(requests: list[Request], places: list[Place]) -> Outcome:
    outcome = allocate(requests, places, Rule(), key=b"key")
    assert verify(requests, places, Rule(), outcome.placed, key=b"key").problems == ()
    return outcome


def test_allocate__held_places_still_open__are_kept() -> None:
    requests = [held(f"R{hour}", hour) for hour in (9, 10, 11)]
    outcome = reallocate(requests, [place(hour) for hour in (9, 10, 11, 12)])
    assert {r.code for r in outcome.reasons.values()} == {"kept"}
    assert outcome.certificate.moves == 0


def test_allocate__closure__moves_only_whom_it_must_and_drops_the_new_before_the_held() -> None:
    requests = [held("nine", 9), held("ten", 10), held("eleven", 11), wish("new", 12, rank=2)]
    outcome = reallocate(requests, [place(9, room=0), place(10), place(11), place(12)])
    assert outcome.placed == {"nine": "A12", "ten": "A10", "eleven": "A11"}
    assert outcome.certificate.moves == 1
    assert {ref: reason.code for ref, reason in outcome.reasons.items()} == {
        "nine": "moved",
        "ten": "kept",
        "eleven": "kept",
        "new": "full_for_class",
    }


@pytest.mark.parametrize("seed", range(8))
def test_allocate__closure_of_a_morning__keeps_the_order_of_those_who_asked_for_the_same(seed: int) -> None:
    dice = random.Random(seed)
    stood = {f"R{n}": dice.randint(6, 11) for n in range(24)}
    requests = [wish(ref, 8, early=8, late=20, held=f"A{hour}", stood_min=hour * HOUR) for ref, hour in stood.items()]
    requests += [wish(f"new {n}", 12, early=2, late=3, rank=dice.randint(0, 3)) for n in range(6)]
    places = [place(hour, seats=4, room=0 if hour < 12 else 4) for hour in range(6, 19)]
    outcome = reallocate(requests, places)
    starts = {p.ref: p.starts_min for p in places}
    moved = [(hour, starts[outcome.placed[ref]]) for ref, hour in stood.items()]
    inversions = [(a, b) for a in moved for b in moved if a[0] < b[0] and a[1] > b[1]]
    assert inversions == []


def test_allocate__held_place_gone_from_the_list__counts_as_lost_with_its_order() -> None:
    requests = [replace(held("early", 7), held="gone"), replace(held("late", 8), held="gone too")]
    outcome = reallocate(requests, [place(12), place(13)])
    assert outcome.placed == {"early": "A12", "late": "A13"}
    assert outcome.certificate.moves == 2


# ---------------------------------------------------------------- fairness


def test_allocate__organisation_that_missed_before__goes_first_among_equals_in_class() -> None:
    rule = Rule(missed_before={"unlucky": 40}, used_before={"lucky": 40})
    requests = [wish(f"L{n}", late=4, organisation="lucky") for n in range(4)]
    requests += [wish("U", late=4, organisation="unlucky")]
    for key in keys(20):
        assert allocate(requests, [place(hour) for hour in range(9, 14)], rule, key=key).placed["U"] == "A9"


def test_allocate__fairness_rounds__lighten_the_worst_burden_and_refuse_nobody_more() -> None:
    dice = random.Random(4)
    names = [f"o{n}" for n in range(12)]
    places = [place(hour, seats=6) for hour in range(40)]
    requests = [
        wish(
            f"R{n}",
            min(39, int(dice.gauss(20, 7))),
            early=4,
            late=8,
            rank=dice.choice([1, 2, 2, 3]),
            organisation=dice.choice(names),
        )
        for n in range(200)
    ]
    rule = Rule(fairness_least_requests=8, fairness_extra_percent=3)
    plain = allocate(requests, places, rule, key=b"key")
    fair = allocate(requests, places, replace(rule, fairness_rounds=8), key=b"key")
    assert worst(requests, places, fair) < worst(requests, places, plain)
    assert fair.certificate.refused_by_rank == plain.certificate.refused_by_rank
    assert fair.raised
    assert verify(requests, places, rule, fair.placed, key=b"key", raised=fair.raised).problems == ()


def worst(requests: list[Request], places: list[Place], outcome: Outcome) -> float:
    """The largest mean displacement of an organisation, in minutes."""
    starts = {p.ref: p.starts_min for p in places}
    away: dict[str, list[int]] = {}
    for r in requests:
        if r.ref in outcome.placed:
            away.setdefault(r.organisation, []).append(abs(starts[outcome.placed[r.ref]] - r.preferred_min))
    return max(sum(minutes) / len(minutes) for minutes in away.values())
