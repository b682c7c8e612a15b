"""Enterprise audience: who the program is, and the vehicles and drivers of its organisation."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from accounts import errors, plates
from accounts.api import shapes, shapes_enterprise
from accounts.api.enterprise import ANY_SCOPE, EnterpriseView
from accounts.api.vehicles import register, resize, tag_of
from accounts.models import Organisation, User, Vehicle
from accounts.operations import name_driver, set_vehicles_of_driver
from accounts.operations.drivers import driver_of, with_fleet
from accounts.operations.vehicles import key_for
from core import clock
from core.api import (
    etag,
    paths,  # noqa: F401  registers the path converters
)
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from core.errors import TooMany

READ, WRITE = "fleet:read", "fleet:write"
Fleet = shapes_enterprise.FleetVehicleShape
Driver = shapes_enterprise.FleetDriverShape


class Me(EnterpriseView):
    verb, scope = "fleet.own", ANY_SCOPE

    @operation(
        name="enterprise_me",
        summary="Which client of which organisation this token is of",
        audience="enterprise",
        answer=shapes_enterprise.ProgramShape,
    )
    def get(self, request: Request) -> HttpResponse:
        return answer(shaped(shapes_enterprise.ProgramShape, self.client(request)))


# ---------------------------------------------------------------- vehicles
class Vehicles(EnterpriseView):
    verb, scopes = "vehicle.own", {"GET": READ, "POST": WRITE}

    @operation(
        name="enterprise_vehicles_list",
        summary="Vehicles of my organisation, newest first, or the one of a plate",
        audience="enterprise",
        query=shapes_enterprise.FleetIn,
        answer=paged(Fleet),
    )
    def get(self, request: Request) -> HttpResponse:
        asked, organisation = self.asked(shapes_enterprise.FleetIn, request), self.organisation(request)
        rows = _vehicles(organisation)
        if asked.get("country"):
            rows = rows.filter(country=asked["country"].upper())
        if asked.get("plate"):
            rows = rows.filter(plate_key=key_for(plates.normalise(asked["plate"]), organisation))
        return answer(self.page(request, rows, Fleet))

    @operation(
        name="enterprise_vehicles_create",
        summary="Register a vehicle for my organisation",
        description="A vehicle is (country, kind, plate without its spelling). One that is known already keeps its size.",
        audience="enterprise",
        request=shapes.VehicleIn,
        answer=Fleet,
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
        return register(self, request, Fleet)


class OneVehicle(EnterpriseView):
    verb, scopes = "vehicle.own", {"GET": READ, "PATCH": WRITE}

    @operation(
        name="enterprise_vehicles_read",
        summary="One vehicle of my organisation, with its ETag",
        audience="enterprise",
        answer=Fleet,
        problems=(errors.UnknownVehicle,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        found = _vehicle(self.organisation(request), ref)
        return etag.answer(request, shaped(Fleet, found), current=tag_of(found, Fleet))

    @operation(
        name="enterprise_vehicles_change",
        summary="Change a vehicle's size or equipment",
        description="The plate never changes: another plate is another vehicle.",
        audience="enterprise",
        request=shapes.SizeIn,
        answer=Fleet,
        if_match=True,
        key=False,
        problems=(errors.UnknownVehicle, errors.SizeNotValid),
    )
    def patch(self, request: Request, ref: str) -> HttpResponse:
        return resize(self, request, _vehicle(self.organisation(request), ref), Fleet)


# ---------------------------------------------------------------- drivers
class Drivers(EnterpriseView):
    verb, scopes = "fleet.own", {"GET": READ, "POST": WRITE}

    @operation(
        name="enterprise_drivers_list",
        summary="Who may drive vehicles of my organisation",
        audience="enterprise",
        query=Paging,
        answer=paged(Driver),
    )
    def get(self, request: Request) -> HttpResponse:
        return answer(self.page(request, _drivers(self.organisation(request)), Driver))

    @operation(
        name="enterprise_drivers_create",
        summary="Name a driver by phone",
        description="The driver is told by message, signs in by that phone and may leave. Named again, more vehicles are added.",
        audience="enterprise",
        request=shapes_enterprise.DriverIn,
        answer=Driver,
        status=201,
        key=True,
        problems=(
            errors.PhoneNotValid,
            errors.PhoneCountryNotServed,
            errors.PhoneNotMobile,
            errors.VehiclesNeeded,
            errors.UnknownVehicle,
            errors.DriverNotPossible,
            TooMany,
        ),
    )
    def post(self, request: Request) -> HttpResponse:
        wish, organisation = self.parsed(shapes_enterprise.DriverIn, request), self.organisation(request)
        return self.do(request, name_driver, shape=Driver, status=201, key=True, organisation=organisation, **wish)


class OneDriver(EnterpriseView):
    verb, scopes = "fleet.own", {"GET": READ, "PATCH": WRITE, "DELETE": WRITE}

    @operation(
        name="enterprise_drivers_read",
        summary="One driver and what he may drive",
        audience="enterprise",
        answer=Driver,
        problems=(errors.UnknownDriver,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        organisation = self.organisation(request)
        return answer(shaped(Driver, with_fleet(driver_of(ref, organisation), organisation)))

    @operation(
        name="enterprise_drivers_change",
        summary="Say which vehicles a driver may drive",
        description="The list replaces the one before; an empty one takes the driver off. Reservations in his name stay.",
        audience="enterprise",
        request=shapes_enterprise.DriverVehiclesIn,
        answer=Driver,
        key=False,
        problems=(errors.UnknownDriver, errors.UnknownVehicle),
    )
    def patch(self, request: Request, ref: str) -> HttpResponse:
        wish, organisation = self.parsed(shapes_enterprise.DriverVehiclesIn, request), self.organisation(request)
        return self.do(request, set_vehicles_of_driver, shape=Driver, organisation=organisation, ref=ref, **wish)

    @operation(
        name="enterprise_drivers_remove",
        summary="Take a driver off all vehicles of my organisation",
        audience="enterprise",
        answer=None,
        status=204,
        problems=(errors.UnknownDriver,),
    )
    def delete(self, request: Request, ref: str) -> HttpResponse:
        set_vehicles_of_driver(
            organisation=self.organisation(request), ref=ref, vehicles=(), now=clock.now(), actor=self.actor(request)
        )
        return HttpResponse(status=204)


# ---------------------------------------------------------------- rows
def _vehicles(organisation: Organisation) -> Any:
    return Vehicle.objects.filter(organisation=organisation).select_related("organisation").prefetch_related("drivers")


def _vehicle(organisation: Organisation, ref: str) -> Vehicle:
    found: Vehicle | None = _vehicles(organisation).filter(ref=ref).first()
    if found is None:
        raise errors.UnknownVehicle
    return found


def _drivers(organisation: Organisation) -> Any:
    rows = User.objects.filter(vehicles__organisation=organisation).distinct()
    own = Vehicle.objects.filter(organisation=organisation)
    return rows.prefetch_related(Prefetch("vehicles", queryset=own, to_attr="fleet"))


urlpatterns = [
    path("me/", Me.as_view(), name="enterprise_me"),
    path("vehicles/", Vehicles.as_view(), name="enterprise_vehicles"),
    path("vehicles/<ref:ref>/", OneVehicle.as_view(), name="enterprise_vehicle"),
    path("drivers/", Drivers.as_view(), name="enterprise_drivers"),
    path("drivers/<ref:ref>/", OneDriver.as_view(), name="enterprise_driver"),
]
