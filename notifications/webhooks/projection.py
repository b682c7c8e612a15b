"""Of a handful of ledger entries of one yard: whose each is, what it is about, and what of it leaves the house.

An own event goes to the organisation whose reservation, request, visit, vehicle or declaration it is, and to nobody else; an event of the
port to everybody, but for a sandbox's, which is its organisation's alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q

from core.models import LedgerEntry
from notifications.places import Place
from notifications.webhooks.catalogue import TYPES, body_of
from notifications.webhooks.kinds import PORT
from notifications.webhooks.table import TELLS_WHY
from reservations.declarations.models import Declaration
from reservations.models import QueueEntry, Request, Reservation

#: What an entry of these groups is of is the visit's row in the order; of all others, the promise or the wish.
OF_THE_ORDER = ("queue.", "stay.", "gate.")
OF_A_DECLARATION = ("declaration.", "document.")


class Told(NamedTuple):
    """An entry as it may be told: to the organisations with these row ids (None: to everybody at the port)."""

    entry: LedgerEntry
    organisation_id: int | None
    body: str


class Surroundings:
    """The rows that some entries name: a fixed number of queries, whatever the number of entries."""

    def __init__(self, place: Place, stream: str, entries: Iterable[LedgerEntry]) -> None:
        self._place, self._stream = place, stream
        self._entries = [entry for entry in entries if entry.kind in TYPES]
        visits = {entry.visit_ref for entry in self._entries} - {""}
        whole = ("vehicle", "organisation", "declaration")
        which = Q(visit_ref__in=visits) | Q(ref__in=self._named("reservation"))
        promised = list(Reservation.objects.select_related(*whole).filter(which))
        self._promises = {row.visit_ref: row for row in promised} | {row.ref: row for row in promised}
        came = QueueEntry.objects.select_related("vehicle", "reservation__declaration").filter(visit_ref__in=visits)
        self._visits = {row.visit_ref: row for row in came}
        self._wishes = {
            row.ref: row for row in Request.objects.select_related(*whole).filter(ref__in=self._named("request"))
        }
        declared = Declaration.objects.filter(ref__in=self._named("declaration"))
        self._declared = {row.ref: row for row in declared}

    def told(self) -> list[Told]:
        """This will return what leaves the house, in the order of the ledger."""
        return [told for entry in self._entries if (told := self._told(entry)) is not None]

    def _told(self, entry: LedgerEntry) -> Told | None:
        where = {"port": self._place.port.code, "yard": self._place.yard}
        if TYPES[entry.kind].concerns == PORT:
            return Told(entry, self._place.port.sandbox_of_id, self._body(entry, where))
        about = self._about(entry)
        if about is None:
            return None
        organisation_id, named = about
        return Told(entry, organisation_id, self._body(entry, where | named))

    def _body(self, entry: LedgerEntry, about: dict[str, str]) -> str:
        fields = TYPES[entry.kind].fields
        data = {name: entry.data.get(name) for name in fields}
        where: dict[str, Any] = {"stream": self._stream, "seq": entry.seq}
        reason = entry.reason if entry.kind in TELLS_WHY else ""
        return body_of(entry.kind, at=entry.recorded_at, data=data, about=about, reason=reason, **where)

    def _about(self, entry: LedgerEntry) -> tuple[int, dict[str, str]] | None:
        """Whose it is (row id) and what it names; None when it is of nobody who has an organisation."""
        declared = self._declared.get(_ref(entry, "declaration"))
        if declared and entry.kind.startswith(OF_A_DECLARATION):
            return declared.organisation_id, {"declaration": declared.ref}
        visit = self._visits.get(entry.visit_ref)
        promise = self._promises.get(entry.visit_ref or _ref(entry, "reservation"))
        if visit and (entry.kind.startswith(OF_THE_ORDER) or promise is None):
            return _of_a_visit(visit)
        wish = self._wishes.get(_ref(entry, "request"))
        row = promise or wish
        if row is None or row.organisation_id is None:
            return None
        named = {
            "vehicle": row.vehicle.ref,
            "declaration": _declaration(row),
            "visit": promise.visit_ref if promise else "",
        }
        named |= {"reservation": promise.ref} if promise else {}
        named |= {"entry": visit.ref} if visit else {}
        return row.organisation_id, named | ({"request": wish.ref} if wish else {})

    def _named(self, what: str) -> set[str]:
        return {_ref(entry, what) for entry in self._entries} - {""}


def _of_a_visit(visit: QueueEntry) -> tuple[int, dict[str, str]] | None:
    if visit.vehicle.organisation_id is None:
        return None
    promise = visit.reservation
    named = {"visit": visit.visit_ref, "entry": visit.ref, "vehicle": visit.vehicle.ref}
    named |= {"reservation": promise.ref, "declaration": _declaration(promise)} if promise else {}
    return visit.vehicle.organisation_id, named


def _declaration(row: Reservation | Request) -> str:
    return row.declaration.ref if row.declaration else ""


def _ref(entry: LedgerEntry, what: str) -> str:
    return str(entry.data.get(what) or "")
