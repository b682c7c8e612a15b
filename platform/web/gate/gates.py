"""Which gate a person stands at, and what its page finds there: never another port's."""

from __future__ import annotations

from typing import Any

from accounts.plates import normalise, skeleton
from accounts.policy import ports_where
from core.errors import NotFound
from reservations import day_list, passes
from reservations.models import QueueEntry, Reservation
from yards.models import Gate

VERB = "gate.attend"
MOST_FOUND = 8


def gates_of(user: Any) -> list[Gate]:
    """This will return the gates of all ports where the person attends gates."""
    rows = Gate.objects.filter(yard__port__code__in=ports_where(user, VERB)).select_related("yard__port")
    return list(rows.order_by("yard__port__code", "yard__code", "code"))


def gate_for(user: Any, yard_code: str, gate_code: str) -> Gate:
    """This will return one of them; raises NotFound."""
    rows = Gate.objects.filter(yard__port__code__in=ports_where(user, VERB), yard__code=yard_code, code=gate_code)
    gate = rows.select_related("yard__port").first()
    if gate is None:
        raise NotFound(field="gate")
    return gate


def by_token(gate: Gate, token: str) -> list[dict[str, Any]]:
    """This will say what is known of a pass's reservation, whatever became of it, [] when it is of another yard.

    Raises PassNotValid, PassOutdated.
    """
    said = passes.read(token)
    rows = Reservation.objects.select_related("vehicle", "lane", "slot__policy").filter(lane__yard=gate.yard_id)
    promise = rows.filter(ref=said.reservation_ref).first()
    if promise is None:
        return []
    if passes.serial_of(promise) != said.serial:
        raise passes.PassOutdated
    entry = _entries(gate).filter(vehicle=promise.vehicle_id).first() or _of(gate, promise)
    return [_row(promise, entry)]


def by_plate(gate: Gate, plate: str) -> tuple[list[dict[str, Any]], bool]:
    """This will say which vehicles of that plate are here or expected (several where several countries have it), and False; where none
    is, those whose plates look like it, and True: a person compares."""
    key = normalise(plate)
    exact = _with_plates(gate, [key]) if key else []
    if exact or not key:
        return exact, False
    alike = _with_plates(gate, [each for each in _known(gate) if skeleton(each) == skeleton(key)])
    return alike, bool(alike)


def by_entry(gate: Gate, ref: str) -> list[dict[str, Any]]:
    """This will say what is known of one place in the order, ended or not; [] for one of another yard."""
    rows = QueueEntry.objects.filter(lane__yard=gate.yard_id, ref=ref)
    return [_row(None, entry) for entry in rows.select_related("vehicle", "lane", "reservation__slot__policy")]


def _with_plates(gate: Gate, keys: list[str]) -> list[dict[str, Any]]:
    here = list(_entries(gate).filter(vehicle__plate_key__in=keys)[:MOST_FOUND])
    expected = _expected(gate).filter(vehicle__plate_key__in=keys)
    expected = expected.exclude(vehicle__in=[entry.vehicle_id for entry in here])
    expected = expected.select_related("vehicle", "lane", "slot__policy").order_by("slot__starts_at")
    return [_row(None, entry) for entry in here] + [_row(promise, None) for promise in expected[:MOST_FOUND]]


def _known(gate: Gate) -> set[str]:
    """The plates of all that are here or expected."""
    here, expected = _entries(gate).order_by(), _expected(gate)
    return {key for rows in (here, expected) for key in rows.values_list("vehicle__plate_key", flat=True)}


def _expected(gate: Gate) -> Any:
    return Reservation.objects.filter(lane__yard=gate.yard_id, state="confirmed")


def _entries(gate: Gate) -> Any:
    rows = QueueEntry.objects.open().filter(lane__yard=gate.yard_id)
    return rows.select_related("vehicle", "lane", "reservation__slot__policy").order_by("arrived_at", "pk")


def _of(gate: Gate, promise: Reservation) -> QueueEntry | None:
    rows = QueueEntry.objects.filter(lane__yard=gate.yard_id, reservation=promise)
    return rows.select_related("vehicle", "lane", "reservation__slot__policy").first()


def _row(promise: Reservation | None, entry: QueueEntry | None) -> dict[str, Any]:
    return day_list.row_of(reservation=promise, entry=entry)
