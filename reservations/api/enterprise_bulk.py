"""Enterprise audience: up to 500 reservations, changes, cancellations or requests in one call, with a result for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from core.api.answers import answer, shaped
from core.api.idempotency import key_of
from core.api.schema import operation
from core.api.views import Serializer, View
from core.errors import Invalid
from reservations.api import requests, reservations
from reservations.api.audiences import FleetActs, view_of
from reservations.api.shapes import driver_requests as asking
from reservations.api.shapes import enterprise as shapes
from reservations.api.shapes import enterprise_bulk as bulk
from reservations.api.versions import keep_request, keep_reservation
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
CREATE, CHANGE, CANCEL = "reservation.create", "reservation.change", "reservation.cancel"
#: The change an item may name → its operation.
CHANGES: dict[str, Callable[..., Any]] = {"slot": change_slot, "vehicle": change_vehicle, "driver": change_driver}


def _bulk(
    name: str,
    *,
    verb: str,
    kind: str,
    summary: str,
    items: Serializer,
    act_of: Callable[[dict[str, Any], Any], Act],
    member: str = "reservation",
    told: Serializer = bulk.BulkReservations,
    also: str = "",
) -> type[View]:
    """This will make the view of one bulk call: `act_of(item, user)` makes an item ready, `member` names what a result holds."""

    @operation(
        name=f"enterprise_bulk_{name}",
        summary=summary,
        description=HOW + also,
        audience="enterprise",
        request=items,
        answer=told,
        status=207,
        key=True,
    )
    def post(self: View, request: Request) -> HttpResponse:
        key, said = key_of(request, required=True), self.parsed(items, request)["items"]
        found = carry_out(said, lambda item: act_of(item, request.user), kind=kind, key=key, actor=self.actor(request))
        lines = [line_of(each, said[each.number].get("id", ""), member) for each in found]
        return answer(counted(found) | {"results": lines}, status=207)

    return view_of(FleetActs, f"bulk_{kind}", verb=verb, post=post)


# ---------------------------------------------------------------- items made ready
def _reserve(item: dict[str, Any], user: Any) -> Act:
    wish = reservations.taken(checked(shapes.FleetReservationIn, item))
    return Act(request_reservation, wish | {"driver": user}, 201, _reservation, keep_reservation)


def _change(item: dict[str, Any], user: Any) -> Act:
    said = checked(bulk.OneChange, item)
    named = {name: said[name] for name in CHANGES if name in said}
    if len(named) != 1:
        raise Invalid(field=" ".join(CHANGES))
    [act] = (CHANGES[name] for name in named)
    ref = reservation_for(user=user, ref=said["reservation"], verb=CHANGE).ref
    inputs = {"ref": ref, "expected_changes": said.get("changes")} | reservations.taken(named)
    return Act(act, inputs, 200, _reservation, keep_reservation)


def _cancel(item: dict[str, Any], user: Any) -> Act:
    said = checked(bulk.OneCancel, item)
    ref = reservation_for(user=user, ref=said["reservation"], verb=CANCEL).ref
    return Act(cancel_reservation, {"ref": ref, "reason": said["reason"]}, 200, _reservation, keep_reservation)


def _request(item: dict[str, Any], user: Any) -> Act:
    vehicle, driver = item.get("vehicle", ""), item.get("driver", "")
    one = {"vehicles": [vehicle], "drivers": {vehicle: driver} if driver else {}}
    wish = requests.taken(checked(shapes.FleetRequestIn, item | one)) | {"driver": user}
    return Act(
        request_places,
        wish,
        201,
        lambda made: shaped(asking.RequestShape, made[0]),
        lambda made: keep_request(made[0]),
    )


def _reservation(reservation: Any) -> Any:
    return shaped(shapes.FleetReservation, reservation)


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


BulkReserve = _bulk(
    "reservations",
    verb=CREATE,
    kind="reserve",
    summary="Reserve up to 500 places",
    items=bulk.BulkReserveIn,
    act_of=_reserve,
    also=" An item beyond your share of a slot is refused with the nearest slots where you still have some.",
)
BulkChange = _bulk(
    "changes",
    verb=CHANGE,
    kind="change",
    summary="Change up to 500 reservations: slot, vehicle or driver",
    items=bulk.BulkChangeIn,
    act_of=_change,
)
BulkCancel = _bulk(
    "cancellations",
    verb=CANCEL,
    kind="cancel",
    summary="Give up to 500 reservations up",
    items=bulk.BulkCancelIn,
    act_of=_cancel,
)
BulkRequest = _bulk(
    "requests",
    verb=requests.VERB,
    kind="request",
    summary="Ask for up to 500 places, each on its own",
    items=bulk.BulkRequestIn,
    act_of=_request,
    member="request",
    told=bulk.BulkRequests,
    also=" Vehicles that have to come close together are one item of requests/ instead.",
)
