"""The ledger's chain, computed again from its definition: digest over RFC 8785 JSON, hash over (hash before || digest)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from core import ledger
from core.actors import Actor, system
from core.db import operation
from core.ledger import Draft, digest_of, entries_since, head_of, record
from core.models import LedgerEntry, Stream

NOW = datetime(2026, 3, 2, 2, 0, 0, 123456, tzinfo=UTC)
STREAM = "yard:TEST-YARD"
ACTOR = system("test")
ZERO = "0" * 64


@operation
def say(*, words: list[tuple[str, str, dict[str, Any]]], now: datetime, actor: Actor) -> None:
    for stream, kind, data in words:
        record(stream, kind, visit_ref="N-1", reason="why", policy_version=3, **data)


@operation
def say_and_fail(*, now: datetime, actor: Actor) -> None:
    record(STREAM, "lane.opened", lane="L1")
    raise RuntimeError("after the words")


def speak(*words: tuple[str, str, dict[str, Any]]) -> None:
    say(words=list(words), now=NOW, actor=ACTOR)


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def plain_digest(entry: LedgerEntry) -> str:
    """Canonical JSON of plain ASCII content is what json.dumps makes of it with sorted keys and no blanks."""
    content = {
        "actor": entry.actor,
        "data": entry.data,
        "kind": entry.kind,
        "policy_version": entry.policy_version,
        "reason": entry.reason,
        "recorded_at": "2026-03-02T02:00:00.123456+00:00",
        "stream": entry.stream.key,
        "visit_ref": entry.visit_ref,
    }
    return hashed(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def draft(**data: Any) -> Draft:
    return Draft(STREAM, "lane.opened", "", "", 0, data)


def test_digest_of__same_moment_in_another_zone__is_the_same() -> None:
    local = NOW.astimezone(timezone(timedelta(hours=8)))
    digests = {digest_of(stream=STREAM, draft=draft(lane="L1"), recorded_at=at, actor="system") for at in (NOW, local)}
    assert len(digests) == 1


def test_digest_of__keys_in_another_order__is_the_same() -> None:
    one, other = draft(lane="L1", on=True), draft(on=True, lane="L1")
    assert digest_of(stream=STREAM, draft=one, recorded_at=NOW, actor="a") == digest_of(
        stream=STREAM, draft=other, recorded_at=NOW, actor="a"
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"actor": "b"},
        {"stream": "yard:X"},
        {"recorded_at": NOW + timedelta(microseconds=1)},
        {"draft": draft(lane="L2")},
    ],
)
def test_digest_of__anything_changed__is_another(changed: dict[str, Any]) -> None:
    same: dict[str, Any] = {"stream": STREAM, "draft": draft(lane="L1"), "recorded_at": NOW, "actor": "a"}
    assert digest_of(**same) != digest_of(**(same | changed))


@pytest.mark.django_db
def test_write__several_operations__seq_is_gapless_and_each_hash_follows_from_the_one_before() -> None:
    speak((STREAM, "lane.opened", {"lane": "L1"}), (STREAM, "lane.closed", {"lane": "L2", "n": [1, 2.5, None, True]}))
    speak((STREAM, "lane.auto_call", {"lane": "L1", "on": True}))
    entries = entries_since(stream=STREAM, seq=0, limit=10)
    assert [entry.seq for entry in entries] == [1, 2, 3]
    head = ZERO
    for entry in entries:
        assert entry.digest == plain_digest(entry)
        assert entry.hash == hashed(head + entry.digest)
        head = entry.hash
    assert Stream.objects.get(key=STREAM).head == head
    assert (head_of(STREAM), head_of("yard:UNKNOWN")) == (3, 0)


@pytest.mark.django_db
def test_write__many_entries_in_one_operation__are_one_unbroken_chain() -> None:
    speak(*[(STREAM, "lane.opened", {"lane": f"L{n}"}) for n in range(100)])
    entries = entries_since(stream=STREAM, seq=0, limit=200)
    assert [(entry.seq, entry.data["lane"]) for entry in entries] == [(n + 1, f"L{n}") for n in range(100)]
    head = ZERO
    for entry in entries:
        head = hashed(head + entry.digest)
        assert entry.hash == head
    assert Stream.objects.get(key=STREAM).head == head


@pytest.mark.django_db
def test_write__many_entries_with_all_that_json_may_hold__are_stored_as_they_were_told() -> None:
    told = {
        "quoted": 'it\'s "so" \\n 100 % \n',
        "words": "口岸 🚚",
        "deep": {"b": [1, 2.5, -3, None, True, {}], "a": [[]]},
    }
    speak(*[(STREAM, "lane.opened", told | {"n": n}) for n in range(40)])
    entries = entries_since(stream=STREAM, seq=0, limit=50)
    assert [entry.data for entry in entries] == [told | {"n": n} for n in range(40)]
    assert [entry.digest for entry in entries] == [plain_digest(entry) for entry in entries]
    kept = {(e.actor, e.reason, e.visit_ref, e.policy_version, e.recorded_at) for e in entries}
    assert kept == {("system:test", "why", "N-1", 3, NOW)}


@pytest.mark.django_db
def test_write__two_streams_in_one_operation__each_has_its_own_chain() -> None:
    other = "yard:OTHER"
    speak(
        (STREAM, "lane.opened", {"lane": "L1"}),
        (other, "lane.opened", {"lane": "L9"}),
        (STREAM, "lane.closed", {"lane": "L1"}),
    )
    assert [e.kind for e in entries_since(stream=STREAM, seq=0, limit=9)] == ["lane.opened", "lane.closed"]
    (only,) = entries_since(stream=other, seq=0, limit=9)
    assert (only.seq, only.hash) == (1, hashed(ZERO + only.digest))


@pytest.mark.django_db
def test_record__entry_read_back__carries_actor_reason_visit_and_policy_version() -> None:
    speak((STREAM, "lane.opened", {"lane": "L1"}))
    entry = LedgerEntry.objects.get()
    assert (entry.actor, entry.reason, entry.visit_ref, entry.policy_version) == ("system:test", "why", "N-1", 3)
    assert entry.recorded_at == NOW


@pytest.mark.django_db
def test_write__operation_fails__leaves_no_entry_and_no_number_used() -> None:
    speak((STREAM, "lane.opened", {"lane": "L1"}))
    with pytest.raises(RuntimeError, match="after the words"):
        say_and_fail(now=NOW, actor=ACTOR)
    assert head_of(STREAM) == LedgerEntry.objects.count() == 1
    speak((STREAM, "lane.opened", {"lane": "L1"}))
    assert [e.seq for e in entries_since(stream=STREAM, seq=1, limit=9)] == [2]


def test_record__outside_an_operation__is_a_programming_error() -> None:
    with pytest.raises(RuntimeError, match="inside an @operation"):
        record(STREAM, "lane.opened", lane="L1")


@pytest.mark.django_db
def test_entries_since__a_limit__gives_the_first_after_seq_in_order() -> None:
    speak(*[(STREAM, "lane.opened", {"lane": f"L{n}"}) for n in range(5)])
    assert [entry.seq for entry in entries_since(stream=STREAM, seq=1, limit=2)] == [2, 3]


@pytest.mark.django_db
def test_subscribe__after_the_commit__is_told_stream_and_newest_seq(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[tuple[str, int]] = []

    def broken(stream: str, seq: int) -> None:
        raise OSError("no Redis here")

    monkeypatch.setattr(ledger, "_subscribers", [broken])
    ledger.subscribe(lambda stream, seq: heard.append((stream, seq)))
    with django_capture_on_commit_callbacks(execute=True):
        speak((STREAM, "lane.opened", {"lane": "L1"}), (STREAM, "lane.closed", {"lane": "L1"}))
        assert heard == []
    assert heard == [(STREAM, 2)]
