"""Counterpart audience: closures and crossings of the far side, and what is on its way to it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext
from rest_framework.request import Request

from accounts.authentication import DeviceAuthentication
from core import clock
from core.api import paths  # noqa: F401  registers the path converters
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from core.api.views import View
from core.errors import WrongState
from reservations import errors
from reservations.api.shapes import counterpart_traffic as shapes
from reservations.operations import declare_closure, lift_closure, undo_closure
from reservations.operations.crossing import note_arrival_over_there, note_departure_for_here
from reservations.queries import port_for
from reservations.queries.on_its_way import OnItsWay, on_its_way
from yards.errors import CrossingKnown, CrossingTooOld, NotOnItsWay, ReasonNeeded, UnknownLane
from yards.models import Closure, ClosureScope, Crossing, CrossingKind, Port

NOT_CLOSABLE = (
    *(UnknownLane, errors.NothingToClose, errors.ClosureInThePast, errors.EndsBeforeStart),
    *(errors.StagesNotValid, ReasonNeeded),
)


class FarSideView(View):
    authentication_classes = (DeviceAuthentication,)
    verbs = {"GET": "far_side.read", "POST": "far_side.report"}

    def port(self, request: Request) -> Port:
        device: Any = request.user
        return port_for(user=device, code=device.port_code, verb="far_side.report")


class Closures(FarSideView):
    @operation(
        name="counterpart_closures_list",
        summary="Closures of your side and of ours that are not over, the latest first",
        audience="counterpart",
        query=[Paging],
        answer=paged(shapes.FarClosureShape),
    )
    def get(self, request: Request) -> HttpResponse:
        ahead = Q(ends_at=None) | Q(ends_at__gt=clock.now())
        rows = Closure.objects.counting().filter(ahead, port=self.port(request)).prefetch_related("lanes")
        return answer(self.page(request, rows, shapes.FarClosureShape))

    @operation(
        name="counterpart_closures_declare",
        summary="Your side is shut for an interval",
        description="Nobody is sent to you meanwhile; everybody concerned on this side gets another time or stands by, at once.",
        audience="counterpart",
        request=shapes.FarClosureIn,
        answer=shapes.FarClosureShape,
        status=201,
        key=True,
        problems=NOT_CLOSABLE,
    )
    def post(self, request: Request) -> HttpResponse:
        said: dict[str, Any] = {"lanes": [], "starts_at": clock.now(), "ends_at": None} | self.parsed(
            shapes.FarClosureIn, request
        )
        lanes = said.pop("lanes")
        return self.do(
            request,
            declare_closure,
            shape=shapes.FarClosureShape,
            status=201,
            key=True,
            port_code=self.port(request).code,
            scope=ClosureScope.FAR_SIDE.value,
            lane_codes=lanes,
            user=None,
            **said,
        )


class Lift(FarSideView):
    verbs = {"POST": "far_side.report"}

    @operation(
        name="counterpart_closures_lift",
        summary="Your side opens again",
        description="From a moment on, in stages if you like. "
        "One that has not begun is taken back whole, whatever moment is said. One that this side declared is not yours to lift: 404.",
        audience="counterpart",
        request=shapes.FarLiftIn,
        answer=shapes.FarClosureShape,
        key=False,
        problems=(
            errors.UnknownClosure,
            WrongState,
            errors.EndsBeforeStart,
            errors.NotLonger,
            errors.StagesNotValid,
            errors.CannotUndo,
        ),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said: dict[str, Any] = {"ends_at": clock.now()} | self.parsed(shapes.FarLiftIn, request)
        closure = Closure.objects.filter(port=self.port(request), ref=ref).first()
        if closure is None or not shapes.is_theirs(closure):
            raise errors.UnknownClosure
        if closure.starts_at > clock.now():  # nobody is shut out yet: all have their places again
            reason = said.get("reason") or gettext("The far side took it back.")
            return self.do(request, undo_closure, shape=shapes.FarClosureShape, ref=ref, reason=reason)
        return self.do(request, lift_closure, shape=shapes.FarClosureShape, ref=ref, **said)


class Crossings(FarSideView):
    @operation(
        name="counterpart_crossings_list",
        summary="Crossings that you told, the latest first",
        audience="counterpart",
        query=[Paging],
        answer=paged(shapes.CrossingShape),
    )
    def get(self, request: Request) -> HttpResponse:
        return answer(self.page(request, Crossing.objects.filter(port=self.port(request)), shapes.CrossingShape))

    @operation(
        name="counterpart_crossings_report",
        summary="A vehicle arrived at your side, or left it for us",
        audience="counterpart",
        request=shapes.CrossingIn,
        answer=shapes.CrossingShape,
        status=201,
        key=True,
        problems=(NotOnItsWay, CrossingKnown, CrossingTooOld),
    )
    def post(self, request: Request) -> HttpResponse:
        said = self.parsed(shapes.CrossingIn, request)
        moment = {"port_code": self.port(request).code, "crossed_at": said["crossed_at"]}
        if said["kind"] == CrossingKind.ARRIVED:
            act, facts = note_arrival_over_there, {"visit_ref": said["visit"]}
        else:
            act, facts = note_departure_for_here, {"country": said["country"], "plate": said["plate"]}
        return self.do(request, act, shape=shapes.CrossingShape, status=201, key=True, **moment, **facts)


class Coming(FarSideView):
    verbs = {"GET": "far_side.read"}

    @operation(
        name="counterpart_on_its_way",
        summary="What is on its way to you from this port",
        description="With a place in the next 24 hours, here now, or left for you and not told as arrived.",
        audience="counterpart",
        answer=shapes.OnItsWayShape,
    )
    def get(self, request: Request) -> HttpResponse:
        found = on_its_way(self.port(request), now=clock.now())
        return answer(shaped(shapes.OnItsWayShape, _facts(found)))


def _facts(found: OnItsWay) -> dict[str, Any]:
    states = [state for state, _words in shapes.COMING_STATES]
    hours = [{"starts_at": at, "lane": lane, "expected": count} for at, lane, count in found.hours]
    counts = {state: found.counts.get(state, 0) for state in states}
    return {"as_of": found.as_of, "sees": found.sees, "counts": counts, "hours": hours, "vehicles": found.vehicles}


urlpatterns = [
    path("closures/", Closures.as_view(), name="counterpart_closures"),
    path("closures/<ref:ref>/lift/", Lift.as_view(), name="counterpart_closure_lift"),
    path("crossings/", Crossings.as_view(), name="counterpart_crossings"),
    path("on-its-way/", Coming.as_view(), name="counterpart_on_its_way"),
]
