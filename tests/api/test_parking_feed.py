"""The public parking feed: the plan's own counts, in the names that live DATEX II feeds of truck parks use, and nobody's truck."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from tests import factories as make
from tests.operations import steps
from yards.models import Block, Evacuation
from yards.operations import block_bay
from yards.queries import bay_states

#: Every element of a live status feed of German truck parks (toll collect, 2026-06-11), and of its one kind of record.
SEEN_IN_THE_FIELD = set(
    re.findall(
        r"\w+",
        """d2LogicalModel exchange supplierIdentification country nationalIdentifier payloadPublication publicationTime
        publicationCreator genericPublicationName genericPublicationExtension parkingStatusPublication parkingRecordStatus
        parkingRecordReference parkingStatusOriginTime parkingOccupancy parkingNumberOfVehicles parkingSiteStatus
        parkingSiteOpeningStatus parkingStatusDescription values value""",
    )
)
OF_A_RECORD = (
    "parkingRecordReference parkingStatusOriginTime parkingOccupancy parkingSiteStatus parkingSiteOpeningStatus"
)
GROUP = "groupOfParkingSpacesStatus"
FEED = "/public/yards/MOHAN-YARD/parking/"
NS = "{http://datex2.eu/schema/2/2_0}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def xml(answer: Any) -> Xml.Element:
    assert answer.headers["Content-Type"] == "application/xml"
    return Xml.fromstring(answer.content)


def named(element: Xml.Element, name: str) -> list[Xml.Element]:
    return list(element.iter(NS + name))


def local(element: Xml.Element) -> str:
    return element.tag.removeprefix(NS)


def zone_of(body: dict[str, Any], code: str) -> dict[str, Any]:
    return next(group for group in body["groupOfParkingSpaces"] if group["code"] == code)


# ---------------------------------------------------------------- JSON
def test_parking__held_blocked_and_occupied_bays__equals_the_plans_counts(cast: Any, anybody: Any) -> None:
    make.a_parked_entry(cast)
    steps.called(cast)
    block_bay(yard_code=cast.yard.code, bay_code="C-01", reason="oil", **cast.by(cast.operator))
    states = [(row.bay.zone.code, row.state) for row in bay_states(cast.yard)]

    body = anybody.get(FEED).json()

    assert body["parkingNumberOfSpaces"] == len(states) == 5
    assert body["parkingNumberOfVehicles"] == sum(state == "occupied" for _, state in states) == 1
    assert body["parkingNumberOfVacantSpaces"] == sum(state == "free" for _, state in states) == 2
    assert body["parkingOccupancy"] == 60.0
    for group in body["groupOfParkingSpaces"]:
        mine = [state for zone, state in states if zone == group["code"]]
        assert (group["parkingNumberOfSpaces"], group["parkingNumberOfVacantSpaces"]) == (len(mine), mine.count("free"))
    assert zone_of(body, "C")["parkingSiteStatus"] == "full"
    assert (body["parkingSiteStatus"], body["parkingSiteOpeningStatus"]) == ("spacesAvailable", "open")


def test_parking__zone_closed_or_emptied__has_no_space_to_give(cast: Any, anybody: Any) -> None:
    at = cast.now
    Block.objects.create(yard=cast.yard, kind="zone", code="A", reason="ice", blocked_at=at)
    Evacuation.objects.create(yard=cast.yard, zone_code="B", state="ordered", reason="fire", ordered_at=at)

    body = anybody.get(FEED).json()

    for code in ("A", "B"):
        assert (zone_of(body, code)["parkingSiteStatus"], zone_of(body, code)["parkingNumberOfVacantSpaces"]) == (
            "closed",
            0,
        )
    assert (body["parkingNumberOfVacantSpaces"], body["parkingSiteStatus"]) == (1, "spacesAvailable")


def test_parking__a_bay_taken_off_the_plan__counts_only_who_still_stands_there(cast: Any, anybody: Any) -> None:
    entry = make.a_parked_entry(cast)
    cast.yard.bays.filter(pk__in=[steps.live_stay(entry).bay_id, cast.bays[4].pk]).update(retired_at=cast.now)

    body = anybody.get(FEED).json()

    assert (body["parkingNumberOfSpaces"], body["parkingNumberOfVehicles"]) == (3, 1)
    assert [group["code"] for group in body["groupOfParkingSpaces"]] == ["A", "B"]


@pytest.mark.parametrize(("free", "status"), [(2, "spacesAvailable"), (1, "almostFull"), (0, "full")])
def test_parking__ten_bays__says_almost_full_from_nine_on(cast: Any, anybody: Any, free: int, status: str) -> None:
    for _ in range(7):
        make.a_bay(cast.bays[0].zone)
    blocked = cast.yard.bays.filter(zone__code="A").order_by("code")[: 10 - free]
    cast.yard.bays.filter(pk__in=[bay.pk for bay in blocked]).update(blocked_at=cast.now)
    group = zone_of(anybody.get(FEED).json(), "A")
    assert (group["parkingSiteStatus"], group["parkingOccupancy"]) == (status, 100.0 - 10 * free)


def test_parking__after_hours__is_closed_whatever_is_free(cast: Any, anybody: Any) -> None:
    cast.clock.forward(hours=9)
    body = anybody.get(FEED).json()
    assert (body["parkingSiteStatus"], body["parkingSiteOpeningStatus"]) == ("closed", "closed")


def test_parking__a_yard_without_bays__is_unknown_not_full(cast: Any, anybody: Any) -> None:
    yard = make.a_yard(cast.port, code="BARE")
    body = anybody.get(f"/public/yards/{yard.code}/parking/").json()
    assert (body["parkingSiteStatus"], body["parkingOccupancy"]) == ("unknown", None)


def test_parking__no_such_yard__is_not_found(anybody: Any) -> None:
    for name in ("", "status.xml", "table.xml"):
        assert anybody.get(f"/public/yards/NOWHERE/parking/{name}").status_code == 404


@pytest.mark.parametrize("name", ["", "status.xml"])
def test_parking__nothing_changed__is_the_same_answer_for_304(cast: Any, anybody: Any, driver: Any, name: str) -> None:
    first = anybody.get(FEED + name)
    assert first["Cache-Control"].startswith("public")
    cast.clock.forward(seconds=30)
    assert anybody.get(FEED + name, If_None_Match=first["ETag"]).status_code == 304
    make.a_parked_entry(cast)
    assert anybody.get(FEED + name, If_None_Match=first["ETag"]).status_code == 200


@pytest.mark.parametrize("name", ["", "status.xml", "table.xml"])
def test_parking__somebody_is_parked__names_no_truck_and_nobody(cast: Any, anybody: Any, name: str) -> None:
    entry = make.a_parked_entry(cast, vehicle=cast.vehicle)
    text = anybody.get(FEED + name).content.decode()
    for secret in (entry.vehicle.plate, entry.ref, entry.visit_ref, cast.driver.name, steps.live_stay(entry).bay.code):
        assert secret not in text


# ---------------------------------------------------------------- XML
def test_status_xml__every_name__is_one_the_field_uses(cast: Any, anybody: Any) -> None:
    root = xml(anybody.get(FEED + "status.xml"))

    assert {local(each) for each in root.iter()} - SEEN_IN_THE_FIELD == {GROUP}
    assert [local(each) for each in root] == ["exchange", "payloadPublication"]
    assert root.find(f".//{NS}genericPublicationName").text == "ParkingStatusPublication"  # type: ignore[union-attr]
    record = named(root, "parkingRecordStatus")[0]
    assert [local(each) for each in record if local(each) != GROUP] == OF_A_RECORD.split()
    assert record.attrib[TYPE] == "ParkingSiteStatus"
    assert named(record, "parkingRecordReference")[0].attrib == {
        "id": "MOHAN-YARD",
        "targetClass": "ParkingRecord",
        "version": "0",
    }


def test_status_xml__the_figures__are_those_of_the_json(cast: Any, anybody: Any) -> None:
    make.a_parked_entry(cast)
    body, root = anybody.get(FEED).json(), xml(anybody.get(FEED + "status.xml"))

    record = named(root, "parkingRecordStatus")[0]
    groups = record.findall(NS + GROUP)
    shown = [(figures(each), each.attrib["groupIndex"]) for each in groups]
    assert figures(record) == (body["parkingNumberOfVehicles"], body["parkingOccupancy"])
    assert shown == [
        ((group["parkingNumberOfVehicles"], group["parkingOccupancy"]), str(number))
        for number, group in enumerate(body["groupOfParkingSpaces"], start=1)
    ]
    assert record.find(NS + "parkingSiteStatus").text == body["parkingSiteStatus"]  # type: ignore[union-attr]


def figures(place: Xml.Element) -> tuple[int, float]:
    vehicles, percent = named(place, "parkingNumberOfVehicles")[0], named(place, "parkingOccupancy")[1]
    return int(vehicles.text or ""), float(percent.text or "")


def test_table_xml__names_capacity_and_place__are_the_yards(cast: Any, anybody: Any) -> None:
    root = xml(anybody.get(FEED + "table.xml"))
    record = named(root, "parkingRecord")[0]

    assert record.attrib["id"] == "MOHAN-YARD"
    assert [each.text for each in named(record, "parkingName")[0].iter(NS + "value")] == ["Yard", "货场"]
    assert [int(each.text or 0) for each in named(record, "parkingNumberOfSpaces")] == [5, 3, 1, 1]
    assert (named(record, "latitude")[0].text, named(record, "longitude")[0].text) == ("21.18", "101.69")


def test_schema__parking__is_documented_for_the_public(anybody: Any) -> None:
    paths = anybody.get("/schema/", {"format": "json"}).json()["paths"]
    mine = {path: paths[path]["get"] for path in paths if re.search(r"/parking/", path)}
    assert len(mine) == 3
    assert all(each["tags"] == ["public"] for each in mine.values())
    assert [list(each["responses"]["200"]["content"]) for each in mine.values()] == [
        ["application/json"],
        ["application/xml"],
        ["application/xml"],
    ]
