"""Staff audience: a yard as a whole, its lanes and bays, and its record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from core import clock
from core.api import etag
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from core.api.views import Serializer, View
from core.errors import NotFound
from core.models import LedgerEntry
from reservations import errors
from reservations.api.desks import snapshot_of
from reservations.api.shapes import common
from reservations.api.shapes import staff as shapes
from reservations.operations import call_next
from reservations.queries import lane_for, yard_for
from yards.errors import NoBayThatFits, ReasonNeeded, UnknownBay, UnknownLane
from yards.operations import block_bay, set_auto_call, switch_lane, unblock_bay


class YardNow(View):
    verb = "console.read"

    @operation(
        name="staff_yards_read",
        summary="A yard now: the order with its reasons, bays, calls, alarms",
        audience="staff",
        answer=shapes.YardSnapshot,
        problems=(NotFound,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        yard = yard_for(user=request.user, code=code, verb=self.verb)
        body = shaped(shapes.YardSnapshot, snapshot_of(yard, now=clock.now()))
        current = etag.tag({name: value for name, value in body.items() if name != "as_of"})
        return etag.answer(request, body, current=current)


class Call(View):
    verb = "queue.call"

    @operation(
        name="staff_lanes_call",
        summary="Call the next vehicle of a lane for whom a free bay fits",
        description="An Idempotency-Key is required: a second press of the button is not a second call.",
        audience="staff",
        request=common.Nothing,
        answer=shapes.CalledRow,
        key=True,
        problems=(UnknownLane, errors.LaneClosed, errors.NobodyWaiting, NoBayThatFits),
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        lane = lane_for(user=request.user, code=code, verb=self.verb)
        return self.do(request, call_next, shape=shapes.CalledRow, key=True, lane_code=lane.code)


def _switch(name: str, *, act: Callable[..., Any], summary: str, sent: Serializer, **fixed: Any) -> type[View]:
    """This will make the view of one switch of a lane."""

    class Switch(View):
        verb = "lane.switch"

        @operation(
            name=f"staff_lanes_{name}",
            summary=summary,
            audience="staff",
            request=sent,
            answer=shapes.LaneSwitches,
            key=False,
            problems=(UnknownLane,),
        )
        def post(self, request: Request, code: str) -> HttpResponse:
            said = self.parsed(sent, request)
            lane = lane_for(user=request.user, code=code, verb=self.verb)
            return self.do(request, act, shape=shapes.LaneSwitches, lane_code=lane.code, **said, **fixed)

    Switch.__name__ = Switch.__qualname__ = f"Lane{name.title()}"
    return Switch


Open = _switch("open", act=switch_lane, summary="Open a lane", sent=shapes.DeskReasonIn, is_open=True)
Close = _switch(
    "close", act=switch_lane, summary="Close a lane, with a reason", sent=shapes.ReasonNeededIn, is_open=False
)
AutoCall = _switch("auto_call", act=set_auto_call, summary="Switch automatic calling on or off", sent=shapes.SwitchIn)


def _bay_switch(name: str, *, act: Callable[..., Any], summary: str, sent: Serializer) -> type[View]:
    """This will make the view of one switch of a bay."""

    class BaySwitch(View):
        verb = "bay.block"

        @operation(
            name=f"staff_bays_{name}",
            summary=summary,
            audience="staff",
            request=sent,
            answer=shapes.BaySwitch,
            key=False,
            problems=(NotFound, UnknownBay, ReasonNeeded),
        )
        def post(self, request: Request, code: str, bay_code: str) -> HttpResponse:
            said = self.parsed(sent, request)
            yard = yard_for(user=request.user, code=code, verb=self.verb)
            return self.do(request, act, shape=shapes.BaySwitch, yard_code=yard.code, bay_code=bay_code, **said)

    BaySwitch.__name__ = BaySwitch.__qualname__ = f"Bay{name.title()}"
    return BaySwitch


Block = _bay_switch("block", act=block_bay, summary="Take a bay out of use, with a reason", sent=shapes.ReasonNeededIn)
Unblock = _bay_switch("unblock", act=unblock_bay, summary="Put a bay back into use", sent=common.Nothing)


class Ledger(View):
    verb = "ledger.read"

    @operation(
        name="staff_ledger_list",
        summary="The record of a yard, newest first",
        audience="staff",
        query=[Paging, shapes.LedgerIn],
        answer=paged(shapes.LedgerRow),
        problems=(NotFound,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        asked = self.asked(shapes.LedgerIn, request)
        yard = yard_for(user=request.user, code=code, verb=self.verb)
        rows = LedgerEntry.objects.filter(stream__key=yard.stream, **_narrowed(asked))
        return answer(self.page(request, rows, shapes.LedgerRow, key="seq", newest_first=not asked["oldest_first"]))


def _narrowed(asked: dict[str, Any]) -> dict[str, Any]:
    columns = {"kind": "kind", "visit": "visit_ref", "since": "seq__gt"}
    return {column: asked[name] for name, column in columns.items() if name in asked}
