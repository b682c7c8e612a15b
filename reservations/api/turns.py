"""An entry's turn, read once for all who are shown it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core import ledger
from reservations.models import QueueEntry
from reservations.queries import Explanation, blocked_entries, explain, published_order_of
from yards.models import Stay


def turn_of(entry: QueueEntry, *, now: datetime) -> dict[str, Any]:
    """This will read where an entry stands, how long it may take and where to go, as of the stream's `seq`.

    The seq is read first: what happens while reading is then replayed to the reader, never lost.
    """
    stream = entry.lane.yard.stream
    seq = ledger.head_of(stream)
    order = published_order_of(entry.lane, now=now) if entry.state == "waiting" else []
    mine = next((place for place in order if place.entry.pk == entry.pk), None)
    before = Counter(place.entry.queue_class for place in order if mine and place.position < mine.position)
    stay = stay_of(entry.visit_ref)
    return {
        "entry": entry,
        "position": mine.position if mine else None,
        "rule": mine.rule if mine else None,
        "ahead": {"total": before.total(), "by_class": by_class(before)} if mine else None,
        "wait": mine.wait if mine else None,
        "bay": stay.bay.code if stay else None,
        "zone": stay.bay.zone.code if stay else None,
        "stay_state": stay.state if stay else None,
        "blocked_by": blocked_entries(entry.lane, [entry], now=now).get(entry.ref, "") if mine else "",
        "stream": stream,
        "seq": seq,
        "as_of": now,
    }


def why_of(entry: QueueEntry, *, now: datetime) -> dict[str, Any]:
    """This will read the explanation of an entry's place."""
    found: Explanation = explain(entry, now=now)
    return {
        "position": found.standing.position if found.standing else None,
        "rule": found.standing.rule if found.standing else None,
        "wait": found.standing.wait if found.standing else None,
        "before_by_class": by_class(found.before_by_class),
        "passed_by": found.passed_by,
        "blocked_by": found.blocked_by,
    }


def by_class(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"queue_class": name, "vehicles": number} for name, number in sorted(counts.items())]


def stay_of(visit_ref: str) -> Stay | None:
    """This will return a visit's live hold of a bay."""
    return Stay.objects.select_related("bay__zone").filter(visit_ref=visit_ref, state__in=["held", "occupied"]).first()
