"""When a lane is open: half-open intervals, windows over midnight, holidays of both sides, make-up workdays, year end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yards.opening import (
    Cap,
    Interval,
    Rule,
    Shut,
    after,
    at,
    capped,
    disjoint,
    open_on,
    rate_caps,
    runs_until,
    split,
    within,
    without,
)

SHANGHAI, YANGON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Asia/Yangon")
MONDAY, SATURDAY = date(2026, 3, 2), date(2026, 3, 7)
SINCE = date(2026, 1, 1)


def rule(
    opens: str, closes: str, *, weekday: int = 0, rate: int = 6, since: date = SINCE, until: date | None = None
) -> Rule:
    return Rule(weekday, time.fromisoformat(opens), time.fromisoformat(closes), rate, since, until)


def hours(intervals: list[Interval], tz: ZoneInfo = SHANGHAI) -> list[str]:
    return [f"{i.starts_at.astimezone(tz):%m-%d %H:%M}/{i.ends_at.astimezone(tz):%m-%d %H:%M}" for i in intervals]


def on(day: date, *rules: Rule, tz: ZoneInfo = SHANGHAI, off: dict[date, bool] | None = None) -> list[Interval]:
    return open_on(rules, day=day, tz=tz, days_off=off or {})


times = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
rules_of_any_day = st.lists(
    st.builds(Rule, st.integers(0, 6), times, times, st.integers(1, 30), st.just(SINCE)), max_size=10
)


@given(rules_of_any_day, st.sampled_from([SHANGHAI, YANGON]))
def test_disjoint__whatever_windows_overlap__no_two_intervals_share_a_moment(rules: list[Rule], tz: ZoneInfo) -> None:
    days = [MONDAY + timedelta(days=n) for n in range(9)]
    every = [piece for day in days for piece in on(day, *rules, tz=tz)]
    apart = disjoint(every)
    assert all(piece.starts_at < piece.ends_at for piece in apart)
    assert all(left.ends_at <= right.starts_at for left, right in pairwise(apart))
    for piece in every:  # nothing that was open is lost, at its edges and in its middle
        for moment in (piece.starts_at, piece.starts_at + (piece.ends_at - piece.starts_at) / 2):
            assert at(apart, moment)
    for piece in apart:
        assert at(every, piece.starts_at)


@given(rules_of_any_day, st.integers(1, 400))
def test_split__any_interval__covers_it_without_gap_or_overlap(rules: list[Rule], minutes: int) -> None:
    for whole in on(MONDAY, *rules):
        pieces = split(whole, minutes=minutes)
        assert (pieces[0].starts_at, pieces[-1].ends_at) == (whole.starts_at, whole.ends_at)
        assert all(left.ends_at == right.starts_at for left, right in pairwise(pieces))
        assert all(piece.minutes == minutes for piece in pieces[:-1])
        assert 0 < pieces[-1].minutes <= minutes


def test_open_on__ordinary_monday__holds_monday_rules_only() -> None:
    found = on(MONDAY, rule("13:00", "18:00"), rule("08:00", "12:00"), rule("08:00", "18:00", weekday=1))
    assert hours(found) == ["03-02 08:00/03-02 12:00", "03-02 13:00/03-02 18:00"]


def test_open_on__window_over_midnight__belongs_to_the_day_it_begins() -> None:
    night = rule("22:00", "02:00")
    assert hours(on(MONDAY, night)) == ["03-02 22:00/03-03 02:00"]
    assert on(MONDAY + timedelta(days=1), night) == []


def test_open_on__half_past_eleven_to_half_past_midnight__is_one_hour() -> None:
    (slot,) = split(on(MONDAY, rule("23:30", "00:30"))[0], minutes=60)
    assert hours([slot]) == ["03-02 23:30/03-03 00:30"]
    assert slot.starts_at == datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


def test_open_on__round_the_clock__is_a_whole_day() -> None:
    assert on(MONDAY, rule("00:00", "00:00"))[0].minutes == 24 * 60


def test_open_on__last_night_of_the_year__runs_into_the_next() -> None:
    eve = date(2026, 12, 31)
    assert hours(on(eve, rule("23:30", "00:30", weekday=3))) == ["12-31 23:30/01-01 00:30"]


def test_open_on__holiday_of_the_far_side__is_closed() -> None:
    assert on(MONDAY, rule("08:00", "18:00"), off={MONDAY: True}) == []


def test_open_on__holiday_tomorrow__tonights_window_still_runs_to_its_end() -> None:
    assert hours(on(MONDAY, rule("22:00", "02:00"), off={MONDAY + timedelta(days=1): True})) == [
        "03-02 22:00/03-03 02:00"
    ]


def test_open_on__make_up_saturday__opens_as_on_a_monday() -> None:
    rules = (rule("08:00", "18:00"), rule("10:00", "12:00", weekday=5))
    assert hours(on(SATURDAY, *rules)) == ["03-07 10:00/03-07 12:00"]
    assert hours(on(SATURDAY, *rules, off={SATURDAY: False})) == ["03-07 08:00/03-07 18:00"]


def test_open_on__half_hour_zone__keeps_local_time() -> None:
    assert on(MONDAY, rule("08:00", "18:00"), tz=YANGON)[0].starts_at == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "holds"), [(MONDAY - timedelta(days=7), False), (MONDAY, True), (MONDAY + timedelta(days=7), False)]
)
def test_open_on__rule_with_dates__holds_from_its_first_day_until_the_day_before_its_last(
    day: date, holds: bool
) -> None:
    assert bool(on(day, rule("08:00", "18:00", since=MONDAY, until=MONDAY + timedelta(days=7)))) is holds


def test_at__edges__include_the_start_and_not_the_end() -> None:
    (day,) = on(MONDAY, rule("08:00", "18:00"))
    assert at([day], day.starts_at) == day
    assert at([day], day.ends_at - timedelta(microseconds=1)) == day
    assert at([day], day.ends_at) is None


def test_after__inside_an_interval__names_the_next_one() -> None:
    morning, evening = on(MONDAY, rule("08:00", "12:00"), rule("13:00", "18:00"))
    assert after([morning, evening], morning.starts_at) == evening
    assert after([morning, evening], evening.starts_at) is None


def test_disjoint__evening_reaches_into_the_next_morning__the_morning_begins_where_it_ends() -> None:
    rules = (rule("20:00", "09:00"), rule("08:00", "12:00", weekday=1))
    every = [piece for day in (MONDAY, MONDAY + timedelta(days=1)) for piece in on(day, *rules)]
    assert hours(disjoint(every)) == ["03-02 20:00/03-03 09:00", "03-03 09:00/03-03 12:00"]


# ---------------------------------------------------------------- what takes supply away
def clock(text: str) -> datetime:
    hour, minute = text.split(":")
    return datetime(2026, 3, 2, int(hour), int(minute), tzinfo=UTC)


def span(text: str, rate: int = 6, limit: str = "") -> Interval:
    starts, ends = text.split("-")
    return Interval(clock(starts), clock(ends), rate, limit)


def cap(text: str, rate: int, reason: str = "far_side") -> Cap:
    starts, _, ends = text.partition("-")
    return Cap(clock(starts), clock(ends) if ends else None, rate, reason)


@pytest.mark.parametrize(
    ("shuts", "left"),
    [
        ([("9:00", "10:00")], ["8:00-9:00", "10:00-12:00"]),
        ([("7:00", "8:30")], ["8:30-12:00"]),
        ([("11:00", None)], ["8:00-11:00"]),
        ([("8:00", "12:00")], []),
        ([("6:00", "8:00"), ("12:00", "13:00")], ["8:00-12:00"]),
        ([("9:00", "10:00"), ("9:30", "11:00")], ["8:00-9:00", "11:00-12:00"]),
    ],
)
def test_without__closures__cut_out_what_they_cover(shuts: list[tuple[str, str | None]], left: list[str]) -> None:
    closed = [Shut(clock(start), clock(end) if end else None) for start, end in shuts]
    assert without([span("8:00-12:00")], closed) == [span(text) for text in left]


def test_capped__rates_over_the_day__split_and_lower_and_never_raise() -> None:
    caps = [cap("9:00-10:00", 2), cap("9:30-11:00", 4, "reopening"), cap("11:30", 99)]
    assert capped([span("8:00-12:00")], caps) == [
        span("8:00-9:00"),
        span("9:00-9:30", 2, "far_side"),
        span("9:30-10:00", 2, "far_side"),
        span("10:00-11:00", 4, "reopening"),
        span("11:00-11:30"),
        span("11:30-12:00"),
    ]


def test_rate_caps__said_one_after_another__each_holds_until_the_next_and_no_limit_is_none() -> None:
    said: list[tuple[datetime, int | None]] = [(clock("9:00"), 5), (clock("10:00"), None), (clock("11:00"), 0)]
    assert rate_caps(said, now=clock("9:30"), since=clock("6:00")) == [cap("6:00-10:00", 5), cap("11:00", 0)]
    assert rate_caps(said, now=clock("8:00"), since=clock("6:00")) == [cap("9:00-10:00", 5), cap("11:00", 0)]
    assert rate_caps([], now=clock("8:00"), since=clock("6:00")) == []


def test_rate_caps__two_from_the_same_moment__the_last_word_counts() -> None:
    said: list[tuple[datetime, int | None]] = [(clock("9:00"), 5), (clock("9:30"), 4), (clock("9:30"), 3)]
    assert rate_caps(said, now=clock("9:00"), since=clock("6:00")) == [cap("6:00-9:30", 5), cap("9:30", 3)]


def test_runs_until__interval_split_by_a_cap__is_one_run() -> None:
    pieces = capped([span("8:00-12:00"), span("13:00-14:00")], [cap("9:00-10:00", 2)])
    assert runs_until(pieces, clock("8:30")) == clock("12:00")
    assert runs_until(pieces, clock("12:30")) is None


def test_within__an_hour_of_it__is_clipped_to_that_hour() -> None:
    pieces = [span("8:00-9:30", 6), span("9:30-12:00", 2)]
    assert within(pieces, clock("9:00"), clock("10:00")) == [span("9:00-9:30", 6), span("9:30-10:00", 2)]


quarters = st.integers(0, 95).map(lambda q: datetime(2026, 3, 2, q // 4, q % 4 * 15, tzinfo=UTC))
closures = st.lists(
    st.tuples(quarters, quarters | st.none()).filter(lambda p: p[1] is None or p[0] < p[1]).map(lambda p: Shut(*p)),
    max_size=5,
)
limits = st.lists(
    st.tuples(quarters, quarters | st.none(), st.integers(0, 9))
    .filter(lambda p: p[1] is None or p[0] < p[1])
    .map(lambda p: Cap(*p, "far_side")),
    max_size=5,
)


@given(closures, limits, quarters)
def test_without_and_capped__any_moment__is_open_and_fast_as_the_parts_say(
    shuts: list[Shut], caps: list[Cap], moment: datetime
) -> None:
    day = [span("6:00-12:00"), span("13:00-20:00", 8)]
    found = at(without(capped(day, caps), shuts), moment)
    window = at(day, moment)
    if window is None or any(shut.covers(moment) for shut in shuts):
        assert found is None
    else:
        assert found is not None
        assert found.units_per_hour == min(
            [window.units_per_hour, *(c.units_per_hour for c in caps if c.covers(moment))]
        )
