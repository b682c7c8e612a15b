"""What a round is drawn over, read from the rows and masked: the same rows give the same document, whoever reads them and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count

from reservations import yard_rows
from reservations.allocation import Rule
from reservations.batch_inputs import phantoms
from reservations.commitment import pseudonym, salt_of
from reservations.forecast import Phantoms
from reservations.models import Credit, Request, Round, Slot
from reservations.owners import owner_key, places_held
from reservations.proofs import VERSION, rule_as_json
from reservations.round_rules import rule_from
from yards.models import Lane

MOST_TICKETS = 3
LOOKED_BACK = timedelta(days=28)
MINUTE = timedelta(minutes=1)
#: How a request ended in an earlier round that counts as served, and as asked in vain.
SERVED, IN_VAIN = "placed", "unplaced"


def read(round_: Round, *, at: datetime) -> dict[str, Any]:
    """This will return a round's inputs as JSON. `at`: slots that are over then give nothing (a round made up late).

    `round_.policy` and `round_.port` must be loaded.
    """
    return _Reader(round_, at).inputs()


def places(round_: Round, *, at: datetime) -> list[list[Any]]:
    """This will return the places of a round's day as `read` spells them, as they are now."""
    epoch = _midnight(round_)
    return [_place(slot, epoch) for slot in _slots(round_, at)]


def credits_of(round_: Round, vehicle_ids: Iterable[int]) -> dict[int, list[Credit]]:
    """This will return the credits that count in a round, by vehicle: unused, good at its close, the first to expire first, two at most."""
    rows = Credit.objects.filter(used_in=None, given_at__lte=round_.closes_at, expires_at__gt=round_.closes_at)
    found: dict[int, list[Credit]] = {}
    for row in rows.filter(vehicle__requests__round=round_).distinct().order_by("expires_at", "pk"):
        found.setdefault(row.vehicle_id, []).append(row)
    wanted = set(vehicle_ids)
    return {vehicle: rows[: MOST_TICKETS - 1] for vehicle, rows in found.items() if vehicle in wanted}


