"""Both sides' scores, for everybody to see: holders' no-shows and the port's kept promises, by ISO week and lane."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, DateField, Exists, F, OuterRef, Q
from django.db.models.functions import TruncWeek

from core.models import LedgerEntry
from reservations.models import Disposition, Mark, Policy, Reservation
from yards.models import Lane, Port

FIGURES = ("due", "no_shows", "calls_due", "calls_kept")


@dataclass(frozen=True)
class Score:
    """One lane's week. `due`: reserved vehicles that came or should have come; `calls_due`: calls that fell due, and promises taken back.

    The rates are percent, None where nothing was due.
    """

    lane: Lane
    week_starts_on: date
    due: int
    no_shows: int
    calls_due: int
    calls_kept: int

    @property
    def week(self) -> str:
        """As ISO 8601 writes it: 2026-W10."""
        year, week, _ = self.week_starts_on.isocalendar()
        return f"{year}-W{week:02d}"

    @property
    def no_show_percent(self) -> float | None:
        return _percent(self.no_shows, self.due)

    @property
    def kept_percent(self) -> float | None:
        return _percent(self.calls_kept, self.calls_due)


def scores(port: Port, now: datetime, weeks: int = 8) -> list[Score]:
    """This will return the scores of the last weeks, this one included: newest week first, then by lane. Four queries, whatever the size.

    An excused no-show is none. A promise is kept by a first call in time; one that the port took back, or moved
    to another slot by a closure, was not kept: it counts in the week of the slot promised first. One that was lost because its holder
    had not declared in time is neither side's score.
    """
    today = now.astimezone(port.tz).date()
    monday = today - timedelta(days=today.weekday(), weeks=weeks - 1)
    lanes = {lane.pk: lane for lane in Lane.objects.filter(port=port).select_related("port")}
    found = {(row["week"], row["lane_id"]): _figures(row) for row in _counted(port, monday, today, now)}
    for row in _moved_away(port, monday, today):
        nothing = dict.fromkeys(FIGURES, 0)
        found.setdefault((row["week"], row["lane_id"]), nothing)["calls_due"] += row["moved"]
    order = sorted(found, key=lambda key: (-key[0].toordinal(), lanes[key[1]].code))
    return [Score(lanes[lane], week, **found[week, lane]) for week, lane in order]


def _counted(port: Port, monday: date, today: date, now: datetime) -> Any:
    late, kept = _by_policy(port, now)
    excused = Mark.objects.filter(reservation=OuterRef("pk"), kind="no_show").exclude(excused_at=None)
    came, missed = Q(entry__isnull=False), Q(state="no_show")
    days = Reservation.objects.filter(lane__port=port, slot__service_date__range=(monday, today))
    return (
        days.annotate(
            week=TruncWeek("slot__service_date", output_field=DateField()),
            is_excused=Exists(excused),
            is_undeclared=Exists(_undeclared()),
        )
        .order_by()
        .values("lane_id", "week")
        .annotate(
            due=Count("pk", filter=came | missed),
            no_shows=Count("pk", filter=missed & Q(is_excused=False)),
            called=Count("pk", filter=Q(entry__first_called_at__isnull=False)),
            calls_kept=Count("pk", filter=kept),
            never=Count("pk", filter=late),
            revoked=Count("pk", filter=Q(state="revoked", is_undeclared=False)),
        )
        .filter(Q(due__gt=0) | Q(revoked__gt=0))
    )


def _undeclared() -> Any:
    """Why a reservation was revoked is told by the ledger alone."""
    told = LedgerEntry.objects.filter(visit_ref=OuterRef("visit_ref"), kind="reservation.revoked")
    return told.filter(data__why="undeclared")


def _moved_away(port: Port, monday: date, today: date) -> Any:
    """Promises that closures have moved, by the lane and week of the slot left; a closure taken back has moved nobody."""
    rows = Disposition.objects.filter(kind="moved", from_slot__lane__port=port).exclude(closure__state="undone")
    weeks = rows.filter(from_slot__service_date__range=(monday, today)).annotate(
        week=TruncWeek("from_slot__service_date", output_field=DateField()), lane_id=F("from_slot__lane_id")
    )
    return weeks.order_by().values("lane_id", "week").annotate(moved=Count("pk"))


def _figures(row: dict[str, int]) -> dict[str, int]:
    calls_due = row["called"] + row["never"] + row["revoked"]
    return {name: row[name] for name in FIGURES if name in row} | {"calls_due": calls_due}


def _by_policy(port: Port, now: datetime) -> tuple[Q, Q]:
    """Conditions over all versions of the rules: never called though a call was due, and called in time."""
    spans: Iterable[tuple[int, int]] = Policy.objects.filter(port=port).values_list("pk", "promise_minutes")
    late, kept = Q(pk=None), Q(pk=None)
    for policy_id, minutes in spans:
        span, under = timedelta(minutes=minutes), Q(slot__policy=policy_id)
        kept |= under & _in_time(span)
        late |= under & Q(entry__first_called_at=None) & (_waits_beyond(span, now) | _left_after(span))
    return late, kept


def _in_time(span: timedelta) -> Q:
    """Within so long after the slot's end, or after an arrival within grace."""
    after_end = Q(entry__first_called_at__lte=F("slot__ends_at") + span)
    return after_end | Q(entry__first_called_at__lte=F("entry__arrived_at") + span)


def _waits_beyond(span: timedelta, now: datetime) -> Q:
    return Q(entry__state="waiting", slot__ends_at__lt=now - span, entry__arrived_at__lt=now - span)


def _left_after(span: timedelta) -> Q:
    ended_later = Q(entry__ended_at__gt=F("slot__ends_at") + span)
    return Q(entry__state="withdrawn") & ended_later & Q(entry__ended_at__gt=F("entry__arrived_at") + span)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
