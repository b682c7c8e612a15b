"""Figures and codes in the words a driver reads: waits, classes, countries, times of both sides of the border."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from reservations.eta import WaitRange
    from yards.models import Port

COUNTRIES: dict[str, Promise] = {
    "CN": gettext_lazy("China"),
    "LA": gettext_lazy("Laos"),
    "MM": gettext_lazy("Myanmar"),
    "VN": gettext_lazy("Viet Nam"),
    "TH": gettext_lazy("Thailand"),
}
CLASSES: dict[str, Promise] = {
    "priority": gettext_lazy("priority"),
    "general": gettext_lazy("general cargo"),
    "empty": gettext_lazy("empty"),
}
HELD_BACK: dict[str, Promise] = {
    "closed_first": gettext_lazy("The time until the lane opens is counted in."),
    "closure": gettext_lazy("The lane is closed for now; the time until it opens again is counted in."),
    "far_side": gettext_lazy("Calls follow what the far side takes; that sets the pace."),
    "bays": gettext_lazy("The bays of the yard turn over no more vehicles; that sets the pace."),
    "reopening": gettext_lazy("The lane opens again step by step; that sets the pace for now."),
}
COARSE_FROM_MIN = 180  # from here on a wait is said in hours: minutes would only pretend


def in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def country(code: str) -> str:
    return str(COUNTRIES.get(code, code))


def queue_class(code: str) -> str:
    """This will name a class of the order; a class of the port's own making keeps its own name."""
    return str(CLASSES.get(code, code))


def span(minutes: int) -> str:
    """This will say a length of time in minutes, or in hours and minutes from an hour on."""
    if minutes < 60:
        return _("%(minutes)s min") % {"minutes": minutes}
    hours, rest = divmod(minutes, 60)
    if rest == 0 or minutes >= COARSE_FROM_MIN:
        return _("%(hours)s h") % {"hours": round(minutes / 60)}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


def wait(found: WaitRange) -> str:
    """This will say a wait as a range, never as one figure that pretends to be known."""
    if found.low_min is None:
        return _("not known")
    if found.high_min is None:
        return _("more than %(low)s") % {"low": span(found.low_min)}
    low, high = span(found.low_min), span(found.high_min)
    if found.low_min == 0:
        return _("up to %(high)s") % {"high": high}
    return (
        _("about %(span)s") % {"span": high} if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}
    )


def held_back(found: WaitRange) -> str:
    """This will say what makes a wait longer than the work itself; empty when nothing does."""
    return str(HELD_BACK.get(found.reason, ""))


def vehicles(count: int) -> str:
    return ngettext("%(count)s vehicle", "%(count)s vehicles", count) % {"count": count}


def other_side_time(moment: datetime, port: Port) -> str:
    """This will say the clock of the far side, with its country; empty where both clocks show the same."""
    if not port.counterpart_time_zone:
        return ""
    here, there = moment.astimezone(port.tz), moment.astimezone(ZoneInfo(port.counterpart_time_zone))
    if here.utcoffset() == there.utcoffset():
        return ""
    return _("%(time)s in %(country)s") % {"time": f"{there:%H:%M}", "country": country(port.counterpart_country)}


def zone_hint(moment: datetime, port: Port) -> str:
    """This will say whose clock a page shows, and how far the far side's clock is from it."""
    here = moment.astimezone(port.tz).utcoffset() or timedelta()
    hint = _("Times are the port's own (%(zone)s).") % {"zone": _utc(here)}
    if not port.counterpart_time_zone:
        return hint
    ahead = (moment.astimezone(ZoneInfo(port.counterpart_time_zone)).utcoffset() or timedelta()) - here
    if not ahead:
        return hint
    text = _("%(country)s is %(span)s ahead.") if ahead > timedelta() else _("%(country)s is %(span)s behind.")
    minutes = abs(int(ahead.total_seconds() // 60))
    return f"{hint} {text % {'country': country(port.counterpart_country), 'span': span(minutes)}}"


def _utc(offset: timedelta) -> str:
    hours, minutes = divmod(int(offset.total_seconds() // 60), 60)
    return f"UTC{hours:+d}" + (f":{minutes:02d}" if minutes else "")
