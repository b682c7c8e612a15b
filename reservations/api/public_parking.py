"""Public audience: how full a yard is, for navigation systems and displays; JSON and DATEX II XML. Figures only, nobody's truck."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request

from core import clock
from core.api import (
    paths,  # noqa: F401  registers the path converters
    shared,
)
from core.api.answers import shaped
from core.api.schema import operation
from core.errors import NotFound
from reservations.api import parking_xml
from reservations.api.parking_figures import OPENINGS, STATUSES, Parking, parking_of
from reservations.api.public import PublicView
from yards.models import Yard
from yards.models.places import Shape

XML = "application/xml"


class ParkingFigures(serializers.Serializer[Any]):
    """`parkingOccupancy` is the part of the spaces nobody can be given now, in percent: held and blocked ones count."""

    parkingNumberOfSpaces = serializers.IntegerField(source="capacity")
    parkingNumberOfVehicles = serializers.IntegerField(source="vehicles", help_text="Standing there now.")
    parkingNumberOfVacantSpaces = serializers.IntegerField(source="spaces_free")
    parkingOccupancy = serializers.FloatField(source="occupancy_percent", allow_null=True)
    parkingSiteStatus = serializers.ChoiceField(choices=STATUSES, source="status")


class ParkingGroupShape(ParkingFigures):
    """A zone, as a group of spaces."""

    code = serializers.CharField()
    name_en = serializers.CharField(source="label_en")
    name_zh = serializers.CharField(source="label_zh")
    colour = serializers.CharField()
    shape = serializers.ChoiceField(choices=Shape.choices)


class ParkingShape(ParkingFigures):
    yard = serializers.CharField(source="code")
    port = serializers.CharField(source="yard.port.code")
    name_en = serializers.CharField(source="yard.name_en")
    name_zh = serializers.CharField(source="yard.name_zh")
    lat_deg = serializers.FloatField()
    lon_deg = serializers.FloatField()
    layout_version = serializers.CharField(source="version", help_text="Of the plan in force, 0 where there is none.")
    parkingSiteOpeningStatus = serializers.ChoiceField(choices=OPENINGS, source="opening_status")
    parkingStatusOriginTime = serializers.DateTimeField(source="as_of")
    groupOfParkingSpaces = ParkingGroupShape(many=True, source="groups")


class ParkingNow(PublicView):
    @operation(
        name="public_parking_read",
        summary="How full a yard and each of its zones is",
        audience="public",
        answer=ParkingShape,
        problems=(NotFound,),
        description="The names are those of DATEX II parking status; the same as XML is at `parking/status.xml`.",
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        def make() -> dict[str, Any]:
            found: dict[str, Any] = shaped(ParkingShape, _found(code))
            return found

        return shared.answer(request, make, apart_from={"parkingStatusOriginTime"})


def _as_xml(
    name: str, *, summary: str, spell: Callable[[Parking], str], facts: Callable[[Parking], Any]
) -> type[PublicView]:
    """This will make the view of one publication; `facts` are those that its ETag stands for."""

    class AsXml(PublicView):
        @operation(
            name=f"public_parking_{name}_xml",
            summary=summary,
            audience="public",
            answer={(200, XML): OpenApiTypes.STR},
            problems=(NotFound,),
        )
        def get(self, request: Request, code: str) -> HttpResponse:
            def make() -> tuple[str, Any]:
                parking = _found(code)
                return spell(parking), facts(parking)

            return shared.text(request, make, media_type=XML)

    AsXml.__name__ = AsXml.__qualname__ = f"Parking{name.title()}Xml"
    return AsXml


ParkingStatusXml = _as_xml(
    "status",
    summary="How full a yard is, as DATEX II v2.3 ParkingStatusPublication",
    spell=parking_xml.status,
    facts=lambda parking: (parking.groups, parking.opening_status, parking.version),
)
ParkingTableXml = _as_xml(
    "table",
    summary="A yard's names, capacity and place, as DATEX II v2.3 ParkingTablePublication",
    spell=parking_xml.table,
    facts=lambda parking: (parking.version, [(each.code, each.capacity) for each in parking.groups]),
)


def _found(code: str) -> Parking:
    yard = Yard.objects.select_related("port").filter(code=code).first()
    if yard is None:
        raise NotFound(field="yard")
    return parking_of(yard, now=clock.now())


urlpatterns = [
    path("yards/<code:code>/parking/", ParkingNow.as_view(), name="parking"),
    path("yards/<code:code>/parking/status.xml", ParkingStatusXml.as_view(), name="parking_status"),
    path("yards/<code:code>/parking/table.xml", ParkingTableXml.as_view(), name="parking_table"),
]
