"""Staff audience: places and rules."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from core.api.answers import all_shaped, answer
from core.api.schema import Paging, operation, paged
from core.api.views import View
from core.errors import NotFound, WrongState
from reservations import errors
from reservations.api.shapes import public as public_shapes
from reservations.api.shapes import staff as shapes
from reservations.models import Reservation
from reservations.operations import change_capacity, freeze_slot, publish_policy, revoke_reservation
from reservations.queries import lane_for, port_for, reservation_for, slot_for
from yards.errors import ReasonNeeded, UnknownLane, UnknownPort


class Slots(View):
    verb = "console.read"

    @operation(
        name="staff_slots_list",
        summary="A lane's slots of one day, past ones included",
        audience="staff",
        query=shapes.DayIn,
        answer=shapes.SlotsOfDay,
        problems=(UnknownLane,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        day = self.asked(shapes.DayIn, request)["date"]
        lane = lane_for(user=request.user, code=code, verb=self.verb)
        rows = lane.slots.filter(service_date=day).select_related("lane").order_by("starts_at")
        return answer({"results": all_shaped(shapes.SlotRow, rows)})


class Capacity(View):
    verb = "slot.change"

    @operation(
        name="staff_slots_capacity",
        summary="Change a slot's plan, with a reason",
        description="Below what is taken nobody loses a place: the capacity shrinks towards the plan as places come back.",
        audience="staff",
        request=shapes.CapacityIn,
        answer=shapes.SlotRow,
        key=False,
        problems=(NotFound, errors.CapacityNotValid),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.CapacityIn, request)
        slot = slot_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(request, change_capacity, shape=shapes.SlotRow, slot_ref=slot.ref, **said)


class Freeze(View):
    verb = "slot.change"

    @operation(
        name="staff_slots_freeze",
        summary="Stop or resume giving places of a slot; freezing needs a reason",
        audience="staff",
        request=shapes.FreezeIn,
        answer=shapes.SlotRow,
        key=False,
        problems=(NotFound, ReasonNeeded),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.FreezeIn, request)
        slot = slot_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(request, freeze_slot, shape=shapes.SlotRow, slot_ref=slot.ref, **said)


class Policies(View):
    verb = "policy.publish"

    @operation(
        name="staff_policies_publish",
        summary="Publish a new version of a port's rules",
        description="It takes effect at a future moment. Every rule that is left out stays as it is.",
        audience="staff",
        request=shapes.PolicyIn,
        answer=public_shapes.PolicyShape,
        status=201,
        key=True,
        problems=(UnknownPort, errors.PolicyInThePast),
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        changes = self.parsed(shapes.PolicyIn, request)
        port = port_for(user=request.user, code=code, verb=self.verb)
        wanted: dict[str, Any] = {
            "effective_from": changes.pop("effective_from"),
            "note": changes.pop("note"),
            "changes": changes,
        }
        return self.do(
            request,
            publish_policy,
            shape=public_shapes.PolicyShape,
            status=201,
            key=True,
            port_code=port.code,
            user=request.user,
            **wanted,
        )


class Reservations(View):
    verb = "console.read"

    @operation(
        name="staff_reservations_list",
        summary="Reservations of a port on one day of service, newest first",
        audience="staff",
        query=[Paging, shapes.DayIn],
        answer=paged(shapes.ReservationRow),
        problems=(UnknownPort,),
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        day = self.asked(shapes.DayIn, request)["date"]
        port = port_for(user=request.user, code=code, verb=self.verb)
        rows = Reservation.objects.filter(lane__port=port, slot__service_date=day).select_related(
            "lane", "slot", "vehicle"
        )
        return answer(self.page(request, rows, shapes.ReservationRow))


class Revoke(View):
    verb = "reservation.revoke"

    @operation(
        name="staff_reservations_revoke",
        summary="Take a reservation back on the port's side, without any penalty",
        audience="staff",
        request=shapes.ReasonNeededIn,
        answer=shapes.ReservationRow,
        key=False,
        problems=(NotFound, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.ReasonNeededIn, request)
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(request, revoke_reservation, shape=shapes.ReservationRow, ref=found.ref, **said)
