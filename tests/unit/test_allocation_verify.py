"""The verifier catches every tampering, and the figures of the reasons can be counted again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from reservations.allocation import Outcome, Place, Request, Rule, Verdict, YardRow, allocate, verify

HOUR = 60
KEY = b"the key of the round"
RULE = Rule(organisation_share_percent=50)
YARD = [YardRow("plug", (None,) * 9 + (2, 2, 2, 2, 2, 2))]
PLACES = [
    Place(f"{lane}{hour}", lane, hour * HOUR, (hour + 1) * HOUR, 4, 4) for lane in ("A", "B") for hour in (9, 10, 11)
]


def wish(ref: str, hour: int = 9, *, late: int = 1, **more: object) -> Request:
    known: dict[str, object] = {"kind": "general", "rank": 2, "organisation": f"of {ref}", "lanes": frozenset("A")}
    window = {"earliest_min": hour * HOUR, "latest_min": (hour + late) * HOUR, "preferred_min": hour * HOUR}
    return Request(ref=ref, **window, **(known | more))  # type: ignore[arg-type]


REQUESTS = [
    *(wish(f"R{n}") for n in range(6)),
    *(wish(f"big {n}", organisation="big", lanes=frozenset("B")) for n in range(3)),
    *(wish(f"member {n}", 10, bundle="consignment", lanes=frozenset("AB")) for n in range(2)),
    *(wish(f"plug {n}", 10, lanes=frozenset("B"), dwell_min=60, bay_type="plug") for n in range(2)),
    wish("to come", 11, is_phantom=True),
]


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return allocate(REQUESTS, PLACES, RULE, key=KEY, yard=YARD)


def check(
    placed: dict[str, str], *, requests: list[Request] = REQUESTS, rule: Rule = RULE, key: bytes = KEY
) -> Verdict:
    return verify(requests, PLACES, rule, placed, key=key, yard=YARD)


def test_verify__the_outcome__is_lawful_and_refuses_as_many(outcome: Outcome) -> None:
    verdict = check(dict(outcome.placed))
    assert verdict.is_lawful
    assert verdict.refused_by_rank == outcome.certificate.refused_by_rank


def first_and_last(outcome: Outcome) -> tuple[str, str]:
    """Of the equals, the one drawn first and the one drawn last."""
    equals = sorted((f"R{n}" for n in range(6)), key=outcome.draw.__getitem__)
    return equals[0], equals[-1]


def unknown_request(placed: dict[str, str], outcome: Outcome) -> None:
    placed["nobody"] = "A9"


def unknown_place(placed: dict[str, str], outcome: Outcome) -> None:
    placed["R0"] = "Z9"


def forecast(placed: dict[str, str], outcome: Outcome) -> None:
    placed["to come"] = "A11"


def window(placed: dict[str, str], outcome: Outcome) -> None:
    placed["R0"] = "A11"


def lane(placed: dict[str, str], outcome: Outcome) -> None:
    placed["R0"] = "B9"


def room(placed: dict[str, str], outcome: Outcome) -> None:
    placed.update({f"R{n}": "A9" for n in range(5)})


def yard(placed: dict[str, str], outcome: Outcome) -> None:
    placed.update({"plug 0": "B10", "plug 1": "B10"})


def torn(placed: dict[str, str], outcome: Outcome) -> None:
    del placed["member 0"]


def far_apart(placed: dict[str, str], outcome: Outcome) -> None:
    placed.update({"member 0": "A10", "member 1": "A11"})


def cap(placed: dict[str, str], outcome: Outcome) -> None:
    placed.update({f"big {n}": "B9" for n in range(3)})


def draw(placed: dict[str, str], outcome: Outcome) -> None:
    first, last = first_and_last(outcome)
    placed[first], placed[last] = placed[last], placed[first]


def dropped(placed: dict[str, str], outcome: Outcome) -> None:
    del placed[first_and_last(outcome)[0]]


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (unknown_request, "no such request"),
        (unknown_place, "no such place"),
        (forecast, "a forecast was placed"),
        (window, "outside its window"),
        (lane, "does not fit"),
        (room, "room for 4"),
        (torn, "1 of 2 placed"),
        (cap, "2 allowed"),
        (draw, "no worse than"),
        (dropped, "no worse than"),
    ],
)
def test_verify__tampered_outcome__is_told(
    outcome: Outcome, tamper: Callable[[dict[str, str], Outcome], None], told: str
) -> None:
    placed = dict(outcome.placed)
    tamper(placed, outcome)
    assert any(told in problem for problem in check(placed).problems)


def test_verify__bundle_beyond_the_span__is_told(outcome: Outcome) -> None:
    placed = dict(outcome.placed)
    far_apart(placed, outcome)
    problems = check(placed, rule=replace(RULE, bundle_span_min=30)).problems
    assert any("torn over 60 minutes" in problem for problem in problems)


def test_verify__fewer_bays_than_stays__is_told(outcome: Outcome) -> None:
    placed = dict(outcome.placed)
    yard(placed, outcome)
    assert check(placed).is_lawful
    few = [YardRow("plug", (None,) * 9 + (2, 1))]
    problems = verify(REQUESTS, PLACES, RULE, placed, key=KEY, yard=few).problems
    assert problems == ("plug: 2 inside in hour 10, 1 free",)


def test_verify__another_key__is_told(outcome: Outcome) -> None:
    verdicts = [check(dict(outcome.placed), key=b"another %d" % number) for number in range(5)]
    assert not any(verdict.is_lawful for verdict in verdicts)


def test_verify__changed_input__is_told(outcome: Outcome) -> None:
    first, _ = first_and_last(outcome)
    changed = [replace(r, latest_min=r.earliest_min, lanes=frozenset("B")) if r.ref == first else r for r in REQUESTS]
    assert not check(dict(outcome.placed), requests=changed).is_lawful


def test_verify__held_place_taken_from_the_earlier_drawn__is_told() -> None:
    requests = [wish("one", held="A9"), wish("two", held="A9")]
    places = [Place("A9", "A", 540, 600, 2, 1), Place("A10", "A", 600, 660, 2, 1)]
    placed = dict(allocate(requests, places, Rule(), key=KEY).placed)
    assert verify(requests, places, Rule(), placed, key=KEY).is_lawful
    swapped = {"one": placed["two"], "two": placed["one"]}
    assert verify(requests, places, Rule(), swapped, key=KEY).problems


def test_verify__order_of_those_that_moved_turned_round__is_told() -> None:
    requests = [wish("early", late=5, held="x", stood_min=540), wish("late", late=5, held="y", stood_min=600)]
    swapped = {"early": "A11", "late": "A10"}
    assert verify(requests, PLACES, RULE, swapped, key=KEY).problems
    assert verify(requests, PLACES, RULE, {"early": "A10", "late": "A11"}, key=KEY).is_lawful


# ---------------------------------------------------------------- reasons


def contest() -> tuple[list[Request], Outcome]:
    """Seven want nine o'clock, which has two places of two seats; ten has one seat, eleven is out of reach but free."""
    places = [
        Place("A9", "A", 540, 600, 2, 2),
        Place("B9", "B", 540, 600, 2, 2),
        Place("A10", "A", 600, 660, 1, 1),
        Place("A11", "A", 660, 720, 3, 3),
    ]
    requests = [wish(f"R{n}", lanes=frozenset("AB")) for n in range(7)] + [wish("other class", rank=3)]
    return requests, allocate(requests, places, Rule(), key=KEY)


