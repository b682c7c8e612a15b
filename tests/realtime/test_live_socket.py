"""The socket of a page, through the whole ASGI application: replay, live, resync, ping, rights, limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError

from accounts.models import Membership
from realtime import consumers, frames, hub, push
from tests.cast import Cast
from tests.realtime.conftest import WITHIN_S

pytestmark = pytest.mark.valkey
STREAM = "stream=yard:MOHAN-YARD"


@pytest.fixture(autouse=True)
def _valkey(valkey_url: str) -> None: ...


@pytest.fixture
def fast_ping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "PING_S", 0.2)


@pytest.fixture
def no_push(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every push is lost on its way."""
    monkeypatch.setattr(push.Pusher, "tell", lambda *_: None)


# ---------------------------------------------------------------- what comes over it
async def test_connect__page_is_current__says_hello_and_waits(connect: Any, agrow: Any) -> None:
    await agrow(count=3)
    async with connect(f"{STREAM}&since=3") as socket:
        assert await socket.frame() == {"t": "hello", "stream": "yard:MOHAN-YARD", "seq": 3, "ping_s": 15.0}
        ping = await socket.frame()
        assert (ping["t"], ping["seq"]) == ("ping", 3)
        assert await socket.quiet()


async def test_connect__page_missed_some__gets_exactly_those(connect: Any, agrow: Any) -> None:
    await agrow(count=5)
    async with connect(f"{STREAM}&since=2") as socket:
        await socket.frame()
        missed = await socket.frame()
    assert (missed["t"], missed["from"], missed["seq"]) == ("events", 2, 5)
    assert [event["seq"] for event in missed["events"]] == [3, 4, 5]


async def test_connect__no_since__begins_at_the_head(connect: Any, agrow: Any) -> None:
    await agrow(count=4)
    async with connect(STREAM) as socket:
        assert (await socket.frame())["seq"] == 4


@pytest.mark.parametrize("missed", [500, 501])
async def test_connect__missed_too_much__is_told_to_load_again(connect: Any, agrow: Any, missed: int) -> None:
    await agrow(count=missed)
    async with connect(f"{STREAM}&since=0") as socket:
        await socket.frame()
        frame = await socket.frame()
    if missed > frames.REPLAY_AT_MOST:
        assert frame == {"t": "resync", "seq": missed}
    else:
        assert (frame["t"], len(frame["events"])) == ("events", missed)


async def test_connect__page_ahead_of_the_ledger__is_told_to_load_again(connect: Any, agrow: Any) -> None:
    """The database was restored from a copy older than the page."""
    await agrow(count=2)
    async with connect(f"{STREAM}&since=9") as socket:
        await socket.frame()
        assert await socket.frame() == {"t": "resync", "seq": 2}


async def test_commit__socket_open__pushes_at_once(connect: Any, agrow: Any) -> None:
    async with connect(f"{STREAM}&since=0") as socket:
        await socket.frame_of("ping")
        await agrow()
        frame = await socket.frame()
    assert [(event["seq"], event["kind"]) for event in frame["events"]] == [(1, "lane.opened")]


async def test_commit__hundred_in_a_row__few_frames_without_a_gap(connect: Any, agrow: Any) -> None:
    async with connect(f"{STREAM}&since=0") as socket:
        await socket.frame()
        for _ in range(100):
            await agrow()
        seqs: list[int] = []
        frame_count = 0
        while not seqs or seqs[-1] < 100:
            frame = await socket.frame_of("events")
            frame_count += 1
            seqs += [event["seq"] for event in frame["events"]]
    assert seqs == list(range(1, 101))
    assert frame_count < 100


async def test_ping__push_was_lost__page_catches_up_first(
    connect: Any, agrow: Any, fast_ping: None, no_push: None
) -> None:
    async with connect(f"{STREAM}&since=0") as socket:
        await socket.frame()
        await agrow(count=2)
        frame = await socket.frame()
        while frame["t"] == "ping":  # one that was due before the commit
            assert frame["seq"] == 0
            frame = await socket.frame()
        ping = await socket.frame()
    assert (frame["t"], frame["from"], frame["seq"]) == ("events", 0, 2)
    assert (ping["t"], ping["seq"]) == ("ping", 2)


async def test_ping__database_away__is_not_sent(connect: Any, agrow: Any, fast_ping: None) -> None:
    async with connect(f"{STREAM}&since=0") as socket:
        await socket.frame_of("ping")
        with mock.patch.object(hub, "read_heads", side_effect=OperationalError("gone")) as read:
            await _until(lambda: read.call_count > 0)
            await socket.read_off()  # what was read before
            tried = read.call_count
            await _until(lambda: read.call_count > tried + 1)
            assert await socket.quiet()
        assert (await socket.frame())["t"] == "ping"


async def _until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not met():
            await asyncio.sleep(0.02)


