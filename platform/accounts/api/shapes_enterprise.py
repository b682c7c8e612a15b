"""What a program of an enterprise sends about vehicles and drivers, and what it is shown."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.shapes import Typed, VehicleShape
from accounts.models import ApiClient, User
from accounts.operations.drivers import MOST_VEHICLES
from core.api.fields import Ref
from core.api.schema import Paging


# ---------------------------------------------------------------- sent
class FleetIn(Paging):
    country = serializers.RegexField("^[A-Za-z]{2}$", required=False, help_text="Of registration.")
    plate = Typed(max_length=40, required=False, help_text="Any spelling.")


class DriverVehiclesIn(serializers.Serializer[Any]):
    vehicles = serializers.ListField(
        child=Ref("V"),
        max_length=MOST_VEHICLES,
        help_text="References of your vehicles; all that the driver may drive.",
    )


class DriverIn(DriverVehiclesIn):
    phone = Typed(
        max_length=40, help_text="With the country code. The driver signs in by it and is told of it by message."
    )


# ---------------------------------------------------------------- shown
class OrganisationShape(serializers.Serializer[Any]):
    ref = serializers.CharField()
    name = serializers.CharField()
    country = serializers.CharField()
    credit_code = serializers.CharField(help_text="Unified social credit code; empty outside China.")
    is_sandbox = serializers.BooleanField(help_text="A sandbox organisation sees its own port and clock alone.")


class ProgramShape(serializers.Serializer[Any]):
    ref = serializers.CharField()
    name = serializers.CharField()
    organisation = OrganisationShape()
    scopes = serializers.SerializerMethodField(help_text="What this client may be given tokens for.")

    def get_scopes(self, client: ApiClient) -> list[str]:
        return client.scopes.split()


class FleetVehicleShape(VehicleShape):
    drivers = serializers.SerializerMethodField(help_text="References of the drivers who may drive it.")

    def get_drivers(self, vehicle: Any) -> list[str]:
        return sorted(driver.ref for driver in vehicle.drivers.all())


class FleetDriverShape(serializers.Serializer[Any]):
    """`fleet` is put on the row by the view: the vehicles of the asking organisation alone."""

    ref = serializers.CharField()
    phone_end = serializers.SerializerMethodField(help_text="The last four digits; the number is the driver's own.")
    vehicles = serializers.SerializerMethodField(help_text="References of your vehicles that the driver may drive.")

    def get_phone_end(self, driver: User) -> str:
        return (driver.phone or driver.name)[-4:]  # a sandbox's driver has a name alone

    def get_vehicles(self, driver: Any) -> list[str]:
        return sorted(vehicle.ref for vehicle in driver.fleet)
