"""Rows a person may reach for a verb; a foreign tenant's row is not found, exactly like one that does not exist."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from accounts.policy import DRIVER_SIDE, POLICY, ports_where
from core import worlds
from core.errors import NotFound
from reservations.models import Appeal, Mark, Override, QueueEntry, Request, Reservation, Slot
from yards.errors import UnknownLane, UnknownPort
from yards.models import Lane, Port, Yard

#: What has a page of its own: its rows and the way to their port's code.
KEPT: dict[str, tuple[Any, str]] = {
    "reservation": (Reservation, "lane__port__code"),
    "entry": (QueueEntry, "lane__port__code"),
    "request": (Request, "port__code"),
    "mark": (Mark, "reservation__lane__port__code"),
    "appeal": (Appeal, "mark__reservation__lane__port__code"),
}


def refs_within(what: str, refs: Collection[str], *, user: Any, verb: str) -> set[str]:
    """This will keep the refs within reach of the verb, `what` being a key of KEPT: one query."""
    model, port_path = KEPT[what]
    rows = _within(model.objects.filter(ref__in=refs), user, verb, port_path)
    return set(rows.order_by().values_list("ref", flat=True))


def reservation_for(*, user: Any, ref: str, verb: str) -> Reservation:
    """This will return a reservation within reach of the verb; raises NotFound."""
    rows = Reservation.objects.select_related("lane__port", "lane__yard", "slot__policy", "vehicle", "driver")
    return _one(_within(rows, user, verb, "lane__port__code"), ref, "reservation")


def entry_for(*, user: Any, ref: str, verb: str) -> QueueEntry:
    """This will return a queue entry within reach of the verb; raises NotFound."""
    rows = QueueEntry.objects.select_related(
        "lane__port", "lane__yard", "lane__gate", "vehicle", "driver", "gate", "slot", "reservation__slot"
    )
    return _one(_within(rows, user, verb, "lane__port__code"), ref, "entry")


def override_for(*, user: Any, ref: str, verb: str) -> Override:
    """This will return an override at a port where the person may do the verb; raises NotFound."""
    rows = Override.objects.select_related("entry__lane__port", "asked_by")
    return _one(rows.filter(entry__lane__port__code__in=ports_where(user, verb)), ref, "override")


def mark_for(*, user: Any, ref: str, verb: str) -> Mark:
    """This will return a mark within reach of the verb; raises NotFound."""
    rows = Mark.objects.select_related("vehicle", "reservation__slot", "reservation__lane__port")
    return _one(_within(rows, user, verb, "reservation__lane__port__code"), ref, "mark")


def appeal_for(*, user: Any, ref: str, verb: str) -> Appeal:
    """This will return an appeal within reach of the verb; raises NotFound."""
    rows = Appeal.objects.select_related("mark__vehicle", "mark__reservation__lane__port", "asked_by", "decided_by")
    return _one(_within(rows, user, verb, "mark__reservation__lane__port__code"), ref, "appeal")


def slot_for(*, user: Any, ref: str, verb: str) -> Slot:
    """This will return a slot at a port where the person may do the verb; raises NotFound."""
    rows = Slot.objects.select_related("lane__port", "lane__yard", "policy")
    return _one(rows.filter(lane__port__code__in=ports_where(user, verb)), ref, "slot")


def lane_for(*, user: Any, code: str, verb: str) -> Lane:
    """This will return a lane at a port where the person may do the verb; raises UnknownLane."""
    rows = Lane.objects.select_related("port", "yard", "gate").filter(port__code__in=ports_where(user, verb))
    lane = rows.filter(code=code).first()
    if lane is None:
        raise UnknownLane
    return lane


def yard_for(*, user: Any, code: str, verb: str) -> Yard:
    """This will return a yard at a port where the person may do the verb; raises NotFound."""
    yard = Yard.objects.select_related("port").filter(port__code__in=ports_where(user, verb), code=code).first()
    if yard is None:
        raise NotFound(field="yard")
    return yard


def port_for(*, user: Any, code: str, verb: str) -> Port:
    """This will return a port where the person may do the verb; raises UnknownPort."""
    port = Port.objects.filter(code__in=ports_where(user, verb), code=code).first()
    if port is None:
        raise UnknownPort
    return port


def _within(rows: Any, user: Any, verb: str, port_path: str) -> Any:
    """Driver-side verbs reach a person's and an organisation's own rows; staff verbs the rows of the ports where the role is held.

    Of the present world alone (core/worlds.py).
    """
    rows = worlds.narrowed(rows, f"{port_path.removesuffix('code')}sandbox_of")
    if POLICY[verb] & DRIVER_SIDE:
        return rows.own_to(user)
    return rows.filter(**{f"{port_path}__in": ports_where(user, verb)})


def _one(rows: Any, ref: str, field: str) -> Any:
    row = rows.filter(ref=ref).first()
    if row is None:
        raise NotFound(field=field)
    return row
