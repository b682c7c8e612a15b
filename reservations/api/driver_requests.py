"""Driver audience: asking for a place in a round or on an open day, standing by, and the offers of freed places."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from core.api.answers import answer
from core.api.schema import Paging, operation, paged
from core.api.views import View
from core.errors import NotFound
from reservations import errors
from reservations.api import requests
from reservations.api.audiences import DRIVER
from reservations.api.shapes import driver as plain
from reservations.api.shapes import driver_requests as shapes
from yards.errors import UnknownLane, UnknownPort


class Requests(View):
    verb = requests.VERB

    @operation(
        name="driver_requests_list",
        summary="My requests for a place, newest first",
        audience="driver",
        query=[Paging, plain.ListIn],
        answer=paged(shapes.RequestShape),
    )
    def get(self, request: Request) -> HttpResponse:
        rows = requests.own_to(request.user)
        if self.asked(plain.ListIn, request)["live"]:
            rows = rows.live()
        return answer(self.page(request, rows, shapes.RequestShape))

    @operation(
        name="driver_requests_create",
        summary="Ask for a place",
        description=requests.ASKED,
        audience="driver",
        request=shapes.RequestIn,
        answer=shapes.RequestsMade,
        status=201,
        key=True,
        problems=(
            NotFound,
            UnknownPort,
            UnknownLane,
            *requests.OF_THE_TIMES,
            *requests.OF_THE_ROUND,
            errors.WrongCargo,
            errors.EvidenceNeeded,
            errors.BundleTooBig,
            errors.BundleOfOneOrganisation,
            errors.VehicleHasARequest,
            errors.VehicleHasAReservation,
            errors.OrganisationCap,
            errors.RequestLimit,
            errors.VehiclePaused,
        ),
    )
    def post(self, request: Request) -> HttpResponse:
        return requests.ask(DRIVER, self, request, self.parsed(shapes.RequestIn, request))


OneRequest = requests.reading(
    DRIVER, summary="One request of mine: its state, its result with the reason, its place in the standby order"
)
ChangeRequest = requests.changing(
    DRIVER, then="It keeps its place in no queue: all requests of a round are equal until the draw."
)
WithdrawRequest = requests.withdrawing(DRIVER)
AcceptOffer = requests.accepting(DRIVER)
DeclineOffer = requests.declining(DRIVER)
Readiness = requests.telling_readiness(DRIVER, summary="Whether I could come, and how long it takes me")
StandBy = requests.standing_by(DRIVER, problems=(errors.VehicleHasARequest,))
