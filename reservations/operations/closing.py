"""What a closure is and whom it meets, worked out without writing: the same for a preview and for the deed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from reservations.errors import ClosureInThePast, EndsBeforeStart, NothingToClose, StagesNotValid
from reservations.models import DispositionKind, Request, Reservation, Slot
from reservations.rebooking import Displaced, Room, rebook
from yards.errors import UnknownLane, UnknownPort
from yards.models import ClosureScope, Lane, Port
from yards.opening import Shut
from yards.operations.far_side import CLOCK_SKEW, MOST_PER_HOUR
from yards.queries import STAGES_AT_MOST

WITHOUT_END = timedelta(days=30)
Stages = Sequence[Sequence[object]]


@dataclass(frozen=True)
class Outline:
    """A closure as asked for and checked: lanes of one port, an interval, and the stages of its reopening as stored."""

    port: Port
    scope: ClosureScope
    lanes: list[Lane]
    starts_at: datetime
    ends_at: datetime | None
    stages: list[list[object]]

    @property
    def shut(self) -> Shut:
        return Shut(self.starts_at, self.ends_at)

    @property
    def key(self) -> bytes:
        """Decides between equals; a preview has the same as the deed a few minutes later."""
        return hashlib.sha256(f"{self.port.code} {self.starts_at:%F}".encode()).digest()


@dataclass(frozen=True)
class Move:
    """What a closure means for one reservation; `to_slot` is None unless it is moved."""

    reservation: Reservation
    kind: DispositionKind
    from_slot: Slot
    to_slot: Slot | None


def outline_of(
    *,
    port_code: str,
    scope: str,
    lane_codes: Sequence[str],
    starts_at: datetime,
    ends_at: datetime | None,
    stages: Stages,
    now: datetime,
) -> Outline:
    """This will check what is to be closed.

    Raises UnknownPort, UnknownLane, NothingToClose, ClosureInThePast, EndsBeforeStart, StagesNotValid.
    """
    port = Port.objects.filter(code=port_code).first()
    if port is None:
        raise UnknownPort
    if starts_at < now - CLOCK_SKEW:
        raise ClosureInThePast
    starts_at = max(starts_at, now)
    if ends_at is not None and ends_at <= starts_at:
        raise EndsBeforeStart
    lanes = _lanes(port, ClosureScope(scope), lane_codes)
    return Outline(port, ClosureScope(scope), lanes, starts_at, ends_at, checked_stages(stages, ends_at))


def checked_stages(stages: Stages, ends_at: datetime | None) -> list[list[object]]:
    """This will return the stages of a reopening as they are stored, [from, until, vehicles an hour]. Raises StagesNotValid."""
    checked: list[list[object]] = []
    since = ends_at
    for stage in stages:
        begin, end, rate = _stage(stage)
        is_rate = isinstance(rate, int) and not isinstance(rate, bool) and 0 <= rate <= MOST_PER_HOUR
        if since is None or ends_at is None or not since <= begin < end <= ends_at + STAGES_AT_MOST or not is_rate:
            raise StagesNotValid(days=STAGES_AT_MOST.days, most=MOST_PER_HOUR)
        checked.append([begin.isoformat(), end.isoformat(), rate])
        since = end
    return checked


def _stage(stage: Sequence[object]) -> tuple[datetime, datetime, object]:
    try:
        begin, end, rate = stage
        moments = [m if isinstance(m, datetime) else datetime.fromisoformat(str(m)) for m in (begin, end)]
    except ValueError:
        raise StagesNotValid(days=STAGES_AT_MOST.days, most=MOST_PER_HOUR) from None
    if any(moment.tzinfo is None for moment in moments):
        raise StagesNotValid(days=STAGES_AT_MOST.days, most=MOST_PER_HOUR)
    return moments[0], moments[1], rate


def _lanes(port: Port, scope: ClosureScope, codes: Sequence[str]) -> list[Lane]:
    """Lanes as named; for a yard all lanes of the yards of those named; for the port all; for its far side those named, or all."""
    every = list(port.lanes.select_related("port", "yard").order_by("pk"))
    named = [lane for lane in every if lane.code in codes]
    if len(named) < len(set(codes)):
        raise UnknownLane
    yards = {lane.yard_id for lane in (named or every)}
    if scope == ClosureScope.YARD and (named or len(yards) == 1):
        named = [lane for lane in every if lane.yard_id in yards]
    elif scope == ClosureScope.PORT or (scope == ClosureScope.FAR_SIDE and not named):
        named = every
    if not named:
        raise NothingToClose
    return named


def slots_ahead(lanes: Sequence[Lane], now: datetime) -> list[Slot]:
    """This will read the slots that are not over of all yards that the lanes belong to."""
    yards = {lane.yard_id for lane in lanes}
    return list(_ahead(yards, now))


def locked_slots_ahead(lanes: Sequence[Lane], now: datetime) -> list[Slot]:
    """This will lock the same slots, in the order of their ids: whoever wants a place of them waits until the closure is written."""
    return list(_ahead({lane.yard_id for lane in lanes}, now).select_for_update(of=("self",)))


def _ahead(yard_ids: Collection[int], now: datetime) -> QuerySet[Slot]:
    rows = Slot.objects.filter(lane__yard_id__in=yard_ids, ends_at__gt=now)
    return rows.select_related("lane__port", "lane__yard", "policy").order_by("pk")


def inside(outline: Outline, slots: Sequence[Slot]) -> dict[int, Slot]:
    """This will keep the slots of which the closure shuts any moment, by id."""
    lanes = {lane.pk for lane in outline.lanes}
    return {s.pk: s for s in slots if s.lane_id in lanes and outline.shut.meets(s.starts_at, s.ends_at)}


def decide(outline: Outline, slots: Sequence[Slot], *, now: datetime) -> list[Move]:
    """This will give each reservation inside exactly one answer, in the old order. `slots`: all of its yards, as they are once closed.

    Who is here keeps its place; the others go to the nearest free slots of their yard, or to the standby order.
    """
    shut = inside(outline, slots)
    rows = Reservation.objects.live().filter(slot_id__in=shut).select_related("vehicle", "lane__yard", "lane__port")
    met = sorted(rows, key=lambda r: (shut[r.slot_id].starts_at, r.created_at, r.pk))
    by_ref = {slot.ref: slot for slot in slots}
    going = {r.ref: r for r in met if r.state != "checked_in"}
    found: dict[str, str] = {}
    for yard_id in {lane.yard_id for lane in outline.lanes}:
        here = [slot for slot in slots if slot.lane.yard_id == yard_id]
        leaving = [r for r in going.values() if r.lane.yard_id == yard_id]
        found |= rebook(_displaced(leaving, shut, here), _rooms(here, shut, now), key=outline.key)
    return [_move(r, shut[r.slot_id], by_ref.get(found.get(r.ref, ""))) for r in met]


def _move(reservation: Reservation, from_slot: Slot, to_slot: Slot | None) -> Move:
    if reservation.state == "checked_in":
        return Move(reservation, DispositionKind.HERE, from_slot, None)
    return Move(reservation, DispositionKind.MOVED if to_slot else DispositionKind.STANDBY, from_slot, to_slot)


def _displaced(rows: Sequence[Reservation], shut: dict[int, Slot], slots: Sequence[Slot]) -> list[Displaced]:
    lanes = {slot.lane_id: slot.lane for slot in slots}
    return [_as_displaced(row, shut[row.slot_id], fitting(row.cargo_kind, row.lane, lanes.values())) for row in rows]


def fitting(cargo_kind: str, lane: Lane, lanes: Collection[Lane]) -> list[Lane]:
    """This will keep the lanes of a lane's yard and direction that take a cargo: what a promise for it may be moved to."""
    alike = [each for each in lanes if each.yard_id == lane.yard_id and each.direction == lane.direction]
    return [each for each in alike if cargo_kind in each.cargo_kinds]