async def test_push__ahead_of_the_ledger__is_waited_out(connect: Any, agrow: Any) -> None:
    async with connect(f"{STREAM}&since=0") as socket:
        await socket.frame_of("ping")
        push.tell("yard:MOHAN-YARD", 7)
        assert await socket.quiet(for_s=0.4)
        await agrow()
        assert (await socket.frame())["seq"] == 1


async def test_frames__many_readers_of_the_same__ledger_is_read_once(connect: Any, agrow: Any) -> None:
    await agrow(count=3)
    with mock.patch.object(frames.ledger, "entries_since", wraps=frames.ledger.entries_since) as read:
        async with connect(f"{STREAM}&since=0") as one, connect(f"{STREAM}&since=0") as two:
            for socket in (one, two):
                assert len((await socket.frame_of("events"))["events"]) == 3
            assert read.call_count == 1
            await agrow()
            assert (await one.frame_of("events"))["events"] == (await two.frame_of("events"))["events"]
    assert read.call_count == 2


# ---------------------------------------------------------------- who sees what
async def test_public__call_of_somebody__shows_no_visit_person_plate_or_reason(
    connect: Any, agrow: Any, yard: Cast
) -> None:
    facts = {"lane": yard.lane.code, "ticket": 4, "bay": "A-01", "entry": "Q-1", "vehicle": yard.vehicle.ref}
    await agrow("queue.called", visit_ref="N-1", **facts)
    await agrow("override.asked", visit_ref="N-1", lane=yard.lane.code, asked_by=yard.operator.ref)
    async with connect(f"{STREAM}&since=0&audience=public") as socket:
        await socket.frame()
        frame = await socket.frame()
    assert set(frame["events"][0]) == {"seq", "kind", "at", "data"}
    shown = str(frame)
    assert all(hidden not in shown for hidden in ("N-1", "Q-1", yard.vehicle.ref, yard.operator.ref, "system:test"))
    assert frame["events"][0]["data"] == {"lane": "MOHAN-IN1", "ticket": 4, "bay": "A-01"}


async def test_driver__own_and_foreign_visit__details_of_the_own_alone(
    connect: Any, agrow: Any, sign_in: Any, yard: Cast
) -> None:
    mine = await database_sync_to_async(_entry)(yard, vehicle=yard.vehicle, driver=yard.driver, ticket=1)
    other = await database_sync_to_async(_entry)(yard, vehicle=yard.other_vehicle, driver=yard.stranger, ticket=2)
    for visit in (mine, other):
        await agrow(
            "queue.called", visit_ref=visit.visit_ref, lane=yard.lane.code, ticket=visit.ticket, entry=visit.ref
        )
    for user, own, foreign in (
        (yard.driver, mine, other),
        (yard.dispatcher, mine, other),
        (yard.stranger, other, mine),
    ):
        key = await database_sync_to_async(sign_in)(user)
        async with connect(f"{STREAM}&since=0&audience=driver", session_key=key) as socket:
            await socket.frame()
            frame = await socket.frame()
        assert [event["visit"] for event in frame["events"] if event.get("mine")] == [own.visit_ref]
        assert foreign.visit_ref not in str(frame)
        assert foreign.ref not in str(frame)


def _entry(yard: Cast, *, vehicle: Any, driver: Any, ticket: int) -> Any:
    from core.machine import begin
    from reservations.models import QueueEntry

    return begin(
        QueueEntry,
        "waiting",
        lane=yard.lane,
        vehicle=vehicle,
        driver=driver,
        cargo_kind="general",
        queue_class="general",
        ticket=ticket,
        arrived_at=yard.now,
        promised_at=yard.now,
    )


@pytest.mark.parametrize(
    ("who", "audience", "code"),
    [
        ("operator", "staff", None),
        ("auditor", "staff", None),
        ("other_operator", "staff", 4003),
        ("driver", "staff", 4003),
        ("driver", "driver", None),
        ("dispatcher", "driver", None),
        ("operator", "driver", 4003),
        ("driver", "gods", 4003),
        ("", "staff", 4001),
        ("", "driver", 4001),
        ("", "public", None),
        ("other_operator", "public", None),
    ],
)
async def test_connect__role_and_audience__opens_or_says_why_not(
    connect: Any, sign_in: Any, yard: Cast, who: str, audience: str, code: int | None
) -> None:
    key = await database_sync_to_async(sign_in)(getattr(yard, who)) if who else ""
    async with connect(f"{STREAM}&audience={audience}", session_key=key) as socket:
        if code is None:
            assert (await socket.frame())["t"] == "hello"
        else:
            assert await socket.close_code() == code


@pytest.mark.parametrize(
    "stream", ["yard:NOWHERE", "yard:", "port:MOHAN", "", "yard:A.B", "yard:%F0%9F%9A%9A", "yard:" + "X" * 9000]
)
async def test_connect__unknown_stream__closes_4004(connect: Any, yard: Cast, stream: str) -> None:
    async with connect(f"stream={stream}") as socket:
        assert await socket.close_code() == 4004