def test_reasons__figures_of_the_contest__are_true() -> None:
    requests, result = contest()
    in_turn = sorted((r.ref for r in requests if r.rank == 2), key=result.draw.__getitem__)
    for number, ref in enumerate(in_turn, start=1):
        facts = result.reasons[ref].facts
        assert (facts["places"], facts["asked"], facts["drawn"]) == (4, 7, number)
        assert facts["given"] == result.placed.get(ref)
        assert facts["wanted"] in ("A9", "B9")
    codes = [result.reasons[ref].code for ref in in_turn]
    assert codes == ["preferred"] * 4 + ["nearest"] + ["full_for_class"] * 2


def test_reasons__displaced__names_its_place_as_the_nearest() -> None:
    _, result = contest()
    displaced = next(reason for reason in result.reasons.values() if reason.code == "nearest")
    assert (displaced.facts["given"], displaced.facts["nearest"]) == ("A10", "A10")


def test_reasons__time_went_to_others__counts_better_classes_and_the_later_drawn() -> None:
    places = [Place("A9", "A", 540, 600, 2, 2), Place("A10", "A", 600, 660, 3, 3)]
    free = [wish(f"R{n}") for n in range(3)]
    outcome = allocate([*free, wish("bound", late=0), wish("first", late=0, rank=0)], places, Rule(), key=KEY)
    assert {ref for ref, place in outcome.placed.items() if place == "A9"} == {"bound", "first"}
    for row in free:
        facts = outcome.reasons[row.ref].facts
        assert facts["before"] == 1
        assert facts["later"] == int(outcome.draw[row.ref] < outcome.draw["bound"])
    assert outcome.reasons["bound"].facts["later"] == 0
    assert len({outcome.reasons[row.ref].facts["later"] for row in free}) == 2


def test_reasons__refused__names_the_nearest_place_that_is_left() -> None:
    _, result = contest()
    assert {result.reasons[ref].facts["nearest"] for ref in result.refused} == {"A11"}
    assert result.room_left["A11"] == 3


def test_reasons__given_the_wanted_time__wanted_is_the_given_place() -> None:
    _, result = contest()
    kept = [reason.facts for reason in result.reasons.values() if reason.code == "preferred"]
    assert all(facts["wanted"] == facts["given"] for facts in kept)


def test_prices__full_time_and_empty_time__cost_a_refusal_and_nothing() -> None:
    _, result = contest()
    assert result.prices["A11"] == 0
    assert result.prices["A9"] >= 1_000_000
