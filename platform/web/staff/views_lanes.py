"""A lane at the desk: call its next vehicle, close and open it, let it call by itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotFound
from reservations import queries
from reservations.models import QueueEntry
from reservations.operations import call_next
from web.pages import action, form_page
from web.staff.acts import Ask, ask
from web.staff.forms import Reason
from web.staff.pages import press, sent
from yards.models import Lane, Stay
from yards.operations import set_auto_call, switch_lane


@action("queue.call")
def call(request: HttpRequest, yard_code: str, lane_code: str) -> HttpResponse:
    lane = _lane(request, yard_code, lane_code, "queue.call")
    return press(request, run=call_next, done=_called, back=_desk(lane), lane_code=lane.code)


@form_page("lane.switch")
def close(request: HttpRequest, yard_code: str, lane_code: str) -> HttpResponse:
    lane = _lane(request, yard_code, lane_code, "lane.switch")
    words = Ask(
        title=_("Close %(lane)s") % {"lane": lane},
        lead=_(
            "Nobody is called through a closed lane. Those who wait keep their places, and everybody sees the reason."
        ),
        button=_("Close the lane"),
        danger=True,
    )

    def run(**inputs: object) -> Lane:
        return switch_lane(lane_code=lane.code, is_open=False, **inputs)

    return ask(request, words, form=Reason(sent(request)), run=run, done=_closed, back=_desk(lane))


@action("lane.switch")
def reopen(request: HttpRequest, yard_code: str, lane_code: str) -> HttpResponse:
    lane = _lane(request, yard_code, lane_code, "lane.switch")
    return press(request, run=switch_lane, done=_opened, back=_desk(lane), lane_code=lane.code, is_open=True)


@action("lane.switch")
def auto_call(request: HttpRequest, yard_code: str, lane_code: str) -> HttpResponse:
    lane = _lane(request, yard_code, lane_code, "lane.switch")
    on = request.POST.get("on", request.GET.get("on")) == "1"
    return press(request, run=set_auto_call, done=_switched, back=_desk(lane), lane_code=lane.code, on=on)


def _lane(request: HttpRequest, yard_code: str, lane_code: str, verb: str) -> Lane:
    lane = queries.lane_for(user=request.user, code=lane_code, verb=verb)
    if lane.yard.code != yard_code:
        raise NotFound(field="lane")
    return lane


def _desk(lane: Lane) -> str:
    return reverse("web:console", args=[lane.yard.code])


def _called(entry: QueueEntry) -> str:
    stay = Stay.objects.select_related("bay").get(visit_ref=entry.visit_ref, state="held")
    facts = {"plate": entry.vehicle.plate, "gate": entry.lane.gate.code, "bay": stay.bay.code}
    return _("Called: %(plate)s to gate %(gate)s, bay %(bay)s.") % facts


def _closed(lane: Lane) -> str:
    return _("%(lane)s is closed.") % {"lane": lane.code}


def _opened(lane: Lane) -> str:
    return _("%(lane)s is open.") % {"lane": lane.code}


def _switched(lane: Lane) -> str:
    text = _("%(lane)s now calls by itself.") if lane.auto_call else _("%(lane)s now calls only by hand.")
    return text % {"lane": lane.code}
