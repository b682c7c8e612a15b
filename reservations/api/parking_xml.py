"""Parking status and parking table as DATEX II v2.3 XML, in the words that European truck parks already send.

The status uses the names seen in live feeds of rest areas; zones are groups of spaces. No schema file is shipped or fetched.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree as Xml

from reservations.api.parking_figures import Parking, ParkingGroup

NAMESPACE = "http://datex2.eu/schema/2/2_0"
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
LOCATION = f"{NAMESPACE} https://datex2.eu/schema/2/2_3/DATEXIISchema_2_2_3.xsd"
TYPE = "xsi:type"
SUPPLIER = "Portlane"


def status(parking: Parking) -> str:
    """This will spell how full a yard is now as a ParkingStatusPublication."""
    root, extension = _publication(parking, "ParkingStatusPublication")
    record = _add(_add(extension, "parkingStatusPublication"), "parkingRecordStatus", **{TYPE: "ParkingSiteStatus"})
    _add(record, "parkingRecordReference", **_reference(parking, "ParkingRecord"))
    _add(record, "parkingStatusOriginTime", parking.as_of.isoformat())
    _occupancy(record, parking.vehicles, parking.occupancy_percent)
    for number, group in enumerate(parking.groups, start=1):
        place = _add(record, "groupOfParkingSpacesStatus", groupIndex=str(number))
        _occupancy(_add(place, "groupOfParkingSpacesStatus"), group.vehicles, group.occupancy_percent)
    _add(record, "parkingSiteStatus", parking.status)
    _add(record, "parkingSiteOpeningStatus", parking.opening_status)
    return _spelt(root)


def table(parking: Parking) -> str:
    """This will spell what does not move (names, capacity, place) as a ParkingTablePublication."""
    root, extension = _publication(parking, "ParkingTablePublication")
    listed = _add(
        _add(extension, "parkingTablePublication"), "parkingTable", id=f"{parking.yard.port.code}", version="1"
    )
    record = _add(listed, "parkingRecord", **{TYPE: "InterUrbanParkingSite"}, id=parking.code, version=parking.version)
    _words(_add(record, "parkingName"), (("en", parking.yard.name_en), ("zh", parking.yard.name_zh)))
    _add(record, "parkingNumberOfSpaces", str(parking.capacity))
    point = _add(_add(record, "parkingLocation", **{TYPE: "Point"}), "pointByCoordinates")
    coordinates = _add(point, "pointCoordinates")
    _add(coordinates, "latitude", str(parking.lat_deg))
    _add(coordinates, "longitude", str(parking.lon_deg))
    for number, group in enumerate(parking.groups, start=1):
        _group(record, number, group)
    return _spelt(root)


def _group(record: Xml.Element, number: int, group: ParkingGroup) -> None:
    outer = _add(record, "groupOfParkingSpaces", groupIndex=str(number))
    inner = _add(outer, "groupOfParkingSpaces", **{TYPE: "GroupOfParkingSpaces"})
    _words(_add(inner, "parkingSpaceGroupName"), (("en", group.label_en), ("zh", group.label_zh)))
    _add(inner, "parkingNumberOfSpaces", str(group.capacity))


def _publication(parking: Parking, name: str) -> tuple[Xml.Element, Xml.Element]:
    root = Xml.Element("d2LogicalModel", {"xmlns": NAMESPACE, "xmlns:xsi": SCHEMA_INSTANCE, "modelBaseVersion": "2"})
    root.set("xsi:schemaLocation", LOCATION)
    _supplier(_add(_add(root, "exchange"), "supplierIdentification"))
    payload = _add(root, "payloadPublication", lang="en", **{TYPE: "GenericPublication"})
    _add(payload, "publicationTime", parking.as_of.isoformat())
    _supplier(_add(payload, "publicationCreator"))
    _add(payload, "genericPublicationName", name)
    return root, _add(payload, "genericPublicationExtension")


def _supplier(place: Xml.Element) -> None:
    _add(place, "country", "cn")
    _add(place, "nationalIdentifier", SUPPLIER)


def _reference(parking: Parking, target: str) -> dict[str, str]:
    return {"id": parking.code, "targetClass": target, "version": parking.version}


def _occupancy(place: Xml.Element, vehicles: int, percent: float | None) -> None:
    figures = _add(place, "parkingOccupancy")
    _add(figures, "parkingNumberOfVehicles", str(vehicles))
    if percent is not None:
        _add(figures, "parkingOccupancy", f"{percent:.1f}")


def _words(place: Xml.Element, words: Iterable[tuple[str, str]]) -> None:
    values = _add(place, "values")
    for language, text in words:
        if text:
            _add(values, "value", text, lang=language)


def _add(parent: Xml.Element, name: str, text: str = "", **attributes: Any) -> Xml.Element:
    child = Xml.SubElement(parent, name, attributes)
    child.text = text or None
    return child


def _spelt(root: Xml.Element) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode")
