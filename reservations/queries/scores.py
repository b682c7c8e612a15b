"""Both sides' scores, for everybody to see: holders' no-shows and the port's kept promises, by ISO week and lane."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, DateField, Exists, F, OuterRef, Q
from django.db.models.functions import TruncWeek

from reservations.models import Mark, Policy, Reservation
from yards.models import Lane, Port


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
    """This will return the scores of the last weeks, this one included: newest week first, then by lane. Three queries, whatever the size.

    An excused no-show is none. A promise is kept by a first call in time; one that the port took back was not kept.
    """
    today = now.astimezone(port.tz).date()
    monday = today - timedelta(days=today.weekday(), weeks=weeks - 1)
    lanes = {lane.pk: lane for lane in Lane.objects.filter(port=port).select_related("port")}
    rows = _counted(port, monday, today, now).order_by("-week", "lane__code")
    return [Score(lanes[row.pop("lane_id")], row.pop("week"), **_figures(row)) for row in rows]


def _counted(port: Port, monday: date, today: date, now: datetime) -> Any:
    late, kept = _by_policy(port, now)
    excused = Mark.objects.filter(reservation=OuterRef("pk"), kind="no_show").exclude(excused_at=None)
    came, missed = Q(entry__isnull=False), Q(state="no_show")
    days = Reservation.objects.filter(lane__port=port, slot__service_date__range=(monday, today))
    return (
        days.annotate(week=TruncWeek("slot__service_date", output_field=DateField()), is_excused=Exists(excused))
        .order_by()
        .values("lane_id", "week")
        .annotate(
            due=Count("pk", filter=came | missed),
            no_shows=Count("pk", filter=missed & Q(is_excused=False)),
            called=Count("pk", filter=Q(entry__first_called_at__isnull=False)),
            calls_kept=Count("pk", filter=kept),
            never=Count("pk", filter=late),
            revoked=Count("pk", filter=Q(state="revoked")),
        )
        .filter(Q(due__gt=0) | Q(revoked__gt=0))
    )


def _figures(row: dict[str, int]) -> dict[str, int]:
    calls_due = row["called"] + row["never"] + row["revoked"]
    return {name: row[name] for name in ("due", "no_shows", "calls_kept")} | {"calls_due": calls_due}


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
