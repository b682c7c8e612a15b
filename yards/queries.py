"""Reads of supply: opening hours, the state of lanes and bays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import OuterRef, Q, Subquery

from yards import opening
from yards.models import Bay, Block, CalendarDay, Closure, FarSideRate, Lane, Stay, Window, Yard
from yards.turnover import shares_of

STAGES_AT_MOST = timedelta(days=7)  # a reopening is over this long after its closure
BAYS = "bays"  # the reason of a cap: no more vehicles an hour than the yard's bays turn over
STALE_AFTER = timedelta(hours=24)  # a far side that has said nothing for longer, unless the port's rules say otherwise


@dataclass(frozen=True)
class BayState:
    """A bay and who is in it: `state` is free, held, occupied or blocked; `since` and `visit_ref` are empty for a free one."""

    bay: Bay
    state: str
    visit_ref: str
    since: datetime | None


def bay_states(yard: Yard) -> list[BayState]:
    """This will return every bay of a yard with its state, in three queries whatever the yard's size. One of a blocked zone is blocked;
    one that is off the plan is there while somebody has it."""
    stays = {stay.bay_id: stay for stay in Stay.objects.filter(bay__yard=yard, state__in=["held", "occupied"])}
    shut = dict(Block.objects.filter(yard=yard, kind="zone", unblocked_at=None).values_list("code", "blocked_at"))
    bays = Bay.objects.filter(yard=yard).select_related("zone")
    return [_bay_state(bay, stays.get(bay.pk), shut) for bay in bays if bay.retired_at is None or bay.pk in stays]


def _bay_state(bay: Bay, stay: Stay | None, shut: Mapping[str, datetime]) -> BayState:
    if stay:
        return BayState(bay, stay.state, stay.visit_ref, stay.occupied_at or stay.held_at)
    blocked_at = bay.blocked_at or shut.get(bay.zone.code)
    return BayState(bay, "blocked" if blocked_at else "free", "", blocked_at)


@dataclass(frozen=True)
class LaneState:
    """Is a lane open now: `code` is open, closed_by_staff, closure, far_side (it takes nobody), holiday or out_of_hours.

    `changes_at` when that is known to end.
    """

    code: str
    reason: str
    changes_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.code == "open"


class Openings:
    """When several lanes are open over several days, and how fast, read in four queries (two more for a yard whose stays are known).

    The one place where windows, calendars, closures, reopening stages, the far side's rates and what the bays turn over meet: slots,
    calls and waits follow it.
    `now`: caps before it are not read; the one in force then counts for the days before too.
    """

    def __init__(self, lanes: Iterable[Lane], *, first_day: date, last_day: date, now: datetime | None = None) -> None:
        self.lanes = {lane.pk: lane for lane in lanes}
        self.days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
        self.rules: dict[int, list[opening.Rule]] = {pk: [] for pk in self.lanes}
        for window in Window.objects.filter(lane_id__in=self.lanes):
            self.rules[window.lane_id].append(rule_of(window))
        self.calendar: dict[str, dict[date, CalendarDay]] = {}
        for row in CalendarDay.objects.filter(date__range=(first_day, last_day)):
            self.calendar.setdefault(row.country, {})[row.date] = row
        begin = datetime.combine(first_day - timedelta(days=1), time(), UTC)  # no zone is a day ahead
        self.shuts, self.caps = _closures(self.lanes, begin)
        for pk, rates in _rates(self.lanes, now or begin).items():
            self.caps[pk] += opening.rate_caps(rates, now=now or begin, since=begin)
        for pk, rate in shares_of(self.lanes.values(), now=now or begin).items():
            self.caps[pk].append(opening.Cap(begin, None, rate, BAYS))
        self._known: dict[int, list[opening.Interval]] = {}

    def suppose(self, lane: Lane, shut: opening.Shut, caps: Iterable[opening.Cap]) -> None:
        """This will count a closure of a lane and the caps of its reopening that are only thought of: for a preview."""
        self.shuts[lane.pk].append(shut)
        self.caps[lane.pk] += caps
        self._known.pop(lane.pk, None)

    def windows_of(self, lane: Lane) -> list[opening.Interval]:
        """This will return the lane's hours by windows and calendar alone, in order and disjoint whatever windows overlap."""
        tz, off, rules = lane.port.tz, self._days_off(lane), self.rules[lane.pk]
        return opening.disjoint(
            piece for day in self.days for piece in opening.open_on(rules, day=day, tz=tz, days_off=off)
        )

    def rated(self, lane: Lane) -> list[opening.Interval]:
        """This will return the lane's hours at the rate that the far side and the reopening allow, closures left in."""
        return opening.capped(self.windows_of(lane), self.caps[lane.pk])

    def of(self, lane: Lane) -> list[opening.Interval]:
        """This will return the intervals in which the lane really works, over all days, in order and disjoint."""
        if lane.pk not in self._known:
            working = opening.without(self.rated(lane), self.shuts[lane.pk])
            self._known[lane.pk] = [piece for piece in working if piece.units_per_hour or not piece.limit]
        return self._known[lane.pk]

    def shut_at(self, lane: Lane, moment: datetime) -> opening.Shut | None:
        """This will return the closure that covers a moment."""
        return next((shut for shut in self.shuts[lane.pk] if shut.covers(moment)), None)

    def is_shut_in(self, lane: Lane, starts_at: datetime, ends_at: datetime) -> bool:
        """This will tell whether a closure covers any moment of `[starts_at, ends_at)`."""
        return any(shut.meets(starts_at, ends_at) for shut in self.shuts[lane.pk])

    def cap_at(self, lane: Lane, moment: datetime) -> opening.Cap | None:
        """This will return the cap that binds calls at a moment. What bays turn over plans slots and waits; a call asks the bays."""
        return opening.lowest((cap for cap in self.caps[lane.pk] if cap.reason != BAYS), moment)

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


