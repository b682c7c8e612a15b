"""Which places a vehicle, or an organisation, could have now: read only, a hold of nothing. What is taken at last is taken by booking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import Vehicle
from core.errors import DomainError
from reservations.errors import NoPolicy
from reservations.models import Policy, Round, Slot
from reservations.operations import days
from reservations.operations.asking import Times
from reservations.operations.gates import cooling_down
from reservations.owners import most_of, places_held
from reservations.starts import own_start
from yards.models import Lane, Port


@dataclass(frozen=True)
class Option:
    """A slot and how many of its places the asking organisation may still take now: what is free, within its share; none of a slot
    of which it gave a place back just now."""

    slot: Slot
    yours: int


@dataclass(frozen=True)
class NotGiven:
    """A day whose places are not given at once, and the error that an attempt would meet."""

    service_date: date
    error: DomainError


def options_for(
    vehicle: Vehicle, lanes: Sequence[Lane], times: Times, *, most: int, now: datetime
) -> tuple[list[Option], list[NotGiven]]:
    """This will return up to `most` slots that the vehicle could have, nearest to the preferred time first, and the days left out.

    `lanes` are those that take it (asking.lanes_for), all of one port.
    """
    rows = Slot.objects.filter(lane__in=lanes, starts_at__range=(times.earliest_at, times.latest_at)).with_room()
    slots = list(rows.not_over(now).select_related("policy", "lane__port", "lane__yard").order_by("starts_at", "lane"))
    shut = not_given(lanes[0].port, {slot.service_date for slot in slots}, now=now)
    usable = [slot for slot in slots if slot.service_date not in shut and is_open(slot, now)]
    starts = _own_starts(vehicle, lanes[0].port, {slot.service_date for slot in usable})
    usable = [slot for slot in usable if (starts.get(slot.service_date) or slot.opens_at or now) <= now]
    mine = shares(usable, organisation_id=vehicle.organisation_id, vehicles=[vehicle], now=now)
    found = [option for option in mine if option.yours]
    found.sort(key=lambda option: (abs(option.slot.starts_at - times.preferred_at), option.slot.lane.code))
    return found[:most], [NotGiven(day, error) for day, error in sorted(shut.items())]


def shares(
    slots: Sequence[Slot], *, organisation_id: int | None, vehicles: Sequence[Vehicle] = (), now: datetime
) -> list[Option]:
    """This will say of each slot how many places the organisation (with these vehicles) may still take. `policy` must be loaded."""
    if organisation_id is None:
        return [Option(slot, slot.free) for slot in slots]
    owner = ("O", organisation_id)
    held = places_held(slots, by=[owner])
    resting = cooling_down(slots, organisation_id=organisation_id, vehicles=vehicles, now=now)
    left = {slot.pk: 0 if slot.pk in resting else most_of(slot) - held[slot.pk, owner] for slot in slots}
    return [Option(slot, max(0, min(slot.free, left[slot.pk]))) for slot in slots]


def not_given(port: Port, dates: Iterable[date], *, now: datetime) -> dict[date, DomainError]:
    """This will name, of some days of a port, those whose places are not given at once now, with why."""
    found: dict[date, DomainError] = {}
    for day in dates:
        try:
            policy = Policy.objects.in_force(port_id=port.pk, at=now)
            days.check_given(port, day, policy, now=now)
        except NoPolicy:
            raise
        except DomainError as error:
            found[day] = error
    return found


def is_open(slot: Slot, now: datetime) -> bool:
    """This will tell whether a slot gives places now: its lane is not shut for the day, it is not too far. `lane.port` must be loaded."""
    return slot.gives(now) and slot.starts_at <= now + timedelta(days=slot.policy.horizon_days)


def _own_starts(vehicle: Vehicle, port: Port, dates: set[date]) -> dict[date, datetime]:
    """When what a published round has left opens for the vehicle, by day."""
    rows = Round.objects.select_related("policy").filter(port=port, service_date__in=dates, state="published")
    return {row.service_date: own_start(row, vehicle) for row in rows}
