"""Rows for tests, one function each. Every function takes what matters to the test and fills in the rest.

The cast (`tests/cast.py`) is what most tests want; these are for the extra lane, truck or person. Situations are named by
what has happened (`a_called_entry(cast)`) and come about by the real operations at the cast's moment.
"""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from allauth.idp.oidc.models import Token
from django.db.models import F

from accounts.models import Membership, Organisation, User, Vehicle
from accounts.operations import create_client
from accounts.scopes import SCOPES
from core import clock
from core.actors import system
from reservations.commitment import commitment_of
from reservations.models import Override, Policy, QueueEntry, Request, Reservation, Round, Slot
from reservations.operations import (
    admit,
    ask_override,
    call_next,
    check_in,
    check_in_walk_up,
    exit_yard,
    miss,
    occupy,
    release,
    request_reservation,
)
from yards.models import Bay, Gate, Lane, Port, Window, Yard, Zone

if TYPE_CHECKING:
    from tests.cast import Cast

PASSWORD = "portlane-demo-2026"
_number = itertools.count(1)


def nth() -> int:
    """This will return a number no other row of this process has."""
    return next(_number)


# ---------------------------------------------------------------- people
def a_driver(*, name: str = "Driver", phone: str = "", **fields: Any) -> User:
    return User.objects.create_user(phone=phone or f"+86138{nth():08d}", name=name, language="en", **fields)


def a_staff_member(role: str, *, port: Port, name: str = "", password: str | None = None) -> User:
    """This will create a person of the desk: `role` is operator, supervisor, port_admin or auditor."""
    user = User.objects.create_user(
        email=f"{role}{nth()}@example.test", name=name or role, language="en", password=password
    )
    Membership.objects.create(user=user, role=role, port_code=port.code)
    return user


def a_dispatcher(organisation: Organisation, **fields: Any) -> User:
    """This will create a person of a carrier's office (role carrier_staff)."""
    user = User.objects.create_user(email=f"dispatch{nth()}@example.test", name="Dispatcher", language="en", **fields)
    Membership.objects.create(user=user, role="carrier_staff", organisation=organisation)
    return user


def a_carrier_admin(organisation: Organisation) -> User:
    """This will create the person who manages an organisation's people, API clients and webhooks (role carrier_admin)."""
    user = User.objects.create_user(email=f"admin{nth()}@example.test", name="Carrier admin", language="en")
    Membership.objects.create(user=user, role="carrier_admin", organisation=organisation)
    return user


def a_token(organisation: Organisation, *scopes: str) -> str:
    """This will create a program of an organisation and return a live bearer token with the scopes (none named: all)."""
    now = clock.now()
    _, key, _ = create_client(
        organisation=organisation, name=f"TMS {nth()}", scopes=scopes or SCOPES, now=now, actor=system("test")
    )
    value = f"token-{nth()}-{key.pk}"
    until = datetime.now(UTC) + timedelta(hours=1)
    token = Token(type=Token.Type.ACCESS_TOKEN, client=key, user=key.owner, expires_at=until)
    token.set_value(value)
    token.set_scopes(list(scopes or SCOPES))
    token.save()
    return value


def an_organisation(name: str = "Carrier", *, country: str = "CN") -> Organisation:
    return Organisation.objects.create(name=name, country=country)


def a_vehicle(
    *,
    driver: User | None = None,
    organisation: Organisation | None = None,
    plate: str = "",
    country: str = "CN",
    **fields: Any,
) -> Vehicle:
    """This will create a truck whose plate text is already in its normal form."""
    plate = plate or f"云J{nth():05d}"
    fields.setdefault("created_at", clock.now() - timedelta(days=90))
    vehicle = Vehicle.objects.create(country=country, plate=plate, plate_key=plate, organisation=organisation, **fields)
    if driver:
        vehicle.drivers.add(driver)
    return vehicle


# ---------------------------------------------------------------- supply
def a_port(code: str = "", **fields: Any) -> Port:
    code = code or f"PORT{nth()}"
    values = {
        "name_en": code.title(),
        "name_zh": f"{code}口岸",
        "county_en": "County",
        "county_zh": "县",
        "kind": "road",
        "counterpart_country": "LA",
        "counterpart_en": "Boten",
        "counterpart_zh": "磨丁",
        "counterpart_time_zone": "Asia/Vientiane",
        "lat_deg": "21.18000",
        "lon_deg": "101.69000",
    }
    return Port.objects.create(code=code, **(values | fields))


def a_yard(port: Port, *, code: str = "") -> Yard:
    return Yard.objects.create(
        port=port, code=code or f"{port.code}-YARD", name_en="Yard", name_zh="货场", width_m=200, depth_m=100
    )


