"""The audit reads one moment and holds nobody up: outside a transaction, beside a writer."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from audit import rows, tables
from audit.auditor import Auditor
from tests.operations import audited_day


def entries() -> int:
    return sum(1 for stream in rows.streams() for _ in rows.entries(stream))


def in_another_thread(act: object) -> None:
    def run() -> None:
        act()  # type: ignore[operator]
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive(), "the audit held the writer up"


def test_snapshot__somebody_writes_meanwhile__the_reader_sees_one_moment(transactional_db: None) -> None:
    day = audited_day.open_port()
    with rows.snapshot():
        before = entries()
        in_another_thread(lambda: day.arrive())
        assert entries() == before
    assert entries() == before + 1


def test_audit__somebody_writes_between_ledger_and_tables__is_clean(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = audited_day.open_port()
    audited_day.live(day)
    compare = tables.compare

    def after_a_truck_arrived(*what: Any) -> Any:
        in_another_thread(lambda: day.arrive())
        yield from compare(*what)

    monkeypatch.setattr(tables, "compare", after_a_truck_arrived)
    auditor = Auditor()
    assert [str(finding) for finding in auditor.findings()] == []
    assert entries() == auditor.extent.entries + 1
