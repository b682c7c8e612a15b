"""Gate audience: a device hands in the key it has made, against the code that a person was shown once."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from accounts import errors
from accounts.addresses import client_ip
from accounts.limits import Limit
from accounts.operations import redeem_device_code
from core import clock
from core.actors import system
from core.api.answers import answer, shaped
from core.api.schema import operation
from core.api.views import View
from core.errors import TooMany
from reservations.api.shapes import gate_events as shapes

# Failures count. A device's are counted by address, so that nobody who guesses elsewhere keeps it out.
FROM_ONE_ADDRESS = Limit("device enrolment by address", most=60, window_s=3600)
OF_ONE_DEVICE = Limit("device enrolment", most=20, window_s=3600)


class Enrolment(View):
    verb = "account.sign_in"
    authentication_classes = ()

    @operation(
        name="gate_enrol",
        summary="Hand in this device's public key against its one-time code",
        description="The signature shows that the private half is held: over `PLG1-ENROL`, device, code and public key, a line each.",
        audience="public",
        request=shapes.EnrolmentIn,
        answer=shapes.EnrolledShape,
        problems=(errors.EnrolmentCodeNotValid, errors.PublicKeyNotValid, TooMany),
    )
    def post(self, request: Request) -> HttpResponse:
        said, now = self.parsed(shapes.EnrolmentIn, request), clock.now()
        said["ref"] = said.pop("device")
        address = client_ip(request)
        counted = ((FROM_ONE_ADDRESS, address), (OF_ONE_DEVICE, f"{said['ref']} {address}"))
        for limit, whose in counted:
            limit.take(whose, now=now)
        device = redeem_device_code(**said, now=now, actor=system("enrolment"))
        for limit, whose in counted:
            limit.give_back(whose, now=now)
        return answer(shaped(shapes.EnrolledShape, {"device": device, "now": now}))
