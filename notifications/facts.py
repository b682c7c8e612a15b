"""Reads, for a handful of ledger entries of one stream, what their messages are about and who is to read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import CARRIER_PEOPLE, Membership, User
from core.models import LedgerEntry
from notifications.rules import Who
from reservations.declarations.models import Declaration
from reservations.models import QueueEntry, Request, Reservation, Slot
from reservations.queries.guidance import guide
from yards.models import Evacuation, Lane, Port, Stay
from yards.way_words import rounded_m

#: Kinds whose messages lead the way.
LED = frozenset({"queue.called", "stay.held"})


class Surroundings:
    """The rows around some entries of a port's stream: a fixed number of queries, whatever the number of entries."""

    def __init__(self, port: Port, stream: str, entries: Iterable[LedgerEntry], *, now: datetime) -> None:
        self.port, self.stream = port, stream
        entries, self._now = list(entries), now
        visits = {entry.visit_ref for entry in entries if entry.visit_ref}
        self._reservations = _by_visit(Reservation.objects.select_related("driver", "vehicle"), visits)
        here = ("driver", "vehicle", "lane__yard", "lane__gate", "gate")
        self._entries = _by_visit(QueueEntry.objects.select_related(*here), visits)
        requests = {entry.data.get("request") for entry in entries} - {None}
        asked = Request.objects.select_related("driver", "vehicle").filter(ref__in=requests)
        self._requests = {request.ref: request for request in asked}
        self._stays: defaultdict[str, list[Stay]] = defaultdict(list)
        for stay in Stay.objects.filter(visit_ref__in=visits).select_related("bay__zone").order_by("held_at", "pk"):
            self._stays[stay.visit_ref].append(stay)
        declared = {entry.data.get("declaration") for entry in entries} - {None}
        rows = Declaration.objects.filter(ref__in=declared) if declared else Declaration.objects.none()
        self._declarants = dict(rows.values_list("ref", "organisation_id"))
        self._own_references = dict(rows.values_list("ref", "own_reference"))
        ended = {entry.data.get("evacuation") for entry in entries if entry.kind == "evacuation.ended"}
        self._evacuations = {row.ref: row for row in Evacuation.objects.filter(ref__in=ended)} if ended else {}
        self._lanes = {lane.code: lane for lane in Lane.objects.filter(port=port)}
        slots = {entry.data.get(name) for entry in entries for name in ("slot", "from_slot")}
        self._slots = {slot.ref: slot for slot in Slot.objects.filter(ref__in=slots - {None})}
        self._askers = {user.ref: user for user in _people({entry.data.get("asked_by") for entry in entries})}
        self._offices: dict[int, list[User]] = {}
        self._staff: dict[frozenset[str], list[User]] = {}
        self._queues: dict[str, list[User]] = {}

    # ---------------------------------------------------------------- who
    def readers(self, who: Who, entry: LedgerEntry) -> list[User]:
        """This will return the active people a rule means; colleagues of whoever did it, never that one again."""
        match who:
            case Who.DRIVER:
                visit = self._visit(entry)
                found = [visit.driver] if visit else []
            case Who.WAITING:
                found = self._waiting(entry)
            case Who.SENT_OUT:
                found = self._sent_out(entry)
            case Who.CARRIER:
                found = self._office(entry)
            case Who.DECLARANT:
                found = self._people_of(self._declarants.get(entry.data.get("declaration", "")))
            case Who.DESK:
                found = self._colleagues(entry, frozenset({"operator", "supervisor"}))
            case Who.SUPERVISORS:
                found = self._colleagues(entry, frozenset({"supervisor"}))
            case Who.ASKER:
                found = [self._askers.get(entry.data.get("asked_by", ""))]
        return [user for user in found if user is not None and user.is_active]

    def _office(self, entry: LedgerEntry) -> list[User]:
        visit = self._visit(entry)
        return self._people_of(visit.vehicle.organisation_id if visit else None)

    def _people_of(self, organisation_id: int | None) -> list[User]:
        if organisation_id is None:
            return []
        if organisation_id not in self._offices:
            members = Membership.objects.filter(organisation_id=organisation_id, role__in=CARRIER_PEOPLE)
            self._offices[organisation_id] = _users_of(members)
        return self._offices[organisation_id]

    def _waiting(self, entry: LedgerEntry) -> list[User]:
        """Each driver once, though he waits with several vehicles: of one lane, or of all that a closure names."""
        lanes = entry.data.get("lanes") or [entry.data.get("lane", "")]
        return list({user.pk: user for lane in lanes for user in self._queue_of(lane)}.values())

    def _sent_out(self, entry: LedgerEntry) -> list[User]:
        """The drivers whom an evacuation told to leave and who are still inside, each once."""
        evacuation = self._evacuations.get(entry.data.get("evacuation", ""))
        visits = [row[0] for row in evacuation.order] if evacuation else []
        inside = QueueEntry.objects.filter(visit_ref__in=visits, state="admitted", driver__isnull=False)
        return list(User.objects.filter(pk__in=inside.values("driver_id")))

    def _queue_of(self, lane: str) -> list[User]:
        if lane not in self._queues:
            waiting = QueueEntry.objects.filter(lane__code=lane, state__in=["waiting", "called"], driver__isnull=False)
            self._queues[lane] = list(User.objects.filter(pk__in=waiting.values("driver_id")))
        return self._queues[lane]

    def _colleagues(self, entry: LedgerEntry, roles: frozenset[str]) -> list[User]:
        if roles not in self._staff:
            self._staff[roles] = _users_of(Membership.objects.filter(port_code=self.port.code, role__in=roles))
        return [user for user in self._staff[roles] if user.ref != entry.actor]

    def _visit(self, entry: LedgerEntry) -> Any:
        """The row that knows driver and vehicle: what came of a visit, or the request for one."""
        asked = self._requests.get(entry.data.get("request") or "")
        return self._entries.get(entry.visit_ref) or self._reservations.get(entry.visit_ref) or asked

    def was_in_the_order(self, entry: LedgerEntry) -> bool:
        return entry.visit_ref in self._entries

    # ---------------------------------------------------------------- what
    def facts(self, entry: LedgerEntry) -> dict[str, Any]:
        """This will return what the words need, without language: names in both languages, moments in UTC with the port's zone."""
        port, lane = self.port, self._lanes.get(entry.data.get("lane", ""))
        slot, visit = self._slots.get(entry.data.get("slot") or ""), self._visit(entry)
        old_slot = self._slots.get(entry.data.get("from_slot") or "")
        stay, here = self._stay(entry), self._entries.get(entry.visit_ref)
        found = {
            "zone": port.time_zone,
            "port_code": port.code,
            "port_zh": port.name_zh,
            "port_en": port.name_en,
            "lane_zh": f"{lane.code} {lane.name_zh}" if lane else "",
            "lane_en": f"{lane.code} {lane.name_en}" if lane else "",
            "slot_from": slot.starts_at.isoformat() if slot else "",
            "slot_until": slot.ends_at.isoformat() if slot else "",
            "old_slot_from": old_slot.starts_at.isoformat() if old_slot else "",
            "old_slot_until": old_slot.ends_at.isoformat() if old_slot else "",
            "plate": visit.vehicle.plate if visit else "",
            "entry": here.ref if here else "",
            "bay": entry.data.get("bay") or (stay.bay.code if stay else ""),
            "zone_code": stay.bay.zone.code if stay else entry.data.get("zone", ""),
            "zone_colour": stay.bay.zone.colour if stay else "",
            "zone_shape": stay.bay.zone.shape if stay else "",
            "old_bay": _instead_of(entry.data.get("why")),
            "reason": entry.reason,
            "own_reference": self._own_references.get(entry.data.get("declaration") or "", ""),
            "lack": entry.data.get("why") if entry.kind == "reservation.undeclared" else "",
        }
        kept = (
            *("reservation", "entry", "ticket", "gate", "call_expires_at", "version", "effective_from", "request"),
            *("offer_until", "late_minutes", "kind", "closure", "starts_at", "ends_at", "lanes", "units_per_hour"),
            *("valid_from", "service_date", "placed", "asked", "number", "declaration", "due_at", "lost_at"),
            *("mark", "appeal", "round"),
        )
        found["way"] = self._way(entry, stay) if entry.kind in LED else []
        return found | {name: entry.data[name] for name in kept if entry.data.get(name) is not None}

    def _stay(self, entry: LedgerEntry) -> Stay | None:
        """The stay an entry is of: the one it names, or the last in the bay it names; the visit's last where it names neither."""
        ref, bay = entry.data.get("stay"), entry.data.get("bay") or None
        stays = reversed(self._stays[entry.visit_ref])
        return next((stay for stay in stays if (stay.ref == ref if ref else bay in (None, stay.bay.code))), None)

    def _way(self, entry: LedgerEntry, stay: Stay | None) -> list[list[Any]]:
        """The turns to where the visit is sent, as it stands now: [turn, metres]; none in a yard without a plan, nor when it
        was sent elsewhere meanwhile."""
        visit = self._entries.get(entry.visit_ref)
        if visit is None or stay is None or stay.state == "released":
            return []
        steps = guide(visit, self._now).steps
        return [[step.turn, rounded_m(step.distance_m)] for step in steps if step.turn != "start"]


def _instead_of(why: Any) -> str:
    """The bay that another one stands in for; other entries give their reason as a word."""
    return str(why.get("instead_of", "")) if isinstance(why, dict) else ""


def _by_visit(rows: Any, visits: set[str]) -> dict[str, Any]:
    return {row.visit_ref: row for row in rows.filter(visit_ref__in=visits)}


def _people(refs: set[Any]) -> Iterable[User]:
    return User.objects.filter(ref__in=refs - {None})


def _users_of(members: Any) -> list[User]:
    return list({row.user_id: row.user for row in members.select_related("user")}.values())
