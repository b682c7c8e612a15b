"""The day list: all that a gate has to know to work without a network for four hours, signed by the key of the passes.

    PLD1.<payload>.<signature>       as a pass (reservations/passes.py); payload = a JSON object, moments in whole seconds since 1970

It names who is expected and who is here (plates, serials, bays that are held), whose pass is good no more, and the public keys. It
holds plates: it is for the port's own people, and a device keeps it no longer than it is good.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict
from reservations import passes
from reservations.models import Policy, QueueEntry, Reservation
from reservations.queries.faults import grace_ends_at, opens_at
from yards.models import Gate, Lane, Stay, Yard

VERSION = "PLD1"
GOOD_FOR = timedelta(hours=4)
#: Who comes too early is told when to come, and is not taken for one that nobody expects: windows that open so long after the list's end.
TOO_EARLY = timedelta(hours=4)
#: Windows, early check-in and grace included, that reach no further than this to each side of their slot.
AROUND = timedelta(days=1)
#: What is decided by its place in the order alone; a confirmed one is decided by its time.
BY_STATE = {
    "called": ("go", "called"),
    "waiting": ("ask", "waits_offline"),
    "admitted": ("stop", "inside"),
}
SOON_GONE = ("completed", "cancelled", "revoked", "unplaced", "no_show")


class DayListExpired(Conflict):
    code = "day_list_expired"
    title = _("Day list expired")
    message = _("This day list was good until %(until)s. Fetch a new one: nobody is let in by an old one.")


def day_list(gate: Gate, *, now: datetime) -> dict[str, Any]:
    """This will gather a gate's day list for the next four hours. `gate.yard.port` is read."""
    yard = gate.yard
    until = now + GOOD_FOR
    policy = Policy.objects.in_force(port_id=yard.port_id, at=now)
    near = list(_near(yard, now, until + TOO_EARLY))
    return {
        "port": yard.port.code,
        "yard": yard.code,
        "gate": gate.code,
        "kind": gate.kind,
        "made_at_s": _s(now),
        "good_until_s": _s(until),
        "key_id": passes.key_id(passes.signing_key().public_key()),
        "keys": {name: passes.public_text(key) for name, key in passes.verifying_keys().items()},
        "lanes": list(Lane.objects.filter(yard=yard).order_by("code").values_list("code", flat=True)),
        "early_s": policy.early_minutes * 60,
        "grace_s": policy.grace_minutes * 60,
        "rows": [*_here(yard), *(_expected(row) for row in near if row.state == "confirmed")],
        "revoked": {row.ref: row.state for row in near if row.state in SOON_GONE} | _elsewhere(yard, near),
    }


def signed(gate: Gate, *, now: datetime) -> str:
    """This will return a gate's day list, signed."""
    return passes.sealed(VERSION, day_list(gate, now=now))


def read(text: str, *, now: datetime, keys: dict[str, Any] | None = None) -> dict[str, Any]:
    """This will return what a genuine day list says. Raises PassNotValid, DayListExpired."""
    said = passes.opened(VERSION, text, keys=keys)
    if not isinstance(said, dict) or not isinstance(said.get("good_until_s"), int):
        raise passes.PassNotValid
    if _s(now) >= said["good_until_s"]:
        raise DayListExpired(until=f"{datetime.fromtimestamp(said['good_until_s'], UTC):%Y-%m-%d %H:%M %Z}")
    return said


def decide(said: passes.Pass, listed: dict[str, Any], *, at: datetime) -> tuple[str, str]:
    """This will say what a gate should do with a genuine pass by a day list: a verdict (go, arrive, ask, stop, leave) and why, by a code.

    `gate-decide.js` decides by the same rules; a pass that the list does not know was given after the list was made.
    """
    row = next((row for row in listed["rows"] if row["reservation"] == said.reservation_ref), None)
    gone = listed["revoked"].get(said.reservation_ref)
    if gone:
        return ("arrive" if gone == "no_show" else "stop"), str(gone)
    if said.lane_code not in listed["lanes"]:
        return "stop", "other_yard"
    if row and row["serial"] != said.serial:
        return "stop", "outdated"
    if listed["kind"] == "exit":
        return _at_exit(row)
    return _by_state(row, at) if row else _new_pass(said, listed, at)


