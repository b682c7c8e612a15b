"""The second day the auditor reads: a round, a standby order, promises kept and broken, closures; by the operations alone.

The clock starts on Monday at 10:00 in Yunnan (2:00 UTC). Wednesday is placed by a round: asked for from 4:00 to 6:00 UTC, published
at 6:30, what it left open to all from 7:30.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Organisation, Vehicle
from reservations import batches, rounds, sweeps
from reservations import operations as do
from reservations.models import Mark, Request, Reservation, Slot
from tests import factories as make
from tests.operations import audited_day
from tests.operations.audited_day import COLD_LANE, LANE, Day
from yards.models import Closure
from yards.operations import enter_far_side_rate

PORT = "MOHAN"
RULES = {
    "allocation": "rounds",
    "horizon_days": 1,
    "round_open_hours": 36,
    "round_close_hours": 34,
    "organisation_share_percent": 10,
}
ROUND_DAY_AT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def live() -> Day:
    """This will let everything happen once that rounds, standby, promises and closures know; returns the day as it stands."""
    day = audited_day.open_port()
    day.people["dispatcher"] = make.a_dispatcher(carrier())
    _publish_rules(day)
    called_late = day.arrive(day.reserve(lane=COLD_LANE, cargo="perishable"), lane=COLD_LANE)
    absent = day.reserve()
    _walk_up(day)
    _standby(day)
    _conduct(day)
    _round(day)
    sweeps.sweep_no_shows(day.now)
    assert Reservation.objects.get(pk=absent.pk).state == "no_show"
    assert day.call(COLD_LANE).ref == called_late.ref
    _walk_up(day)
    _closures(day)
    return day


def carrier() -> Organisation:
    return Organisation.objects.filter(name="Carrier").first() or make.an_organisation()


def ask(
    day: Day,
    first: Slot,
    last: Slot | None = None,
    *,
    trucks: Sequence[Vehicle] = (),
    lanes: Sequence[str] = (LANE,),
    cargo: str = "general",
) -> list[Request]:
    """This will ask for a place in the slots from `first` to `last`, for a new truck of an owner-driver unless trucks are named."""
    last, wanted = last or first, trucks or [day.truck()]
    return do.request_places(
        port_code=PORT,
        service_date=first.service_date,
        lane_codes=lanes,
        vehicle_refs=[truck.ref for truck in wanted],
        cargo_kind=cargo,
        evidence="phytosanitary certificate",
        earliest_at=first.starts_at,
        latest_at=last.starts_at,
        preferred_at=last.starts_at,
        travel_minutes=30,
        driver=None,
        **day.by("driver"),
    )


def cut(day: Day, slot: Slot, places: int) -> Slot:
    return do.change_capacity(slot_ref=slot.ref, planned=places, reason="short of officers", **day.by("supervisor"))


def cancel(day: Day, reservation: Reservation) -> None:
    do.cancel_reservation(ref=reservation.ref, **day.by("driver"))


def offer(day: Day, expected: int = 1) -> None:
    assert sweeps.offer_places(day.now) == expected


def round_slots(lane: str = LANE) -> list[Slot]:
    """Of the day that a round placed, in order of time."""
    day = ROUND_DAY_AT.date()
    return list(Slot.objects.select_related("lane").filter(lane__code=lane, service_date=day).order_by("starts_at"))


def shut(day: Day, *, since: float, hours: float | None) -> Closure:
    """This will close the lane from `since` hours ahead for some hours (None: until further notice)."""
    begin = day.now.replace(minute=0) + timedelta(hours=since)
    wish: dict[str, Any] = {"port_code": PORT, "scope": "lane", "lane_codes": [LANE], "stages": []}
    wish |= {"starts_at": begin, "ends_at": None if hours is None else begin + timedelta(hours=hours)}
    return do.declare_closure(**wish, reason="landslide", user=day.people["supervisor"], **day.by("supervisor"))


# ---------------------------------------------------------------- the day
def _publish_rules(day: Day) -> None:
    rules = {"effective_from": day.now + timedelta(seconds=30), "changes": RULES, "note": "rounds"}
    do.publish_policy(port_code=PORT, user=day.people["supervisor"], **rules, **day.by("supervisor"))
    day.later(minutes=1)
    assert rounds.sweep_rounds(day.now).announced == 1
    enter_far_side_rate(lane_code=LANE, units_per_hour=35, valid_from=day.now, **day.by("operator"))


def _walk_up(day: Day) -> None:
    entry = day.arrive()
    assert day.call().ref == entry.ref
    day.leave(entry)


def _standby(day: Day) -> None:
    """A slot of three places, for which five stand by: each of them answers otherwise, and the last place is for all."""
    slot, later = day.slots()[4], day.slots()[5]
    cut(day, slot, 3)
    held = [day.reserve(slot=4, driver=None) for _ in range(3)]
    wanted = [ask(day, slot)[0] for _ in range(4)]
    batches.place_late_requests(PORT, now=day.now)
    day.later(minutes=1)
    better = day.reserve(slot=5)
    window = {"earliest_at": slot.starts_at, "latest_at": later.starts_at, "preferred_at": slot.starts_at}
    do.stand_by(reservation_ref=better.ref, **window, **day.by("driver"))
    order = list(Request.objects.standing_by().filter(pk__in=[row.pk for row in wanted]))
    day.later(minutes=2)
    do.state_readiness(ref=order[0].ref, is_ready=False, travel_minutes=30, **day.by("driver"))
    day.later(minutes=1)
    cancel(day, held[0])
    offer(day)
    do.decline_offer(ref=order[1].ref, **day.by("driver"))
    offer(day)
    day.later(minutes=11)
    assert sweeps.lapse_offers(day.now) == 1
    offer(day)
    do.accept_offer(ref=order[3].ref, **day.by("driver"))
    cancel(day, held[1])
    offer(day)
    assert do.accept_offer(ref=Request.objects.get(state="offered").ref, **day.by("driver")).pk == better.pk
    cancel(day, held[2])
    offer(day, 0)
    day.reserve(slot=4, driver=None)


def _conduct(day: Day) -> None:
    for granted in (True, False):
        cancel(day, day.reserve())
        mark = Mark.objects.filter(kind="late_cancel").latest("pk")
        asked = do.ask_appeal(
            mark_ref=mark.ref, text="the road was shut", user=day.people["driver"], **day.by("driver")
        )
        answer = {"grant": granted, "answer": "seen", "user": day.people["supervisor"]}
        do.decide_appeal(ref=asked.ref, **answer, **day.by("supervisor"))
    changed = day.reserve(slot=6)
    for slot in (7, 8):
        do.change_slot(ref=changed.ref, slot_ref=day.slots()[slot].ref, **day.by("driver"))
    do.extend_reservation(ref=day.reserve(slot=3).ref, hours=4, **day.by("driver"))
    trucks = [day.truck(organisation=carrier()) for _ in range(2)]
    other = make.a_driver()
    trucks[1].drivers.add(other)
    kept = day.reserve(slot=7, vehicle=trucks[0])
    do.change_vehicle(ref=kept.ref, vehicle_ref=trucks[1].ref, **day.by("driver"))
    do.change_driver(ref=kept.ref, driver_ref=other.ref, **day.by("driver"))


def _round(day: Day) -> None:
    day.now = ROUND_DAY_AT - timedelta(hours=46)
    assert rounds.sweep_rounds(day.now).moved == 1
    slots = round_slots()
    cut(day, slots[3], 2)
    for _ in range(4):
        ask(day, slots[3])
    ask(day, slots[4], slots[6], trucks=[day.truck(organisation=carrier()) for _ in range(2)])
    moved, left = ask(day, slots[5], slots[7])[0], ask(day, slots[5])[0]
    day.later(minutes=5)
    window = {"earliest_at": slots[6].starts_at, "latest_at": slots[8].starts_at, "preferred_at": slots[7].starts_at}
    do.change_request(ref=moved.ref, **window, lane_codes=[LANE], **day.by("driver"))
    do.withdraw_request(ref=left.ref, **day.by("driver"))
    for minutes in (120, 30):
        day.later(minutes=minutes)
        rounds.sweep_rounds(day.now)
    assert Request.objects.filter(round__state="published", state="standby").count() == 2
    ask(day, slots[8])
    assert batches.place_late_requests(PORT, now=day.now) == 1


def _closures(day: Day) -> None:
    """One that stays, one taken back, one until further notice that is lifted in stages while somebody has an offer inside."""
    here = day.arrive(day.reserve(slot=2))
    day.reserve(slot=2)
    assert {row.kind for row in shut(day, since=2, hours=1).dispositions.all()} == {"moved", "here"}
    day.later(minutes=5)
    undone = shut(day, since=4, hours=2)
    day.later(minutes=1)
    do.undo_closure(ref=undone.ref, reason="false alarm", **day.by("supervisor"))
    cancel(day, Reservation.objects.filter(slot=round_slots()[3], state="confirmed").earliest("pk"))
    offer(day)
    day.later(minutes=5)
    lost = shut(day, since=5, hours=None)
    assert {row.kind for row in lost.dispositions.all()} == {"standby"}
    day.later(minutes=10)
    ends_at = day.now + timedelta(hours=20)
    stages = [[ends_at.isoformat(), (ends_at + timedelta(hours=2)).isoformat(), 3]]
    do.lift_closure(ref=lost.ref, ends_at=ends_at, stages=stages, reason="road is clear", **day.by("supervisor"))
    do.generate_slots_of(lane_code=LANE, **day.by("generator"))
    day.later(minutes=1)
    assert sweeps.offer_places(day.now) > 1
    do.accept_offer(ref=Request.objects.filter(state="offered").earliest("pk").ref, **day.by("driver"))
    assert here.reservation_id
