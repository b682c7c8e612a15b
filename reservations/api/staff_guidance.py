"""Staff audience: aisles and zones out of use, a zone emptied, sensors beside the books."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from core import clock
from core.api.answers import answer, shaped
from core.api.schema import operation
from core.api.views import Serializer, View
from core.errors import NotFound, WrongState
from reservations import operations as acts
from reservations.api.shapes import common
from reservations.api.shapes import obstructions as shapes
from reservations.api.shapes.gate import SensorReadingShape
from reservations.queries import yard_for
from reservations.queries.obstructions import cut_off_by
from yards import queries_yard
from yards.errors import EvacuationUnderWay, ReasonNeeded, UnknownAisle, UnknownPlace, UnknownZone
from yards.models import Evacuation


class Obstructions(View):
    verb = "console.read"

    @operation(
        name="staff_obstructions_read",
        summary="What differs from a yard's plan now: blocks, evacuations, sensors beside the books",
        audience="staff",
        answer=shapes.ObstructionsShape,
        problems=(NotFound,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        yard = yard_for(user=request.user, code=code, verb=self.verb)
        now = {
            "blocks": queries_yard.blocks_of(yard),
            "evacuations": queries_yard.evacuations_of(yard),
            "sensors": queries_yard.sensors_beside_books(yard, now=clock.now()),
        }
        return answer(shaped(shapes.ObstructionsShape, now))


class CutOff(View):
    verb = "aisle.block"

    @operation(
        name="staff_aisles_cut_off",
        summary="What blocking an aisle would cost now; nothing is written",
        audience="staff",
        query=[shapes.AisleAsked],
        answer=shapes.CutOffShape,
        problems=(NotFound,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        yard = yard_for(user=request.user, code=code, verb=self.verb)
        asked = self.asked(shapes.AisleAsked, request)
        found = cut_off_by(yard, asked["aisle"])
        refs = {name: [v.entry.ref for v in getattr(found, name)] for name in ("held", "shut_in")}
        return answer(shaped(shapes.CutOffShape, {"bays": found.bays} | refs))


def _act(
    name: str,
    *,
    act: Callable[..., Any],
    verb: str,
    summary: str,
    sent: Serializer,
    told: Serializer = common.Nothing,
    problems: Any,
) -> type[View]:
    """This will make the view of one act on a yard."""
    needed = verb

    class Act(View):
        verb = needed

        @operation(
            name=f"staff_{name}",
            summary=summary,
            audience="staff",
            request=sent,
            answer=told,
            key=False,
            problems=(NotFound, *problems),
        )
        def post(self, request: Request, code: str) -> HttpResponse:
            yard = yard_for(user=request.user, code=code, verb=self.verb)
            said = self.parsed(sent, request)
            return self.do(request, act, shape=told, yard_code=yard.code, **said)

    Act.__name__ = Act.__qualname__ = name.title().replace("_", "")
    return Act


def _end(*, yard_code: str, ref: str, **rest: Any) -> Evacuation:
    """Ends an evacuation of this yard; another yard's is not found."""
    if not Evacuation.objects.filter(ref=ref, yard__code=yard_code).exists():
        raise NotFound(field="evacuation")
    ended: Evacuation = acts.end_evacuation(ref=ref, **rest)
    return ended


BlockAisle = _act(
    "aisles_block",
    act=acts.block_aisle,
    verb="aisle.block",
    summary="Let nobody drive an aisle; who is on the way to a bay cut off by it is sent elsewhere",
    sent=shapes.BlockAisleIn,
    told=shapes.BlockRow,
    problems=(UnknownAisle, ReasonNeeded),
)
UnblockAisle = _act(
    "aisles_unblock",
    act=acts.unblock_aisle,
    verb="aisle.block",
    summary="Let an aisle be driven again",
    sent=shapes.AisleIn,
    problems=(UnknownAisle,),
)
BlockZone = _act(
    "zones_block",
    act=acts.block_zone,
    verb="aisle.block",
    summary="Send nobody to a zone; who is on the way there is sent elsewhere",
    sent=shapes.BlockZoneIn,
    told=shapes.BlockRow,
    problems=(UnknownZone, ReasonNeeded),
)
UnblockZone = _act(
    "zones_unblock",
    act=acts.unblock_zone,
    verb="aisle.block",
    summary="Use a zone again",
    sent=shapes.ZoneIn,
    problems=(UnknownZone, EvacuationUnderWay),
)
Evacuate = _act(
    "zones_evacuate",
    act=acts.order_evacuation,
    verb="evacuation.order",
    summary="Empty a zone: everybody who stands there is told to leave, in order, each by the nearest exit",
    sent=shapes.BlockZoneIn,
    told=shapes.EvacuationRow,
    problems=(UnknownZone, ReasonNeeded, EvacuationUnderWay),
)
EndEvacuation = _act(
    "zones_evacuation_end",
    act=_end,
    verb="evacuation.order",
    summary="End an evacuation; the zone is used again",
    sent=shapes.EvacuationIn,
    told=shapes.EvacuationRow,
    problems=(WrongState,),
)
Dismiss = _act(
    "sensors_dismiss",
    act=acts.dismiss_doubt,
    verb="bay.block",
    summary="Somebody looked: the books are right, the sensor is not doubted until it says something else",
    sent=shapes.DismissIn,
    told=SensorReadingShape,
    problems=(UnknownPlace, ReasonNeeded),
)
