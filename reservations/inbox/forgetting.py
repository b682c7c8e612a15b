"""What was read is kept for as long as somebody may ask about it; then only what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from reservations.models import GateEvent

BATCH = 1000
#: The fingerprint is a hash of the others: a plate is soon guessed.
_READ = ("plate", "plate_key", "token", "image_ref", "fingerprint")


def forget_reads(now: datetime) -> int:
    """This will empty the plates, passes and names of pictures of events that were settled `PORTLANE_GATE_READS_DAYS` ago or earlier.

    Doubts stay whole until a person has decided them. Returns how many were emptied; told again, they are still the same events.
    """
    before = now - timedelta(days=settings.PORTLANE_GATE_READS_DAYS)
    nothing: dict[str, Any] = dict.fromkeys(_READ, "")
    due = GateEvent.objects.filter(state__in=["applied", "void"], settled_at__lte=before).exclude(Q(**nothing))
    emptied = 0
    while rows := list(due.order_by().values_list("pk", flat=True)[:BATCH]):
        emptied += GateEvent.objects.filter(pk__in=rows).update(**nothing)
    return emptied
