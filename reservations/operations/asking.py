"""Steps of asking for a place: what is asked, whether it can be granted at all, and the sentence when it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from accounts.models import User, Vehicle
from core.errors import Invalid, NotFound
from reservations.errors import (
    BundleOfOneOrganisation,
    BundleTooBig,
    DayClosed,
    EvidenceNeeded,
    IntervalTooShort,
    LaneDoesNotFit,
    RequestLimit,
    TimesOutOfOrder,
    VehicleHasAReservation,
    VehiclePaused,
    WrongCargo,
)
from reservations.models import Policy, Request, Reservation, Slot
from reservations.operations.suitability import could_take, need_with, never_fits
from reservations.owners import share_of
from reservations.queries.conduct import last_strike, paused_until
from yards.errors import UnknownLane
from yards.models import CargoKind, Lane, Port

MOST_VEHICLES = 50
#: Live requests of one driver account for vehicles that have no organisation (docs/allocation.md).
MOST_REQUESTS_ALONE = 3
MOST_TRAVEL_MINUTES = 14 * 24 * 60


@dataclass(frozen=True)
class Times:
    """When a place is wanted: `[earliest_at, latest_at]` for the slot's start, and the time liked best."""

    earliest_at: datetime
    latest_at: datetime
    preferred_at: datetime


def check_times(times: Times, *, port: Port, day: date, now: datetime) -> None:
    """This will raise TimesOutOfOrder unless the times are in order, on the day, and not over."""
    midnight = datetime.combine(day, time(), port.tz)
    in_order = midnight <= times.earliest_at <= times.preferred_at <= times.latest_at
    # A difference, not a sum: the last day of the calendar has no next one.
    if not in_order or times.latest_at - midnight > timedelta(days=1) or times.latest_at <= now:
        raise TimesOutOfOrder


def day_of(moment: datetime, port: Port) -> date:
    """This will return the port's date of a moment; raises TimesOutOfOrder where its calendar has none."""
    try:
        return moment.astimezone(port.tz).date()
    except OverflowError:
        raise TimesOutOfOrder from None


def check_travel(minutes: int) -> None:
    if not 0 <= minutes <= MOST_TRAVEL_MINUTES:
        raise Invalid(field="travel_minutes")


def vehicles_of(refs: Sequence[str], driver: User | None) -> list[Vehicle]:
    """This will return the vehicles, all the driver's own (`driver` None: any); raises NotFound, Invalid, BundleOfOneOrganisation."""
    wanted = list(dict.fromkeys(refs))
    if not 0 < len(wanted) <= MOST_VEHICLES:
        raise Invalid(field="vehicles")
    rows = Vehicle.objects.all() if driver is None else Vehicle.objects.visible_to(driver)
    found = {row.ref: row for row in rows.filter(ref__in=wanted)}
    if len(found) < len(wanted):
        raise NotFound(field="vehicles")
    organisations = {row.organisation_id for row in found.values()}
    if len(wanted) > 1 and (len(organisations) > 1 or None in organisations):
        raise BundleOfOneOrganisation
    return [found[ref] for ref in wanted]


def check_no_reservation(vehicles: Iterable[Vehicle]) -> None:
    """This will raise VehicleHasAReservation when one of them holds a place already: one live promise each."""
    if Reservation.objects.live().filter(vehicle__in=list(vehicles)).exists():
        raise VehicleHasAReservation


def check_request_limit(vehicles: Sequence[Vehicle], driver: User | None) -> None:
    """This will raise RequestLimit when an account would ask for more vehicles of no organisation than one person can drive.

    The account stays locked, so that many at once do not all pass; no other row is held yet.
    """
    if driver is None or vehicles[0].organisation_id:
        return
    User.objects.select_for_update(no_key=True).get(pk=driver.pk)
    if Request.objects.live().filter(driver=driver, organisation=None).count() >= MOST_REQUESTS_ALONE:
        raise RequestLimit(most=MOST_REQUESTS_ALONE)


def check_no_pause(vehicles: Iterable[Vehicle], policy: Policy, port: Port, now: datetime) -> None:
    """This will raise VehiclePaused when reserving is paused for one of them, by the rules of this port."""
    rows = Vehicle.objects.filter(pk__in=[vehicle.pk for vehicle in vehicles]).annotate(struck_at=last_strike())
    struck = rows.order_by().values_list("pk", "struck_at")
    ends = (paused_until(pk, last_strike_at=at, policy=policy, now=now) for pk, at in struck)
    until = max((end for end in ends if end), default=None)
    if until:
        told = f"{until.astimezone(port.tz):%Y-%m-%d %H:%M %Z}"
        raise VehiclePaused(until=told, limit=policy.strike_limit, days=policy.strike_days)


