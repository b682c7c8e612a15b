"""Declarations that are due, swept each minute: warnings, places that go to standby, and what was checked on another day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from reservations.declarations.models import Declaration
from reservations.declarations.operations import recheck_declaration
from reservations.models import Request, Reservation
from reservations.models.policy import BOUNDS
from reservations.operations.undeclared import (
    WARNED_AHEAD,
    give_up_undeclared,
    is_lost,
    told_of,
    warn_undeclared,
    warnings_due,
)
from reservations.queries.declared import lack_of
from reservations.sweeps import SWEEPER, each, seen
from yards.models import CargoKind

#: What was checked longer ago is checked again: a day may have passed, a rule may have changed.
CHECKED_AGAIN_AFTER = timedelta(hours=12)
#: What is not ready and was for so long neither touched nor used is left alone; whatever is done to it checks it.
LEFT_ALONE_AFTER = timedelta(days=30)


def warn_the_undeclared(now: datetime) -> int:
    """This will warn who has a place and no ready declaration for it, as many times as is due."""
    due = [row.ref for row in _undeclared(now) if told_of(row) < warnings_due(row, now)]
    return each(due, lambda ref: warn_undeclared(ref=ref, now=now, actor=SWEEPER))


def take_places_of_the_undeclared(now: datetime) -> int:
    """This will send to standby whose declaration is still not ready when it is due, and who was warned in time."""
    due = [row.ref for row in _undeclared(now) if is_lost(row, now)]
    return each(due, lambda ref: give_up_undeclared(ref=ref, now=now, actor=SWEEPER))


def check_again(now: datetime) -> int:
    """This will check declarations again whose last check is half a day old: what is ready, and what somebody still has to do with."""
    rows = Declaration.objects.filter(
        Q(state="ready") | Q(state__in=["submitted", "needs_fix"]) & _in_use(now - LEFT_ALONE_AFTER),
        checked_at__lt=now - CHECKED_AGAIN_AFTER,
    )
    due = seen(rows, "port").order_by("checked_at").values_list("ref", flat=True)
    return each(due, lambda ref: recheck_declaration(ref=ref, now=now, actor=SWEEPER))


def _in_use(since: datetime) -> Q:
    """Changed or given in since then, or a vehicle came, comes or wants to come with it."""
    mine = {"declaration": OuterRef("pk")}
    reserved = Reservation.objects.filter(**mine, slot__ends_at__gt=since)
    asked = Request.objects.filter(**mine, latest_at__gt=since)
    return Q(changed_at__gt=since) | Q(submitted_at__gt=since) | Exists(reserved) | Exists(asked)


def _undeclared(now: datetime) -> Iterator[Reservation]:
    """One query: who comes within the longest time any rule may ask for, at ports that ask."""
    farthest = now + timedelta(hours=BOUNDS["declaration_hours"][1]) + max(WARNED_AHEAD)
    rows = Reservation.objects.filter(
        state="confirmed",
        slot__starts_at__gt=now,
        slot__starts_at__lte=farthest,
        slot__policy__declaration_hours__gt=0,
    )
    related = rows.exclude(cargo_kind=CargoKind.EMPTY).select_related("slot__policy", "lane", "vehicle", "declaration")
    due = seen(related).defer("declaration__findings").order_by(F("slot__starts_at"), "pk")
    return (row for row in due.iterator() if warnings_due(row, now) and lack_of(row))
