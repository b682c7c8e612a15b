"""Driver audience: my vehicles, or those of my organisation."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from rest_framework.request import Request

from accounts import errors
from accounts.api import shapes
from accounts.models import Vehicle
from accounts.operations import leave_vehicle, register_vehicle, update_vehicle
from core import clock
from core.api import etag
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from core.api.views import Serializer, View

VERB = "vehicle.own"


class Vehicles(View):
    verb = VERB

    @operation(
        name="driver_vehicles_list",
        summary="My vehicles, newest first",
        audience="driver",
        query=Paging,
        answer=paged(shapes.VehicleShape),
    )
    def get(self, request: Request) -> HttpResponse:
        rows = Vehicle.objects.visible_to(request.user).select_related("organisation")
        return answer(self.page(request, rows, shapes.VehicleShape))

    @operation(
        name="driver_vehicles_create",
        summary="Register a vehicle",
        description="A vehicle is (country, kind, plate without its spelling). A known one gains me as a driver and keeps its size.",
        audience="driver",
        request=shapes.VehicleIn,
        answer=shapes.VehicleShape,
        status=201,
        key=True,
        problems=(
            errors.PlateNotValid,
            errors.CountryNotValid,
            errors.SizeNotValid,
            errors.VehicleOfAnotherOrganisation,
        ),
    )
    def post(self, request: Request) -> HttpResponse:
        return register(self, request, shapes.VehicleShape)


class OneVehicle(View):
    verb = VERB

    @operation(
        name="driver_vehicles_read",
        summary="One vehicle of mine, with its ETag",
        audience="driver",
        answer=shapes.VehicleShape,
        problems=(errors.UnknownVehicle,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        found = _mine(request, ref)
        return etag.answer(request, shaped(shapes.VehicleShape, found), current=tag_of(found, shapes.VehicleShape))

    @operation(
        name="driver_vehicles_change",
        summary="Change a vehicle's size or equipment",
        description="The plate never changes: another plate is another vehicle. Several drivers' vehicle is no single driver's to change.",
        audience="driver",
        request=shapes.SizeIn,
        answer=shapes.VehicleShape,
        if_match=True,
        key=False,
        problems=(errors.UnknownVehicle, errors.SizeNotValid, errors.VehicleOfSeveralDrivers),
    )
    def patch(self, request: Request, ref: str) -> HttpResponse:
        return resize(self, request, _mine(request, ref), shapes.VehicleShape)

    @operation(
        name="driver_vehicles_leave",
        summary="Stop driving a vehicle",
        description="Also for one that an organisation named me for. Reservations in my name stay mine.",
        audience="driver",
        answer=None,
        status=204,
        problems=(errors.UnknownVehicle,),
    )
    def delete(self, request: Request, ref: str) -> HttpResponse:
        leave_vehicle(user=request.user, ref=ref, now=clock.now(), actor=self.actor(request))
        return HttpResponse(status=204)


def _mine(request: Request, ref: str) -> Vehicle:
    found = Vehicle.objects.visible_to(request.user).select_related("organisation").filter(ref=ref).first()
    if found is None:
        raise errors.UnknownVehicle
    return found


# ---------------------------------------------------------------- for drivers and programs of enterprises alike
def register(view: View, request: Request, shape: Serializer) -> HttpResponse:
    """This will register the vehicle that was sent and answer with it in `shape`."""
    wish = view.parsed(shapes.VehicleIn, request)
    headers = _tagged(shape)
    return view.do(
        request, register_vehicle, shape=shape, status=201, key=True, headers=headers, user=request.user, **wish
    )


def resize(view: View, request: Request, found: Vehicle, shape: Serializer) -> HttpResponse:
    """This will change a vehicle's size, unless somebody changed it since it was seen in `shape`."""
    changes = view.parsed(shapes.SizeIn, request)

    def unchanged() -> None:
        locked = Vehicle.objects.select_for_update().get(pk=found.pk)  # of two who saw the same, one is told
        etag.check(request, tag_of(locked, shape), required=True)

    inputs = {"user": request.user, "ref": found.ref} | changes
    return view.do(request, update_vehicle, shape=shape, before=unchanged, headers=_tagged(shape), **inputs)


def tag_of(vehicle: Vehicle, shape: Serializer) -> str:
    """This will return the ETag of a vehicle's present version, as it is seen in `shape`."""
    return etag.tag(*shaped(shape, vehicle).items())


def _tagged(shape: Serializer) -> Callable[[Vehicle], dict[str, str]]:
    return lambda vehicle: {"ETag": tag_of(vehicle, shape)}
