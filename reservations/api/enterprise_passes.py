"""Enterprise audience: gate passes as a token, a picture and a page."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from accounts.api.enterprise import EnterpriseView
from core import clock
from core.api.answers import answer, shaped
from core.api.schema import operation
from core.errors import NotFound
from reservations import passes
from reservations.api.shapes import enterprise as shapes
from reservations.models import Reservation
from reservations.pass_pdf import pass_pdf
from reservations.queries import reservation_for
from reservations.tickets import qr_svg


class PassView(EnterpriseView):
    verb, scope = "reservation.read", "reservations:read"

    def found(self, request: Request, ref: str) -> Reservation:
        return reservation_for(user=request.user, ref=ref, verb=self.verb)


class Pass(PassView):
    @operation(
        name="enterprise_passes_read",
        summary="The gate pass: the token that a QR code holds",
        description="A gate checks it without a network: see docs/api.md. A change of slot or vehicle makes it out of date.",
        audience="enterprise",
        answer=shapes.PassShape,
        problems=(NotFound, passes.NoPassYet),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        found = self.found(request, ref)
        token = passes.issue(found)
        body = {
            "reservation": found.ref,
            "serial": passes.serial_of(found),
            "key_id": passes.read(token).key_id,
            "token": token,
            "starts_at": found.slot.starts_at,
            "ends_at": found.slot.ends_at,
        }
        return answer(shaped(shapes.PassShape, body))


class PassSvg(PassView):
    @operation(
        name="enterprise_passes_svg",
        summary="The gate pass as a QR code (SVG)",
        audience="enterprise",
        answer={(200, "image/svg+xml"): OpenApiTypes.STR},
        problems=(NotFound, passes.NoPassYet),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        found = self.found(request, ref)
        return _file(qr_svg(passes.issue(found)), "image/svg+xml", f"{found.ref}.svg")


class PassPdf(PassView):
    @operation(
        name="enterprise_passes_pdf",
        summary="The gate pass as a page to print (PDF, A5)",
        audience="enterprise",
        answer={(200, "application/pdf"): OpenApiTypes.BINARY},
        problems=(NotFound, passes.NoPassYet),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        found = self.found(request, ref)
        return _file(pass_pdf(found, now=clock.now()), "application/pdf", f"{found.ref}.pdf")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-cache"}
    return HttpResponse(content, content_type=kind, headers=headers)
