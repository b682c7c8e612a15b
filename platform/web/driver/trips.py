"""My reservations: the list, one of them with its pass and calendar file, confirming a held one, giving it up, checking in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core import clock
from core.errors import Busy, DomainError
from reservations import passes
from reservations.models import Credit, QueueEntry, Request, Reservation
from reservations.operations import cancel_reservation, check_in, confirm_reservation
from reservations.queries import offers_of, reservation_for
from reservations.tickets import calendar_of, qr_svg
from web import once, pages
from web.carrier.office import office_of
from web.declared import standing
from web.driver.costs import cost_line
from web.driver.landing import by, landed
from web.driver.moved import moved_by_port
from web.hazards import hazard_choices
from yards.models import CargoKind

SHOWN_PAST = 30


@pages.page("reservation.read")
def reservations(request: HttpRequest) -> HttpResponse:
    """All trips of the reader: those that are coming or running, then the past ones. An office has a page of its own."""
    if office_of(request):
        return redirect("web:carrier_trips")
    related = ("slot", "lane__port", "vehicle", "entry")
    mine = Reservation.objects.own_to(request.user).select_related(*related)
    open_entries = QueueEntry.objects.own_to(request.user).open().select_related("lane__port", "vehicle")
    wishes = Request.objects.own_to(request.user).live().select_related("port", "vehicle", "round", "slot__lane")
    context = {
        "turns": open_entries,
        "coming": mine.live().exclude(state="checked_in").order_by("slot__starts_at"),
        "offers": offers_of(request.user, now=clock.now()),
        "wishes": wishes.exclude(state="offered").order_by("preferred_at"),
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
    grace_ends_at = slot.ends_at + timedelta(minutes=policy.grace_minutes)
    is_waiting, is_held = mine.state == "confirmed", mine.state == "requested"
    return {
        "reservation": mine,
        "slot": slot,
        "lane": mine.lane,
        "port": mine.lane.port,
        "entry": QueueEntry.objects.filter(reservation=mine).first(),
        "opens_at": opens_at,
        "grace_ends_at": grace_ends_at,
        "free_until": slot.starts_at - timedelta(minutes=policy.cancel_cutoff_minutes),
        "is_held": is_held,
        "can_confirm": is_held and (mine.hold_until is None or now < mine.hold_until),
        "has_pass": is_waiting and now < grace_ends_at,
        "can_check_in": is_waiting and now >= opens_at,
        "can_change": mine.state in ("requested", "confirmed") and now < slot.starts_at,
        "can_cancel": mine.state in ("requested", "confirmed") and now < slot.ends_at,
        "can_extend": is_waiting and now < grace_ends_at,
        "can_substitute": is_waiting and now <= slot.starts_at - timedelta(minutes=policy.substitution_cutoff_minutes),
        "declared": _declared(mine),
        "moved": moved_by_port(mine),
        "wish": Request.objects.live().filter(reservation=mine).first(),
        "credit": Credit.objects.filter(reservation=mine).first(),
        "is_late": is_waiting and now > grace_ends_at,
        "hazards": hazard_choices() if is_waiting and mine.cargo_kind == CargoKind.HAZARDOUS else [],
    }


def _declared(mine: Reservation) -> dict[str, Any] | None:
    """How the declaration of the load stands, and by when the port wants it ready; what it says stays with its declarant."""
    hours = mine.slot.policy.declaration_hours
    asked = bool(hours) and mine.cargo_kind != CargoKind.EMPTY
    if mine.declaration is None and not asked:
        return None
    return {
        "ref": mine.declaration.ref if mine.declaration else "",
        "standing": standing(mine.declaration) if mine.declaration else None,
        "by": mine.slot.starts_at - timedelta(hours=hours) if asked else None,
        "is_ready": mine.declaration is not None and mine.declaration.state in ("ready", "consumed"),
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


@pages.action("reservation.confirm")
def confirm(request: HttpRequest, ref: str) -> HttpResponse:
    """The button that turns a held place into a promise."""
    mine = reservation_for(user=request.user, ref=ref, verb="reservation.confirm")
    error = landed(mine, lambda **claim: confirm_reservation(ref=mine.ref, **claim), request, there="confirmed")
    if error is None:
        return redirect("web:reservation", mine.ref)
    return _with_error(request, mine, error)


@pages.form_page("reservation.cancel")
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """What giving up costs, then the button."""
    mine = reservation_for(user=request.user, ref=ref, verb="reservation.cancel")
    error = None
    if request.method == "POST":
        error = landed(mine, lambda **claim: cancel_reservation(ref=mine.ref, **claim), request, there="cancelled")
        if error is None:
            return redirect("web:reservation", mine.ref)
    now = clock.now()
    context = _about(mine, now) | {"once": once.fresh(), "error": error}
    context |= {"is_late_cancel": now > context["free_until"], "cost": cost_line(mine, "cancel", now=now)}
    return render(request, "web/driver/cancel.html", context, status=error.status if error else 200)


@pages.action("turn.check_in")
def arrive(request: HttpRequest, ref: str) -> HttpResponse:
    """The check-in button: joins the order and goes to the turn."""
    mine = reservation_for(user=request.user, ref=ref, verb="turn.check_in")
    try:
        entry = once.ref_of(
            lambda: check_in(
                reservation_ref=mine.ref,
                port_code=mine.lane.port.code,
                hazard_class=_hazard_class(request, mine),
                **by(request),
            )
        )
    except DomainError as error:
        if isinstance(error, Busy):
            raise
        return _with_error(request, mine, error)
    return redirect("web:turn", entry)


def _hazard_class(request: HttpRequest, mine: Reservation) -> str:
    """The class a driver of dangerous goods names; "" for any other cargo."""
    said = request.POST.get("hazard_class", "")[:4]
    return said if mine.cargo_kind == CargoKind.HAZARDOUS and said.isprintable() else ""


def _with_error(request: HttpRequest, mine: Reservation, error: DomainError) -> HttpResponse:
    context = _about(mine, clock.now()) | {"once": once.fresh(), "error": error}
    return render(request, "web/driver/reservation.html", context, status=error.status)