def asks_for_it(request: Request, reservation: Reservation, lanes: Collection[Lane]) -> bool:
    """This will tell whether a live request is for what a lost reservation promised: its port and cargo, and a lane that fits it."""
    codes = {lane.pk for lane in lanes}
    is_alike = (request.port_id, request.cargo_kind) == (reservation.lane.port_id, reservation.cargo_kind)
    return is_alike and any(lane.pk in codes for lane in request.lanes.all())


def _as_displaced(row: Reservation, slot: Slot, lanes: Sequence[Lane]) -> Displaced:
    return Displaced(
        ref=row.ref,
        lane=slot.lane.code,
        cargo_kind=row.cargo_kind,
        rank=slot.policy.rank_of(row.cargo_kind),
        lanes=frozenset(lane.code for lane in lanes),
        slot=slot.ref,
        starts_at=slot.starts_at,
        asked_at=row.created_at,
        number=row.pk,
        organisation=str(row.organisation_id or ""),
    )


def _rooms(slots: Sequence[Slot], shut: dict[int, Slot], now: datetime) -> list[Room]:
    """A promise goes before wishes: places kept for a round or for standby may be used (those on offer count as taken)."""
    rooms = []
    for slot in slots:
        today = now.astimezone(slot.lane.port.tz).date()
        if slot.pk in shut or slot.is_frozen or (not slot.lane.is_open and slot.service_date <= today):
            continue
        room = slot.capacity - slot.taken
        rooms.append(Room(slot.ref, slot.lane.code, slot.starts_at, slot.ends_at, slot.capacity, room))
    return rooms


def stands_until(outline: Outline, slot: Slot, now: datetime) -> datetime:
    """This will return until when a place is sought for who lost its own: the bookable days after the closure, a month without an end."""
    since = max(now, slot.starts_at, outline.ends_at or now)
    return since + (timedelta(days=slot.policy.horizon_days) if outline.ends_at else WITHOUT_END)