def _at_exit(row: dict[str, Any] | None) -> tuple[str, str]:
    if row is None:
        return "ask", "not_inside"  # it came in after the list was made, perhaps
    return ("leave", "leaves") if row["state"] == "admitted" else ("stop", "not_inside")


def _by_state(row: dict[str, Any], at: datetime) -> tuple[str, str]:
    if row["state"] in BY_STATE:
        return BY_STATE[row["state"]]
    if _s(at) < row["opens_s"]:
        return "stop", "too_early"
    return ("arrive", "too_late") if _s(at) >= row["until_s"] else ("go", "in_time")


def _new_pass(said: passes.Pass, listed: dict[str, Any], at: datetime) -> tuple[str, str]:
    if _s(at) < said.starts_at_s - listed["early_s"]:
        return "stop", "too_early"
    return ("stop", "too_late") if _s(at) >= said.ends_at_s + listed["grace_s"] else ("ask", "new_pass")


def row_of(*, reservation: Reservation | None = None, entry: QueueEntry | None = None) -> dict[str, Any]:
    """This will say of one expected or present vehicle what a list says of it."""
    if entry:
        stay = Stay.objects.filter(visit_ref=entry.visit_ref, state__in=["held", "occupied"]).select_related("bay")
        return _present(entry, next((row.bay.code for row in stay), ""))
    assert reservation
    return _expected(reservation)


def _near(yard: Yard, now: datetime, until: datetime) -> Iterable[Reservation]:
    """Every reservation whose window, early check-in and grace included, meets the time, whatever became of it."""
    rows = Reservation.objects.filter(
        lane__yard=yard, slot__starts_at__lt=until + AROUND, slot__ends_at__gt=now - AROUND
    )
    rows = rows.select_related("vehicle", "lane", "slot__policy").order_by("slot__starts_at", "pk")
    return (row for row in rows if opens_at(row) < until and grace_ends_at(row) > now)


def _elsewhere(yard: Yard, near: list[Reservation]) -> dict[str, str]:
    """Live ones that were moved further off than the list tells of: their older passes still name a window in it."""
    moved = Reservation.objects.live().filter(lane__yard=yard, changes__gt=0)
    moved = moved.exclude(pk__in=[row.pk for row in near]).exclude(state="checked_in")
    return dict.fromkeys(moved.values_list("ref", flat=True), "moved")


def _here(yard: Yard) -> Iterable[dict[str, Any]]:
    bays = Stay.objects.filter(bay__yard=yard, state__in=["held", "occupied"])
    by_visit = dict(bays.values_list("visit_ref", "bay__code"))
    rows = QueueEntry.objects.open().filter(lane__yard=yard)
    rows = rows.select_related("vehicle", "lane", "reservation__slot__policy").order_by("arrived_at", "pk")
    return [_present(entry, by_visit.get(entry.visit_ref, "")) for entry in rows]


def _present(entry: QueueEntry, bay: str) -> dict[str, Any]:
    promise = entry.reservation
    said = _window(promise) if promise else {"opens_s": 0, "starts_s": 0, "ends_s": 0, "until_s": 0, "serial": 0}
    return said | {
        "reservation": promise.ref if promise else "",
        "entry": entry.ref,
        "state": entry.state,
        "ticket": entry.ticket,
        "bay": bay,
        "hazard": entry.hazard_class,
        **_vehicle(entry),
    }


def _expected(row: Reservation) -> dict[str, Any]:
    said = {"reservation": row.ref, "entry": "", "state": row.state, "ticket": 0, "bay": "", "hazard": ""}
    return said | _window(row) | _vehicle(row)


def _vehicle(row: Any) -> dict[str, Any]:
    vehicle = row.vehicle
    plate = {"country": vehicle.country, "plate": vehicle.plate, "key": vehicle.plate_key}
    return plate | {"vehicle": vehicle.ref, "lane": row.lane.code, "cargo": row.cargo_kind}


def _window(row: Reservation) -> dict[str, int]:
    """When it may check in, its slot, and from when on it is too late."""
    return {
        "opens_s": _s(opens_at(row)),
        "starts_s": _s(row.slot.starts_at),
        "ends_s": _s(row.slot.ends_at),
        "until_s": _s(grace_ends_at(row)),
        "serial": passes.serial_of(row),
    }


def _s(moment: datetime) -> int:
    return int(moment.timestamp())