def a_zone(yard: Yard, code: str = "A", *, shape: str = "circle", colour: str = "blue") -> Zone:
    return Zone.objects.create(
        yard=yard, code=code, name_en=f"Zone {code}", name_zh=f"{code}区", colour=colour, shape=shape
    )


def a_gate(yard: Yard, code: str = "G1", *, kind: str = "entry") -> Gate:
    return Gate.objects.create(yard=yard, code=code, kind=kind)


def a_bay(zone: Zone, code: str = "", *, equipment: list[str] | None = None, **fields: Any) -> Bay:
    # In a row by their number in the yard: which bay is nearest must not depend on how many tests ran before.
    values = {"length_m": 18.0, "width_m": 3.5, "x_m": 10.0 + zone.yard.bays.count() % 40 * 4, "y_m": 20.0}
    code = code or f"{zone.code}-{nth():02d}"
    return Bay.objects.create(yard=zone.yard, zone=zone, code=code, equipment=equipment or [], **(values | fields))


def a_lane(
    yard: Yard, code: str = "", *, gate: Gate | None = None, cargo_kinds: list[str] | None = None, **fields: Any
) -> Lane:
    """This will create an inbound lane without opening windows (see `open_daily`)."""
    return Lane.objects.create(
        port=yard.port,
        yard=yard,
        gate=gate or yard.gates.filter(kind="entry").first() or a_gate(yard, f"G{nth()}"),
        code=code or f"{yard.port.code}-IN{nth()}",
        name_en="Entry lane",
        name_zh="入境道",
        **({"direction": "inbound", "cargo_kinds": cargo_kinds or ["general", "empty", "ecommerce"]} | fields),
    )


def open_daily(
    lane: Lane,
    *,
    opens_at: time = time(8),
    closes_at: time = time(18),
    units_per_hour: int = 2,
    since: date = date(2026, 1, 1),
) -> None:
    """This will give a lane the same opening window on every weekday, in the port's time."""
    for weekday in range(7):
        Window.objects.create(
            lane=lane,
            weekday=weekday,
            opens_at=opens_at,
            closes_at=closes_at,
            units_per_hour=units_per_hour,
            valid_from=since,
        )


# ---------------------------------------------------------------- rules and slots
def a_policy(port: Port, *, effective_from: datetime, version: int = 1, **rules: Any) -> Policy:
    return Policy.objects.create(port=port, version=version, effective_from=effective_from, **rules)


def a_slot(
    lane: Lane, *, starts_at: datetime, minutes: int = 60, capacity: int = 2, taken: int = 0, **fields: Any
) -> Slot:
    """This will create a slot under the newest policy of the lane's port; `starts_at` is aware."""
    return Slot.objects.create(
        lane=lane,
        policy=Policy.objects.filter(port=lane.port).latest("version"),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        service_date=starts_at.astimezone(lane.port.tz).date(),
        planned=capacity,
        capacity=capacity,
        taken=taken,
        **fields,
    )


# ---------------------------------------------------------------- situations
def a_confirmed_reservation(cast: Cast, *, slot: Slot | None = None, **inputs: Any) -> Reservation:
    """This will reserve a place in `slot` (the one that runs now) for a fresh truck of the cast's driver."""
    driver = inputs.pop("driver", cast.driver)
    vehicle = inputs.pop("vehicle", None) or a_vehicle(driver=driver)
    return request_reservation(
        slot_ref=(slot or cast.slot).ref,
        vehicle_ref=vehicle.ref,
        cargo_kind=inputs.pop("cargo_kind", "general"),
        driver=driver,
        **inputs,
        **cast.by(driver),
    )


def a_held_reservation(cast: Cast, **inputs: Any) -> Reservation:
    """This will hold a place that is not confirmed yet (requested)."""
    return a_confirmed_reservation(cast, confirm=False, **inputs)


def a_waiting_entry(cast: Cast, **inputs: Any) -> QueueEntry:
    """This will check in a truck with a reservation; `inputs` are those of `a_confirmed_reservation`."""
    reservation = a_confirmed_reservation(cast, **inputs)
    return check_in(
        reservation_ref=reservation.ref, port_code=reservation.lane.port.code, **cast.by(reservation.driver)
    )


def a_waiting_walk_up(
    cast: Cast, *, lane: Lane | None = None, vehicle: Vehicle | None = None, cargo_kind: str = "general"
) -> QueueEntry:
    """This will check in a truck without a reservation, by the operator's hand."""
    vehicle = vehicle or a_vehicle()
    return check_in_walk_up(
        lane_code=(lane or cast.lane).code,
        vehicle_ref=vehicle.ref,
        cargo_kind=cargo_kind,
        driver=None,
        **cast.by(cast.operator),
    )


