"""What needs a person now, worst first. Pure over what the console has read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from web.staff.console import Console, LaneNow
from web.staff.words import closed_words
from yards.models import Stay

SOON = timedelta(minutes=3)  # a call that runs out within this is said aloud
OVERSTAY = timedelta(hours=12)  # a truck longer than this in a bay is asked about
NAMED = 4  # how many bays an alarm names before it says "…"


@dataclass(frozen=True)
class Alarm:
    """`level` is bad (act now) or heed (know it); `at` is the id of the place on the page it is about."""

    level: str
    text: str
    at: str


def alarms(console: Console) -> list[Alarm]:
    """This will return the yard's alarms, the urgent ones first."""
    found = [*_calls(console), *_lanes(console), *_counts(console), *_overstays(console)]
    return sorted(found, key=lambda alarm: alarm.level != "bad")


def _calls(console: Console) -> Iterator[Alarm]:
    due = [v for v in console.called if v.entry.call_expires_at and v.entry.call_expires_at - console.now <= SOON]
    if due:
        plates = ", ".join(visitor.entry.vehicle.plate for visitor in due[:NAMED]) + _more(len(due))
        text = ngettext(
            "%(count)s call is about to run out: %(plates)s",
            "%(count)s calls are about to run out: %(plates)s",
            len(due),
        )
        yield Alarm("bad", text % {"count": len(due), "plates": plates}, "called")


def _lanes(console: Console) -> Iterator[Alarm]:
    for desk in console.lanes_now:
        if desk.waiting and desk.state.code == "closed_by_staff":
            yield _closed(desk)
        elif desk.blocked and desk.lane.is_open:
            yield _blocked(desk)
    resting = [desk for desk in console.lanes_now if desk.waiting and desk.state.code in ("out_of_hours", "holiday")]
    if resting:
        lanes = "; ".join(f"{d.lane.code} {d.waiting}, {closed_words(d.state, d.lane.port)}" for d in resting)
        yield Alarm(
            "heed", _("Waiting outside the hours: %(lanes)s") % {"lanes": lanes}, f"lane-{resting[0].lane.code}"
        )


def _closed(desk: LaneNow) -> Alarm:
    text = ngettext(
        "%(lane)s is closed while %(count)s vehicle waits: %(why)s",
        "%(lane)s is closed while %(count)s vehicles wait: %(why)s",
        desk.waiting,
    )
    why = closed_words(desk.state, desk.lane.port)
    return Alarm("bad", text % {"lane": desk.lane.code, "count": desk.waiting, "why": why}, f"lane-{desk.lane.code}")


def _blocked(desk: LaneNow) -> Alarm:
    text = ngettext(
        "%(lane)s: %(count)s vehicle cannot be called, no free bay fits it",
        "%(lane)s: %(count)s vehicles cannot be called, no free bay fits them",
        desk.blocked,
    )
    return Alarm("heed", text % {"lane": desk.lane.code, "count": desk.blocked}, f"lane-{desk.lane.code}")


def _counts(console: Console) -> Iterator[Alarm]:
    """The yard by count and the yard by bays must agree; a difference is a truck somebody should look for."""
    visits = {visitor.entry.visit_ref for visitor in [*console.called, *console.everybody_inside]}
    strays = [stay for stay in console.stays if stay.visit_ref not in visits]
    if strays:
        yield Alarm("bad", _("Bays taken by nobody who is here: %(bays)s") % {"bays": _bays(console, strays)}, "plan")
    counted, parked = len(console.everybody_inside), sum(v.stay is not None for v in console.everybody_inside)
    if counted != parked:
        text = ngettext(
            "%(counted)s vehicle is in the yard, %(parked)s with a bay: look for it.",
            "%(counted)s vehicles are in the yard, %(parked)s of them have a bay: look for the other ones.",
            counted,
        )
        yield Alarm("heed", text % {"counted": counted, "parked": parked}, "inside")


def _overstays(console: Console) -> Iterator[Alarm]:
    late = [s for s in console.stays if s.occupied_at and _age(s.occupied_at, console.now) > OVERSTAY]
    if late:
        hours = int(OVERSTAY.total_seconds() // 3600)
        text = _("Longer than %(hours)s hours in a bay: %(bays)s") % {"hours": hours, "bays": _bays(console, late)}
        yield Alarm("heed", text, "plan")


def _age(since: datetime, now: datetime) -> timedelta:
    return now - since


def _bays(console: Console, stays: list[Stay]) -> str:
    codes = {bay.pk: bay.code for bay in console.bays}
    return ", ".join(sorted(codes[stay.bay_id] for stay in stays)[:NAMED]) + _more(len(stays))


def _more(count: int) -> str:
    return " …" if count > NAMED else ""
