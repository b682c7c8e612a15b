"""Enterprise audience: up to 500 reservations, changes, cancellations or requests in one call, with a result for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from accounts.api.enterprise import EnterpriseView
from core.api.answers import answer, shaped
from core.api.idempotency import key_of
from core.api.schema import operation
from core.errors import Invalid
from reservations.api import driver_requests, driver_reservations
from reservations.api.enterprise_requests import wished_places
from reservations.api.enterprise_reservations import wished
from reservations.api.shapes import driver_requests as asking
from reservations.api.shapes import enterprise as shapes
from reservations.api.shapes import enterprise_bulk as bulk
from reservations.bulk import Act, Outcome, carry_out
from reservations.operations import (
    cancel_reservation,
    change_driver,
    change_slot,
    change_vehicle,
    request_places,
    request_reservation,
)
from reservations.queries import reservation_for

HOW = (
    "Each item is a transaction of its own, in the order given: what is right is done, and `problem` says of every other one what it "
    "would have been told alone. Sent again with the same key, what was done answers as it did and what was refused is tried again."
)
#: The change an item may name → its operation and what that calls it.
CHANGES: dict[str, tuple[Callable[..., Any], str]] = {
    "slot": (change_slot, "slot_ref"),
    "vehicle": (change_vehicle, "vehicle_ref"),
    "driver": (change_driver, "driver_ref"),
}


class BulkView(EnterpriseView):
    """Names the shape of its `items`, and makes an act of each."""

    scope = "reservations:write"
    items: type[serializers.Serializer[Any]]
    kind = ""
    member = "reservation"

    def act_of(self, item: dict[str, Any], request: Request) -> Act:
        raise NotImplementedError

    def carry_out(self, request: Request) -> HttpResponse:
        """This will carry out the call's items and answer 207 with a result for each."""
        key, items = key_of(request, required=True), self.parsed(self.items, request)["items"]
        actor, prepare = self.actor(request), lambda item: self.act_of(item, request)
        found = carry_out(items, prepare, kind=self.kind, key=key, actor=actor)
        lines = [line_of(each, items[each.number].get("id", ""), self.member) for each in found]
        return answer(counted(found) | {"results": lines}, status=207)


class BulkReserve(BulkView):
    verb, items, kind = "reservation.create", bulk.BulkReserveIn, "reserve"

    @operation(
        name="enterprise_bulk_reservations",
        summary="Reserve up to 500 places",
        description=HOW
        + " An item beyond your share of a slot is refused with the nearest slots where you still have some.",
        audience="enterprise",
        request=bulk.BulkReserveIn,
        answer=bulk.BulkReservations,
        status=207,
        key=True,
    )
    def post(self, request: Request) -> HttpResponse:
        return self.carry_out(request)

    def act_of(self, item: dict[str, Any], request: Request) -> Act:
        wish = checked(shapes.FleetReservationIn, item)
        return Act(request_reservation, wished(wish, request), 201, _reservation, driver_reservations.keep_until)


class BulkChange(BulkView):
    verb, items, kind = "reservation.change", bulk.BulkChangeIn, "change"

    @operation(
        name="enterprise_bulk_changes",
        summary="Change up to 500 reservations: slot, vehicle or driver",
        description=HOW,
        audience="enterprise",
        request=bulk.BulkChangeIn,
        answer=bulk.BulkReservations,
        status=207,
        key=True,
    )
    def post(self, request: Request) -> HttpResponse:
        return self.carry_out(request)

    def act_of(self, item: dict[str, Any], request: Request) -> Act:
        said = checked(bulk.OneChange, item)
        named = [name for name in CHANGES if name in said]
        if len(named) != 1:
            raise Invalid(field=" ".join(CHANGES))
        act, name = CHANGES[named[0]]
        ref = reservation_for(user=request.user, ref=said["reservation"], verb=self.verb).ref
        inputs = {"ref": ref, name: said[named[0]], "expected_changes": said.get("changes")}
        return Act(act, inputs, 200, _reservation, driver_reservations.keep_until)


class BulkCancel(BulkView):
    verb, items, kind = "reservation.cancel", bulk.BulkCancelIn, "cancel"

    @operation(
        name="enterprise_bulk_cancellations",
        summary="Give up to 500 reservations up",
        description=HOW,
        audience="enterprise",
        request=bulk.BulkCancelIn,
        answer=bulk.BulkReservations,
        status=207,
        key=True,
    )
    def post(self, request: Request) -> HttpResponse:
        return self.carry_out(request)

    def act_of(self, item: dict[str, Any], request: Request) -> Act:
        said = checked(bulk.OneCancel, item)
        ref = reservation_for(user=request.user, ref=said["reservation"], verb=self.verb).ref
        inputs = {"ref": ref, "reason": said["reason"]}
        return Act(cancel_reservation, inputs, 200, _reservation, driver_reservations.keep_until)


class BulkRequest(BulkView):
    verb, items, kind = "request.own", bulk.BulkRequestIn, "request"
    member = "request"

    @operation(
        name="enterprise_bulk_requests",
        summary="Ask for up to 500 places, each on its own",
        description=HOW + " Vehicles that have to come close together are one item of requests/ instead.",
        audience="enterprise",
        request=bulk.BulkRequestIn,
        answer=bulk.BulkRequests,
        status=207,
        key=True,
    )
    def post(self, request: Request) -> HttpResponse:
        return self.carry_out(request)

    def act_of(self, item: dict[str, Any], request: Request) -> Act:
        vehicle, driver = item.get("vehicle", ""), item.get("driver", "")
        one = {"vehicles": [vehicle], "drivers": {vehicle: driver} if driver else {}}
        wish = checked(shapes.FleetRequestIn, item | one)
        return Act(request_places, wished_places(wish, request), 201, _request, _keep_request)


def checked(shape: type[serializers.Serializer[Any]], item: dict[str, Any]) -> dict[str, Any]:
    """This will return an item's checked values; raises ValidationError."""
    found = shape(data=item)
    found.is_valid(raise_exception=True)
    values: dict[str, Any] = found.validated_data
    return values


def counted(found: list[Outcome]) -> dict[str, int]:
    done = sum(each.is_done for each in found)
    repeated = sum(each.is_repeated for each in found)
    return {"total": len(found), "done": done, "refused": len(found) - done, "repeated": repeated}


def line_of(outcome: Outcome, own: str, member: str) -> dict[str, Any]:
    """This will put an item's outcome on the wire."""
    told = {"item": outcome.number, "id": own, "status": outcome.status, "is_repeated": outcome.is_repeated}
    body = outcome.body
    return told | ({"problem": None, member: body} if outcome.is_done else {"problem": body, member: None})


def _reservation(reservation: Any) -> Any:
    return shaped(shapes.FleetReservation, reservation)


def _request(made: Any) -> Any:
    return shaped(asking.RequestShape, made[0])


def _keep_request(made: Any) -> datetime:
    return driver_requests.keep_until(made[0])
