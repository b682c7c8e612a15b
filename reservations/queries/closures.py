"""Reads of closures: what is shut, and what that meant for whom."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.policy import ports_where
from reservations.errors import UnknownClosure
from yards.models import Closure, Lane, Port


def closure_for(*, user: Any, ref: str, verb: str) -> Closure:
    """This will return a closure at a port where the person may do the verb; raises UnknownClosure."""
    row = _with_counts(Closure.objects.filter(port__code__in=ports_where(user, verb), ref=ref)).first()
    if row is None:
        raise UnknownClosure
    return row


def closures_of(port: Port) -> QuerySet[Closure]:
    """This will return a port's closures, newest first, with their lanes and how many reservations each `moved`, `lost` and left `here`."""
    return _with_counts(Closure.objects.filter(port=port))


def _with_counts(rows: QuerySet[Closure]) -> QuerySet[Closure]:
    kinds = {"moved": "moved", "lost": "standby", "here": "here"}
    counts = {name: Count("dispositions", filter=Q(dispositions__kind=kind)) for name, kind in kinds.items()}
    lanes = Prefetch("lanes", Lane.objects.select_related("port", "yard").order_by("code"))
    return rows.select_related("port", "declared_by").prefetch_related(lanes).annotate(**counts)