Rates = dict[int, list[tuple[datetime, int | None]]]


def _closures(
    lane_ids: Iterable[int], begin: datetime
) -> tuple[dict[int, list[opening.Shut]], dict[int, list[opening.Cap]]]:
    """The closures of each lane from a moment on, and the caps of their reopening."""
    shuts: dict[int, list[opening.Shut]] = {pk: [] for pk in lane_ids}
    caps: dict[int, list[opening.Cap]] = {pk: [] for pk in shuts}
    recent = Q(closure__ends_at=None) | Q(closure__ends_at__gt=begin - STAGES_AT_MOST)
    links = Closure.lanes.through.objects.filter(recent, lane_id__in=shuts).exclude(closure__state="undone")
    for link in links.select_related("closure").order_by("closure_id", "lane_id"):
        closure = link.closure
        shuts[link.lane_id].append(opening.Shut(closure.starts_at, closure.ends_at, closure.reason))
        caps[link.lane_id] += stage_caps(closure.stages)
    return shuts, caps


def stage_caps(stages: Iterable[tuple[str, str, int]]) -> list[opening.Cap]:
    """This will read a closure's reopening stages, [from, until, vehicles per hour] each, as caps."""
    return [
        opening.Cap(datetime.fromisoformat(start), datetime.fromisoformat(end), rate, "reopening")
        for start, end, rate in stages
    ]


def _rates(lane_ids: Iterable[int], now: datetime) -> Rates:
    """The far side's rate of each lane at a moment, and those announced for later."""
    before = FarSideRate.objects.filter(lane_id=OuterRef("lane_id"), valid_from__lte=now)
    present = before.order_by("-valid_from", "-pk").values("pk")[:1]
    rows = FarSideRate.objects.filter(Q(valid_from__gt=now) | Q(pk=Subquery(present)), lane_id__in=list(lane_ids))
    found: Rates = {}
    for lane_id, starts_at, rate in rows.order_by("valid_from", "pk").values_list(
        "lane_id", "valid_from", "units_per_hour"
    ):
        found.setdefault(lane_id, []).append((starts_at, rate))
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
    first_day, last_day = today - timedelta(days=1), today + timedelta(days=days)
    return Openings(lanes, first_day=first_day, last_day=last_day, now=now)


def lane_state(lane: Lane, openings: Openings, now: datetime) -> LaneState:
    """This will tell whether a lane is open now, why not, and when that is known to change."""
    intervals = openings.of(lane)
    following = opening.after(intervals, now)
    opens_next = following.starts_at if following else None
    if not lane.is_open:
        return LaneState("closed_by_staff", lane.closed_reason, None)
    shut = openings.shut_at(lane, now)
    if shut:
        return LaneState("closure", shut.reason, (opens_next or shut.ends_at) if shut.ends_at else None)
    if opening.at(intervals, now):
        return LaneState("open", "", opening.runs_until(intervals, now))
    if opening.at(openings.windows_of(lane), now):
        return LaneState("far_side", "", opens_next)
    holidays = openings.holidays_on(lane, now.astimezone(lane.port.tz).date())
    if holidays:
        return LaneState("holiday", ", ".join(f"{row.country} {row.name}" for row in holidays), opens_next)
    return LaneState("out_of_hours", "", opens_next)


def lane_is_open(lane: Lane, now: datetime) -> bool:
    """This will tell whether a lane is switched on, inside a window and not closed, and its far side takes somebody."""
    return lane_state(lane, openings_around([lane], now, days=1), now).is_open


@dataclass(frozen=True)
class FarSide:
    """The last word of a lane's far side: vehicles an hour (None: no limit), who said it and how long ago."""

    units_per_hour: int | None
    age: timedelta
    is_stale: bool
    source: str


def far_side_of(lane: Lane, *, now: datetime, stale_after: timedelta = STALE_AFTER) -> FarSide | None:
    """This will return the rate in force; an old one still counts and says that it is old. None when nothing was ever said."""
    return far_sides([lane], now=now, stale_after=stale_after).get(lane.pk)


def far_sides(lanes: Iterable[Lane], *, now: datetime, stale_after: timedelta = STALE_AFTER) -> dict[int, FarSide]:
    """This will return the rate in force of each lane that has one, by lane id, in one query."""
    present = FarSideRate.objects.filter(lane_id=OuterRef("lane_id"), valid_from__lte=now)
    newest = present.order_by("-valid_from", "-pk").values("pk")[:1]
    rows = FarSideRate.objects.filter(pk=Subquery(newest), lane_id__in=[lane.pk for lane in lanes])
    return {row.lane_id: _far_side(row, now, stale_after) for row in rows}


def _far_side(row: FarSideRate, now: datetime, stale_after: timedelta) -> FarSide:
    age = now - max(row.entered_at, row.valid_from)
    return FarSide(row.units_per_hour, age, age > stale_after, row.source)
