"""What the crawl of all rights stands on: the routes, the rows a request may name, and how one is sent without a trace."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, get_resolver

from accounts.models import Membership, Organisation, User, Vehicle
from accounts.operations import enrol_device
from accounts.permissions import verb_of
from core.machine import begin
from reservations.models import Policy, QueueEntry, Reservation, Slot
from tests import factories as make
from tests.api import asking, desks, grounds, offices
from tests.api.names import AFTER, PLAIN
from tests.cast import Cast
from tests.parts.gate_device import SignedClient, key_for
from yards.layouts.plan import Plan
from yards.models import CalendarDay, Lane, Layout, Stay, Yard, Zone

OWN, SAME, OTHER, ELSEWHERE = "own", "same organisation", "other organisation", "other port"
OWNERS = (OWN, SAME, OTHER, ELSEWHERE)
SEES = re.compile(r"api/v1/gate/|.*/sensors/dismiss/")
PEOPLE = ("driver", "dispatcher", "operator", "supervisor", "port_admin", "auditor")
#: Stands in everything that only the rival carrier may read: its name, its driver's, its declarations, programs, webhooks.
CANARY = "canary7e1b"
#: Not of the cast: made for the crawl alone.
NEWCOMERS = ("carrier_admin", "customs")


# ---------------------------------------------------------------- whose rows
@dataclass
class Rows:
    """What one owner has, at one port: everything a path or a body may name."""

    port: str
    yard: str
    lane: str
    bay: str
    gate: str
    slot: str
    vehicle: str
    reservation: str
    entry: str
    override: str
    request: str
    mark: str
    appeal: str
    round: str
    closure: str
    layout: str
    aisle: str
    zone: str
    evacuation: str
    place: str
    device: str
    person: str
    declaration: str
    document: str
    client: str
    client_key: str
    endpoint: str
    delivery: str
    sheet: str
    event: str
    fellow: str
    steersman: str
    pks: dict[type[Model], int]

    def body(self) -> dict[str, Any]:
        """Names everything at once: each operation takes what it knows, and gets past the checks of its form."""
        truck = QueueEntry.objects.get(ref=self.entry).vehicle
        names = ("port", "yard", "lane", "bay", "gate", "slot", "vehicle", "reservation", "entry", "device")
        names += ("aisle", "zone", "evacuation")
        words = {"reason": "a reason", "note": "a note", "cargo_kind": "general", "role": "operator"}
        values = {
            "planned": 3,
            "on": True,
            "frozen": True,
            "date": "2026-03-03",
            "effective_from": "2026-06-01T00:00:00Z",
        }
        return (
            {name: getattr(self, name) for name in names}
            | words
            | values
            | {"country": truck.country, "plate": truck.plate}
            | self.wish()
            | {"url": "https://hooks.example/", "option": self.slot, "phone": "+8613800000099"}
            | {"declaration": self.declaration, "key": self.client_key}
            | {"scope": "lane", "lane_code": self.lane, "units_per_hour": 5, "grant": True, "answer": "a word"}
        )

    def extra(self, path: str) -> dict[str, Any]:
        """What a camera or a sensor says of a bay, and the desk of that sensor; the range that a webhook repeats: the words mean other
        things elsewhere."""
        if path.endswith("/replay/"):
            return {"since": "2026-03-01T00:00:00Z", "until": "2026-03-02T00:00:00Z"}
        if path == "api/v1/counterpart/closures/":
            return {"ends_at": "2026-03-04T00:00:00Z"}
        return self._seen() if SEES.match(path) else {}

    def _seen(self) -> dict[str, Any]:
        return {"kind": "bay", "code": self.place, "taken": 1}

    def wish(self) -> dict[str, Any]:
        """Asks for the day after the crawl's, and what else a driver says of a request, a reservation or a mark."""
        hours = ("earliest_at", "preferred_at", "latest_at")
        asked = {name: f"2026-03-03T{hour:02}:00:00Z" for hour, name in enumerate(hours, start=3)}
        said = {"act": "cancel", "hours": 4, "text": "what happened", "is_ready": True, "travel_minutes": 60}
        named = {
            "lanes": [self.lane],
            "vehicles": [self.vehicle],
            "service_date": "2026-03-03",
            "driver": Reservation.objects.get(ref=self.reservation).driver.ref,
        }
        return asked | said | named | {"direction": "inbound", "cargo": "general", "day": "2026-03-03"}


