"""Gate audience: devices report what they see; the answer says what to show at the gate."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.request import Request

from accounts.authentication import DeviceAuthentication
from accounts.models import Device
from core import clock
from core.actors import Actor
from core.api.answers import answer, shaped
from core.api.schema import operation
from core.api.views import View
from core.errors import Conflict, WrongState
from reservations import errors, passes, sightings
from reservations.api.shapes import gate as shapes
from reservations.api.turns import stay_of
from reservations.models import QueueEntry
from reservations.operations import check_in, exit_yard
from reservations.queries.evidence import evidence_of

OUTCOMES = {"waiting": "wait", "called": "enter", "admitted": "inside", "exited": "exited"}
UNSURE = (sightings.NobodyExpected, sightings.NotSure, passes.PassNotValid, passes.PassOutdated)


class DeviceKey(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.DeviceAuthentication"
    name = "device"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        words = "`Device <ref>.<secret>`, as handed out when the device was enrolled."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": words}


class GateView(View):
    verb = "gate.report"
    authentication_classes = (DeviceAuthentication,)

    def device(self, request: Request) -> Device:
        return cast(Device, request.user)


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
        audience="gate",
        request=shapes.Sighting,
        answer=shapes.SightingShape,
        problems=(*UNSURE, WrongState),
    )
    def post(self, request: Request) -> HttpResponse:
        said, now = self.parsed(shapes.Sighting, request), clock.now()
        entry, duplicate = sightings.at_exit(said, self.device(request), now=now)
        if not duplicate:
            entry = exit_yard(entry_ref=entry.ref, now=now, actor=self.actor(request))
        return _told(entry, outcome="exited", duplicate=duplicate)


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
    path("arrivals/", Arrivals.as_view(), name="gate_arrivals"),
    path("exits/", Exits.as_view(), name="gate_exits"),
]
