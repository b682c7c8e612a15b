"""Reads of supply: opening hours, the state of lanes and bays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yards import opening
from yards.models import Bay, CalendarDay, Lane, Stay, Window, Yard


@dataclass(frozen=True)
class BayState:
    """A bay and who is in it: `state` is free, held, occupied or blocked; `since` and `visit_ref` are empty for a free one."""

    bay: Bay
    state: str
    visit_ref: str
    since: datetime | None


def bay_states(yard: Yard) -> list[BayState]:
    """This will return every bay of a yard with its state, in three queries whatever the yard's size."""
    stays = {stay.bay_id: stay for stay in Stay.objects.filter(bay__yard=yard, state__in=["held", "occupied"])}
    return [_bay_state(bay, stays.get(bay.pk)) for bay in Bay.objects.filter(yard=yard).select_related("zone")]


def _bay_state(bay: Bay, stay: Stay | None) -> BayState:
    if stay:
        return BayState(bay, stay.state, stay.visit_ref, stay.occupied_at or stay.held_at)
    return BayState(bay, "blocked" if bay.blocked_at else "free", "", bay.blocked_at)


@dataclass(frozen=True)
class LaneState:
    """Is a lane open now: `code` is open, closed_by_staff, holiday or out_of_hours; `changes_at` when that is known to end."""

    code: str
    reason: str
    changes_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.code == "open"


class Openings:
    """The opening intervals of several lanes over several days, read in two queries."""

    def __init__(self, lanes: Iterable[Lane], *, first_day: date, last_day: date) -> None:
        self.lanes = {lane.pk: lane for lane in lanes}
        self.days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
        self.rules: dict[int, list[opening.Rule]] = {pk: [] for pk in self.lanes}
        for window in Window.objects.filter(lane_id__in=self.lanes):
            self.rules[window.lane_id].append(rule_of(window))
        self.calendar: dict[str, dict[date, CalendarDay]] = {}
        for row in CalendarDay.objects.filter(date__range=(first_day, last_day)):
            self.calendar.setdefault(row.country, {})[row.date] = row

    def of(self, lane: Lane) -> list[opening.Interval]:
        """This will return the lane's open intervals over all days, in order and disjoint whatever windows overlap."""
        tz, off, rules = lane.port.tz, self._days_off(lane), self.rules[lane.pk]
        return opening.disjoint(
            piece for day in self.days for piece in opening.open_on(rules, day=day, tz=tz, days_off=off)
        )

    def holidays_on(self, lane: Lane, day: date) -> list[CalendarDay]:
        """This will return the holidays that close the lane on a day."""
        rows = (self.calendar.get(country, {}).get(day) for country in lane.closes_on_holidays_of)
        return [row for row in rows if row and row.is_off]

    def _days_off(self, lane: Lane) -> dict[date, bool]:
        found: dict[date, bool] = {}
        for country in lane.closes_on_holidays_of:
            for day, row in self.calendar.get(country, {}).items():
                found[day] = found.get(day, False) or row.is_off
        return found


def rule_of(window: Window) -> opening.Rule:
    return opening.Rule(
        weekday=window.weekday,
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        units_per_hour=window.units_per_hour,
        valid_from=window.valid_from,
        valid_until=window.valid_until,
    )


def openings_around(lanes: Iterable[Lane], now: datetime, *, days: int = 8) -> Openings:
    """This will read openings from yesterday (a window may cross midnight) to `days` ahead."""
    today = now.date()
    return Openings(lanes, first_day=today - timedelta(days=1), last_day=today + timedelta(days=days))


def lane_state(lane: Lane, openings: Openings, now: datetime) -> LaneState:
    """This will tell whether a lane is open now, why not, and when that changes by the calendar."""
    intervals = openings.of(lane)
    current, following = opening.at(intervals, now), opening.after(intervals, now)
    opens_next = following.starts_at if following else None
    if not lane.is_open:
        return LaneState("closed_by_staff", lane.closed_reason, None)
    if current:
        return LaneState("open", "", current.ends_at)
    holidays = openings.holidays_on(lane, now.astimezone(lane.port.tz).date())
    if holidays:
        return LaneState("holiday", ", ".join(f"{row.country} {row.name}" for row in holidays), opens_next)
    return LaneState("out_of_hours", "", opens_next)


def lane_is_open(lane: Lane, now: datetime) -> bool:
    """This will tell whether a lane is switched on and inside a window."""
    return lane_state(lane, openings_around([lane], now, days=1), now).is_open
