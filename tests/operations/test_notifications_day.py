"""A day in which every kind of entry happens: each becomes its messages, and each message has words in every language."""

from __future__ import annotations

import pytest
from django.conf import settings

from core.models import Cursor, LedgerEntry, Stream
from notifications import relay
from notifications.models import Message
from notifications.rules import KINDS
from notifications.words import render
from tests.operations import audited_round_day


@pytest.mark.django_db
def test_relay__day_of_every_kind__reaches_the_head_and_every_text_is_said() -> None:
    day = audited_round_day.live()
    relay.relay_all(now=day.now)
    behind = [s.key for s in Stream.objects.all() if Cursor.objects.get(stream=s, reader=relay.READER).seq != s.seq]
    assert behind == []
    happened = set(LedgerEntry.objects.values_list("kind", flat=True)) & KINDS
    assert {"request.placed", "offer.made", "disposition.made", "credit.given", "appeal.granted"} <= happened
    for message in Message.objects.all():
        for language, _ in settings.LANGUAGES:
            text = render(message.words, message.facts, language)
            assert text.body
            assert "%(" not in text.body


@pytest.mark.django_db
def test_relay__closure__tells_each_driver_once() -> None:
    day = audited_round_day.live()
    relay.relay_all(now=day.now)
    told = Message.objects.filter(channel="sms", kind="disposition.made")
    assert told.exists()
    assert told.count() == len(set(told.values_list("person_id", "seq")))
    for message in told:
        body = render(message.words, message.facts, "en").body
        assert f"Reason: {message.facts['reason']}" in body
        assert message.facts["old_slot_from"]
        assert "—" not in body
    of_closures = LedgerEntry.objects.filter(kind="reservation.changed", data__closure__startswith="C-")
    assert not Message.objects.filter(kind="reservation.changed", seq__in=of_closures.values("seq")).exists()
