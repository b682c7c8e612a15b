"""A day in which nearly every kind of entry happens, as enterprises are told of it: true to the schemas, and nobody's refs to others."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import jsonschema
import pytest

from accounts.models import Organisation, Vehicle
from core.models import LedgerEntry, Stream
from notifications.webhooks.catalogue import TYPES, schema_of
from notifications.webhooks.kinds import OWN
from notifications.webhooks.projection import Told
from notifications.webhooks.relay import told_of
from reservations.models import Mark, QueueEntry, Request, Reservation
from tests.operations import audited_round_day


@pytest.fixture
def told(db: None) -> list[Told]:
    """All that leaves the house of that day. Drivers' own vehicles are spread over three carriers first."""
    audited_round_day.live()
    carriers = [Organisation.objects.create(name=f"Carrier {n}", country="CN") for n in range(3)]
    replaced = LedgerEntry.objects.filter(kind="reservation.vehicle_changed").values_list("data", flat=True)
    together = {data[name] for data in replaced for name in ("from_vehicle", "vehicle")}
    for number, vehicle in enumerate(Vehicle.objects.order_by("pk")):
        carrier = carriers[0 if vehicle.ref in together else number % 3]
        Vehicle.objects.filter(pk=vehicle.pk).update(organisation=carrier)
        for model in (Reservation, Request):
            model.objects.filter(vehicle=vehicle).update(organisation=carrier)
    streams = Stream.objects.values_list("key", flat=True)
    return [one for key in streams for one in told_of(key, LedgerEntry.objects.filter(stream__key=key).order_by("seq"))]


def _refs() -> dict[int, set[str]]:
    """Every ref that belongs to one organisation alone."""
    owned: defaultdict[int, set[str]] = defaultdict(set)
    for row in (*Reservation.objects.all(), *Request.objects.all()):
        owned[row.organisation_id] |= {row.ref, getattr(row, "visit_ref", row.ref)}
    for entry in QueueEntry.objects.select_related("vehicle"):
        owned[entry.vehicle.organisation_id] |= {entry.ref, entry.visit_ref}
    for vehicle in Vehicle.objects.all():
        owned[vehicle.organisation_id].add(vehicle.ref)
    for mark in Mark.objects.select_related("reservation"):
        owned[mark.reservation.organisation_id].add(mark.ref)
    return owned


def test_day__everything_told__is_true_to_its_schema_and_names_nobody(told: list[Told]) -> None:
    bodies = [json.loads(one.body) for one in told]
    kinds = {body["type"] for body in bodies}
    assert {"request.placed", "offer.made", "disposition.made", "credit.given", "appeal.granted"} <= kinds
    assert len(kinds) > 25
    for body in bodies:
        jsonschema.validate(body, schema_of(TYPES[body["type"]]), format_checker=jsonschema.FormatChecker())
    people = {vehicle.plate for vehicle in Vehicle.objects.all()}
    people |= {row.driver.phone for row in Reservation.objects.select_related("driver") if row.driver}
    text = "\n".join(one.body for one in told)
    assert [word for word in people if word and word in text] == []


def test_day__own_events__reach_their_organisation_and_hold_no_ref_of_another(told: list[Told]) -> None:
    owned = _refs()
    leaks: list[Any] = []
    for one in told:
        others = set().union(*(refs for owner, refs in owned.items() if owner != one.organisation_id))
        leaks += [(one.entry.kind, ref) for ref in others if ref in one.body]
    assert leaks == []
    assert sum(1 for one in told if one.organisation_id) > 100
    own = {name for name, kind in TYPES.items() if kind.concerns == OWN}
    visits = {row.visit_ref for row in (*Reservation.objects.all(), *QueueEntry.objects.all())}
    entries = LedgerEntry.objects.filter(kind__in=own, visit_ref__in=visits)
    assert {one.entry.pk for one in told} >= set(entries.values_list("pk", flat=True))