def a_called_entry(cast: Cast, **inputs: Any) -> QueueEntry:
    """This will call a truck that checked in, a bay held for it. It must be the lane's next."""
    entry = a_waiting_entry(cast, **inputs)
    called = call_next(lane_code=entry.lane.code, **cast.by(cast.operator))
    assert called.ref == entry.ref, "somebody else stood before it in this lane"
    return called


def a_missed_entry(cast: Cast, **inputs: Any) -> QueueEntry:
    """This will let a call pass: the truck waits again, behind the next few."""
    return miss(entry_ref=a_called_entry(cast, **inputs).ref, **cast.by(cast.operator))


def an_admitted_entry(cast: Cast, **inputs: Any) -> QueueEntry:
    """This will let a called truck in at the gate."""
    return admit(entry_ref=a_called_entry(cast, **inputs).ref, **cast.by(cast.operator))


def a_parked_entry(cast: Cast, **inputs: Any) -> QueueEntry:
    """This will park an admitted truck in the bay that was held for it."""
    entry = an_admitted_entry(cast, **inputs)
    occupy(entry_ref=entry.ref, **cast.by(cast.operator))
    return entry


def an_exited_entry(cast: Cast, **inputs: Any) -> QueueEntry:
    """This will see a truck through to the exit."""
    entry = a_parked_entry(cast, **inputs)
    release(entry_ref=entry.ref, **cast.by(cast.operator))
    return exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))


def a_pending_override(cast: Cast, *, entry: QueueEntry | None = None, by: User | None = None) -> Override:
    """This will ask for a call out of order; a second person has yet to decide."""
    by = by or cast.operator
    entry = entry or a_waiting_entry(cast)
    return ask_override(entry_ref=entry.ref, reason="medical supplies", user=by, **cast.by(by))


# ---------------------------------------------------------------- rounds
def a_round(cast: Cast, *, state: str = "open", **fields: Any) -> Round:
    """This will put a round over the cast's next day into `state`, its places held for it: open since an hour, closing in two."""
    day, seed = cast.slots[8].service_date, f"{nth():064x}"
    published = state == "published"
    if not published:
        Slot.objects.filter(lane__port=cast.port, service_date=day).update(protected=F("capacity"))
    opens_at = fields.pop("opens_at", cast.now - timedelta(hours=8 if published else 1))
    moments = {
        "opens_at": opens_at,
        "closes_at": opens_at + timedelta(hours=3),
        "publishes_at": opens_at + timedelta(hours=4),
        "instant_at": opens_at + timedelta(hours=5),
    }
    values = {"seed": seed, "commitment": commitment_of(seed)} | moments | fields
    return Round.objects.create(port=cast.port, service_date=day, policy=cast.policy, state=state, **values)


def the_round(cast: Cast) -> Round:
    """This will return the only round of the cast's port as it is now."""
    return Round.objects.get(port=cast.port)


def a_request(
    cast: Cast, *, vehicle: Vehicle | None = None, window: tuple[float, float, float] = (1, 4, 2), **fields: Any
) -> Request:
    """This will ask for a place tomorrow: `window` is earliest, latest and best in hours after 10:00."""
    return a_bundle(cast, 1, vehicles=[vehicle] if vehicle else None, window=window, **fields)[0]


def a_bundle(
    cast: Cast,
    size: int,
    *,
    vehicles: list[Vehicle] | None = None,
    window: tuple[float, float, float] = (1, 4, 2),
    **fields: Any,
) -> list[Request]:
    """This will write the requests of one consignment into the cast's round as they are after `request_places`."""
    round_ = Round.objects.filter(port=cast.port).first()
    vehicles = vehicles or [a_vehicle(driver=cast.driver, organisation=cast.carrier) for _ in range(size)]
    times = [cast.slots[8].starts_at + timedelta(hours=hours) for hours in window]
    lanes = fields.pop("lanes", [cast.lane])
    values: dict[str, Any] = {
        "port": cast.port,
        "round": round_,
        "service_date": cast.slots[8].service_date,
        "driver": cast.driver,
        "cargo_kind": "general",
        "queue_class": "general",
        "bundle": f"B-{nth()}" if size > 1 else "",
        "earliest_at": times[0],
        "latest_at": times[1],
        "preferred_at": times[2],
        "created_at": cast.now,
        "changed_at": cast.now,
        "state": "requested",
    }
    rows = [
        Request.objects.create(vehicle=each, organisation_id=each.organisation_id, **values | fields)
        for each in vehicles
    ]
    for row in rows:
        row.lanes.set(lanes)
    return rows
