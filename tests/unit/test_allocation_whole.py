"""Yard rows leave requests in parts and bundles count on the same seat: what comes out whole must still cost next to nothing more.

The bound lets requests be served in parts and bundles be torn, so an outcome that costs no more than it is the best there is.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from scipy.optimize import OptimizeResult

from reservations.allocation import Outcome, Place, Request, Rule, YardRow, allocate, verify

KEY = b"the key of the round"
HOUR = 60
Day = tuple[list[Request], list[Place], list[YardRow]]


def wish(ref: str, hour: int, dice: random.Random, **more: object) -> Request:
    """A request for `hour`, up to three hours earlier and four later, of any class but the first."""
    known: dict[str, object] = {
        "kind": "general",
        "rank": dice.randint(1, 3),
        "lanes": frozenset("A"),
        "earliest_min": (hour - dice.randint(0, 3)) * HOUR,
        "latest_min": (hour + dice.randint(0, 4)) * HOUR,
        "organisation": f"of {ref}",
    }
    return Request(ref=ref, preferred_min=hour * HOUR, **known | more)  # type: ignore[arg-type]


def places(lanes: str, hours: int, seats: int) -> list[Place]:
    return [Place(f"{lane}{h}", lane, h * HOUR, (h + 1) * HOUR, seats, seats) for lane in lanes for h in range(hours)]


def tight_yard(seed: int) -> Day:
    """Two types of bay, few of each, and stays of one to four hours."""
    dice = random.Random(seed)
    requests = [
        wish(
            f"R{n}",
            dice.randint(0, 5),
            dice,
            dwell_min=HOUR * dice.randint(1, 4),
            bay_type=dice.choice(["dry", "cold"]),
        )
        for n in range(14)
    ]
    yard = [YardRow(bay, tuple(dice.randint(1, 3) for _ in range(8))) for bay in ("dry", "cold")]
    return requests, places("A", 6, 3), yard


def many_bundles(seed: int) -> Day:
    """Six bundles of three or four among thirty-six single requests, on two lanes."""
    dice = random.Random(seed)
    lanes = [frozenset("A"), frozenset("B"), frozenset("AB")]
    requests = [wish(f"R{n}", dice.randint(1, 6), dice, lanes=dice.choice(lanes)) for n in range(36)]
    for number in range(6):
        first = wish("first", dice.randint(2, 6), dice, lanes=dice.choice(lanes))
        more = {**vars(first), "bundle": f"b{number}", "organisation": f"o{number}"}
        requests += [Request(**more | {"ref": f"B{number}.{n}"}) for n in range(dice.randint(3, 4))]
    return requests, places("AB", 8, 4), []


def run(day: Day) -> Outcome:
    """Allocates, and lets the verifier look at it."""
    requests, slots, yard = day
    outcome = allocate(requests, slots, Rule(), key=KEY, yard=yard)
    verdict = verify(requests, slots, Rule(), outcome.placed, key=KEY, yard=yard)
    assert (verdict.problems, verdict.value) == ((), outcome.certificate.value)
    return outcome


@pytest.mark.parametrize("seed", [62, 155, 207, 277])
def test_allocate__yard_rows_leave_parts__no_allocation_is_cheaper(seed: int) -> None:
    certificate = run(tight_yard(seed)).certificate
    assert certificate.value == pytest.approx(certificate.bound, abs=0.5)


@pytest.mark.parametrize("seed", [36, 75, 102, 143, 173, 238])
def test_allocate__bundles_that_count_on_the_same_seat__no_allocation_is_cheaper(seed: int) -> None:
    certificate = run(many_bundles(seed)).certificate
    assert certificate.value == pytest.approx(certificate.bound, abs=0.5)


@pytest.mark.parametrize("seed", range(20))
def test_allocate__whole_number_programme_gives_up__is_still_lawful(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scipy.optimize.milp", lambda *_, **__: OptimizeResult(x=None))
    run(tight_yard(seed))


@pytest.mark.parametrize("seed", [62, 60, 75])
@pytest.mark.parametrize("day", [tight_yard, many_bundles])
def test_allocate__input_shuffled__comes_out_the_same(seed: int, day: Callable[[int], Day]) -> None:
    requests, slots, yard = day(seed)
    shuffled = random.Random(seed).sample(requests, len(requests)), slots[::-1], yard[::-1]
    assert run(shuffled) == run((requests, slots, yard))