class _Reader:
    def __init__(self, round_: Round, at: datetime) -> None:
        self.round, self.at, self.policy = round_, at, round_.policy
        self.epoch = _midnight(round_)
        self.salt = salt_of(settings.SECRET_KEY, round_.ref)
        self.slots = list(_slots(round_, at))
        self.yard_of = dict(Lane.objects.filter(port=round_.port).values_list("code", "yard__code"))
        until = datetime.combine(round_.closes_at.astimezone(round_.port.tz).date(), time(), round_.port.tz)
        self.yards = yard_rows.read(round_.port, self.slots, epoch=self.epoch, until=until)
        fields = (
            "pk",
            "ref",
            "vehicle_id",
            "vehicle__ref",
            "organisation_id",
            "organisation__ref",
            "driver_id",
            "driver__ref",
            "cargo_kind",
            "vehicle__reefer",
        )
        more = ("queue_class", "bundle", "earliest_at", "latest_at", "preferred_at")
        rows = Request.objects.filter(round=round_, state="requested").order_by("ref")
        self.rows = list(rows.values_list(*fields, *more, named=True))
        self.masks = {self._owner(row): self._mask(row) for row in self.rows}

    def inputs(self) -> dict[str, Any]:
        lanes, coming = self._lanes(), self._coming()
        sets = sorted({*lanes.values(), *((lane,) for _, _, lane in coming)})
        number = {lane_set: at for at, lane_set in enumerate(sets)}
        tickets = credits_of(self.round, (row.vehicle_id for row in self.rows))
        return {
            "version": VERSION,
            "round": self.round.ref,
            "port": self.round.port.code,
            "service_date": self.round.service_date.isoformat(),
            "time_zone": self.round.port.time_zone,
            "epoch": self.epoch.isoformat(),
            "policy_version": self.policy.version,
            "commitment": self.round.commitment,
            "rule": rule_as_json(self._rule()),
            "lane_sets": [list(each) for each in sets],
            "places": [_place(slot, self.epoch) for slot in self.slots],
            "yard": self.yards.as_json(),
            "requests": [
                *(self._request(row, number[lanes[row.pk]], self._yards(lanes[row.pk]), tickets) for row in self.rows),
                *(
                    self._phantom(each, slot, at, number[lane,])
                    for each, slot, lane in coming
                    for at in range(each.count)
                ),
            ],
        }

    def _request(self, row: Any, lane_set: int, yards: set[str], tickets: dict[int, list[Credit]]) -> list[Any]:
        rank = self.policy.rank_of(row.cargo_kind)
        times = [
            -self._floor_of(self.epoch - row.earliest_at),
            self._floor(row.latest_at),
            self._floor(row.preferred_at),
        ]
        mine = [row.ref, row.cargo_kind, row.queue_class, rank, lane_set, *times, self.masks[self._owner(row)]]
        dwell_min, bay = self.yards.kind_of(yards, row.cargo_kind, row.vehicle__reefer)
        return [*mine, row.bundle, dwell_min, bay, 1 + len(tickets.get(row.vehicle_id, ())), False]

    def _coming(self) -> list[tuple[Phantoms, Slot, str]]:
        """Requests expected after the result: their room is kept for them and nobody is placed by them."""
        slots = {slot.ref: slot for slot in self.slots}
        day = self.round.service_date
        found = phantoms(self.round.port, day, self.slots, self.policy, now=self.round.publishes_at)
        return [(each, slots[each.ref], slots[each.ref].lane.code) for each in found]

    def _phantom(self, each: Phantoms, slot: Slot, number: int, lane_set: int) -> list[Any]:
        """It asks for exactly its slot's time on its lane, and is nobody's: no share limits it."""
        ref, minute = f"{each.ref}/{each.kind}/{number}", self._floor(slot.starts_at)
        known = [self.policy.class_of(each.kind), self.policy.rank_of(each.kind), lane_set]
        return [ref, each.kind, *known, minute, minute, minute, ref, "", 0, "", 1, True]

    def _floor(self, moment: datetime) -> int:
        return self._floor_of(moment - self.epoch)

    @staticmethod
    def _floor_of(span: timedelta) -> int:
        return span // MINUTE

    def _lanes(self) -> dict[int, tuple[str, ...]]:
        link = Request.lanes.through.objects.filter(request__round=self.round, request__state="requested")
        found: dict[int, list[str]] = {}
        for request_id, code in link.order_by("lane__code").values_list("request_id", "lane__code"):
            found.setdefault(request_id, []).append(code)
        return {row.pk: tuple(found.get(row.pk, ())) for row in self.rows}

    def _yards(self, lanes: tuple[str, ...]) -> set[str]:
        return {self.yard_of[code] for code in lanes}

    @staticmethod
    def _owner(row: Any) -> tuple[str, int]:
        """An organisation, or the driver account of vehicles that have none."""
        return owner_key(row.organisation_id, row.driver_id, row.vehicle_id)

    def _mask(self, row: Any) -> str:
        return pseudonym(self.salt, row.organisation__ref or row.driver__ref or row.vehicle__ref)

    def _rule(self) -> Rule:
        used, missed = self._history()
        return rule_from(self.policy, taken=self._taken(), used_before=used, missed_before=missed)

    def _taken(self) -> dict[tuple[str, str], int]:
        """Places that the owners hold already: their share counts them."""
        refs, held = {slot.pk: slot.ref for slot in self.slots}, places_held(self.slots)
        known = ((self.masks.get(owner), refs[slot_id], count) for (slot_id, owner), count in held.items())
        return {(mask, slot): count for mask, slot, count in known if mask}

    def _history(self) -> tuple[dict[str, int], dict[str, int]]:
        """What each organisation used and asked for in vain in the rounds of days that were over when this one closed."""
        until = self.round.closes_at.astimezone(self.round.port.tz).date()
        past = Request.objects.filter(
            round__port=self.round.port,
            round__state="published",
            round__service_date__gte=self.round.service_date - LOOKED_BACK,
            round__service_date__lt=until,
        )
        alone = past.filter(organisation=None)
        owners = {
            "O": past.exclude(organisation=None),
            "D": alone.exclude(driver=None),
            "V": alone.filter(driver=None),
        }
        column = {"O": "organisation_id", "D": "driver_id", "V": "vehicle_id"}
        found: dict[str, dict[str, int]] = {SERVED: {}, IN_VAIN: {}}
        for letter, rows in owners.items():
            ended = rows.filter(state__in=found).order_by().values_list(column[letter], "state")
            for owner, state, count in ended.annotate(count=Count("pk")):
                mask = self.masks.get((letter, owner))
                if mask:
                    found[state][mask] = count
        return found[SERVED], found[IN_VAIN]


def _midnight(round_: Round) -> datetime:
    return datetime.combine(round_.service_date, time(), round_.port.tz)


def _place(slot: Slot, epoch: datetime) -> list[Any]:
    room = max(0, slot.capacity - slot.taken - slot.returned)
    minutes = [(moment - epoch) // MINUTE for moment in (slot.starts_at, slot.ends_at)]
    return [slot.ref, slot.lane.code, *minutes, slot.capacity, room]


def _slots(round_: Round, at: datetime) -> Iterable[Slot]:
    rows = Slot.objects.filter(
        lane__port=round_.port, service_date=round_.service_date, is_frozen=False, capacity__gt=0
    )
    return rows.not_over(at).select_related("lane").order_by("starts_at", "lane__code", "pk")
