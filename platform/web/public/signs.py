"""Guidance signs for displays in a yard: full screens in huge type that point to the zones and count what is free there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import NotFound
from web import pages
from yards.guidance.signs import Place
from yards.models import Yard, Zone
from yards.models.places import in_reader_language
from yards.signs import ZoneLine, sign_lines, sign_places

#: What a sign must hear of; every event of these kinds is public.
KINDS = "stay. bay. zone. aisle. evacuation. layout."
#: Each turn as the angle of an arrow that points up, and in words.
TURNS: dict[str, tuple[int, Promise]] = {
    "straight": (0, _("straight on")),
    "slight_left": (-40, _("slightly left")),
    "left": (-90, pgettext_lazy("turn", "left")),
    "sharp_left": (-140, _("sharp left")),
    "slight_right": (40, _("slightly right")),
    "right": (90, pgettext_lazy("turn", "right")),
    "sharp_right": (140, _("sharp right")),
}
SHUT = {
    "full": pgettext_lazy("sign", "FULL"),
    "closed": pgettext_lazy("sign", "CLOSED"),
    "evacuate": pgettext_lazy("sign", "EVACUATE"),
}


@dataclass(frozen=True)
class Arrow:
    """An arrow as SVG turns it, what it means in words, and the free bays that way."""

    angle_deg: int
    word: Promise
    free: int


@dataclass(frozen=True)
class Row:
    """One zone on a display; `word` stands instead of a number when nobody may go there."""

    zone: Zone
    state: str
    free: int
    arrows: list[Arrow]
    word: Promise | str


@pages.page("public.read")
def signs(request: HttpRequest, yard_code: str) -> HttpResponse:
    """All signs of a yard, for who sets up the displays."""
    yard = _yard(yard_code)
    context = {"yard": yard, "port": yard.port, "signs": [(each, name_of(each)) for each in sign_places(yard)]}
    return render(request, "web/public/signs.html", context)


@pages.page("public.read")
def sign(request: HttpRequest, yard_code: str, sign_code: str) -> HttpResponse:
    """One sign, as it hangs."""
    yard = _yard(yard_code)
    live = pages.live(yard.stream, "public")
    place = next((each for each in sign_places(yard) if each.code == sign_code), None)
    if place is None:
        raise NotFound(field="sign")

    def gather() -> dict[str, Any]:
        return {"rows": [_row(each) for each in sign_lines(yard, place)]}

    if request.headers.get("X-Live-Region") == "sign":
        return pages.shared_region(request, "web/public/_sign.html", live, gather)
    context = {"yard": yard, "port": yard.port, "live": live, "name": name_of(place), "kinds": KINDS} | gather()
    return pages.live_page(request, "web/public/sign.html", context)


def name_of(place: Place) -> str:
    """This will name a sign as people of the yard would."""
    given = in_reader_language(zh=place.name_zh, en=place.name_en)
    if given:
        return given
    words = {"gate": _("Gate %(code)s"), "junction": _("Junction %(code)s")}.get(place.kind, _("Sign %(code)s"))
    return str(words) % {"code": place.code}


def _row(said: ZoneLine) -> Row:
    line = said.line
    arrows = [Arrow(*TURNS[turn], free) for turn, free in line.arrows]
    return Row(said.zone, line.state, line.free, arrows, SHUT.get(line.state, ""))


def _yard(code: str) -> Yard:
    yard = Yard.objects.select_related("port").filter(code=code).first()
    if yard is None:
        raise NotFound(field="yard")
    return yard
