"""People for a demonstration on one machine: one of each role at Mohan and at the demonstration yard, a carrier with its trucks, and
drivers of five countries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import CARRIER_PEOPLE, Membership, Organisation, Role, User, Vehicle
from accounts.operations import register_vehicle
from core.actors import Actor
from core.db import operation

PORT, PARK = "MOHAN", "DEMO"  # where they work: a port of the list, and the demonstration yard
CARRIER = "云南示范运输 Yunnan Demo Carrier"
# Known to everybody, hence refused outside DEBUG and the embedded installation (seed --demo).
PASSWORD = "portlane-demo-2026"  # noqa: S105
HEADS = {Role.SUPERVISOR, Role.PORT_ADMIN}  # they may open the back office


@dataclass(frozen=True)
class Staff:
    email: str
    name: str
    role: str


@dataclass(frozen=True)
class Driver:
    phone: str
    name: str
    language: str


STAFF = (
    Staff("operator@demo.example", "Operator 操作员", Role.OPERATOR),
    Staff("supervisor@demo.example", "Supervisor 值班长", Role.SUPERVISOR),
    Staff("second@demo.example", "Second supervisor 副值班长", Role.SUPERVISOR),  # an override needs two people
    Staff("admin@demo.example", "Port admin 口岸管理员", Role.PORT_ADMIN),
    Staff("auditor@demo.example", "Auditor 审计员", Role.AUDITOR),
    Staff("customs@demo.example", "Customs officer 海关关员", Role.CUSTOMS),
    Staff("carrier@demo.example", "Carrier staff 运输公司调度", Role.CARRIER_STAFF),
    Staff("boss@demo.example", "Carrier admin 运输公司管理员", Role.CARRIER_ADMIN),
)
DRIVERS = (
    Driver("+8613800000001", "Driver CN 司机", "zh-hans"),
    Driver("+84910000001", "Driver VN", "vi"),
    Driver("+8562020000001", "Driver LA", "lo"),
    Driver("+959420000001", "Driver MM", "my"),
    Driver("+66810000001", "Driver TH", "en"),
)


#: Country and plate of the carrier's trucks.
TRUCKS = (*(("CN", f"云K6D10{number}") for number in range(8)), ("LA", "ກຂ 6108"), ("LA", "ກຂ 6109"))


@operation
def load_people(*, now: datetime, actor: Actor) -> int:
    """This will create the demo people that are not there yet, with their roles, and tell how many that were."""
    staff = [person for person in STAFF if not User.objects.filter(email=person.email).exists()]
    drivers = [driver for driver in DRIVERS if not User.objects.filter(phone=driver.phone).exists()]
    for person in staff:
        user = User.objects.create_user(
            email=person.email, name=person.name, password=PASSWORD, is_staff=person.role in HEADS
        )
        for place in _places(person.role):
            Membership.objects.create(user=user, role=person.role, **place)
    for driver in drivers:
        User.objects.create_user(phone=driver.phone, name=driver.name, language=driver.language)
    return len(staff) + len(drivers)


def load_trucks(*, now: datetime, actor: Actor) -> int:
    """This will give the demo carrier its trucks while it has none, each registered as its dispatcher would, and tell how many."""
    carrier = Organisation.objects.get(name=CARRIER)
    dispatcher = User.objects.filter(memberships__organisation=carrier, memberships__role=Role.CARRIER_STAFF).first()
    if dispatcher is None or Vehicle.objects.filter(organisation=carrier).exists():
        return 0
    for country, plate in TRUCKS:
        register_vehicle(user=dispatcher, organisation=carrier, country=country, plate=plate, now=now, actor=actor)
    return len(TRUCKS)


def sign_ins() -> Iterator[str]:
    """This will give one line per demo person: how to sign in as them."""
    for person in STAFF:
        yield f"{Role(person.role).value:<14} {person.email:<26} {PASSWORD}"
    for driver in DRIVERS:
        yield f"{'driver':<14} {driver.phone:<26} one-time code, shown on the outbox page"


def _places(role: str) -> list[dict[str, object]]:
    if role not in CARRIER_PEOPLE:
        return [{"port_code": PORT}, {"port_code": PARK}]
    carrier, _ = Organisation.objects.get_or_create(name=CARRIER, defaults={"country": "CN"})
    return [{"organisation": carrier}]
