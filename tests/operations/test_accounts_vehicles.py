"""Vehicles: who registers one, and what happens when its plate is known already."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.errors import (
    CountryNotValid,
    PlateClassNotValid,
    PlateNotValid,
    SizeNotValid,
    UnknownVehicle,
    VehicleOfAnotherOrganisation,
    VehicleOfSeveralDrivers,
)
from accounts.models import Vehicle
from accounts.operations import find_or_create_vehicle, register_vehicle, update_vehicle
from tests import factories as make
from tests.cast import Cast

RLO, ZWSP = "\u202e", "\u200b"


def test_register__new_plate__driver_is_linked_and_text_is_kept(cast: Cast) -> None:
    vehicle = register_vehicle(user=cast.driver, country="cn", plate=" 云A·12345 ", **cast.by(cast.driver))
    assert (vehicle.country, vehicle.plate, vehicle.plate_key) == ("CN", "云A·12345", "云A12345")
    assert vehicle in Vehicle.objects.visible_to(cast.driver)
    assert vehicle not in Vehicle.objects.visible_to(cast.stranger)


def test_register__another_spelling__same_vehicle_with_its_own_size(cast: Cast) -> None:
    first = register_vehicle(user=cast.driver, country="CN", plate="云A12345", length_m=12, **cast.by(cast.driver))
    again = register_vehicle(
        user=cast.stranger, country="CN", plate="云a-123 45", length_m=20, **cast.by(cast.stranger)
    )
    assert again.pk == first.pk
    assert again.length_m == 12
    assert set(first.drivers.all()) == {cast.driver, cast.stranger}


def test_register__same_text_in_two_countries_and_classes__three_vehicles(cast: Cast) -> None:
    by = cast.by(cast.driver)
    for country, kind in (("CN", "truck"), ("VN", "truck"), ("VN", "trailer")):
        register_vehicle(user=cast.driver, country=country, plate="AB 1234", plate_class=kind, **by)
    assert Vehicle.objects.filter(plate_key="AB1234").count() == 3


def test_register__vehicle_of_another_organisation__refused_and_not_linked(cast: Cast) -> None:
    theirs = cast.other_vehicle
    with pytest.raises(VehicleOfAnotherOrganisation):
        register_vehicle(user=cast.driver, country=theirs.country, plate=theirs.plate, **cast.by(cast.driver))
    assert cast.driver not in theirs.drivers.all()


def test_register__own_organisations_vehicle__driver_and_office_keep_it(cast: Cast) -> None:
    same = {"country": "CN", "plate": cast.vehicle.plate}
    assert register_vehicle(user=cast.driver, **same, **cast.by(cast.driver)) == cast.vehicle
    assert register_vehicle(user=cast.dispatcher, **same, **cast.by(cast.dispatcher)) == cast.vehicle
    with pytest.raises(VehicleOfAnotherOrganisation):
        register_vehicle(user=cast.other_dispatcher, **same, **cast.by(cast.other_dispatcher))


def test_register__by_an_office__belongs_to_it(cast: Cast) -> None:
    vehicle = register_vehicle(user=cast.dispatcher, country="CN", plate="云B00001", **cast.by(cast.dispatcher))
    assert vehicle.organisation == cast.carrier
    assert not vehicle.drivers.exists()
    assert vehicle in Vehicle.objects.visible_to(cast.dispatcher)


def test_register__by_an_office__takes_a_walk_ups_vehicle_but_not_a_drivers(cast: Cast) -> None:
    by = cast.by(cast.dispatcher)
    seen = find_or_create_vehicle(country="CN", plate="云B00002", **cast.by(cast.operator))
    assert register_vehicle(user=cast.dispatcher, country="CN", plate="云B00002", **by).organisation == cast.carrier
    seen.refresh_from_db()
    assert seen.organisation == cast.carrier
    make.a_vehicle(driver=cast.stranger, plate="云B00003")
    with pytest.raises(VehicleOfAnotherOrganisation):
        register_vehicle(user=cast.dispatcher, country="CN", plate="云B00003", **by)


def test_find_or_create__known_plate__nothing_changes(cast: Cast) -> None:
    found = find_or_create_vehicle(country="CN", plate=cast.vehicle.plate.lower(), **cast.by(cast.operator))
    assert found == cast.vehicle
    assert set(found.drivers.all()) == {cast.driver}


@pytest.mark.parametrize(
    ("plate", "raw", "key"),
    [
        (f"云{RLO}A{ZWSP}777", "云A777", "云A777"),
        ("🚚 X1", "🚚 X1", "X1"),
        ("'; DROP TABLE x; --", "'; DROP TABLE x; --", "DROPTABLEX"),
        ("<b>AB 1</b>", "<b>AB 1</b>", "BAB1B"),
        ("ບຈ 1234", "ບຈ 1234", "ບຈ1234"),
        ("UNKNOWN-FORMAT-123/ZZ", "UNKNOWN-FORMAT-123/ZZ", "UNKNOWNFORMAT123ZZ"),
    ],
)
def test_register__unusual_plate__kept_raw_and_comparable(cast: Cast, plate: str, raw: str, key: str) -> None:
    vehicle = register_vehicle(user=cast.driver, country="LA", plate=plate, **cast.by(cast.driver))
    assert (vehicle.plate, vehicle.plate_key) == (raw, key)


@pytest.mark.parametrize("plate", ["", "🚚🚛", "…", RLO, "\x00", "A" * 41, "A" * 10_000, "ﷺ" * 20, "❤\ufe0f"])
def test_register__nothing_readable_or_too_long__refused(cast: Cast, plate: str) -> None:
    with pytest.raises(PlateNotValid):
        register_vehicle(user=cast.driver, country="CN", plate=plate, **cast.by(cast.driver))


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("country", "", CountryNotValid),
        ("country", "CHN", CountryNotValid),
        ("country", "中国", CountryNotValid),
        ("country", "ＣＮ'", CountryNotValid),
        ("plate_class", "bicycle", PlateClassNotValid),
        ("length_m", 1, SizeNotValid),
        ("length_m", 41, SizeNotValid),
        ("length_m", "NaN", SizeNotValid),
        ("length_m", "Infinity", SizeNotValid),
        ("length_m", "1e999999", SizeNotValid),
        ("length_m", "long", SizeNotValid),
        ("width_m", 0, SizeNotValid),
        ("width_m", -2.5, SizeNotValid),
    ],
)
def test_register__bad_value__names_its_field(cast: Cast, field: str, value: object, error: type[Exception]) -> None:
    inputs = {"country": "CN", "plate": "云B00009"} | {field: value}
    with pytest.raises(error) as refused:
        register_vehicle(user=cast.driver, **inputs, **cast.by(cast.driver))
    assert refused.value.field == field  # type: ignore[attr-defined]
    assert not Vehicle.objects.filter(plate_key="云B00009").exists()


def test_update__own_vehicle__size_changes_and_plate_never(cast: Cast) -> None:
    changed = update_vehicle(
        user=cast.driver, ref=cast.vehicle.ref, length_m="13.66", reefer=True, **cast.by(cast.driver)
    )
    assert (changed.length_m, changed.width_m, changed.reefer) == (Decimal("13.7"), Decimal("2.55"), True)
    update_vehicle(user=cast.driver, ref=cast.vehicle.ref, plate="X", plate_key="X", **cast.by(cast.driver))
    cast.vehicle.refresh_from_db()
    assert cast.vehicle.plate_key != "X"


def test_update__vehicle_of_somebody_else__not_found(cast: Cast) -> None:
    for user in (cast.stranger, cast.other_dispatcher, cast.operator):
        with pytest.raises(UnknownVehicle):
            update_vehicle(user=user, ref=cast.vehicle.ref, length_m=10, **cast.by(user))


@pytest.mark.parametrize("change", [{"length_m": 30}, {"width_m": 4}, {"reefer": True}])
def test_update__another_driver_is_linked__size_is_not_one_drivers_to_change(
    cast: Cast, change: dict[str, object]
) -> None:
    by = cast.by(cast.driver)
    mine = register_vehicle(user=cast.driver, country="CN", plate="云A12345", length_m=12, **by)
    update_vehicle(user=cast.driver, ref=mine.ref, length_m=13, **by)
    register_vehicle(user=cast.stranger, country="CN", plate="云A12345", **cast.by(cast.stranger))
    for user in (cast.stranger, cast.driver):
        with pytest.raises(VehicleOfSeveralDrivers):
            update_vehicle(user=user, ref=mine.ref, **change, **cast.by(user))
    mine.refresh_from_db()
    assert (mine.length_m, mine.width_m, mine.reefer) == (13, Decimal("2.55"), False)
    same = update_vehicle(user=cast.driver, ref=mine.ref, length_m=13, width_m="2.55", reefer=False, **by)
    assert same == mine


def test_update__organisations_vehicle_of_two_drivers__its_office_changes_the_size(cast: Cast) -> None:
    cast.vehicle.drivers.add(make.a_driver())
    with pytest.raises(VehicleOfSeveralDrivers):
        update_vehicle(user=cast.driver, ref=cast.vehicle.ref, length_m=13, **cast.by(cast.driver))
    changed = update_vehicle(user=cast.dispatcher, ref=cast.vehicle.ref, length_m=13, **cast.by(cast.dispatcher))
    assert changed.length_m == 13