def rows_of(
    cast: Cast, *, driver: User, organisation: Organisation, lane: Lane, slot: Slot, word: str = "ours"
) -> Rows:
    """This will make one of everything for a driver of a carrier, by the real operations where there is one."""
    yard, at_home = lane.yard, lane.port_id == cast.port.pk
    owned: dict[str, Any] = {"driver": driver, "organisation": organisation}
    booked = make.a_confirmed_reservation(cast, slot=slot, driver=driver, vehicle=make.a_vehicle(**owned))
    here = make.a_waiting_walk_up(cast, lane=lane, vehicle=make.a_vehicle(**owned))
    QueueEntry.objects.filter(pk=here.pk).update(driver=driver)
    override = make.a_pending_override(cast, entry=here)
    wish = asking.a_request(cast, vehicle=make.a_vehicle(**owned), driver=driver, port=lane.port, lane=lane)
    mark = asking.a_mark(booked, at=cast.now)
    desk = desks.rows_of(cast, booked=booked, mark=mark, request=wish)
    vehicle, bay = make.a_vehicle(**owned), yard.bays.order_by("-code").first()
    device = cast.device if at_home else cast.other_device
    person = cast.operator if at_home else cast.other_operator
    assert bay
    ground = grounds.rows_of(cast, bay)
    office = offices.rows_of(cast, organisation=organisation, port=lane.port, driver=driver, word=word)
    pks = {
        type(row): row.pk
        for row in (lane.port, yard, lane, bay, lane.gate, slot, booked, here, override, device, organisation)
    }
    pks |= {
        Zone: bay.zone_id,
        Policy: slot.policy_id,
        Membership: person.memberships.get().pk,
        Vehicle: booked.vehicle_id,
    } | (desk.pks | offices.pks_of(cast, lane.port, office["declaration"]))
    seen = grounds.a_doubt(cast, device, lane)
    return Rows(
        event=seen.ref,
        port=lane.port.code,
        yard=yard.code,
        lane=lane.code,
        bay=bay.code,
        gate=lane.gate.code,
        slot=slot.ref,
        vehicle=vehicle.ref,
        reservation=booked.ref,
        entry=here.ref,
        override=override.ref,
        request=wish.ref,
        mark=mark.ref,
        appeal=desk.appeal.ref,
        round=desk.round.ref,
        closure=desk.closure.ref,
        layout=_a_plan(yard, at=cast.now).ref,
        device=device.ref,
        person=person.ref,
        pks=pks,
        steersman=driver.ref,
        **ground,
        **office,
    )


def _a_plan(yard: Yard, *, at: datetime) -> Layout:
    """A draft of a plan on which nothing is drawn yet."""
    nothing = Plan(origin=(0.0, 0.0), width_m=0.0, depth_m=0.0).as_json()
    number = yard.layouts.count() + 1
    return begin(Layout, "draft", yard=yard, version=number, document={}, plan=nothing, made_at=at, changed_at=at)


@dataclass
class World:
    rows: dict[str, Rows]
    clients: dict[str, Client]


def world(cast: Cast) -> World:
    """This will give four owners their rows and everybody a client: signed in, with a device's key, or neither."""
    shared = _of_nobody(cast)
    colleague = make.a_driver()
    home, away = {"lane": cast.lane}, {"lane": cast.other_lane}
    rival = {"driver": cast.stranger, "organisation": cast.other_carrier, "word": CANARY}
    User.objects.filter(pk=cast.stranger.pk).update(name=f"{CANARY} driver")
    Organisation.objects.filter(pk=cast.other_carrier.pk).update(name=f"{CANARY} haulage")
    rows = {
        OWN: rows_of(cast, driver=cast.driver, organisation=cast.carrier, slot=cast.slots[9], **home),
        SAME: rows_of(cast, driver=colleague, organisation=cast.carrier, slot=cast.slots[10], **home),
        OTHER: rows_of(cast, slot=cast.slots[11], **rival, **home),
        ELSEWHERE: rows_of(cast, slot=cast.other_slots[9], **rival, **away),
    }
    for owner, each in rows.items():
        each.pks |= shared["away" if owner == ELSEWHERE else "home"]
    device, _code = enrol_device(name="Camera", port_code="MOHAN", gate_code="G1", **cast.by(cast.supervisor))
    clients = {"stranger": _client(), "device": SignedClient(key_for(device), raise_request_exception=False)}
    device, secret = enrol_device(name="Boten", port_code="MOHAN", kind="counterpart", **cast.by(cast.supervisor))
    clients["counterpart"] = _client(Authorization=f"Device {device.ref}.{secret}")
    clients["program"] = _client(Authorization=f"Bearer {make.a_token(cast.carrier)}")
    people = {name: getattr(cast, name) for name in PEOPLE}
    people["carrier_admin"] = make.a_carrier_admin(cast.carrier)
    people["customs"] = make.a_staff_member("customs", port=cast.port)
    for name, person in people.items():
        clients[name] = _client()
        clients[name].force_login(person, backend="accounts.backends.PeopleBackend")
    return World(rows, clients)


