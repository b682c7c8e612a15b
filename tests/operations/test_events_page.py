"""docs/events.md names what entries carry: held to the ledger of a morning in which everything happens."""

from __future__ import annotations

import re

from core.models import LedgerEntry
from tests.operations import audited_day
from tests.parts.source import ROOT


def documented() -> dict[str, set[str]]:
    """The names in the `data` column, by kind."""
    page = (ROOT / "docs" / "events.md").read_text()
    rows = re.findall(r"^\| `([a-z_.]+)` \|.*\| ([^|]+) \|$", page, re.MULTILINE)
    return {kind: set(re.findall(r"\w+", cell)) for kind, cell in rows}


def carried(entry: LedgerEntry) -> set[str]:
    """The names an entry carries, those of the bays it lists included."""
    listed = [bay for bay in entry.data.get("bays", []) if isinstance(bay, dict)]
    return {*entry.data, *(name for bay in listed for name in bay)}


def test_events_page__every_fact_an_entry_carries__is_in_its_row(db: None) -> None:
    day = audited_day.open_port()
    audited_day.live(day)
    named = documented()
    unnamed = {entry.kind: carried(entry) - named[entry.kind] for entry in LedgerEntry.objects.order_by("-seq")}
    assert {kind: names for kind, names in unnamed.items() if names} == {}
    assert len(unnamed) > 25
