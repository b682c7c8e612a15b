"""What a batch is drawn over, read from the rows: late requests, the day's places, and the requests that are still expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from reservations import forecast
from reservations.allocation import Place, Rule
from reservations.allocation import Request as Wish
from reservations.models import Policy, Request, Reservation, Round, Slot
from reservations.owners import key_of, places_held
from reservations.round_rules import rule_from
from reservations.states import HOLDS_A_PLACE
from yards.models import CargoKind, Port

WEEKS = 8
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Batch:
    """`coming`: phantoms. `starts`: when each place begins, ISO 8601. `protected`: places kept now, by slot."""

    wishes: list[Wish]
    coming: list[Wish]
    places: list[Place]
    rule: Rule
    starts: dict[str, str]
    protected: dict[str, int]
    expected: dict[str, int]  # phantoms by the slot whose time they ask for


def pending(port: Port) -> QuerySet[Request]:
    """This will keep a port's late requests, and its bundles on standby: single places are offered, bundles find theirs here."""
    rows = Request.objects.filter(port=port)
    return rows.late() | rows.filter(Q(state="standby") & ~Q(bundle=""))


def read(port: Port, day: date, policy: Policy, *, round_: Round | None, now: datetime) -> Batch:
    """This will read a day's batch. Only a day whose round is over (`round_`) keeps room for requests still to come."""
    slots = _slots(port, day, now)
    coming = phantoms(port, day, slots, policy, now=now) if round_ else []
    epoch, slot_of = _midnight(port, day), {slot.ref: slot for slot in slots}
    rows = list(
        pending(port).filter(service_date=day).select_related("vehicle", "organisation", "driver").order_by("ref")
    )
    return Batch(
        wishes=_wishes(rows, policy, epoch),
        coming=[_phantom(e, number, slot_of[e.ref], policy, epoch) for e in coming for number in range(e.count)],
        places=[_place(slot, epoch) for slot in slots],
        rule=rule_from(policy, taken=_taken(rows, slots)),
        starts={slot.ref: slot.starts_at.astimezone(port.tz).isoformat() for slot in slots},
        protected={slot.ref: slot.protected for slot in slots if slot.protected},
        expected=_by_slot(coming),
    )


def phantoms(port: Port, day: date, slots: Sequence[Slot], policy: Policy, *, now: datetime) -> list[forecast.Phantoms]:
    """This will forecast the requests still to come for slots of a day (their lanes loaded) from the same weekday of the last weeks."""
    ahead = [_ahead(slot, port, now) for slot in slots]
    today = now.astimezone(port.tz).date()
    past = [each for each in (day - timedelta(weeks=n) for n in range(1, WEEKS + 1)) if each < today]
    kinds = sorted(CargoKind.values, key=lambda kind: (policy.rank_of(kind), kind))
    return forecast.phantoms(_asked(port, past), ahead, days=_days_seen(port, past), kinds=kinds)


def owner_of(row: Request | Reservation) -> str:
    """This will name who counts as one in a share: the organisation, or the driver account of a vehicle without one."""
    owner = row.organisation or row.driver or row.vehicle
    return owner.ref


# ---------------------------------------------------------------- requests and places
def _slots(port: Port, day: date, now: datetime) -> list[Slot]:
    rows = Slot.objects.not_over(now).filter(lane__port=port, service_date=day, is_frozen=False, capacity__gt=0)
    found = rows.select_related("lane__port", "policy").order_by("starts_at", "lane__code", "pk")
    return [slot for slot in found if slot.gives(now)]


def _place(slot: Slot, epoch: datetime) -> Place:
    """Returned places are those of the standby order."""
    room = max(0, slot.room - slot.returned)
    starts_min, ends_min = (_minute(moment, epoch) for moment in (slot.starts_at, slot.ends_at))
    return Place(slot.ref, slot.lane.code, starts_min, ends_min, slot.capacity, room)


def _wishes(rows: Sequence[Request], policy: Policy, epoch: datetime) -> list[Wish]:
    lanes = _lanes(rows)
    return [_wish(row, lanes.get(row.pk, frozenset()), policy, epoch) for row in rows]


