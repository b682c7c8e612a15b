"""What needs a person now, in the desk's words. What is an alarm is said in reservations/queries/alarms.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reservations.models import Round
from reservations.queries import LaneNow, alarms_of
from web.staff.console import Console
from web.staff.words import closed_words
from yards.models import Layout, Stay

NAMED = 4  # how many an alarm names before it says "…"


@dataclass(frozen=True)
class Line:
    """`level` is bad (act now) or heed (know it); `at` is the id of the place on the page it is about, `link` another page."""

    level: str
    text: str
    at: str = ""
    link: str = ""


def alarms(console: Console) -> list[Line]:
    """This will return the yard's alarms in words, the urgent ones first."""
    found = alarms_of(
        lanes=console.lanes_now,
        called=(visitor.entry for visitor in console.called),
        inside=(visitor.entry for visitor in console.everybody_inside),
        stays=console.stays,
        now=console.now,
    )
    return [line for alarm in found for line in WORDS[alarm.code](console, alarm.subjects)]


def _expiring(console: Console, refs: tuple[str, ...]) -> Iterator[Line]:
    plates = [visitor.entry.vehicle.plate for visitor in console.called if visitor.entry.ref in refs]
    text = ngettext(
        "%(count)s call is about to run out: %(plates)s", "%(count)s calls are about to run out: %(plates)s", len(refs)
    )
    yield Line("bad", text % {"count": len(refs), "plates": _named(plates)}, "called")


def _closed(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    for desk in _desks(console, codes):
        text = ngettext(
            "%(lane)s is closed while %(count)s vehicle waits: %(why)s",
            "%(lane)s is closed while %(count)s vehicles wait: %(why)s",
            desk.waiting,
        )
        why = closed_words(desk.state, desk.lane.port)
        yield Line("bad", text % {"lane": desk.lane.code, "count": desk.waiting, "why": why}, f"lane-{desk.lane.code}")


def _blocked(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    for desk in _desks(console, codes):
        text = ngettext(
            "%(lane)s: %(count)s vehicle cannot be called, no free bay fits it",
            "%(lane)s: %(count)s vehicles cannot be called, no free bay fits them",
            desk.blocked,
        )
        yield Line("heed", text % {"lane": desk.lane.code, "count": desk.blocked}, f"lane-{desk.lane.code}")


def _resting(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    desks = _desks(console, codes)
    lanes = "; ".join(f"{d.lane.code} {d.waiting}, {closed_words(d.state, d.lane.port)}" for d in desks)
    yield Line("heed", _("Waiting outside the hours: %(lanes)s") % {"lanes": lanes}, f"lane-{codes[0]}")


def _strays(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    yield Line("bad", _("Bays taken by nobody who is here: %(bays)s") % {"bays": _named(codes)}, "plan")


def _uncounted(console: Console, refs: tuple[str, ...]) -> Iterator[Line]:
    """The yard by count and the yard by bays must agree; a difference is a truck somebody should look for."""
    counted = len(console.everybody_inside)
    text = ngettext(
        "%(counted)s vehicle is in the yard, %(parked)s with a bay: look for it.",
        "%(counted)s vehicles are in the yard, %(parked)s of them have a bay: look for the other ones.",
        counted,
    )
    yield Line("heed", text % {"counted": counted, "parked": counted - len(refs)}, "inside")


def _overstays(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("Longer in its bay than the rules allow: %(bays)s") % {"bays": _named(codes)}
    yield Line("heed", text, "plan")


def _failed(console: Console, refs: tuple[str, ...]) -> Iterator[Line]:
    for row in Round.objects.filter(ref__in=refs).select_related("port").order_by("service_date"):
        text = _("The round for %(day)s failed. Nothing was placed; run it again or call it off.")
        link = reverse("web:staff_round", args=[row.port.code, row.ref])
        yield Line("bad", text % {"day": row.service_date}, link=link)


def _promised(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("More is promised than the far side takes: %(lanes)s. Cut it, or close something.")
    link = reverse("web:staff_closure_new", args=[console.yard.port.code])
    yield Line("bad", text % {"lanes": _named(codes)}, link=f"{link}?{urlencode({'lane': codes}, doseq=True)}")


def _above(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("More is planned than the far side takes: %(lanes)s") % {"lanes": _named(codes)}
    yield Line("heed", text, link=_far_side_of(console))


def _stale(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("The far side has said nothing for long: %(lanes)s") % {"lanes": _named(codes)}
    yield Line("heed", text, link=_far_side_of(console))


def _far_side_of(console: Console) -> str:
    return reverse("web:staff_far_side", args=[console.yard.port.code])


def _emptied(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    stays = Stay.objects.filter(bay__yard=console.yard, bay__zone__code__in=codes, state="occupied")
    standing = stays.count()
    text = ngettext(
        "Zone %(zones)s is being emptied: %(count)s vehicle still stands there",
        "Zone %(zones)s is being emptied: %(count)s vehicles still stand there",
        standing,
    )
    yield Line("bad", text % {"zones": _named(codes), "count": standing}, "plan")


def _shut_in(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    yield Line("bad", _("No way out while aisles are blocked: %(bays)s") % {"bays": _named(codes)}, "plan")


def _lost(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("Held, but nobody can be sent there, and no other bay is free: %(bays)s")
    yield Line("bad", text % {"bays": _named(codes)}, "plan")


def _doubted(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("Sensor and books differ: %(places)s. Look, then act or dismiss it.")
    yield Line("heed", text % {"places": _named(codes)}, "plan")


def _reported(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("One driver reports several bays as taken: %(bays)s. Look there, then use them again.")
    yield Line("bad", text % {"bays": _named(codes)}, "plan")


def _overdue(console: Console, refs: tuple[str, ...]) -> Iterator[Line]:
    for row in Layout.objects.filter(ref__in=refs).order_by("version"):
        text = _("Plan version %(version)s cannot take effect: a lane uses a gate that it does not have.")
        yield Line("bad", text % {"version": row.version})


WORDS: dict[str, Callable[[Console, tuple[str, ...]], Iterator[Line]]] = {
    "evacuation": _emptied,
    "no_way_out": _shut_in,
    "call_expiring": _expiring,
    "lane_closed_with_queue": _closed,
    "bay_without_visitor": _strays,
    "no_bay_that_fits": _blocked,
    "waiting_out_of_hours": _resting,
    "visitor_without_bay": _uncounted,
    "bay_lost": _lost,
    "overstay": _overstays,
    "place_doubted": _doubted,
    "bays_reported": _reported,
    "layout_overdue": _overdue,
    "round_failed": _failed,
    "promised_above_far_side": _promised,
    "plan_above_far_side": _above,
    "far_side_stale": _stale,
}


def _desks(console: Console, codes: tuple[str, ...]) -> list[LaneNow]:
    return [desk for desk in console.lanes_now if desk.lane.code in codes]


def _named(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
