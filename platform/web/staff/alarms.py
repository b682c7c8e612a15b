"""What needs a person now, in the desk's words. What is an alarm is said in reservations/queries/alarms.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
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
    """`level` is bad (act now) or heed (know it); `link` is the page, or the place on this one, where something can be done about it."""

    level: str
    text: str
    link: str = ""


def alarms(console: Console, held: Mapping[str, bool]) -> list[Line]:
    """This will return the yard's alarms in words, the urgent ones first. `held`: the reader's rights; what they forbid is not linked."""
    found = alarms_of(
        lanes=console.lanes_now,
        called=(visitor.entry for visitor in console.called),
        inside=(visitor.entry for visitor in console.everybody_inside),
        stays=console.stays,
        now=console.now,
    )
    lines = [(alarm.code, line) for alarm in found for line in WORDS[alarm.code](console, alarm.subjects)]
    return [replace(line, link="") if not held.get(NEEDED.get(code, "console")) else line for code, line in lines]


def _expiring(console: Console, refs: tuple[str, ...]) -> Iterator[Line]:
    plates = [visitor.entry.vehicle.plate for visitor in console.called if visitor.entry.ref in refs]
    text = ngettext(
        "%(count)s call is about to run out: %(plates)s", "%(count)s calls are about to run out: %(plates)s", len(refs)
    )
    yield Line("bad", text % {"count": len(refs), "plates": _named(plates)}, "#called")


def _closed(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    for desk in _desks(console, codes):
        text = ngettext(
            "%(lane)s is closed while %(count)s vehicle waits: %(why)s",
            "%(lane)s is closed while %(count)s vehicles wait: %(why)s",
            desk.waiting,
        )
        why = closed_words(desk.state, desk.lane.port)
        said = text % {"lane": desk.lane.code, "count": desk.waiting, "why": why}
        yield Line("bad", said, _place_of(console, desk.lane.code))


def _blocked(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    for desk in _desks(console, codes):
        text = ngettext(
            "%(lane)s: %(count)s vehicle cannot be called, no free bay fits it",
            "%(lane)s: %(count)s vehicles cannot be called, no free bay fits them",
            desk.blocked,
        )
        yield Line("heed", text % {"lane": desk.lane.code, "count": desk.blocked}, _place_of(console, desk.lane.code))


def _resting(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    desks = _desks(console, codes)
    lanes = "; ".join(f"{d.lane.code} {d.waiting}, {closed_words(d.state, d.lane.port)}" for d in desks)
    yield Line("heed", _("Waiting outside the hours: %(lanes)s") % {"lanes": lanes}, _place_of(console, codes[0]))


def _strays(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    yield Line("bad", _("Bays taken by nobody who is here: %(bays)s") % {"bays": _named(codes)}, "#plan")


def _uncounted(console: Console, refs: tuple[str, ...]) -> Iterator[Line]:
    """The yard by count and the yard by bays must agree; a difference is a truck somebody should look for."""
    counted = len(console.everybody_inside)
    text = ngettext(
        "%(counted)s vehicle is in the yard, %(parked)s with a bay: look for it.",
        "%(counted)s vehicles are in the yard, %(parked)s of them have a bay: look for the other ones.",
        counted,
    )
    yield Line("heed", text % {"counted": counted, "parked": counted - len(refs)}, "#inside")


def _overstays(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("Longer in its bay than the rules allow: %(bays)s") % {"bays": _named(codes)}
    yield Line("heed", text, "#plan")


def _failed(console: Console, refs: tuple[str, ...]) -> Iterator[Line]:
    for row in Round.objects.filter(ref__in=refs).select_related("port").order_by("service_date"):
        text = _("The round for %(day)s failed. Nothing was placed; run it again or call it off.")
        link = reverse("web:staff_round", args=[row.port.code, row.ref])
        yield Line("bad", text % {"day": row.service_date}, link)


def _promised(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("More is promised than the far side takes: %(lanes)s. Cut it, or close something.")
    link = reverse("web:staff_closure_new", args=[console.yard.port.code])
    yield Line("bad", text % {"lanes": _named(codes)}, f"{link}?{urlencode({'lane': codes}, doseq=True)}")


def _above(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("More is planned than the far side takes: %(lanes)s") % {"lanes": _named(codes)}
    yield Line("heed", text, _far_side_of(console))


def _stale(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("The far side has said nothing for long: %(lanes)s") % {"lanes": _named(codes)}
    yield Line("heed", text, _far_side_of(console))


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
    yield Line("bad", text % {"zones": _named(codes), "count": standing}, "#plan")


def _shut_in(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    yield Line("bad", _("No way out while aisles are blocked: %(bays)s") % {"bays": _named(codes)}, "#plan")


def _lost(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("Held, but nobody can be sent there, and no other bay is free: %(bays)s")
    yield Line("bad", text % {"bays": _named(codes)}, "#plan")


def _doubted(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("Sensor and books differ: %(places)s. Look, then act or dismiss it.")
    yield Line("heed", text % {"places": _named(codes)}, "#plan")


def _reported(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("One driver reports several bays as taken: %(bays)s. Look there, then use them again.")
    yield Line("bad", text % {"bays": _named(codes)}, "#plan")


def _overdue(console: Console, refs: tuple[str, ...]) -> Iterator[Line]:
    for row in Layout.objects.filter(ref__in=refs).order_by("version"):
        text = _("Plan version %(version)s cannot take effect: a lane uses a gate that it does not have.")
        yield Line("bad", text % {"version": row.version}, reverse("web:layouts", args=[console.yard.code]))


def _unbooked(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("Gate %(gate)s: what was done without a net is not in the books. Settle it.")
    yield from _at_gates(console, codes, text)


def _undecided(console: Console, codes: tuple[str, ...]) -> Iterator[Line]:
    text = _("Gate %(gate)s: a reading waits for a person to say whose it is.")
    yield from _at_gates(console, codes, text)


def _at_gates(console: Console, codes: tuple[str, ...], text: str) -> Iterator[Line]:
    for code in codes:
        yield Line("bad", text % {"gate": code}, reverse("web:gate", args=[console.yard.code, code]))


WORDS: dict[str, Callable[[Console, tuple[str, ...]], Iterator[Line]]] = {
    "evacuation": _emptied,
    "no_way_out": _shut_in,
    "call_expiring": _expiring,
    "gate_conflict": _unbooked,
    "gate_doubted": _undecided,
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

#: Which right (views_console.rights) the page behind an alarm asks for, where it is more than the console's own.
NEEDED = {"gate_conflict": "gates", "gate_doubted": "gates", "promised_above_far_side": "closures"}


def _desks(console: Console, codes: tuple[str, ...]) -> list[LaneNow]:
    return [desk for desk in console.lanes_now if desk.lane.code in codes]


def _place_of(console: Console, code: str) -> str:
    """A lane on this page; where only another one is shown, the page with this one."""
    return f"#lane-{code}" if console.only in ("", code) else f"?lane={code}#lane-{code}"


def _named(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
