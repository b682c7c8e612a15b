"""Staff audience: closures, the far side's rates, and appeals."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from core import clock
from core.api.answers import all_shaped, answer, shaped
from core.api.schema import Paging, operation, paged
from core.api.views import View
from core.errors import NotFound, WrongState
from reservations import errors
from reservations.api.shapes import staff as staff_shapes
from reservations.api.shapes import staff_rounds as shapes
from reservations.models import Appeal, Disposition
from reservations.operations import decide_appeal, declare_closure, lift_closure, undo_closure
from reservations.operations.preview import preview_closure
from reservations.queries import appeal_for, closure_for, closures_of, lane_for, port_for
from reservations.queries.far_side import far_sides_of_port
from yards.errors import RateInThePast, RateNotValid, RateTooFar, ReasonNeeded, UnknownLane, UnknownPort
from yards.models import FarSideRate, Lane
from yards.operations import enter_far_side_rate

NOT_CLOSABLE = (
    *(UnknownPort, UnknownLane, errors.NothingToClose, errors.ClosureInThePast),
    *(errors.EndsBeforeStart, errors.StagesNotValid),
)


# ---------------------------------------------------------------- closures
class Closures(View):
    verbs = {"GET": "closure.read", "POST": "closure.declare"}

    @operation(
        name="staff_closures_list",
        summary="Closures of a port, newest first",
        audience="staff",
        query=[Paging],
        answer=paged(shapes.ClosureRow),
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        port = port_for(user=request.user, code=code, verb="closure.read")
        rows = closures_of(port)
        return answer(self.page(request, rows, shapes.ClosureRow))

    @operation(
        name="staff_closures_declare",
        summary="Shut lanes for an interval: nobody is called, and everybody affected gets one answer",
        description="The same call without effect: `preview`.",
        audience="staff",
        request=shapes.ClosureIn,
        answer=shapes.ClosureRow,
        status=201,
        key=True,
        problems=(*NOT_CLOSABLE, ReasonNeeded),
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        said = _outline(self.parsed(shapes.ClosureIn, request))
        port = port_for(user=request.user, code=code, verb="closure.declare")
        return self.do(
            request,
            declare_closure,
            shape=shapes.ClosureRow,
            status=201,
            key=True,
            port_code=port.code,
            user=request.user,
            **said,
        )


class Preview(View):
    verb = "closure.declare"

    @operation(
        name="staff_closures_preview",
        summary="Who would be affected by a closure, where each would go, who could not be placed; nothing is written",
        audience="staff",
        request=shapes.ClosurePreviewIn,
        answer=shapes.PreviewShape,
        problems=NOT_CLOSABLE,
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        said = _outline(self.parsed(shapes.ClosurePreviewIn, request))
        port = port_for(user=request.user, code=code, verb=self.verb)
        found = preview_closure(port_code=port.code, now=clock.now(), **said)
        return answer(shaped(shapes.PreviewShape, found))


class OneClosure(View):
    verb = "closure.read"

    @operation(
        name="staff_closures_read",
        summary="One closure",
        audience="staff",
        answer=shapes.ClosureRow,
        problems=(errors.UnknownClosure,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        return answer(shaped(shapes.ClosureRow, closure_for(user=request.user, ref=ref, verb=self.verb)))


class Dispositions(View):
    verb = "closure.read"

    @operation(
        name="staff_closures_dispositions",
        summary="What a closure meant for each reservation it met",
        audience="staff",
        query=[Paging],
        answer=paged(shapes.DispositionRow),
        problems=(errors.UnknownClosure,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        closure = closure_for(user=request.user, ref=ref, verb=self.verb)
        rows = Disposition.objects.filter(closure=closure)
        related = rows.select_related("reservation__vehicle", "from_slot__lane", "to_slot__lane")
        return answer(self.page(request, related, shapes.DispositionRow, newest_first=False))


class Lift(View):
    verb = "closure.declare"

    @operation(
        name="staff_closures_lift",
        summary="Say when a closure ends, in stages or at once",
        audience="staff",
        request=shapes.LiftIn,
        answer=shapes.ClosureRow,
        key=False,
        problems=(errors.UnknownClosure, errors.EndsBeforeStart, errors.NotLonger, errors.StagesNotValid, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.LiftIn, request)
        closure = closure_for(user=request.user, ref=ref, verb=self.verb)
        wanted = {"ends_at": said.get("ends_at") or clock.now(), "stages": said.get("stages", [])}
        return self.do(request, lift_closure, shape=shapes.ClosureRow, ref=closure.ref, reason=said["reason"], **wanted)


class Undo(View):
    verb = "closure.declare"

    @operation(
        name="staff_closures_undo",
        summary="Take a closure back while nobody was called on a new slot",
        audience="staff",
        request=staff_shapes.ReasonNeededIn,
        answer=shapes.ClosureRow,
        key=False,
        problems=(errors.UnknownClosure, errors.CannotUndo, ReasonNeeded, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(staff_shapes.ReasonNeededIn, request)
        closure = closure_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(request, undo_closure, shape=shapes.ClosureRow, ref=closure.ref, **said)


def _outline(said: dict[str, Any]) -> dict[str, Any]:
    """What is left out: no lanes named, at once, until further notice, reopening at once."""
    left_out = {"lane_codes": [], "starts_at": clock.now(), "ends_at": None, "stages": []}
    return left_out | said


# ---------------------------------------------------------------- the far side
class FarSides(View):
    verb = "console.read"

    @operation(
        name="staff_far_side_now",
        summary="What the far side takes of each lane now, how old that is, and what is planned against it",
        audience="staff",
        answer=shapes.FarSidesNow,
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        port = port_for(user=request.user, code=code, verb=self.verb)
        lanes = list(Lane.objects.filter(port=port).select_related("port", "yard").order_by("code"))
        found = far_sides_of_port(port, lanes, now=clock.now())
        return answer({"results": all_shaped(shapes.FarSideNow, found)})


class FarSideRates(View):
    verbs = {"GET": "console.read", "POST": "far_side.enter"}

    @operation(
        name="staff_far_side_list",
        summary="The rates of a lane's far side, the latest entered first",
        audience="staff",
        query=[Paging],
        answer=paged(shapes.FarSideRow),
        problems=(UnknownLane,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        lane = lane_for(user=request.user, code=code, verb="console.read")
        rows = FarSideRate.objects.filter(lane=lane).select_related("lane")
        return answer(self.page(request, rows, shapes.FarSideRow))

    @operation(
        name="staff_far_side_enter",
        summary="Enter what the far side takes of a lane from a moment on",
        audience="staff",
        request=shapes.FarSideIn,
        answer=shapes.FarSideRow,
        status=201,
        key=True,
        problems=(UnknownLane, RateNotValid, RateInThePast, RateTooFar),
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        said = {"valid_from": clock.now()} | self.parsed(shapes.FarSideIn, request)
        lane = lane_for(user=request.user, code=code, verb="far_side.enter")
        return self.do(
            request, enter_far_side_rate, shape=shapes.FarSideRow, status=201, key=True, lane_code=lane.code, **said
        )


# ---------------------------------------------------------------- appeals
class Appeals(View):
    verb = "appeal.decide"

    @operation(
        name="staff_appeals_list",
        summary="Appeals against marks at a port, newest first",
        audience="staff",
        query=[Paging, shapes.AppealsIn],
        answer=paged(shapes.AppealRow),
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        asked = self.asked(shapes.AppealsIn, request)
        port = port_for(user=request.user, code=code, verb=self.verb)
        rows = Appeal.objects.filter(mark__reservation__lane__port=port, **asked)
        return answer(self.page(request, rows.select_related("mark__reservation", "mark__vehicle"), shapes.AppealRow))


class Decide(View):
    verb = "appeal.decide"

    @operation(
        name="staff_appeals_decide",
        summary="Grant or reject an appeal, with an answer that the holder reads",
        audience="staff",
        request=shapes.DecideIn,
        answer=shapes.AppealRow,
        key=False,
        problems=(NotFound, ReasonNeeded, errors.OwnAppeal, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.DecideIn, request)
        appeal = appeal_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(request, decide_appeal, shape=shapes.AppealRow, ref=appeal.ref, user=request.user, **said)
