"""What staff compare with the papers: the evidence that was given when a place was asked for."""

from __future__ import annotations

from reservations.models import QueueEntry, Request


def evidence_of(entry: QueueEntry) -> str:
    """This will return what the request behind an entry's reservation named as evidence of its class, "" when there was none."""
    if entry.reservation_id is None:
        return ""
    rows = Request.objects.filter(reservation=entry.reservation_id).exclude(evidence="").order_by("-pk")
    return rows.values_list("evidence", flat=True).first() or ""
