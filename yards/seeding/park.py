"""The demonstration yard: a real truck park of 693 bays as a port of its own, so that guidance is seen on something larger than a rule's
drawing. docs/layouts.md says what of it is surveyed and what is ours."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from pathlib import Path

from core import ledger
from core.actors import Actor
from core.db import operation
from yards.layouts.geojson import read
from yards.layouts.plan import Plan
from yards.models import Bay, Gate, Port, PortKind, Yard, Zone
from yards.operations.configuration import bay_facts
from yards.seeding.demo import PARK
from yards.seeding.lanes import Hours, LanePlan
from yards.seeding.loader import configure_lane, create
from yards.seeding.plans import put_first_in_force

FILE = Path(__file__).resolve().parent.parent / "data" / "maasvlakte_plaza.geojson"
NOTE = "demonstration yard"
NIGHT_AND_DAY = (Hours(time(0), time(0)),)  # an end not after the start lies on the next day
#: Direction, number, cargo kinds, vehicles an hour, gate, next step, names.
LANES = (
    ("inbound", 1, ("general", "bulk", "empty", "ecommerce"), 60, "G1", "exit", "Entry lane 1", "入境1道"),
    ("inbound", 2, ("perishable", "hazardous"), 30, "G1", "inspection", "Entry lane 2", "入境2道"),
    ("outbound", 1, ("general", "bulk", "empty", "ecommerce"), 60, "G2", "exit", "Exit lane 1", "出境1道"),
    ("outbound", 2, ("perishable", "hazardous"), 30, "G2", "inspection", "Exit lane 2", "出境2道"),
)


@operation
def load_park(*, now: datetime, actor: Actor) -> bool:
    """This will create the demonstration port with its yard, plan and lanes unless the database ever knew it; True when it did."""
    if Port.history.filter(code=PARK).exists() or Port.objects.filter(code=PARK).exists():
        return False
    plan = read(FILE.read_bytes()).plan
    assert plan
    yard = _yard(_port(plan, now), plan, now)
    _lay_out(yard, plan, now)
    put_first_in_force(yard, plan, now=now, note=NOTE)
    for direction, number, cargo_kinds, rate, gate, next_step, name_en, name_zh in LANES:
        lane = LanePlan(number, direction, cargo_kinds, rate, NIGHT_AND_DAY, name_en, name_zh)
        configure_lane(yard, lane, yard.gates.get(code=gate), keeps_holidays=False, now=now, next_step=next_step)
    return True


def _port(plan: Plan, now: datetime) -> Port:
    port = Port(
        code=PARK,
        name_en="Demonstration yard: Maasvlakte Plaza",
        name_zh="演示货场：马斯夫拉克特停车场",
        county_en="no port of the list",
        county_zh="不在口岸名单之内",
        kind=PortKind.ROAD,
        lon_deg=Decimal(str(round(plan.origin[0], 5))),
        lat_deg=Decimal(str(round(plan.origin[1], 5))),
        source=plan.attribution,
    )
    [port] = create(Port, [port], now)
    return port


def _yard(port: Port, plan: Plan, now: datetime) -> Yard:
    names = {"name_en": "Maasvlakte Plaza", "name_zh": "马斯夫拉克特停车场"}
    [yard] = create(Yard, [Yard(port=port, code=PARK, width_m=plan.width_m, depth_m=plan.depth_m, **names)], now)
    create(Gate, [Gate(yard=yard, code=g.code, kind=g.kind, x_m=g.x_m, y_m=g.y_m) for g in plan.gates], now)
    return yard


def _lay_out(yard: Yard, plan: Plan, now: datetime) -> None:
    looks = ("code", "name_en", "name_zh", "colour", "shape")
    drawn = [Zone(yard=yard, **{name: getattr(zone, name) for name in looks}) for zone in plan.zones]
    zones = {zone.code: zone for zone in create(Zone, drawn, now)}
    size = ("code", "length_m", "width_m", "x_m", "y_m", "heading_deg", "entry")
    rows = [
        Bay(yard=yard, zone=zones[bay.zone], equipment=list(bay.equipment), **{n: getattr(bay, n) for n in size})
        for bay in plan.bays
    ]
    create(Bay, rows, now)
    facts = [bay_facts(bay) for bay in rows]
    ledger.record(yard.stream, "yard.laid_out", reason=NOTE, port=yard.port.code, yard=yard.code, bays=facts)
