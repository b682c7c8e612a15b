"""What a driver carries away: the pass as a picture, the slot as a calendar entry."""

from __future__ import annotations

import io

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from core import clock
from reservations.models import Reservation

QUIET_ZONE_MODULES = 4
STATUS = {"requested": "TENTATIVE", "confirmed": "CONFIRMED", "checked_in": "CONFIRMED", "completed": "CONFIRMED"}


def qr_svg(token: str) -> bytes:
    """This will draw a token as a QR code in SVG that fills its place: black on white in every theme, because scanners need it."""
    picture = io.BytesIO()
    code = segno.make(token, error="m", micro=False)
    code.save(picture, kind="svg", border=QUIET_ZONE_MODULES, dark="#000", light="#fff", xmldecl=False, omitsize=True)
    return picture.getvalue()


def calendar_of(reservation: Reservation) -> bytes:
    """This will write the slot as an iCalendar file; a changed or cancelled reservation replaces the entry in the calendar."""
    slot, lane = reservation.slot, reservation.lane
    event = Event()
    event.add("uid", f"{reservation.ref}@portlane")
    event.add("dtstamp", clock.now())
    event.add("dtstart", slot.starts_at)
    event.add("dtend", slot.ends_at)
    event.add("sequence", reservation.changes)
    event.add("status", STATUS.get(reservation.state, "CANCELLED"))
    words = {"port": lane.port.name, "lane": lane.name, "plate": reservation.vehicle.plate}
    event.add("summary", _("%(port)s: %(lane)s, %(plate)s") % words)
    event.add("location", lane.port.name)
    event.add("geo", (float(lane.port.lat_deg), float(lane.port.lon_deg)))
    event.add("description", _("Reservation %(ref)s") % {"ref": reservation.ref})
    event.add("url", settings.PORTLANE_PUBLIC_URL.rstrip("/") + reverse("web:reservation", args=[reservation.ref]))
    calendar = Calendar()
    calendar.add("prodid", "-//Portlane//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