async def test_connect__foreign_page__is_turned_away(connect: Any, yard: Cast) -> None:
    with pytest.raises(AssertionError):
        async with connect(STREAM, origin="https://evil.example"):
            pass


@pytest.mark.parametrize("since", ["-1", "x", "１２", "9" * 400, "1.5"])
async def test_connect__senseless_since__begins_at_the_head(connect: Any, agrow: Any, since: str) -> None:
    await agrow()
    async with connect(f"{STREAM}&since={since}") as socket:
        assert (await socket.frame())["seq"] == 1


# ---------------------------------------------------------------- rights that end
@pytest.mark.parametrize(("ends", "code"), [("role", 4003), ("session", 4001), ("person", 4001)])
async def test_ping__rights_ended_meanwhile__closes(
    connect: Any,
    sign_in: Any,
    yard: Cast,
    fast_ping: None,
    monkeypatch: pytest.MonkeyPatch,
    ends: str,
    code: int,
) -> None:
    monkeypatch.setattr(consumers, "ASK_AGAIN_S", 0.0)
    key = await database_sync_to_async(sign_in)(yard.operator)
    async with connect(f"{STREAM}&audience=staff", session_key=key) as socket:
        await socket.frame()
        assert (await socket.frame(within_s=3))["t"] == "ping"
        await database_sync_to_async(_end)(yard, ends, key)
        assert await socket.close_code(within_s=3) == code


def _end(yard: Cast, what: str, session_key: str) -> None:
    from django.contrib.sessions.models import Session

    if what == "role":
        Membership.objects.filter(user=yard.operator).delete()
    elif what == "session":
        Session.objects.filter(session_key=session_key).delete()
    else:
        yard.operator.is_active = False
        yard.operator.save()


# ---------------------------------------------------------------- limits
async def test_receive__message_too_big__closes_4009(connect: Any, yard: Cast) -> None:
    async with connect(STREAM) as socket:
        await socket.frame()
        await socket.say("x" * (64 * 1024 + 1))
        assert await socket.close_code() == 4009


async def test_receive__too_many_messages__closes_4010(connect: Any, yard: Cast) -> None:
    async with connect(STREAM) as socket:
        await socket.frame()
        with mock.patch.object(consumers.clock, "monotonic_s", return_value=6000.0):
            for _ in range(102):
                await socket.say("{}")
            assert await socket.close_code() == 4010


async def test_connect__sixth_socket_of_a_person__closes_4011_until_one_is_gone(
    connect: Any, sign_in: Any, yard: Cast
) -> None:
    key = await database_sync_to_async(sign_in)(yard.operator)
    query = f"{STREAM}&audience=staff"
    async with connect(query, session_key=key) as a, connect(query, session_key=key), connect(query, session_key=key):
        await a.frame()
        async with (
            connect(query, session_key=key),
            connect(query, session_key=key),
            connect(query, session_key=key) as sixth,
        ):
            assert await sixth.close_code() == 4011
        async with connect(query, session_key=key) as again:
            assert (await again.frame())["t"] == "hello"
    assert not consumers._open_sockets


async def test_send__reader_takes_nothing__closes_4008_and_queues_nothing(
    agrow: Any, yard: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader whose buffers are full: `send` does not return. Meanwhile growth is one number, not a queue."""
    monkeypatch.setattr(consumers, "SLOW_AFTER_S", 0.3)
    reader = _StuckReader()
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    await inbox.put({"type": "websocket.connect"})
    scope = {"type": "websocket", "query_string": STREAM.encode() + b"&since=0", "user": _nobody()}
    socket = consumers.LiveConsumer()
    running = asyncio.create_task(socket(scope, inbox.get, reader.send))
    await reader.wait_for("websocket.send")
    await reader.wait_for("websocket.send")
    reader.stuck = True
    for _ in range(30):
        await agrow()
    assert await reader.wait_for("websocket.close") == 4008
    assert reader.texts == 2
    await inbox.put({"type": "websocket.disconnect", "code": 4008})
    await running


class _StuckReader:
    def __init__(self) -> None:
        self.stuck, self.texts, self.seen = False, 0, asyncio.Queue()  # type: ignore[var-annotated]

    async def send(self, message: dict[str, Any]) -> None:
        if self.stuck and message["type"] == "websocket.send":
            await asyncio.sleep(60)
        self.texts += message["type"] == "websocket.send"
        await self.seen.put(message)

    async def wait_for(self, kind: str) -> int:
        async with asyncio.timeout(WITHIN_S):
            while (message := await self.seen.get())["type"] != kind:
                pass
        return int(message.get("code", 0))


def _nobody() -> Any:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


def test_conftest__grow__is_seen_by_the_ledger(grow: Callable[..., None]) -> None:
    grow(count=2)
    assert frames.ledger.head_of("yard:MOHAN-YARD") == 2
