"""From ledger entries to messages: who, in which words, once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import DataError, OperationalError
from django.utils.translation import override

from core import ledger
from core.events import kinds
from core.models import Cursor
from notifications import relay
from notifications.models import Channel, Message
from notifications.queries import mark_read, messages_for, unread_count
from notifications.rules import RULES
from notifications.words import SAID, WORDS, render
from reservations import operations as do
from tests import factories as make
from tests.cast import Cast
from tests.operations.declaring import given_in
from tests.parts.stack import ROOT
from yards.operations import switch_lane


def _relay(cast: Cast) -> int:
    return relay.relay_all(now=cast.now)


def _reserve(cast: Cast, **by: Any) -> Any:
    return do.request_reservation(
        slot_ref=cast.slots[1].ref,
        vehicle_ref=cast.vehicle.ref,
        cargo_kind="general",
        driver=cast.driver,
        confirm=True,
        **(by or cast.by(cast.driver)),
    )


def _check_in(cast: Cast) -> Any:
    return do.check_in_walk_up(
        lane_code=cast.lane.code,
        vehicle_ref=cast.vehicle.ref,
        cargo_kind="general",
        driver=cast.driver,
        **cast.by(cast.operator),
    )


def _told(**which: Any) -> set[tuple[str, str]]:
    return set(Message.objects.filter(**which).values_list("person__ref", "channel"))


# ---------------------------------------------------------------- who and which channel
def test_relay__reservation_confirmed__driver_by_phone_and_office_on_the_page(cast: Cast) -> None:
    _reserve(cast)
    _relay(cast)
    assert _told(kind="reservation.confirmed") == {
        (cast.driver.ref, "inapp"),
        (cast.driver.ref, "sms"),
        (cast.dispatcher.ref, "inapp"),
    }
    assert Message.objects.get(channel="sms").to == cast.driver.phone


def test_relay__driver_did_it_himself__no_text_message(cast: Cast) -> None:
    entry = _check_in(cast)
    do.withdraw(entry_ref=entry.ref, reason="", **cast.by(cast.driver))
    _relay(cast)
    assert _told(kind="queue.withdrawn") == {(cast.driver.ref, "inapp")}


def test_relay__lane_closed__desk_of_that_port_without_who_did_it(cast: Cast) -> None:
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    _relay(cast)
    assert _told(kind="lane.closed") == {(cast.supervisor.ref, "inapp"), (cast.second.ref, "inapp")}


def test_relay__lane_closed__drivers_who_wait_in_it_and_no_others(cast: Cast) -> None:
    _check_in(cast)
    switch_lane(lane_code=cast.cold_lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    _relay(cast)
    assert not messages_for(cast.driver).filter(kind="lane.closed").exists()
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    _relay(cast)
    assert "fog" in messages_for(cast.driver).get(kind="lane.closed").text_as_sent.body
    assert not messages_for(cast.stranger).exists()


def test_relay__closure__drivers_who_wait_in_one_of_its_lanes_and_no_others(cast: Cast) -> None:
    _check_in(cast)
    _relay(cast)
    facts = {"port_code": cast.port.code, "scope": "lane", "user": None, "starts_at": cast.now, "stages": []}
    ends_at = cast.now + timedelta(hours=2)
    closure = do.declare_closure(
        lane_codes=[cast.lane.code], ends_at=ends_at, reason="storm", **facts, **cast.by(cast.operator)
    )
    do.undo_closure(ref=closure.ref, reason="no storm", **cast.by(cast.operator))
    _relay(cast)
    for kind in ("closure.declared", "closure.undone"):
        assert (cast.driver.ref, "inapp") in _told(kind=kind)
        assert cast.stranger.ref not in {ref for ref, _ in _told(kind=kind)}


def test_relay__override_asked__the_other_supervisors_then_the_asker(cast: Cast) -> None:
    entry = _check_in(cast)
    override_ = do.ask_override(entry_ref=entry.ref, reason="vet", user=cast.supervisor, **cast.by(cast.supervisor))
    do.decide_override(ref=override_.ref, approve=True, user=cast.second, **cast.by(cast.second))
    _relay(cast)
    assert _told(kind="override.asked") == {(cast.second.ref, "inapp"), (cast.second.ref, "email")}
    assert _told(kind="override.approved") == {(cast.supervisor.ref, "inapp")}


def test_relay__carrier_office_of_another__is_told_nothing(cast: Cast) -> None:
    _reserve(cast)
    _relay(cast)
    assert not messages_for(cast.other_dispatcher).exists()
    assert not messages_for(cast.stranger).exists()


def test_relay__closed_account__is_told_nothing(cast: Cast) -> None:
    _reserve(cast)
    cast.driver.is_active = False
    cast.driver.save()
    _relay(cast)
    assert _told() == {(cast.dispatcher.ref, "inapp")}


def test_relay__call_is_over__told_on_the_page_only(cast: Cast) -> None:
    _check_in(cast)
    do.call_next(lane_code=cast.lane.code, **cast.by(cast.operator))
    cast.clock.forward(minutes=20)
    _relay(cast)
    assert _told(kind="queue.called") == {(cast.driver.ref, "inapp")}


def test_relay__third_miss__says_missed_calls(cast: Cast) -> None:
    entry = _check_in(cast)
    cast.policy.missed_limit = 1
    cast.policy.save()
    do.call_next(lane_code=cast.lane.code, **cast.by(cast.operator))
    do.miss(entry_ref=entry.ref, **cast.by(cast.operator))
    _relay(cast)
    assert set(Message.objects.filter(kind="queue.withdrawn").values_list("words", flat=True)) == {
        "queue.withdrawn.missed_calls"
    }


def test_relay__moved_to_another_bay__names_both(cast: Cast) -> None:
    entry = _check_in(cast)
    do.call_next(lane_code=cast.lane.code, **cast.by(cast.operator))
    do.move(entry_ref=entry.ref, bay_code="A-01", reason="crane", **cast.by(cast.operator))
    _relay(cast)
    held = Message.objects.filter(kind="stay.held", channel="sms")
    assert held.count() == 1, "the first hold of a bay is told by the call"
    assert re.search(r"now A-01 instead of A-0[23]", held.get().text_as_sent.body)


# ---------------------------------------------------------------- once
def test_relay__run_again__writes_nothing_and_stands_at_the_head(cast: Cast) -> None:
    _reserve(cast)
    assert _relay(cast) == 3
    assert _relay(cast) == 0
    assert Cursor.objects.get(reader="notifications").seq == ledger.head_of(cast.yard.stream)


def test_relay__dies_while_writing__cursor_stays_and_the_next_run_tells_all(cast: Cast) -> None:
    _reserve(cast)
    with mock.patch.object(Message.objects, "bulk_create", side_effect=MemoryError), pytest.raises(MemoryError):
        relay._relay_stream(relay._behind()[0], now=cast.now)
    assert Cursor.objects.get().seq == 0
    assert _relay(cast) == 3


def test_relay__another_worker_was_first__writes_nothing(cast: Cast) -> None:
    _reserve(cast)
    stream = relay._behind()[0]
    stale = Cursor.objects.create(reader="notifications", stream=stream)
    _relay(cast)
    entries = ledger.entries_since(stream=stream.key, seq=0, limit=9)
    assert not relay._write(stale, entries[-1].seq, relay.messages_of(stream.key, entries, now=cast.now))
    assert Message.objects.count() == 3


def test_relay__one_yard_out_of_reach__the_others_go_on(cast: Cast) -> None:
    switch_lane(lane_code=cast.other_lane.code, is_open=False, reason="x", **cast.by(cast.other_operator))
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="x", **cast.by(cast.operator))
    real = relay.messages_of

    def broken(key: str, *args: Any, **named: Any) -> Any:
        if "HEKOU" in key:
            raise OperationalError
        return real(key, *args, **named)

    with mock.patch.object(relay, "messages_of", broken):
        _relay(cast)
    assert Message.objects.filter(stream=cast.yard.stream).exists()
    assert not Message.objects.filter(stream=cast.other_yard.stream).exists()
    _relay(cast)
    assert Message.objects.filter(stream=cast.other_yard.stream).exists()


def test_relay__entry_nothing_can_be_made_of__loses_only_itself(cast: Cast, caplog: Any) -> None:
    for is_open in (False, True, False):
        switch_lane(lane_code=cast.lane.code, is_open=is_open, reason="x", **cast.by(cast.operator))
    real = relay.rules_for

    def broken(kind: str, reason: str, data: Any) -> Any:
        if kind == "lane.opened":
            raise KeyError("bay")
        return real(kind, reason, data)

    with mock.patch.object(relay, "rules_for", broken):
        assert _relay(cast) == 4
    assert set(Message.objects.values_list("kind", flat=True)) == {"lane.closed"}
    assert Cursor.objects.get(reader="notifications").seq == ledger.head_of(cast.yard.stream)
    assert "lane.opened" in caplog.text


def test_relay__message_the_database_refuses__loses_only_itself(cast: Cast) -> None:
    for is_open in (False, True, False):
        switch_lane(lane_code=cast.lane.code, is_open=is_open, reason="x", **cast.by(cast.operator))
    real = Message.objects.bulk_create

    def refused(messages: list[Message], **how: Any) -> Any:
        if any(message.kind == "lane.opened" for message in messages):
            raise DataError
        return real(messages, **how)

    with mock.patch.object(Message.objects, "bulk_create", refused):
        assert _relay(cast) == 4
    assert Cursor.objects.get(reader="notifications").seq == ledger.head_of(cast.yard.stream)


def test_relay__queries__do_not_grow_with_the_entries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for _ in range(15):
        switch_lane(lane_code=cast.lane.code, is_open=False, reason="x", **cast.by(cast.operator))
        switch_lane(lane_code=cast.lane.code, is_open=True, reason="", **cast.by(cast.operator))
    with django_assert_max_num_queries(20):
        assert _relay(cast) == 60


# ---------------------------------------------------------------- words
def test_text__two_readers__each_in_their_own_language_with_the_zone_named(cast: Cast) -> None:
    cast.driver.language = "zh-hans"
    cast.driver.save()
    _reserve(cast)
    _relay(cast)
    to_driver = Message.objects.get(channel=Channel.SMS).text_as_sent
    to_office = Message.objects.get(person=cast.dispatcher).text_as_sent
    assert "UTC+8" in to_driver.body
    assert cast.port.name_zh in to_driver.body
    assert "11:00–12:00 (China time, UTC+8)" in to_office.body
    assert cast.port.name_en in to_office.body
    assert cast.vehicle.plate in to_office.body


def test_text__page_in_another_language__is_said_in_that_one(cast: Cast) -> None:
    _reserve(cast)
    _relay(cast)
    message = messages_for(cast.driver).get()
    with override("zh-hans"):
        assert cast.port.name_zh in message.text.body
    with override("en"):
        assert cast.port.name_en in message.text.body


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Yangon", "Asia/Vientiane", "Europe/Kyiv"])
def test_render__zone_of_the_port__is_named_with_its_offset(zone: str) -> None:
    facts = {"zone": zone, "call_expires_at": "2026-03-02T02:15:00+00:00"}
    body = render("queue.called", facts, "en").body
    expected = {
        "Asia/Shanghai": "10:15 (China time, UTC+8)",
        "Asia/Yangon": "08:45 (Myanmar time, UTC+6:30)",
        "Asia/Vientiane": "09:15 (Laos time, UTC+7)",
        "Europe/Kyiv": "04:15 (Europe/Kyiv, UTC+2)",
    }
    assert expected[zone] in body


def test_render__slot_over_midnight__belongs_to_the_day_it_starts_on() -> None:
    facts = {
        "zone": "Asia/Shanghai",
        "slot_from": "2026-12-31T15:30:00+00:00",
        "slot_until": "2026-12-31T16:30:00+00:00",
    }
    assert "31 Dec 2026 23:30–00:30" in render("reservation.confirmed", facts, "en").body


def test_render__hostile_facts__stay_text(cast: Cast) -> None:
    facts = {"zone": "Asia/Shanghai", "reason": "%(plate)s %s <script>\u202e" + "🚚" * 100, "plate": "%d"}
    body = render("reservation.revoked", facts, "en").body
    assert "%(plate)s %s <script>" in body


def test_rules__every_row__has_words_and_a_known_kind() -> None:
    assert {rule.kind for rule in RULES} <= set(kinds())
    assert {rule.words or rule.kind for rule in RULES} <= set(WORDS)
    assert {name for name in WORDS if not name.startswith(("account.", "webhook."))} == {
        rule.words or rule.kind for rule in RULES
    }


def test_docs__table_of_rules__names_every_event() -> None:
    told = (ROOT / "docs" / "notifications.md").read_text()
    for kind in {rule.kind for rule in RULES}:
        assert kind in told or re.search(rf"{kind.partition('.')[0]}\.\w+, \.{kind.partition('.')[2]}", told), kind


def test_words__every_name_asked_for__is_a_fact() -> None:
    known = set(SAID) | {"plate", "bay", "old_bay", "gate", "ticket", "reservation", "version", "text"}
    known |= {
        "request",
        "late_minutes",
        "service_date",
        "placed",
        "asked",
        "number",
        "zone_code",
        "declaration",
        "endpoint",
        "problem",
    }
    asked = {name for pair in WORDS.values() for text in pair for name in re.findall(r"%\((\w+)\)s", str(text))}
    assert asked <= known


def test_relay__place_found_for_a_request__told_once_as_its_result(cast: Cast) -> None:
    slot = cast.slots[2]
    do.request_places(
        port_code=cast.port.code,
        service_date=slot.service_date,
        lane_codes=[slot.lane.code],
        vehicle_refs=[cast.vehicle.ref],
        cargo_kind="general",
        earliest_at=slot.starts_at,
        latest_at=slot.starts_at,
        preferred_at=slot.starts_at,
        driver=cast.driver,
        **cast.by(cast.driver),
    )
    _relay(cast)
    assert _told(kind="request.placed") == {
        (cast.driver.ref, "inapp"),
        (cast.driver.ref, "sms"),
        (cast.dispatcher.ref, "inapp"),
    }
    assert not Message.objects.filter(kind="reservation.confirmed").exists()
    [text] = Message.objects.filter(kind="request.placed", channel="sms")
    assert cast.vehicle.plate in render(text.words, text.facts, "en").body


def test_relay__declaration_at_a_port_without_a_yard__its_declarant_is_told(cast: Cast) -> None:
    cast.port = make.a_port("LIJIANG-AIR", kind="air")
    ready = given_in(cast)
    assert ready.state == "ready"
    _relay(cast)
    assert _told(kind="declaration.ready") == {(cast.dispatcher.ref, "inapp")}
    [told] = Message.objects.filter(kind="declaration.ready")
    said = render(told.words, told.facts, "en").body
    assert said.startswith(f"{ready.ref} for Lijiang-Air: "), said  # nobody gave a reference of their own


# ---------------------------------------------------------------- the reader
def test_mark_read__own_and_foreign__touches_the_own_alone(cast: Cast) -> None:
    _reserve(cast)
    _relay(cast)
    foreign = messages_for(cast.dispatcher).get()
    assert (unread_count(cast.driver), unread_count(cast.dispatcher)) == (1, 1)
    assert mark_read(user=cast.driver, now=cast.now, ref=foreign.ref) == 0
    assert mark_read(user=cast.driver, now=cast.now) == 1
    assert (unread_count(cast.driver), unread_count(cast.dispatcher)) == (0, 1)
