"""One day's places given out in three ways to the same people: by a round and a standby order, by lot at an opening, by the fastest click.

By a round: everybody asks, the draw decides between equals, whoever got nothing stands by in the published order; a returned place is
offered down that order, a vehicle change to another organisation is refused, and who returned a place gets none back that day.
By click: first come, first served; a freed place goes to the fastest, plates may be swapped, and programs grab what they freed.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from benchmarks.opening_people import DAY_MIN, MINUTE_MS, Wish
from reservations.allocation import Outcome, Place, Request, Rule, allocate, verify

LANES = ("L1", "L2", "L3", "L4")
PUBLISHED_MIN = -12 * 60  # the evening before
OFFER_MIN = 10
NOTICE_MIN = 60  # nobody is offered a place that starts sooner
SALE_MIN = 30  # a reseller needs this long to find a buyer


@dataclass
class Day:
    """What one day gave. `given`: plate → place at the first giving-out; `had`: plates that ever were given or offered one; `crosses`:
    plate → place of those who hold it when it starts and have a truck; `empty`: places nobody crossed on."""

    given: dict[str, str]
    had: set[str] = field(default_factory=set)
    crosses: dict[str, str] = field(default_factory=dict)
    sold: int = 0
    returned: int = 0
    empty: int = 0
    places: int = 0


def places(per_lane_hour: int) -> list[Place]:
    return [
        Place(f"{lane}@{hour:02d}", lane, hour * 60, hour * 60 + 60, per_lane_hour, per_lane_hour)
        for hour in range(DAY_MIN // 60)
        for lane in LANES
    ]


# ---------------------------------------------------------------- a round, then standby


def by_round(people: Sequence[Wish], offered: Sequence[Place], rule: Rule, *, key: bytes, rng: Random) -> Day:
    """This will run the real allocation, have it verified, then play the day's returns down the standby order."""
    requests = [_request(wish) for wish in people]
    outcome = allocate(requests, offered, rule, key=key)
    verdict = verify(requests, offered, rule, outcome.placed, key=key, raised=outcome.raised)
    if verdict.problems:
        raise RuntimeError(f"the verifier found {verdict.problems[:3]}")
    day = Day(given=dict(outcome.placed), had=set(outcome.placed), places=sum(place.room for place in offered))
    _stand_by(day, people, offered, outcome, rng)
    return day


def _request(wish: Wish) -> Request:
    return Request(
        ref=wish.plate,
        kind="fruit" if wish.rank < 2 else "general",
        rank=wish.rank,
        lanes=frozenset(LANES),
        earliest_min=wish.earliest_min,
        latest_min=wish.latest_min,
        preferred_min=wish.preferred_min,
        organisation=wish.vehicle.account,  # the worst case: nobody has found out that the accounts are one
    )


def _stand_by(day: Day, people: Sequence[Wish], offered: Sequence[Place], outcome: Outcome, rng: Random) -> None:
    starts = {place.ref: place.starts_min for place in offered}
    by_plate = {wish.plate: wish for wish in people}
    order = sorted(
        (wish for wish in people if wish.plate not in day.given), key=lambda w: (w.rank, outcome.draw[w.plate])
    )
    holds = dict(day.given)
    returns = [_return(rng, by_plate[plate], PUBLISHED_MIN, starts[place]) for plate, place in holds.items()]
    coming = [event for event in returns if event]
    heapq.heapify(coming)
    while coming:
        at_min, plate = heapq.heappop(coming)
        place = holds.pop(plate)  # and the plate stays out of the order: cool-down
        day.returned += 1
        buyer = _buyer(rng, order, starts[place]) if by_plate[plate].vehicle.is_reseller else None
        taker, at_min = _offer_down(day, order, starts[place], at_min)
        if taker is None:
            continue
        order.remove(taker)
        holds[taker.plate] = place
        day.sold += taker is buyer
        if again := _return(rng, taker, at_min, starts[place]):
            heapq.heappush(coming, again)
    _settle(day, holds, by_plate)


def _offer_down(day: Day, order: Iterable[Wish], starts_min: int, at_min: int) -> tuple[Wish | None, int]:
    """The first in the published order who fits and answers in time; each unanswered offer costs its ten minutes."""
    for wish in order:
        if at_min > starts_min - NOTICE_MIN:
            break
        if not wish.fits(starts_min):
            continue
        day.had.add(wish.plate)
        if wish.answers_after_ms <= OFFER_MIN * MINUTE_MS:
            return wish, at_min + wish.answers_after_ms // MINUTE_MS
        at_min += OFFER_MIN
    return None, at_min


def _return(rng: Random, wish: Wish, since_min: int, starts_min: int) -> tuple[int, str] | None:
    """When this holder gives the place back; None: keeps it (or it is too late to bother)."""
    earliest = since_min + (SALE_MIN if wish.vehicle.is_reseller else 0)
    latest = starts_min - NOTICE_MIN
    return (rng.randint(earliest, latest), wish.plate) if wish.gives_back and earliest <= latest else None


def _buyer(rng: Random, unserved: Iterable[Wish], starts_min: int) -> Wish | None:
    found = [wish for wish in unserved if wish.would_pay and wish.fits(starts_min)]
    return rng.choice(found) if found else None


# ---------------------------------------------------------------- clicks


def by_click(people: Sequence[Wish], offered: Sequence[Place], *, rng: Random) -> Day:
    """This will serve the fastest click first; freed places too; resellers swap plates with those who pay."""
    day = _first_served(sorted(people, key=lambda wish: wish.clicks_after_ms), offered)
    by_plate, starts = {wish.plate: wish for wish in people}, {place.ref: place.starts_min for place in offered}
    holds, unserved = dict(day.given), [wish for wish in people if wish.plate not in day.given]
    returns = [_return(rng, by_plate[plate], PUBLISHED_MIN, starts[place]) for plate, place in holds.items()]
    for _, plate in sorted(event for event in returns if event):
        place = holds.pop(plate)
        day.returned += 1
        if by_plate[plate].vehicle.is_reseller:
            taker = _buyer(rng, unserved, starts[place])
            day.sold += taker is not None
            unserved.append(by_plate[plate])  # the plate is free to grab the next one
        else:
            fitting = (wish for wish in unserved if wish.fits(starts[place]))
            taker = min(fitting, key=lambda wish: wish.answers_after_ms, default=None)
        if taker is None:
            continue
        unserved.remove(taker)
        holds[taker.plate] = place
        day.had.add(taker.plate)
    _settle(day, holds, by_plate)
    return day


def by_lot(people: Sequence[Wish], offered: Sequence[Place], *, rng: Random) -> Day:
    """This will serve all who wait at the opening in a drawn order, whenever they clicked, as what a round left is given out."""
    day = _first_served(rng.sample(list(people), len(people)), offered)
    _settle(day, day.given, {wish.plate: wish for wish in people})
    return day


def _first_served(order: Sequence[Wish], offered: Sequence[Place]) -> Day:
    room = {place.ref: place.room for place in offered}
    given: dict[str, str] = {}
    for wish in order:
        fitting = [place for place in offered if room[place.ref] and wish.fits(place.starts_min)]
        if fitting:
            best = min(fitting, key=lambda place: wish.distance_min(place.starts_min))
            given[wish.plate] = best.ref
            room[best.ref] -= 1
    return Day(given=given, had=set(given), places=sum(place.room for place in offered))


def _settle(day: Day, holds: dict[str, str], by_plate: dict[str, Wish]) -> None:
    day.crosses = {plate: place for plate, place in holds.items() if not by_plate[plate].vehicle.is_reseller}
    day.empty = day.places - len(day.crosses)
