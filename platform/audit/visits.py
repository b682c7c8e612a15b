"""Reservations and queue entries along the ledger: their states, their places, and one of each per vehicle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from audit.findings import Said
from audit.moves import QUEUE_ENTRY, RESERVATION, Track
from audit.places import Places
from audit.requests import Requests, by_closure
from audit.rows import Entry, moment


@dataclass
class Reservation:
    """As the ledger tells it."""

    visit: str
    lane: str
    slot: str
    vehicle: str
    units: int
    cargo_kind: str


@dataclass
class QueueEntry:
    """As the ledger tells it; `slot` is a walk-up's own, "" for one that came with a reservation."""

    visit: str
    lane: str
    vehicle: str
    cargo_kind: str
    length_m: float
    width_m: float
    reefer: bool
    queue_class: str
    ticket: int
    promised_at: str
    arrived_at: str
    reservation: str
    slot: str
    hazard_class: str = ""
    missed: int = 0
    not_before: int = 0


class Visits:
    """The reservations and entries of one yard along its ledger."""

    def __init__(self, places: Places, requests: Requests) -> None:
        self.places, self.requests = places, requests
        self.reservations: dict[str, Reservation] = {}
        self.entries: dict[str, QueueEntry] = {}
        self.reserved = Track("reservation", RESERVATION)
        self.queued = Track("entry", QUEUE_ENTRY)
        self._live: dict[str, dict[str, str]] = {"reservation": {}, "entry": {}}
        self.on = {
            "reservation.requested": self.requested,
            "reservation.confirmed": self.confirmed,
            "reservation.changed": self.changed,
            "reservation.vehicle_changed": self.vehicle_changed,
            "reservation.cancelled": self.given_up,
            "reservation.revoked": self.given_up,
            "reservation.expired": self.given_up,
            "reservation.no_show": self.used_up,
            "reservation.completed": self.used_up,
            "queue.checked_in": self.checked_in,
            "queue.called": self.moved,
            "queue.missed": self.moved,
            "queue.measured": self.measured,
            "queue.withdrawn": self.withdrawn,
            "queue.admitted": self.moved,
            "queue.exited": self.exited,
        }

    # ---------------------------------------------------------------- reservations
    def requested(self, entry: Entry) -> Iterator[Said]:
        ref, data = entry.data["reservation"], entry.data
        to = "confirmed" if entry.kind == "reservation.confirmed" else "requested"
        yield from self.reserved.move(ref, to)
        row = Reservation(entry.visit, data["lane"], data["slot"], data["vehicle"], data["units"], data["cargo_kind"])
        self.reservations[ref] = row
        yield from self._only_one("reservation", row.vehicle, ref)
        yield from self._take(row, entry)

    def _take(self, row: Reservation, entry: Entry) -> Iterator[Said]:
        """An offered place was taken when it was offered; a round's or a batch's may be one that nobody may take at once."""
        asked = entry.data.get("request")
        if not self.requests.is_offered(asked, row.slot):
            at_once, had_it = not asked and not by_closure(entry), bool(entry.data.get("undone"))
            yield from self.places.take(row.slot, row.units, at_once=at_once, had_it=had_it)

    def confirmed(self, entry: Entry) -> Iterator[Said]:
        if entry.data["reservation"] in self.reservations:
            yield from self.reserved.move(entry.data["reservation"], "confirmed")
        else:
            yield from self.requested(entry)

    def changed(self, entry: Entry) -> Iterator[Said]:
        row = self.reservations[entry.data["reservation"]]
        if row.slot != entry.data["from_slot"]:
            yield (
                "places",
                f"reservation {entry.data['reservation']} left slot {entry.data['from_slot']} but stood in {row.slot}",
            )
        if not self.reserved.is_live(entry.data["reservation"]):
            yield "states", f"reservation {entry.data['reservation']} changed its slot after its end"
        yield from self._give_back(row.slot, row.units, entry)
        row.slot, row.lane = entry.data["slot"], entry.data["lane"]
        yield from self._take(row, entry)

    def vehicle_changed(self, entry: Entry) -> Iterator[Said]:
        ref, row = entry.data["reservation"], self.reservations[entry.data["reservation"]]
        if row.vehicle != entry.data["from_vehicle"]:
            yield "vehicle", f"reservation {ref} was {row.vehicle}'s, not {entry.data['from_vehicle']}'s"
        self._live["reservation"].pop(row.vehicle, None)
        row.vehicle = entry.data["vehicle"]
        yield from self._only_one("reservation", row.vehicle, ref)

    def _give_back(self, slot: str, units: int, entry: Entry) -> Iterator[Said]:
        """What a closure frees lies in its interval, where nobody may stand: it is owed to nobody until the lane opens."""
        owed = not by_closure(entry) and self.requests.wants(slot, entry.at)
        yield from self.places.give_back(slot, units, to_standby=owed)

    def given_up(self, entry: Entry) -> Iterator[Said]:
        ref = entry.data["reservation"]
        ends = entry.kind.removeprefix("reservation.")
        yield from self.reserved.move(ref, "unplaced" if ends == "expired" else ends)
        row = self.reservations[ref]
        self._live["reservation"].pop(row.vehicle, None)
        yield from self._give_back(row.slot, row.units, entry)

    def used_up(self, entry: Entry) -> Iterator[Said]:
        ref = entry.data["reservation"]
        yield from self.reserved.move(ref, entry.kind.removeprefix("reservation."))
        self._live["reservation"].pop(self.reservations[ref].vehicle, None)

    # ---------------------------------------------------------------- the queue
    def checked_in(self, entry: Entry) -> Iterator[Said]:
        ref, data = entry.data["entry"], entry.data
        row = QueueEntry(
            visit=entry.visit,
            lane=data["lane"],
            vehicle=data["vehicle"],
            cargo_kind=data["cargo_kind"],
            length_m=data["length_m"],
            width_m=data["width_m"],
            reefer=data["reefer"],
            queue_class=data["class"],
            ticket=data["ticket"],
            promised_at=data["promised_at"],
            arrived_at=data["arrived_at"],
            reservation=data["reservation"] or "",
            slot=data["slot"] or "",
            hazard_class=data.get("hazard_class", ""),
        )
        self.entries[ref] = row
        yield from self.queued.move(ref, "waiting")
        yield from self._only_one("entry", row.vehicle, ref)
        yield from self._with_its_place(ref, row)

    def _with_its_place(self, ref: str, row: QueueEntry) -> Iterator[Said]:
        slot = row.slot
        if row.reservation:
            yield from self.reserved.move(row.reservation, "checked_in")
            slot = self.reservations[row.reservation].slot
        elif slot:
            yield from self.places.take(slot, 1, at_once=True)
        if slot and moment(row.promised_at) != self.places.slots[slot].starts_at:
            yield "order", f"entry {ref} was promised {row.promised_at}, its slot {slot} says otherwise"

    def moved(self, entry: Entry) -> Iterator[Said]:
        ref = entry.data["entry"]
        if entry.kind == "queue.missed":
            row = self.entries[ref]
            row.missed, row.not_before = row.missed + 1, entry.data["not_before_call"]
            if entry.data["missed"] != row.missed:
                yield "states", f"entry {ref} missed {row.missed} calls, {entry.data['missed']} are stated"
        yield from self.queued.move(ref, {"queue.missed": "waiting"}.get(entry.kind, entry.kind.removeprefix("queue.")))

    def measured(self, entry: Entry) -> Iterator[Said]:
        """The size and class that count from here on."""
        ref, row = entry.data["entry"], self.entries[entry.data["entry"]]
        row.length_m, row.width_m = entry.data["length_m"], entry.data["width_m"]
        row.hazard_class = entry.data["hazard_class"]
        if not self.queued.is_live(ref):
            yield "states", f"entry {ref} was measured after its end"

    def withdrawn(self, entry: Entry) -> Iterator[Said]:
        ref = entry.data["entry"]
        row = self.entries[ref]
        yield from self.queued.move(ref, "withdrawn")
        self._live["entry"].pop(row.vehicle, None)
        if row.slot:
            yield from self._give_back(row.slot, 1, entry)

    def exited(self, entry: Entry) -> Iterator[Said]:
        ref = entry.data["entry"]
        yield from self.queued.move(ref, "exited")
        self._live["entry"].pop(self.entries[ref].vehicle, None)

    def _only_one(self, what: str, vehicle: str, ref: str) -> Iterator[Said]:
        other = self._live[what].get(vehicle)
        if other:
            yield "vehicle", f"vehicle {vehicle} began {what} {ref} while its {other} was live"
        self._live[what][vehicle] = ref
