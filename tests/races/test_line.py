"""SQLite's writers of one process stand in line; PostgreSQL's never wait for one another here."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection

from core import writers
from core.errors import Busy
from tests.races import world
from yards.models import Yard


@pytest.fixture
def another_writer(transactional_db: None) -> threading.Event:
    """Somebody who is at the head of the line until told to leave."""
    there, leave = threading.Event(), threading.Event()

    def write() -> None:
        with writers.in_line():
            there.set()
            leave.wait(30)
        connection.close()

    threading.Thread(target=write).start()
    assert there.wait(10)
    return leave


def test_in_line__another_thread_writes_too_long__busy_on_sqlite_only(
    another_writer: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        if connection.vendor == "sqlite":
            monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
            with pytest.raises(Busy):
                world.lay_out()
            assert not Yard.objects.exists()
        else:
            world.lay_out()
            assert Yard.objects.exists()
    finally:
        another_writer.set()


def test_in_line__another_thread_leaves__the_next_writes(another_writer: threading.Event) -> None:
    began_s = time.monotonic()
    threading.Timer(0.3, another_writer.set).start()
    world.lay_out()
    assert Yard.objects.exists()
    assert connection.vendor != "sqlite" or time.monotonic() - began_s >= 0.3
