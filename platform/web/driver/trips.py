"""My reservations: the list, one of them with its pass and calendar file, another slot, giving it up, checking in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core import clock
from core.errors import Busy, DomainError
from reservations import passes
from reservations.errors import UnknownSlot
from reservations.models import QueueEntry, Reservation, Slot
from reservations.operations import cancel_reservation, change_slot, check_in
from reservations.queries import reservation_for
from reservations.tickets import calendar_of, qr_svg
from web import once, pages
from web.driver.slots import alternatives, grid

SHOWN_PAST = 30


@pages.page("reservation.read")
def reservations(request: HttpRequest) -> HttpResponse:
    """All trips of the reader and of their organisation: those that are coming or running, then the past ones."""
    related = ("slot", "lane__port", "vehicle", "entry")
    mine = Reservation.objects.own_to(request.user).select_related(*related)
    open_entries = QueueEntry.objects.own_to(request.user).open().select_related("lane__port", "vehicle")
    context = {
        "turns": open_entries,
        "coming": mine.live().exclude(state="checked_in").order_by("slot__starts_at"),
        "past": mine.exclude(state__in=["requested", "confirmed", "checked_in"])[:SHOWN_PAST],
    }
    return render(request, "web/driver/reservations.html", context)


@pages.page("reservation.read")
def reservation(request: HttpRequest, ref: str) -> HttpResponse:
    """One reservation: what holds, the pass, and what can be done now."""
    mine = reservation_for(user=request.user, ref=ref, verb="reservation.read")
    context = _about(mine, clock.now()) | {"once": once.fresh()}
    context["live"] = pages.live(mine.lane.yard.stream, "driver")
    return pages.live_page(request, "web/driver/reservation.html", context, reservation="web/driver/_reservation.html")


def _about(mine: Reservation, now: datetime) -> dict[str, Any]:
    slot, policy = mine.slot, mine.slot.policy
    opens_at = slot.starts_at - timedelta(minutes=policy.early_minutes)
    is_waiting = mine.state == "confirmed"
    return {
        "reservation": mine,
        "slot": slot,
        "lane": mine.lane,
        "port": mine.lane.port,
        "entry": QueueEntry.objects.filter(reservation=mine).first(),
        "opens_at": opens_at,
        "grace_ends_at": slot.ends_at + timedelta(minutes=policy.grace_minutes),
        "free_until": slot.starts_at - timedelta(minutes=policy.cancel_cutoff_minutes),
        "can_check_in": is_waiting and now >= opens_at,
        "can_change": mine.state in ("requested", "confirmed") and now < slot.starts_at,
        "can_cancel": mine.state in ("requested", "confirmed") and now < slot.ends_at,
        "is_late": is_waiting and now > slot.ends_at + timedelta(minutes=policy.grace_minutes),
    }


@pages.page("reservation.read")
def qr(request: HttpRequest, ref: str) -> HttpResponse:
    """The pass as a QR code: dark on white on every screen, for a scanner has no dark mode."""
    mine = reservation_for(user=request.user, ref=ref, verb="reservation.read")
    headers = {"Cache-Control": "private, no-cache"}
    return HttpResponse(qr_svg(passes.issue(mine)), content_type="image/svg+xml", headers=headers)


@pages.page("reservation.read")
def calendar(request: HttpRequest, ref: str) -> HttpResponse:
    """The slot as a calendar file."""
    mine = reservation_for(user=request.user, ref=ref, verb="reservation.read")
    return HttpResponse(
        calendar_of(mine),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{mine.ref}.ics"'},
    )


@pages.page("reservation.change")
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """Another slot of the same lane: the grid again."""
    mine = reservation_for(user=request.user, ref=ref, verb="reservation.change")
    days = grid(mine.lane, day=request.GET.get("day", mine.slot.service_date.isoformat()), now=clock.now())
    context = {"reservation": mine, "slot": mine.slot, "lane": mine.lane, "port": mine.lane.port, "grid": days}
    return render(request, "web/driver/change.html", context)


@pages.form_page("reservation.change")
def change_to(request: HttpRequest, ref: str, slot_ref: str) -> HttpResponse:
    """Old and new slot side by side; the button moves the reservation."""
    mine = reservation_for(user=request.user, ref=ref, verb="reservation.change")
    new = Slot.objects.select_related("lane__port").filter(ref=slot_ref, lane__port=mine.lane.port).first()
    if new is None:
        raise UnknownSlot
    context: dict[str, Any] = {
        "reservation": mine,
        "slot": mine.slot,
        "new": new,
        "lane": new.lane,
        "port": mine.lane.port,
    }
    if request.method == "POST":
        try:
            change_slot(ref=mine.ref, slot_ref=new.ref, **_by(request))
            return redirect("web:reservation", mine.ref)
        except DomainError as error:
            context |= _refused(error)
    return render(request, "web/driver/change_to.html", context, status=_status(context))


@pages.form_page("reservation.cancel")
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """What giving up costs, then the button."""
    mine = reservation_for(user=request.user, ref=ref, verb="reservation.cancel")
    now = clock.now()
    context = _about(mine, now)
    context["is_late_cancel"] = now > context["free_until"]
    if request.method == "POST":
        try:
            cancel_reservation(ref=mine.ref, **_by(request))
            return redirect("web:reservation", mine.ref)
        except DomainError as error:
            context |= _refused(error)
    return render(request, "web/driver/cancel.html", context, status=_status(context))


@pages.action("turn.check_in")
def arrive(request: HttpRequest, ref: str) -> HttpResponse:
    """The check-in button: joins the order and goes to the turn."""
    mine = reservation_for(user=request.user, ref=ref, verb="turn.check_in")
    by = _by(request)
    try:
        entry = once.ref_of(
            lambda: check_in(
                reservation_ref=mine.ref, port_code=mine.lane.port.code, once=once.of_form(request, now=by["now"]), **by
            )
        )
    except DomainError as error:
        if isinstance(error, Busy):
            raise
        context = _about(mine, clock.now()) | {"once": once.fresh(), "error": error}
        return render(request, "web/driver/reservation.html", context, status=error.status)
    return redirect("web:turn", entry)


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"now": clock.now(), "actor": request.user.actor}  # type: ignore[union-attr]


def _refused(error: DomainError) -> dict[str, Any]:
    if isinstance(error, Busy):
        raise error
    return {"error": error, "alternatives": alternatives(error)}


def _status(context: dict[str, Any]) -> int:
    return context["error"].status if "error" in context else 200
