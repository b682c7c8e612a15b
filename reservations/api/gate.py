"""Gate audience: devices report what they see; the answer says what to show at the gate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from accounts.models import Device
from core import clock
from core.actors import Actor
from core.api.answers import answer, shaped
from core.api.schema import operation
from core.errors import Conflict, Invalid, NotFound, WrongState
from reservations import errors, passes, sightings
from reservations.api.gate_base import GateView
from reservations.api.gate_enrol import Enrolment
from reservations.api.gate_events import Events
from reservations.api.shapes import gate as shapes
from reservations.api.turns import stay_of
from reservations.models import QueueEntry
from reservations.operations import check_in, exit_yard, note_reading, note_sighting
from reservations.queries.evidence import evidence_of
from yards.errors import UnknownPlace
from yards.models import PlaceKind

OUTCOMES = {"waiting": "wait", "called": "enter", "admitted": "inside", "exited": "exited"}
UNSURE = (sightings.NobodyExpected, sightings.NotSure, passes.PassNotValid, passes.PassOutdated)


class Arrivals(GateView):
    @operation(
        name="gate_arrivals_report",
        summary="A vehicle was read at the entry",
        description="Checks a reserved vehicle in, or finds its place in the order. The same vehicle within 60 s is one arrival.",
        audience="gate",
        request=shapes.Sighting,
        answer=shapes.SightingShape,
        problems=(*UNSURE, errors.TooEarly, WrongState),
    )
    def post(self, request: Request) -> HttpResponse:
        said, now, device = self.parsed(shapes.Sighting, request), clock.now(), self.device(request)
        found = sightings.read(said, device)
        if found.entry is None:
            found, fresh = _checked_in(said, found, device, now=now, actor=self.actor(request))
            if fresh:
                return _told(fresh, outcome="checked_in", duplicate=False)
        assert found.entry
        duplicate = now - found.entry.arrived_at < sightings.SAME_ARRIVAL
        return _told(found.entry, outcome=OUTCOMES[found.entry.state], duplicate=duplicate)


class Exits(GateView):
    @operation(
        name="gate_exits_report",
        summary="A vehicle was read at the exit",
        description="Ends the visit of a plate. A pass alone ends none: with its plate it is told by `events/`.",
        audience="gate",
        request=shapes.Sighting,
        answer=shapes.SightingShape,
        problems=(*UNSURE, sightings.PassAlone, WrongState),
    )
    def post(self, request: Request) -> HttpResponse:
        said, now = self.parsed(shapes.Sighting, request), clock.now()
        entry, duplicate = sightings.at_exit(said, self.device(request), now=now)
        if not duplicate:
            entry = exit_yard(entry_ref=entry.ref, now=now, actor=self.actor(request))
        return _told(entry, outcome="exited", duplicate=duplicate)


class Reads(GateView):
    @operation(
        name="gate_reads_report",
        summary="A vehicle was read in the yard: at a bay, a zone, a QR post or a gate",
        description=(
            "Says where it was last seen, and moves nobody. The same vehicle at the same place within 60 s is one reading; one that is"
            " older than the last changes nothing. Who is not in the yard by the books is a ghost: in a bay, that bay is doubted."
        ),
        audience="gate",
        request=shapes.YardRead,
        answer=shapes.YardReadShape,
        problems=(NotFound, UnknownPlace, Invalid, *UNSURE),
    )
    def post(self, request: Request) -> HttpResponse:
        said, now, device = self.parsed(shapes.YardRead, request), clock.now(), self.device(request)
        place = {"kind": said["kind"], "code": said["code"], "seen_at": said.get("occurred_at") or now}
        yard = sightings.yard_of(device, said.get("yard", ""))
        entry = sightings.inside(said, device)
        if entry is None and sightings.was_inside_then(said, device, seen_at=place["seen_at"]):
            return answer(shaped(shapes.YardReadShape, {"outcome": "late", "entry": None, "bay": None}))
        if entry is None or entry.lane.yard_id != yard.pk:  # inside another yard, it is nobody's here
            return _ghost(yard.code, place, now=now, actor=self.actor(request))
        noted = note_sighting(entry_ref=entry.ref, source="device", **place, now=now, actor=self.actor(request))
        stay = stay_of(entry.visit_ref)
        shown = {"outcome": noted.outcome, "entry": entry.ref, "bay": stay.bay.code if stay else None}
        return answer(shaped(shapes.YardReadShape, shown))


class Readings(GateView):
    @operation(
        name="gate_readings_report",
        summary="What a bay's or a zone's sensor says",
        description="Kept beside the books and flagged where it cannot be or differs. No reading ever changes a bay.",
        audience="gate",
        request=shapes.SensorReading,
        answer=shapes.SensorReadingShape,
        problems=(NotFound, UnknownPlace, Invalid),
    )
    def post(self, request: Request) -> HttpResponse:
        said, now = self.parsed(shapes.SensorReading, request), clock.now()
        yard = sightings.yard_of(self.device(request), said.pop("yard", ""))
        said["seen_at"] = said.get("seen_at") or now
        row = note_reading(yard_code=yard.code, **said, now=now, actor=self.actor(request))
        return answer(shaped(shapes.SensorReadingShape, row))


def _ghost(yard_code: str, place: dict[str, Any], *, now: datetime, actor: Actor) -> HttpResponse:
    """Flagged, never obeyed: a vehicle nobody let in that stands in a bay is what a sensor would say of that bay."""
    if place["kind"] == PlaceKind.BAY:
        note_reading(yard_code=yard_code, taken=1, **place, now=now, actor=actor)
    return answer(shaped(shapes.YardReadShape, {"outcome": "ghost", "entry": None, "bay": None}))


def _checked_in(
    said: dict[str, Any], found: sightings.Found, device: Device, *, now: datetime, actor: Actor
) -> tuple[sightings.Found, QueueEntry | None]:
    """Checks a promised vehicle in; when another reading of it was faster, finds what that one made."""
    assert found.reservation
    try:
        ref, seen_at = found.reservation.ref, said.get("occurred_at")
        return found, check_in(reservation_ref=ref, port_code=device.port_code, seen_at=seen_at, now=now, actor=actor)
    except (WrongState, Conflict) as problem:
        again = sightings.read(said, device)
        if again.entry is None:
            raise problem
        return again, None


def _told(entry: QueueEntry, *, outcome: str, duplicate: bool) -> HttpResponse:
    stay = stay_of(entry.visit_ref)
    shown = {"entry": entry, "outcome": outcome, "duplicate": duplicate, "bay": stay.bay.code if stay else None}
    return answer(shaped(shapes.SightingShape, shown | {"evidence": evidence_of(entry)}))


urlpatterns = [
    path("enrol/", Enrolment.as_view(), name="gate_enrol"),
    path("events/", Events.as_view(), name="gate_events"),
    path("arrivals/", Arrivals.as_view(), name="gate_arrivals"),
    path("exits/", Exits.as_view(), name="gate_exits"),
    path("reads/", Reads.as_view(), name="gate_reads"),
    path("readings/", Readings.as_view(), name="gate_readings"),
]
