"""An endpoint that goes away, or is switched off, while it is to be told of something: it alone loses by that."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation, User, Vehicle
from core.machine import begin
from notifications.webhooks import delivery, relay
from notifications.webhooks import operations as hooks
from notifications.webhooks.catalogue import ABOUT, TYPES
from notifications.webhooks.models import Delivery, Endpoint, Event
from notifications.webhooks.operations.replays import give_up_at
from reservations.declarations.models import Declaration, Document
from reservations.models import Appeal, Credit, Mark, QueueEntry, Reservation, Round, Slot
from reservations.models.reservation import visit_ref
from tests.cast import Cast, StoppedClock, assemble
from yards.models import Closure, Crossing, Stay
from yards.operations import switch_lane


def _endpoint(cast: Cast, organisation: Organisation) -> Endpoint:
    said = {"organisation": organisation, "url": "https://hooks.example.com/in"}
    return hooks.create_endpoint(**said, **cast.by())[0]


def _shut_a_lane(cast: Cast, *, is_open: bool = False) -> None:
    switch_lane(lane_code=cast.lane.code, is_open=is_open, reason="fog", **cast.by(cast.operator))


# ---------------------------------------------------------------- removed
@pytest.fixture
def committed(transactional_db: None, stopped_clock: StoppedClock) -> Cast:
    """Real commits: what a row refers to is looked at there."""
    return assemble(stopped_clock)


def test_relay__endpoint_removed_meanwhile__the_others_are_told_of_everything(committed: Cast) -> None:
    leaving, staying = (_endpoint(committed, one) for one in (committed.carrier, committed.other_carrier))
    _shut_a_lane(committed)
    _shut_a_lane(committed, is_open=True)
    real = relay.told_of

    def told_of(stream: str, entries: Any) -> Any:
        Endpoint.objects.filter(pk=leaving.pk).delete()
        return real(stream, entries)

    with mock.patch.object(relay, "told_of", told_of):
        assert relay.relay_all(now=committed.now) == 2
    bodies = staying.deliveries.order_by("event_id").values_list("event__body", flat=True)
    assert [json.loads(body)["type"] for body in bodies] == ["lane.closed", "lane.opened"]


# ---------------------------------------------------------------- switched off
def test_disable__however_many_wait__none_is_loaded(cast: Cast) -> None:
    endpoint = _endpoint(cast, cast.carrier)
    for is_open in (False, True, False):
        _shut_a_lane(cast, is_open=is_open)
    assert relay.relay_all(now=cast.now) == 3
    with CaptureQueriesContext(
        connection,
    ) as asked:
        hooks.disable_endpoint(organisation=cast.carrier, ref=endpoint.ref, **cast.by())
    read = [each["sql"] for each in asked if each["sql"].startswith("SELECT") and "webhooks_delivery" in each["sql"]]
    assert read == []
    assert set(endpoint.deliveries.values_list("state", flat=True)) == {"disabled"}


def test_deliver__written_while_its_endpoint_was_switched_off__waits_as_a_dead_letter(cast: Cast) -> None:
    """The relay had read it as on; what it wrote after that would wait for ever, and could not be replayed."""
    endpoint = _endpoint(cast, cast.carrier)
    hooks.disable_endpoint(organisation=cast.carrier, ref=endpoint.ref, **cast.by())
    event = Event.objects.create(organisation=cast.carrier, kind="webhook.test", at=cast.now, body="{}")
    row = begin(Delivery, "pending", endpoint=endpoint, event=event, give_up_at=give_up_at(cast.now))
    delivery.deliver_all(now=cast.now)
    row.refresh_from_db()
    assert (row.state, row.attempts.count()) == ("disabled", 0)


# ---------------------------------------------------------------- examples
NAMES: dict[str, Any] = {
    **dict.fromkeys(("slot", "from_slot"), Slot),
    **dict.fromkeys(("vehicle", "from_vehicle"), Vehicle),
    **{"driver": User, "stay": Stay, "closure": Closure, "round": Round, "crossing": Crossing, "document": Document},
    **{"mark": Mark, "appeal": Appeal, "credit": Credit, "reservation": Reservation, "entry": QueueEntry},
    **{"declaration": Declaration},
}


def _prefix(name: str) -> str:
    ref = visit_ref() if name == "visit" else str(NAMES[name]._meta.get_field("ref").get_default())
    return ref.partition("-")[0]


def test_examples__every_reference__looks_like_one_of_its_kind() -> None:
    """Who writes a receiver tells a stay from a slot by the first letter."""
    shown = {(name, value) for name, value in ABOUT.items() if name not in ("port", "yard")}
    for kind in TYPES.values():
        shown |= {(name, field.example) for name, field in kind.fields.items() if name in NAMES}
    wrong = {(name, ref) for name, ref in shown if ref and not ref.startswith(f"{_prefix(name)}-")}
    assert wrong == set()


def test_refs__of_a_delivery__are_not_those_of_a_gate_event(cast: Cast) -> None:
    endpoint = _endpoint(cast, cast.carrier)
    row = hooks.send_test(organisation=cast.carrier, ref=endpoint.ref, **cast.by())
    assert row.ref.startswith("WD-")