def _wish(row: Request, lanes: frozenset[str], policy: Policy, epoch: datetime) -> Wish:
    return Wish(
        ref=row.ref,
        kind=row.cargo_kind,
        rank=policy.rank_of(row.cargo_kind),
        lanes=lanes,
        earliest_min=-((epoch - row.earliest_at) // MINUTE),
        latest_min=_minute(row.latest_at, epoch),
        preferred_min=_minute(row.preferred_at, epoch),
        organisation=owner_of(row),
        bundle=row.bundle,
    )


def _lanes(rows: Sequence[Request]) -> dict[int, frozenset[str]]:
    link = Request.lanes.through.objects.filter(request__in=[row.pk for row in rows])
    found: dict[int, set[str]] = {}
    for request_id, code in link.values_list("request_id", "lane__code"):
        found.setdefault(request_id, set()).add(code)
    return {pk: frozenset(codes) for pk, codes in found.items()}


def _taken(rows: Sequence[Request], slots: Sequence[Slot]) -> dict[tuple[str, str], int]:
    """Places that the owners of these requests hold or are offered: their share counts them."""
    names, refs = {key_of(row): owner_of(row) for row in rows}, {slot.pk: slot.ref for slot in slots}
    held = places_held(slots, by=names) if names else Counter()
    return {(names[owner], refs[slot_id]): count for (slot_id, owner), count in held.items()}


# ---------------------------------------------------------------- requests still to come
def _asked(port: Port, past: Sequence[date]) -> list[forecast.Asked]:
    """Places given on these days outside a round, and late requests that found none: once each."""
    of_a_round = Request.objects.filter(reservation=OuterRef("pk"), round__isnull=False)
    given = Reservation.objects.filter(
        ~Exists(of_a_round), lane__port=port, slot__service_date__in=past, state__in=HOLDS_A_PLACE
    )
    columns = ("lane__code", "cargo_kind", "slot__starts_at", "created_at")
    found = [_one(port, *row) for row in given.order_by().values_list(*columns)]
    missed = Request.objects.filter(port=port, service_date__in=past, round=None, state="unplaced", reservation=None)
    first: dict[int, forecast.Asked] = {}
    rows = missed.order_by("pk", "lanes__code")
    for pk, lane, kind, wanted_at, asked_at in rows.values_list(
        "pk", "lanes__code", "cargo_kind", "preferred_at", "created_at"
    ):
        first.setdefault(pk, _one(port, lane, kind, wanted_at, asked_at))
    return [*found, *first.values()]


def _one(port: Port, lane: str, kind: str, wanted_at: datetime, asked_at: datetime) -> forecast.Asked:
    local = wanted_at.astimezone(port.tz)
    return forecast.Asked(lane, kind, local.weekday(), local.hour, _minute(wanted_at, asked_at))


def _ahead(slot: Slot, port: Port, now: datetime) -> forecast.Ahead:
    local = slot.starts_at.astimezone(port.tz)
    room = max(0, slot.room - slot.returned)
    return forecast.Ahead(
        slot.ref, slot.lane.code, local.weekday(), local.hour, max(0, _minute(slot.starts_at, now)), room
    )


def _days_seen(port: Port, past: Sequence[date]) -> dict[tuple[str, int], int]:
    rows = Slot.objects.filter(lane__port=port, service_date__in=past).order_by()
    counted = rows.values_list("lane__code").annotate(days=Count("service_date", distinct=True))
    return {(lane, past[0].weekday()): days for lane, days in counted}


def _by_slot(coming: Sequence[forecast.Phantoms]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for each in coming:
        found[each.ref] += each.count
    return dict(found)


def _phantom(each: forecast.Phantoms, number: int, slot: Slot, policy: Policy, epoch: datetime) -> Wish:
    """It asks for exactly its slot's time on its lane, and is nobody's: no share limits it."""
    ref, minute = f"{each.ref}/{each.kind}/{number}", _minute(slot.starts_at, epoch)
    lanes = frozenset({slot.lane.code})
    return Wish(ref, each.kind, policy.rank_of(each.kind), lanes, minute, minute, minute, ref, is_phantom=True)


def _midnight(port: Port, day: date) -> datetime:
    return datetime.combine(day, time(), port.tz)


def _minute(moment: datetime, epoch: datetime) -> int:
    return (moment - epoch) // MINUTE
