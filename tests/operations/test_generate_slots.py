"""Slots made ahead from windows, calendar and policy: disjoint, dated by their start, and never taken away from who has one."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise

import pytest

from reservations.models import Policy, Slot
from reservations.operations import change_capacity, freeze_slot, generate_slots_of, publish_policy
from reservations.operations.generating import Generated
from reservations.sweeps import generate_all_slots
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import changes_nothing, events, recording, reserved, taken
from yards.models import CalendarDay, Lane, Window

TODAY = date(2026, 3, 2)


@pytest.fixture
def lane(cast: Cast) -> Lane:
    """A lane without slots, open daily 08:00-18:00 in Yunnan."""
    lane = make.a_lane(cast.yard, "MOHAN-IN9", gate=cast.gate)
    make.open_daily(lane)
    return lane


def generate(cast: Cast, lane: Lane) -> Generated:
    return generate_slots_of(lane_code=lane.code, **cast.by())


def spans(lane: Lane, day: date = TODAY) -> list[str]:
    tz = lane.port.tz
    rows = Slot.objects.filter(lane=lane, service_date=day).order_by("starts_at")
    return [f"{s.starts_at.astimezone(tz):%H:%M}-{s.ends_at.astimezone(tz):%H:%M}" for s in rows]


def test_generate__open_daily__makes_hourly_slots_from_now_to_the_horizon_and_a_day(cast: Cast, lane: Lane) -> None:
    with recording(cast) as added:
        done = generate(cast, lane)
    assert spans(lane)[0] == "10:00-11:00"  # it is ten o'clock
    assert spans(lane)[-1] == "17:00-18:00"
    assert len(spans(lane, TODAY + timedelta(days=1))) == 10
    days = sorted(set(Slot.objects.filter(lane=lane).values_list("service_date", flat=True)))
    assert days == [TODAY + timedelta(days=n) for n in range(5)]
    assert done == Generated(added=48, replanned=0, switched=0)
    (event,) = added
    assert (event.kind, event.policy_version, event.data["lane"]) == ("slots.generated", 1, lane.code)
    assert len(event.data["slots"]) == 48
    first = Slot.objects.filter(lane=lane).earliest("starts_at")
    assert event.data["slots"][0] == [first.ref, first.starts_at.isoformat(), first.ends_at.isoformat(), first.planned]


def test_generate__rate_of_the_window__gives_the_places(cast: Cast, lane: Lane) -> None:
    generate(cast, lane)
    assert set(Slot.objects.filter(lane=lane).values_list("planned", "capacity", "taken")) == {(2, 2, 0)}


def test_generate__twice__changes_nothing(cast: Cast, lane: Lane) -> None:
    generate(cast, lane)
    with changes_nothing():
        assert generate(cast, lane) == Generated(0, 0, 0)


def test_generate__next_day__adds_one_day(cast: Cast, lane: Lane) -> None:
    generate(cast, lane)
    cast.clock.forward(days=1)
    assert generate(cast, lane).added == 10


def test_generate__half_past_eleven_to_half_past_midnight__is_one_slot_of_the_day_it_starts(cast: Cast) -> None:
    lane = make.a_lane(cast.yard, "MOHAN-NIGHT", gate=cast.gate)
    make.open_daily(lane, opens_at=time(23, 30), closes_at=time(0, 30))
    generate(cast, lane)
    assert spans(lane) == ["23:30-00:30"]
    slot = Slot.objects.filter(lane=lane).earliest("starts_at")
    assert slot.service_date == TODAY
    assert slot.ends_at.astimezone(lane.port.tz).date() == TODAY + timedelta(days=1)


def test_generate__last_night_of_the_year__belongs_to_the_old_year(cast: Cast) -> None:
    cast.clock.moment = cast.now.replace(month=12, day=31)
    lane = make.a_lane(cast.yard, "MOHAN-NIGHT", gate=cast.gate)
    make.open_daily(lane, opens_at=time(23, 30), closes_at=time(0, 30))
    generate(cast, lane)
    assert spans(lane, date(2026, 12, 31)) == ["23:30-00:30"]
    assert spans(lane, date(2027, 1, 1)) == ["23:30-00:30"]


def test_generate__last_piece_shorter_than_a_slot__has_fewer_places(cast: Cast) -> None:
    lane = make.a_lane(cast.yard, "MOHAN-SHORT", gate=cast.gate)
    make.open_daily(lane, opens_at=time(12), closes_at=time(13, 30), units_per_hour=6)
    generate(cast, lane)
    assert spans(lane) == ["12:00-13:00", "13:00-13:30"]
    assert list(Slot.objects.filter(lane=lane, service_date=TODAY).values_list("planned", flat=True)) == [6, 3]


def test_generate__windows_overlap__slots_do_not(cast: Cast, lane: Lane) -> None:
    make.open_daily(lane, opens_at=time(16, 30), closes_at=time(20), units_per_hour=4)
    generate(cast, lane)
    rows = list(Slot.objects.filter(lane=lane).order_by("starts_at"))
    assert all(one.ends_at <= following.starts_at for one, following in pairwise(rows))
    assert spans(lane)[-1] == "19:00-20:00"


@pytest.mark.parametrize(("country", "closed"), [("LA", True), ("VN", False)])
def test_generate__holiday_of_the_far_side__has_no_slots_where_the_lane_keeps_it(
    cast: Cast, lane: Lane, country: str, closed: bool
) -> None:
    lane.closes_on_holidays_of = ["CN", "LA"]
    lane.save()
    tomorrow = TODAY + timedelta(days=1)
    CalendarDay.objects.create(country=country, date=tomorrow, is_off=True, name_en="Feast")
    generate(cast, lane)
    assert (spans(lane, tomorrow) == []) is closed


def test_generate__make_up_saturday__opens_as_on_a_monday(cast: Cast, lane: Lane) -> None:
    saturday = date(2026, 3, 7)
    cast.clock.moment = cast.now.replace(day=6)
    Window.objects.filter(lane=lane, weekday__in=[5, 6]).delete()
    lane.closes_on_holidays_of = ["CN"]
    lane.save()
    generate(cast, lane)
    assert spans(lane, saturday) == []
    CalendarDay.objects.create(country="CN", date=saturday, is_off=False)
    generate(cast, lane)
    assert len(spans(lane, saturday)) == 10


def test_generate__window_gone__freezes_the_slot_and_keeps_who_has_a_place(cast: Cast, lane: Lane) -> None:
    generate(cast, lane)
    last = Slot.objects.filter(lane=lane, service_date=TODAY).latest("starts_at")
    reserved(cast, slot=last)
    Window.objects.filter(lane=lane).update(closes_at=time(17))
    with recording(cast) as added:
        assert generate(cast, lane).switched == 5
    last.refresh_from_db()
    assert (last.is_frozen, last.free, taken(last)) == (True, 0, 1)
    assert {(event.kind, event.reason) for event in added} == {("slot.frozen", "window_gone")}


def test_generate__rate_changed__replans_what_was_not_set_by_hand(cast: Cast, lane: Lane) -> None:
    generate(cast, lane)
    by_hand, busy = Slot.objects.filter(lane=lane).order_by("starts_at")[:2]
    change_capacity(slot_ref=by_hand.ref, planned=7, reason="visit", **cast.by(cast.supervisor))
    reserved(cast, slot=busy), reserved(cast, slot=busy)
    Window.objects.filter(lane=lane).update(units_per_hour=1)
    assert generate(cast, lane).replanned == 47
    by_hand.refresh_from_db()
    busy.refresh_from_db()
    assert (by_hand.planned, by_hand.capacity) == (7, 7)
    assert (busy.planned, busy.capacity, busy.taken) == (1, 2, 2)
    assert events("slot.capacity_changed")[-1].reason == "window_changed"


def test_generate__port_without_a_policy__publishes_the_defaults_first(cast: Cast, lane: Lane) -> None:
    Slot.objects.all().delete()
    Policy.objects.all().delete()
    generate(cast, lane)
    assert Policy.objects.get(port=cast.port).version == 1
    assert [event.kind for event in events()][:2] == ["policy.published", "slots.generated"]


def test_generate_all__every_lane__is_brought_to_the_horizon(cast: Cast) -> None:
    assert generate_all_slots(cast.now) > 0
    assert generate_all_slots(cast.now) == 0
    assert all(lane.slots.exists() for lane in Lane.objects.all())


def test_generate__window_back__thaws_what_it_froze_and_nothing_else(cast: Cast, lane: Lane) -> None:
    generate(cast, lane)
    last, before = Slot.objects.filter(lane=lane, service_date=TODAY).order_by("-starts_at")[:2]
    freeze_slot(slot_ref=before.ref, frozen=True, reason="scanner down", **cast.by(cast.supervisor))
    Window.objects.filter(lane=lane).update(closes_at=time(17))
    generate(cast, lane)
    Window.objects.filter(lane=lane).update(closes_at=time(18))
    generate(cast, lane)
    last.refresh_from_db(), before.refresh_from_db()
    assert (last.is_frozen, before.is_frozen) == (False, True)


def test_generate__new_rules_from_tomorrow__tomorrows_slots_follow_them(cast: Cast, lane: Lane) -> None:
    later = publish_policy(
        port_code=cast.port.code,
        effective_from=cast.now + timedelta(hours=12),
        changes={"slot_minutes": 120},
        note="calmer mornings",
        user=cast.supervisor,
        **cast.by(cast.supervisor),
    )
    generate(cast, lane)
    assert spans(lane)[0] == "10:00-11:00"
    assert spans(lane, TODAY + timedelta(days=1))[0] == "08:00-10:00"
    assert {s.policy for s in Slot.objects.filter(lane=lane, service_date__gt=TODAY)} == {later}
    assert {s.policy for s in Slot.objects.filter(lane=lane, service_date=TODAY)} == {cast.policy}


def test_generate_slots__rounds_open_before_the_horizon__their_days_have_slots(cast: Cast) -> None:
    cast.port.policies.update(allocation="rounds", round_open_hours=10 * 24, horizon_days=3)
    generate_slots_of(lane_code=cast.cold_lane.code, **cast.by())
    last = cast.cold_lane.slots.latest("starts_at")
    assert last.service_date >= (cast.now + timedelta(days=10)).date()
