"""From ledger entries to webhooks: whose, which of them, what of it, once."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

import jsonschema
import pytest
from django.db import DataError

from core import ledger
from core.events import kinds
from core.models import Cursor, LedgerEntry
from notifications.webhooks import operations as hooks
from notifications.webhooks import relay
from notifications.webhooks.catalogue import TYPES, body_of_test, example_of, group_of, schema_of
from notifications.webhooks.models import Delivery, Endpoint, Event
from notifications.webhooks.table import TELLS_WHY
from reservations import operations as do
from reservations.operations.attending import refuse_at_gate
from tests import factories as make
from tests.cast import Cast
from tests.parts.source import ROOT
from yards.operations import switch_lane


def _endpoint(cast: Cast, organisation: Any = None, **said: Any) -> Endpoint:
    values = {"organisation": organisation or cast.carrier, "url": "https://hooks.example.com/in"} | said
    return hooks.create_endpoint(**values, **cast.by())[0]


def _relay(cast: Cast) -> int:
    return relay.relay_all(now=cast.now)


def _reserve(cast: Cast, *, vehicle: Any = None, driver: Any = None) -> Any:
    driver = driver or cast.driver
    said = {"slot_ref": cast.slots[1].ref, "vehicle_ref": (vehicle or cast.vehicle).ref, "cargo_kind": "general"}
    return do.request_reservation(**said, driver=driver, confirm=True, **cast.by(driver))


def _bodies(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [json.loads(row.event.body) for row in endpoint.deliveries.order_by("event_id").select_related("event")]


# ---------------------------------------------------------------- whose
def test_relay__own_reservation__is_told_with_its_refs_and_nothing_else(cast: Cast) -> None:
    endpoint = _endpoint(cast)
    row = _reserve(cast)
    assert _relay(cast) == 1
    [body] = _bodies(endpoint)
    assert (body["type"], body["stream"], body["seq"]) == ("reservation.confirmed", cast.yard.stream, 1)
    assert body["data"] == {"lane": cast.lane.code, "slot": cast.slots[1].ref}
    named = {"port": "MOHAN", "yard": "MOHAN-YARD", "visit": row.visit_ref, "reservation": row.ref}
    assert body["about"] == named | {"vehicle": cast.vehicle.ref, "request": "", "entry": "", "declaration": ""}


def test_relay__of_another_organisation__is_told_nothing(cast: Cast) -> None:
    endpoint = _endpoint(cast, cast.other_carrier)
    _reserve(cast)
    assert (_relay(cast), endpoint.deliveries.count()) == (0, 0)


def test_relay__walk_up_of_its_vehicle__is_told(cast: Cast) -> None:
    endpoint, rival = _endpoint(cast, kinds=["queue.*", "stay.*"]), _endpoint(cast, cast.other_carrier)
    facts = {"lane_code": cast.lane.code, "cargo_kind": "general", "driver": cast.driver}
    entry = do.check_in_walk_up(vehicle_ref=cast.vehicle.ref, **facts, **cast.by(cast.operator))
    do.call_next(lane_code=cast.lane.code, **cast.by(cast.operator))
    _relay(cast)
    told = _bodies(endpoint)
    assert [body["type"] for body in told] == ["queue.checked_in", "queue.called", "stay.held"]
    assert {body["about"]["entry"] for body in told} == {entry.ref}
    assert not rival.deliveries.exists()


def test_relay__vehicle_of_nobody__is_told_to_nobody(cast: Cast) -> None:
    endpoint = _endpoint(cast)
    lone = make.a_driver()
    _reserve(cast, vehicle=make.a_vehicle(driver=lone), driver=lone)
    assert (_relay(cast), endpoint.deliveries.count()) == (0, 0)


def test_relay__lane_closed__every_organisation_is_told(cast: Cast) -> None:
    mine, other = _endpoint(cast), _endpoint(cast, cast.other_carrier)
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    assert _relay(cast) == 2
    [body] = _bodies(mine)
    assert _bodies(other) == [body]
    assert (body["reason"], body["about"]["reservation"]) == ("fog", "")


def test_relay__sandbox__hears_of_its_own_port_alone_and_nobody_else_does(cast: Cast) -> None:
    trying = make.an_organisation("Trying")
    trying.is_sandbox = True
    trying.save()
    real, sandbox = _endpoint(cast), _endpoint(cast, trying)
    cast.other_port.sandbox_of = trying
    cast.other_port.save()
    for lane in (cast.lane, cast.other_lane):
        switch_lane(lane_code=lane.code, is_open=False, reason="fog", **cast.by())
    _relay(cast)
    assert [body["about"]["port"] for body in _bodies(real)] == ["MOHAN"]
    assert [body["about"]["port"] for body in _bodies(sandbox)] == ["HEKOU"]


# ---------------------------------------------------------------- which
def test_relay__kinds_chosen__others_are_left_out(cast: Cast) -> None:
    queue, all_of_it = _endpoint(cast, kinds=["queue.*", "lane.closed"]), _endpoint(cast)
    _reserve(cast)
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    _relay(cast)
    assert [body["type"] for body in _bodies(queue)] == ["lane.closed"]
    assert [body["type"] for body in _bodies(all_of_it)] == ["reservation.confirmed", "lane.closed"]
    assert Event.objects.count() == 2  # one row per organisation and entry, however many endpoints


def test_relay__before_the_endpoint_was_made__is_not_told(cast: Cast) -> None:
    _reserve(cast)
    cast.clock.forward(seconds=1)
    endpoint = _endpoint(cast)
    assert (_relay(cast), endpoint.deliveries.count()) == (0, 0)


def test_relay__endpoint_switched_off__events_wait_as_dead_letters(cast: Cast) -> None:
    endpoint = _endpoint(cast)
    hooks.disable_endpoint(organisation=cast.carrier, ref=endpoint.ref, **cast.by())
    _reserve(cast)
    _relay(cast)
    assert list(endpoint.deliveries.values_list("state", flat=True)) == ["disabled"]


# ---------------------------------------------------------------- once
def test_relay__twice__nothing_is_told_twice(cast: Cast) -> None:
    _endpoint(cast)
    _reserve(cast)
    assert (_relay(cast), _relay(cast)) == (1, 0)


def test_relay__another_worker_moved_the_cursor__nothing_is_written(cast: Cast) -> None:
    _endpoint(cast)
    _reserve(cast)
    real = relay.told_of

    def overtaken(stream: str, entries: Any) -> Any:
        Cursor.objects.filter(reader=relay.READER).update(seq=1)
        return real(stream, entries)

    with mock.patch.object(relay, "told_of", overtaken):
        assert _relay(cast) == 0
    assert not Event.objects.exists()


def test_relay__entry_nothing_can_be_made_of__loses_itself_only(cast: Cast) -> None:
    endpoint = _endpoint(cast)
    _reserve(cast)
    for is_open in (False, True):
        switch_lane(lane_code=cast.lane.code, is_open=is_open, reason="fog", **cast.by(cast.operator))
    real = relay.told_of

    def broken(stream: str, entries: list[LedgerEntry]) -> Any:
        if any(entry.kind == "lane.closed" for entry in entries):
            raise DataError("bad entry")
        return real(stream, entries)

    with mock.patch.object(relay, "told_of", broken):
        assert _relay(cast) == 2
    assert [body["type"] for body in _bodies(endpoint)] == ["reservation.confirmed", "lane.opened"]


def test_relay__nobody_has_an_endpoint__the_cursor_goes_to_the_head(cast: Cast) -> None:
    _reserve(cast)
    _relay(cast)
    assert Cursor.objects.get(reader=relay.READER, stream__key=cast.yard.stream).seq == ledger.head_of(cast.yard.stream)


# ---------------------------------------------------------------- what
def test_table__every_event__is_a_kind_of_the_ledger() -> None:
    assert set(TYPES) - {"webhook.test"} <= set(kinds())


@pytest.mark.parametrize("name", list(TYPES))
def test_table__schema_and_example__agree(name: str) -> None:
    schema = schema_of(TYPES[name])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(example_of(TYPES[name]), schema)


def test_documents__webhooks_page__has_a_row_for_every_event() -> None:
    page = (ROOT / "docs" / "webhooks.md").read_text()
    rows = {name: [f"`{field}`" for field in kind.fields] for name, kind in TYPES.items()}
    missing = [name for name, fields in rows.items() if f"| {', '.join(fields) or '–'} |" not in _row(page, name)]
    assert missing == []


def _row(page: str, name: str) -> str:
    return next((line for line in page.splitlines() if line.startswith(f"| `{name}` |")), "")


def test_table__fields_that_name_others__are_in_no_row() -> None:
    """`passed` and `why` hold refs of whoever was passed over; `asked_by` names a member of staff."""
    assert {name for kind in TYPES.values() for name in kind.fields} & {"passed", "why", "asked_by", "rules"} == set()


def test_relay__refused_at_a_gate__what_the_clerk_typed_stays_inside(cast: Cast) -> None:
    endpoint, typed = _endpoint(cast), "Wang Wei 13800138000, not GA12345"
    row = _reserve(cast)
    here = {"yard_code": cast.yard.code, "gate_code": cast.gate.code, "reservation_ref": row.ref}
    refuse_at_gate(**here, reason=typed, seen_at=cast.now, **cast.by(cast.operator))
    do.cancel_reservation(ref=row.ref, reason=typed, **cast.by(cast.driver))
    _relay(cast)
    assert [body["type"] for body in _bodies(endpoint)] == [
        "reservation.confirmed",
        "gate.refused",
        "reservation.cancelled",
    ]
    assert typed not in "".join(endpoint.deliveries.values_list("event__body", flat=True))


def test_table__kinds_that_tell_why__are_in_the_table_and_on_the_page() -> None:
    page = (ROOT / "docs" / "webhooks.md").read_text().partition("`reason` is what")[2].partition("\n\n")[0]
    named = {name for name in TYPES if f"`{name}`" in page or f"`{group_of(name)}`" in page}
    assert named == TELLS_WHY


def test_test_event__body__fits_its_schema(cast: Cast) -> None:
    jsonschema.validate(json.loads(body_of_test(cast.now)), schema_of(TYPES["webhook.test"]))


def test_relay__deliveries__have_ids_of_their_own_and_one_body_per_organisation(cast: Cast) -> None:
    _endpoint(cast)
    _endpoint(cast)
    _reserve(cast)
    _relay(cast)
    assert len({row.ref for row in Delivery.objects.all()}) == 2
    assert Event.objects.count() == 1
