"""How full the yard was and will be today, as a chart and a table, of all bays, of one zone or of one kind of bay."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import clock
from reservations import queries
from web.pages import page
from web.staff.occupancy import UNNAMED, Day, Occupancy
from web.staff.pictures import Picture, stacked
from web.staff.views_console import rights
from yards.models import Equipment, Zone


@page("console.read")
def occupancy(request: HttpRequest, yard_code: str) -> HttpResponse:
    yard = queries.yard_for(user=request.user, code=yard_code, verb="console.read")
    zones = list(Zone.objects.filter(yard=yard))
    zone, kind = _chosen(request, zones)
    now = clock.now()
    found = Day(yard, now=now, zone=zone, equipment=kind).occupancy()
    context = {
        "yard": yard,
        "port": yard.port,
        "found": found,
        "picture": _picture(found),
        "zones": zones,
        "kinds": _kinds(),
        "zone": zone,
        "kind": kind,
        "as_of": now,
        "rights": rights(request, yard.port.code),
    }
    return render(request, "staff/occupancy.html", context)


def _chosen(request: HttpRequest, zones: list[Zone]) -> tuple[str, str]:
    """`of` names a zone ("zone:A") or a kind of bay ("kind:reefer"); anything else means all bays."""
    what, _colon, code = request.GET.get("of", "").partition(":")
    if what == "zone" and code in {zone.code for zone in zones}:
        return code, ""
    return ("", code) if what == "kind" and code in dict(_kinds()) else ("", "")


def _kinds() -> list[tuple[str, str]]:
    return [(UNNAMED, _("without equipment")), *((code, str(label)) for code, label in Equipment.choices)]


def _picture(found: Occupancy) -> Picture:
    series = [
        (_("occupied"), [hour.occupied for hour in found.hours]),
        (_("held"), [hour.held for hour in found.hours]),
        (_("blocked"), [hour.blocked for hour in found.hours]),
        (_("still here"), [hour.staying for hour in found.hours]),
        (pgettext("vehicles", "to come"), [hour.coming for hour in found.hours]),
    ]
    labels = [hour.label for hour in found.hours]
    alt = _(
        "Bays occupied, held and blocked in each hour so far, and expected from now on; the table below has the figures."
    )
    return stacked(labels, series, alt=alt, title=_("hour"), unit=_("bays"))