def _client(**headers: str) -> Client:
    return Client(raise_request_exception=False, headers=headers or None)


def _of_nobody(cast: Cast) -> dict[str, dict[type[Model], int]]:
    """A holiday, and at each port one truck that stands in a bay."""
    holiday = CalendarDay.objects.create(country="CN", date="2026-10-01")
    parked = make.a_parked_entry(cast, vehicle=cast.vehicle)
    here = Stay.objects.get(visit_ref=parked.visit_ref)
    there = begin(
        Stay, "held", bay=cast.other_yard.bays.get(), vehicle=cast.other_vehicle, visit_ref="N-AWAY", held_at=cast.now
    )
    return {"home": {CalendarDay: holiday.pk, Stay: here.pk}, "away": {CalendarDay: holiday.pk, Stay: there.pk}}


# ---------------------------------------------------------------- routes
@dataclass(frozen=True)
class Route:
    """One way in: a path pattern, asked with one method; `verb` is what it says it needs, "" when it says nothing."""

    path: str
    name: str
    callback: Any
    method: str
    verb: str

    @property
    def is_api(self) -> bool:
        return self.path.startswith("api/")

    @property
    def names(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.path)

    @property
    def model(self) -> type[Model] | None:
        """The model whose rows a page of the back office is about."""
        page = getattr(self.callback, "model_admin", None)
        return page.model if page else None

    def __str__(self) -> str:
        return f"{self.method} /{self.path} [{self.verb}]"


def routes() -> list[Route]:
    """This will list every route of the installation, once per method it may be asked with."""
    found = []
    for path, pattern in _walk(get_resolver(), ""):
        view = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
        for method in _methods(view):
            verb = _verb(pattern.callback, view, method)
            found.append(Route(path, pattern.name or "", pattern.callback, method, verb))
    return found


def _walk(resolver: Any, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield path, each
        else:
            yield from _walk(each, path)


def _methods(view: Any) -> list[str]:
    known = ("get", "post", "put", "patch", "delete")
    return [name.upper() for name in known if hasattr(view, name)] if view else ["GET", "POST"]


def _verb(callback: Any, view: Any, method: str) -> str:
    if hasattr(callback, "model_admin"):
        return str(callback.model_admin.verb)
    if hasattr(callback, "admin_site"):
        return "office.use"
    return getattr(callback, "verb", "") or (verb_of(view, method) if view else "")


# ---------------------------------------------------------------- names in paths
def kinds_of(route: Route) -> dict[str, str]:
    """This will say what each name of a path stands for: `lane_code` a lane, `ref` after `turns/` an entry."""
    kinds = {}
    for name in route.names:
        before = re.search(rf"([\w-]+)/<(?:\w+:)?{name}>", route.path)
        stem = re.sub(r"_?(code|ref)$", "", name)
        kinds[name] = stem if stem in AFTER.values() else AFTER.get(before[1] if before else "", name)
        if route.path.startswith("carrier/people/"):
            kinds[name] = "fellow"  # people of the carrier's office, not of the port's
    return kinds


def url_of(route: Route, rows: Rows) -> str:
    """This will fill a path pattern with the refs of one owner's rows."""
    kinds = kinds_of(route)

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if route.path.startswith("carrier/sheets/template/"):
            return "declarations"
        if name == "object_id" and route.model:
            return str(rows.pks[route.model])
        known = getattr(rows, kinds.get(name, ""), None) or PLAIN.get(kinds.get(name, "")) or PLAIN.get(name)
        assert known, f"the crawl does not know what <{name}> of /{route.path} is"
        return str(known)

    path = re.sub(r"\(\?P<(\w+)>[^()]*\)", value, route.path)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", value, path).replace("^", "").replace("$", "")


# ---------------------------------------------------------------- asking
def ask(world: World, route: Route, actor: str, owner: str) -> HttpResponseBase:
    """This will send one request that names the owner's rows, and take back whatever it did."""
    rows, client = world.rows[owner], world.clients[actor]
    cookies = copy.deepcopy(client.cookies)
    path, body = url_of(route, rows), rows.body() | rows.extra(route.path)
    with _undone():
        if route.method == "GET":
            answer: Any = client.get(path, body)
        elif route.is_api:
            headers = {"Idempotency-Key": "crawl", "If-Match": "*"}
            answer = client.generic(route.method, path, json.dumps(body), "application/json", headers=headers)
        else:
            answer = client.generic(route.method, path, *_form(body))
    client.cookies = cookies
    return answer


def _form(body: dict[str, Any]) -> tuple[bytes, str]:
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    return encode_multipart(BOUNDARY, body), MULTIPART_CONTENT


@contextmanager
def _undone() -> Iterator[None]:
    """Operations insist on the outermost transaction; this one stands around them as a test case's own does."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)
