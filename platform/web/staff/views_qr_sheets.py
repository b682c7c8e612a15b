"""Sheets of QR codes to print: whoever scans one in the yard says where he is."""

from __future__ import annotations

import io

import segno
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from reservations import queries
from web.pages import page
from web.staff.layouts import in_force, plan_of
from web.staff.views_console import rights
from yards.models import Bay

READ = "layout.read"
PER_PAGE = 8  # on A4, two across
MOST_CODES = 64  # drawn at once: each takes 10 ms


@page(READ)
def sheets(request: HttpRequest, yard_code: str) -> HttpResponse:
    """Sheets to print: a code for every post, or for the bays of a zone; whoever scans one says where he is."""
    yard = queries.yard_for(user=request.user, code=yard_code, verb=READ)
    layout = in_force(yard)
    posts = [point for point in plan_of(layout).points if point.kind == "post"] if layout else []
    bays = Bay.objects.in_use().filter(yard=yard).select_related("zone").order_by("zone__code", "code")
    zones = list(dict.fromkeys(bay.zone for bay in bays))
    wanted = request.GET.get("zone", "")
    if wanted:
        codes = [(bay.code, str(bay.zone.name)) for bay in bays if bay.zone.code == wanted]
    else:
        codes = [(post.code, _("post")) for post in posts]
    part = Paginator(codes, MOST_CODES).get_page(request.GET.get("page"))
    labels = [(code, words, _qr(request, yard.code, code)) for code, words in part]
    context = {
        "yard": yard,
        "port": yard.port,
        "rights": rights(request, yard.port.code),
        "zones": zones,
        "wanted": wanted,
        "part": part,
        "pages": [labels[n : n + PER_PAGE] for n in range(0, len(labels), PER_PAGE)],
    }
    return render(request, "staff/qr_sheets.html", context)


def _qr(request: HttpRequest, yard_code: str, code: str) -> SafeString:
    """The address of a place, drawn so that a dirty print is still read (a quarter may be missing)."""
    address = request.build_absolute_uri(reverse("web:here", args=[yard_code, code]))
    picture = io.BytesIO()
    made = segno.make(address, error="q", micro=False)
    made.save(picture, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgns=True, omitsize=True)
    return mark_safe(picture.getvalue().decode())  # noqa: S308  drawn by segno: squares, no text of anybody
