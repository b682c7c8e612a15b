"""Driver audience: my vehicles, or those of my organisation."""

from __future__ import annotations

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
from core.api.views import View

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
        wish = self.parsed(shapes.VehicleIn, request)
        return self.do(
            request,
            register_vehicle,
            shape=shapes.VehicleShape,
            status=201,
            key=True,
            headers=tagged,
            user=request.user,
            **wish,
        )


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
        return etag.answer(request, shaped(shapes.VehicleShape, found), current=tag_of(found))

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
        changes, found = self.parsed(shapes.SizeIn, request), _mine(request, ref)

        def unchanged() -> None:
            locked = Vehicle.objects.select_for_update().get(pk=found.pk)
            etag.check(request, tag_of(locked), required=True)

        inputs = {"user": request.user, "ref": found.ref} | changes
        return self.do(request, update_vehicle, shape=shapes.VehicleShape, before=unchanged, headers=tagged, **inputs)

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


def tag_of(vehicle: Vehicle) -> str:
    """This will return the ETag of a vehicle's present version."""
    return etag.tag(*shaped(shapes.VehicleShape, vehicle).items())


def tagged(vehicle: Vehicle) -> dict[str, str]:
    return {"ETag": tag_of(vehicle)}
