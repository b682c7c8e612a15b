"""`manage.py audit`: one line per finding and exit 1, one line when all is well."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command

from audit.auditor import Auditor
from core.models import LedgerEntry
from reservations.models import Slot
from tests.operations import audited_day
from tests.operations.audited_day import Day


@pytest.fixture
def day(db: None) -> Day:
    """A morning at the port."""
    day = audited_day.open_port()
    audited_day.live(day)
    return day


def test_command__clean__says_so_in_one_line(day: Day) -> None:
    out = io.StringIO()
    call_command("audit", stdout=out)
    assert out.getvalue().startswith("clean: ")
    assert len(out.getvalue().splitlines()) == 1


def test_command__tampered__exits_1_with_one_line_per_finding(day: Day) -> None:
    LedgerEntry.objects.filter(pk=LedgerEntry.objects.filter(kind="queue.called").latest("seq").pk).update(
        reason="a friend"
    )
    Slot.objects.filter(taken__gt=0).update(taken=0)
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("audit", "--json", stdout=out, stderr=err)
    *lines, summary = [json.loads(line) for line in out.getvalue().splitlines()]
    assert summary["findings"] == len(lines) == len(list(Auditor().findings()))
    assert {line["check"] for line in lines} == {"chain", "counts", "replay"}


def test_command__yard_without_a_ledger__says_so(day: Day) -> None:
    with pytest.raises(Exception, match="NOWHERE has no ledger"):
        call_command("audit", "--yard", "NOWHERE")
