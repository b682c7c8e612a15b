"""A sandbox's port is made when its organisation first calls: one yard, lanes both ways, open all day, every place its own to take."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from accounts.models import Organisation
from core import clock, worlds
from core.actors import Actor, system
from core.db import operation
from reservations.models import Policy
from reservations.operations import generate_slots_of, publish_policy
from reservations.sandbox.errors import NoSandbox, SandboxExists
from yards.models import Lane, Port, PortKind
from yards.seeding import lanes, layout
from yards.seeding.loader import configure_lane, create, lay_out_yard

KEEPER = system("sandbox")
PROFILE = lanes.Profile(bays=48, entries=1, units_per_hour=40, hours=lanes.Hours(time(0), time(0)))
#: One organisation is alone here: what keeps room for others would only stand in its way.
RULES = {"organisation_share_percent": 100, "allocation": "open"}


def let_in(organisation: Organisation) -> None:
    """This will let a sandbox organisation's program into its sandbox, and any other into nothing new."""
    if organisation.is_sandbox:
        worlds.enter(world_of(organisation))


def world_of(organisation: Organisation) -> worlds.World:
    """This will return the world of a sandbox organisation, its port made on the first call. Raises NoSandbox, Busy."""
    if not organisation.is_sandbox:
        raise NoSandbox
    with worlds.entered(None):
        port = Port.objects.filter(sandbox_of=organisation).first() or _opened(organisation)
        if not Policy.objects.filter(port=port, version__gt=1).exists():
            fill(port, now=clock.now())
    return world_at(port)


def world_at(port: Port) -> worlds.World:
    """This will return the world of a sandbox's port as its clock stands."""
    return worlds.World(sandbox_of=port.sandbox_of_id, ahead=timedelta(seconds=port.sandbox_ahead_s))


def _opened(organisation: Organisation) -> Port:
    """Two first calls at once: the one that comes second finds the port of the other."""
    try:
        return open_sandbox(organisation=organisation, now=clock.now(), actor=KEEPER)
    except SandboxExists:
        return Port.objects.get(sandbox_of=organisation)


@operation
def open_sandbox(*, organisation: Organisation, now: datetime, actor: Actor) -> Port:
    """This will make a sandbox organisation's port with a yard, gates, bays, a plan and lanes. Raises SandboxExists."""
    code = f"SANDBOX-{organisation.ref[2:]}"
    values = {
        "name_en": "Sandbox",
        "name_zh": "沙盒口岸",
        "county_en": "Sandbox",
        "county_zh": "沙盒",
        "kind": PortKind.ROAD,
    }
    place = {
        "counterpart_country": "LA",
        "counterpart_time_zone": "Asia/Vientiane",
        "lat_deg": "21.19",
        "lon_deg": "101.69",
    }
    [port] = create(Port, [Port(code=code, sandbox_of=organisation, **values, **place)], now)
    drawing = layout.draw(bays=PROFILE.bays, entries=PROFILE.entries)
    yard = lay_out_yard(port, drawing, now)
    for plan in lanes.plan(code=code, profile=PROFILE, cargo_kinds=drawing.cargo_kinds):
        gate = yard.gates.get(code=drawing.entry(direction=plan.direction, lane_number=plan.number).code)
        configure_lane(yard, plan, gate, keeps_holidays=False, now=now)
    return port


def fill(port: Port, *, now: datetime) -> None:
    """This will make the sandbox's slots and publish its rules; a start that was cut short before that is made up by the next call."""
    rules_from = now + timedelta(seconds=1)
    rules = {"effective_from": rules_from, "changes": RULES, "note": "sandbox", "user": None}
    publish_policy(port_code=port.code, now=now, actor=KEEPER, **rules)
    _make_slots(port, rules_from)


def _make_slots(port: Port, now: datetime) -> None:
    for code in Lane.objects.filter(port=port).values_list("code", flat=True):
        generate_slots_of(lane_code=code, now=now, actor=KEEPER)
