"""Staff audience: rounds, dry runs of past ones, and who stands by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from core import clock
from core.api.answers import all_shaped, answer, shaped
from core.api.schema import Paging, operation, paged
from core.api.views import View
from core.errors import WrongState
from reservations import round_figures
from reservations.api.shapes import staff as staff_shapes
from reservations.api.shapes import staff_rounds as shapes
from reservations.errors import RoundBusy, UnknownRound
from reservations.models import Round
from reservations.operations import retry_round, void_round
from reservations.queries import lane_for, port_for, round_for, standby_of, what_if
from yards.errors import ReasonNeeded, UnknownLane, UnknownPort


class Rounds(View):
    verb = "round.read"

    @operation(
        name="staff_rounds_list",
        summary="The rounds of a port, newest first",
        audience="staff",
        query=[Paging],
        answer=paged(shapes.RoundRow),
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        port = port_for(user=request.user, code=code, verb=self.verb)
        rows = Round.objects.filter(port=port).select_related("port", "policy")
        return answer(self.page(request, rows, shapes.RoundRow))


class OneRound(View):
    verb = "round.read"

    @operation(
        name="staff_rounds_read",
        summary="One round and how far it is: requests against places by hour, and what became of each class",
        audience="staff",
        answer=shapes.RoundNow,
        problems=(UnknownRound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        row = round_for(user=request.user, ref=ref, verb=self.verb)
        [watched] = round_figures.watched(row.port, {row.service_date: row})
        body = {
            "round": row,
            "requests": watched.asked,
            "places": watched.places,
            "hours": watched.hours,
            "classes": round_figures.by_class(row),
        }
        return answer(shaped(shapes.RoundNow, body))


def _act(name: str, *, act: Callable[..., Round], summary: str) -> type[View]:
    """This will make the view of one act on a round, with a reason."""

    class Act(View):
        verb = "round.manage"

        @operation(
            name=f"staff_rounds_{name}",
            summary=summary,
            audience="staff",
            request=staff_shapes.ReasonNeededIn,
            answer=shapes.RoundRow,
            key=False,
            problems=(UnknownRound, ReasonNeeded, WrongState, RoundBusy),
        )
        def post(self, request: Request, ref: str) -> HttpResponse:
            said = self.parsed(staff_shapes.ReasonNeededIn, request)
            row = round_for(user=request.user, ref=ref, verb=self.verb)
            return self.do(request, act, shape=shapes.RoundRow, ref=row.ref, **said)

    Act.__name__ = Act.__qualname__ = name.title()
    return Act


Retry = _act("retry", act=retry_round, summary="Run a failed round again over the same requests")
Void = _act(
    "void",
    act=void_round,
    summary="Call a round off: the next batch places its requests, what is left opens later",
)


class WhatIf(View):
    verb = "round.manage"

    @operation(
        name="staff_rounds_what_if",
        summary="Draw a past round again under other rules; nothing is written",
        audience="staff",
        query=[shapes.WhatIfIn],
        answer=shapes.WhatIfShape,
        problems=(UnknownRound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        changes = self.asked(shapes.WhatIfIn, request)
        row = round_for(user=request.user, ref=ref, verb=self.verb)
        found: dict[str, Any] = what_if(row.port, row.service_date, changes)
        return answer(shaped(shapes.WhatIfShape, found))


class Standby(View):
    verb = "round.read"

    @operation(
        name="staff_standby_list",
        summary="Who stands by for a lane, in the published order",
        audience="staff",
        answer=shapes.StandbyList,
        problems=(UnknownLane,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        lane = lane_for(user=request.user, code=code, verb=self.verb)
        return answer({"results": all_shaped(shapes.StandbyRow, standby_of(lane, now=clock.now()))})