def check_evidence(policy: Policy, cargo_kind: str, evidence: str) -> None:
    """This will raise EvidenceNeeded for cargo that goes before general cargo and shows no paper."""
    ahead = policy.rank_of(cargo_kind) == 0 and policy.class_of(cargo_kind) != "general"
    if ahead and not evidence.strip():
        raise EvidenceNeeded


def lanes_for(
    port: Port, codes: Sequence[str], cargo_kind: str, vehicles: Sequence[Vehicle], *, now: datetime
) -> list[Lane]:
    """This will return the lanes that take the cargo and have a bay for every vehicle: those named, or all of the port.

    Raises UnknownLane, Invalid (cargo), WrongCargo, NoBayEverFits (in none of them), LaneDoesNotFit (not in all those named).
    """
    if cargo_kind not in CargoKind.values:
        raise Invalid(field="cargo_kind")
    lanes = list(Lane.objects.filter(port=port).select_related("port", "yard").order_by("code"))
    if codes:
        lanes = _named(lanes, codes, cargo_kind)
    taking = [lane for lane in lanes if cargo_kind in lane.cargo_kinds]
    if not taking:
        raise WrongCargo
    fitting = [lane for lane in taking if _takes_all(lane, vehicles, cargo_kind, now)]
    if not fitting:
        raise never_fits(max(vehicles, key=lambda vehicle: (vehicle.length_m, vehicle.width_m)))
    if codes and len(fitting) < len(taking):
        raise LaneDoesNotFit(lane=next(lane.code for lane in taking if lane not in fitting))
    return fitting


def _takes_all(lane: Lane, vehicles: Sequence[Vehicle], cargo_kind: str, now: datetime) -> bool:
    return all(could_take(lane.yard_id, need_with(each, cargo_kind), now) for each in vehicles)


def _named(lanes: list[Lane], codes: Sequence[str], cargo_kind: str) -> list[Lane]:
    if set(codes) - {lane.code for lane in lanes}:
        raise UnknownLane
    named = [lane for lane in lanes if lane.code in codes]
    if any(cargo_kind not in lane.cargo_kinds for lane in named):
        raise WrongCargo
    return named


def check_day(lanes: Sequence[Lane], times: Times, *, day: date, vehicles: int, policy: Policy, now: datetime) -> None:
    """This will raise DayClosed, IntervalTooShort or BundleTooBig unless the lanes' slots of the day can hold what is asked."""
    slots = open_slots(lanes, day, now)
    usable = [slot for slot in slots if times.earliest_at <= slot.starts_at <= times.latest_at]
    if not usable:
        if any(slot.starts_at < times.latest_at and times.earliest_at < slot.ends_at for slot in slots):
            raise IntervalTooShort(minutes=policy.slot_minutes)
        raise DayClosed(service_date=day.isoformat())
    most = max(_held_together(usable, first, policy) for first in usable)
    if vehicles > 1 and vehicles > most:
        raise BundleTooBig(minutes=policy.bundle_span_minutes, vehicles=vehicles, most=most)


def open_slots(lanes: Sequence[Lane], day: date, now: datetime) -> list[Slot]:
    """This will return the slots of the day that may give places; a lane that staff have shut gives none today."""
    rows = Slot.objects.filter(lane__in=lanes, service_date=day, is_frozen=False, capacity__gt=0)
    rows = rows.not_over(now).select_related("policy", "lane__port", "lane__yard").order_by("starts_at", "lane__code")
    return [slot for slot in rows if _gives(slot, now)]


def _gives(slot: Slot, now: datetime) -> bool:
    return slot.lane.is_open or slot.service_date > now.astimezone(slot.lane.port.tz).date()


def _held_together(slots: Sequence[Slot], first: Slot, policy: Policy) -> int:
    """Places that one organisation may have in the slots that begin within the span from `first` on."""
    until = first.starts_at + timedelta(minutes=policy.bundle_span_minutes)
    near = (slot for slot in slots if first.starts_at <= slot.starts_at <= until)
    return sum(share_of(slot.capacity, policy) for slot in near)
