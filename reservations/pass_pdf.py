"""The gate pass on paper: one A5 page with the QR code, for a driver without a phone."""

from __future__ import annotations

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import segno
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from reservations import passes
from reservations.models import Reservation
from reservations.tickets import QUIET_ZONE_MODULES

#: Every reader of PDF has it, or one that stands in for it: Chinese and Latin, without a font file of our own.
FONT = "STSong-Light"
CHARACTERS = "gbk"  # what the font holds
MARGIN, CODE = 15 * mm, 78 * mm
UNKNOWN = "□"


def pass_pdf(reservation: Reservation, *, now: datetime) -> bytes:
    """This will draw a reservation's pass as PDF; times are the port's. Raises NoPassYet unless it is confirmed or checked in.

    `lane.port`, `slot` and `vehicle` must be loaded.
    """
    token = passes.issue(reservation)
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=A5, invariant=1)
    canvas.setTitle(f"{_('Gate pass')} {reservation.ref}")
    _lines(canvas, reservation)
    _code(canvas, token, top=A5[1] - 88 * mm)
    _foot(canvas, reservation, now)
    canvas.showPage()
    canvas.save()
    return page.getvalue()


def printable(text: str) -> str:
    """This will put a box for each character that the font lacks (Lao, Burmese): left out, it would read as another plate."""
    return "".join(char if char.encode(CHARACTERS, "ignore") else UNKNOWN for char in text)


def _lines(canvas: Canvas, reservation: Reservation) -> None:
    lane, slot, vehicle = reservation.lane, reservation.slot, reservation.vehicle
    zone = ZoneInfo(lane.port.time_zone)
    start, end = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    top = A5[1] - MARGIN
    _write(canvas, f"{_('Gate pass')} · {lane.port.name}", top - 5 * mm, size=18)
    _write(canvas, f"{vehicle.country}  {vehicle.plate}", top - 20 * mm, size=30)
    _write(canvas, f"{start:%Y-%m-%d  %H:%M} – {end:%H:%M} ({start:%Z})", top - 33 * mm, size=16)
    _write(canvas, f"{lane.code}  {lane.name}", top - 43 * mm, size=14)
    words = _("Reservation %(ref)s") % {"ref": reservation.ref}
    _write(canvas, f"{words} · {_('vehicle')} {vehicle.ref}", top - 52 * mm, size=11)


def _foot(canvas: Canvas, reservation: Reservation, now: datetime) -> None:
    printed = now.astimezone(ZoneInfo(reservation.lane.port.time_zone))
    serial = passes.serial_of(reservation)
    told = _("Pass no. %(serial)s, printed %(moment)s. After a change of time or vehicle it is out of date.")
    _write(canvas, told % {"serial": serial, "moment": f"{printed:%Y-%m-%d %H:%M %Z}"}, MARGIN + 6 * mm, size=8)
    _write(canvas, _("Good for one entry. Show it at the gate, or say the reservation's number."), MARGIN, size=8)


def _write(canvas: Canvas, text: str, y: float, *, size: float) -> None:
    """Shrinks a line that would run over the edge."""
    text, room = printable(text), A5[0] - 2 * MARGIN
    width = pdfmetrics.stringWidth(text, FONT, size)
    canvas.setFont(FONT, size if width <= room else size * room / width)
    canvas.drawString(MARGIN, y, text)


def _code(canvas: Canvas, token: str, *, top: float) -> None:
    """Black squares on white paper; its quiet zone is the page's."""
    rows = [list(row) for row in segno.make(token, error="m", micro=False).matrix]
    module = CODE / (len(rows) + 2 * QUIET_ZONE_MODULES)
    left = (A5[0] - len(rows) * module) / 2
    bottom = top - CODE + QUIET_ZONE_MODULES * module + 10 * mm
    canvas.setFillGray(0)
    for down, row in enumerate(reversed(rows)):
        for across, is_dark in enumerate(row):
            if is_dark:
                canvas.rect(left + across * module, bottom + down * module, module, module, stroke=0, fill=1)
