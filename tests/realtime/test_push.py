"""The pushing thread: cheap for the caller, coalescing, and deaf to a Redis that is away."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from realtime import push
from realtime.groups import group_of, is_stream_key
from realtime.push import Pusher

YARD, OTHER = "yard:MOHAN-YARD", "yard:HEKOU-YARD"


class Wire:
    """Stands in for Redis: remembers what was sent, and can be cut."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []
        self.cut = False
        self.tries = 0

    async def send(self, due: dict[str, int]) -> None:
        self.tries += 1
        if self.cut:
            raise ConnectionError("Redis is away")
        self.sent += due.items()

    def seqs(self, stream: str = YARD) -> list[int]:
        return [seq for key, seq in self.sent if key == stream]

    def wait_for(self, done: Callable[[], bool], *, within_s: float = 10) -> None:
        deadline = time.monotonic() + within_s
        while not done():
            assert time.monotonic() < deadline, self.sent
            time.sleep(0.005)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    made = Wire()
    monkeypatch.setattr(push, "_send_to_groups", made.send)
    return made


@pytest.fixture
def pusher(wire: Wire) -> Iterator[Pusher]:
    """A pusher that has nothing left to say when the test is over: its thread lives on."""
    made = Pusher()
    yield made
    wire.cut = False
    wire.wait_for(lambda: not made._dirty)
    time.sleep(0.02)


def test_tell__first_news__is_sent_at_once(pusher: Pusher, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "AT_MOST_EVERY_S", 30.0)
    pusher.tell(YARD, 1)
    wire.wait_for(lambda: wire.seqs() == [1])


def test_tell__burst__newest_only_and_not_more_often_than_every_50_ms(pusher: Pusher, wire: Wire) -> None:
    begun_s = time.monotonic()
    for seq in range(1, 501):
        pusher.tell(YARD, seq)
        time.sleep(0.0005)
    wire.wait_for(lambda: wire.seqs()[-1:] == [500])
    took_s = time.monotonic() - begun_s
    assert wire.seqs() == sorted(wire.seqs())
    assert 1 < len(wire.seqs()) <= 1 + took_s / push.AT_MOST_EVERY_S


def test_tell__another_stream__does_not_wait_for_the_first(
    pusher: Pusher, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "AT_MOST_EVERY_S", 30.0)
    pusher.tell(YARD, 1)
    wire.wait_for(lambda: wire.seqs() == [1])
    pusher.tell(OTHER, 9)
    wire.wait_for(lambda: wire.seqs(OTHER) == [9])


def test_tell__commits_overtake_each_other__newest_is_told(
    pusher: Pusher, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that comes after a newer one was sent is sent too: sockets take the greatest they heard of."""
    monkeypatch.setattr(push, "TRY_AGAIN_S", 0.1)
    wire.cut = True
    threads = [threading.Thread(target=pusher.tell, args=(YARD, seq)) for seq in (3, 1, 5, 2, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wire.cut = False
    wire.wait_for(lambda: wire.seqs() == [5])


def test_tell__redis_away__caller_notices_nothing_and_newest_is_sent_later(
    pusher: Pusher, wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(push, "TRY_AGAIN_S", 0.1)
    wire.cut = True
    for seq in range(1, 6):
        pusher.tell(YARD, seq)
        time.sleep(0.06)
    wire.wait_for(lambda: wire.tries > 2)
    assert [record.levelname for record in caplog.records if record.name == "realtime.push"] == ["WARNING"]
    wire.cut = False
    wire.wait_for(lambda: wire.seqs() == [5])


def test_tell__redis_hangs__thread_gives_up_the_try(
    pusher: Pusher, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "SEND_WITHIN_S", 0.05)
    monkeypatch.setattr(push, "TRY_AGAIN_S", 0.05)
    tries = []

    async def hang(due: dict[str, int]) -> None:
        tries.append(due)
        await asyncio.sleep(0 if len(tries) > 1 else 60)

    monkeypatch.setattr(push, "_send_to_groups", hang)
    pusher.tell(YARD, 1)
    wire.wait_for(lambda: len(tries) >= 2)


def test_tell__thousand_times__costs_the_caller_microseconds(pusher: Pusher, wire: Wire) -> None:
    pusher.tell(YARD, 0)  # starts the thread
    begun_s = time.thread_time()  # of this thread alone: neither the sender nor another process counts
    for seq in range(1000):
        pusher.tell(YARD, seq)
    assert (time.thread_time() - begun_s) / 1000 < 20e-6


@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_tell__forked_child__has_a_thread_of_its_own(pusher: Pusher, wire: Wire) -> None:
    pusher.tell(YARD, 1)
    wire.wait_for(lambda: wire.seqs() == [1])
    child = os.fork()
    if child == 0:  # the parent's thread does not exist here
        try:
            pusher.tell(YARD, 2)
            wire.wait_for(lambda: wire.seqs() == [1, 2])
            os._exit(7)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


@pytest.mark.parametrize("stream", ["yard:MOHAN-YARD", "yard:a_b", "port:X9"])
def test_group_of__stream__is_a_legal_name_of_its_own(stream: str) -> None:
    name = group_of(stream)
    assert name.replace(".", "").replace("-", "").replace("_", "").isalnum()
    assert len(name) < 100


@pytest.mark.parametrize("text", ["", "yard", "yard:", ":x", "yard:a:b", "yard:a.b", "yard:车", "yard:" + "x" * 61])
def test_group_of__no_stream__is_refused(text: Any) -> None:
    assert not is_stream_key(text)
    with pytest.raises(ValueError, match="no stream key"):
        group_of(text)
