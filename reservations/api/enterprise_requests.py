"""Enterprise audience: requests to a round or an open day, standby, and offers."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.api.enterprise import EnterpriseView
from core.api.answers import answer
from core.api.schema import Paging, operation, paged
from core.errors import NotFound
from reservations import errors
from reservations.api import requests
from reservations.api.audiences import ENTERPRISE
from reservations.api.enterprise_reservations import OF_A_DECLARATION, READ, WRITE
from reservations.api.shapes import driver_requests as asking
from reservations.api.shapes import enterprise as shapes
from yards.errors import UnknownLane, UnknownPort

OF_A_NEW_ONE = (
    NotFound,
    UnknownPort,
    UnknownLane,
    *requests.OF_THE_TIMES,
    *requests.OF_THE_ROUND,
    errors.SlotTooFar,
    errors.WrongCargo,
    errors.EvidenceNeeded,
    errors.BundleTooBig,
    errors.BundleOfOneOrganisation,
    errors.VehicleHasARequest,
    errors.VehicleHasAReservation,
    errors.VehiclePaused,
    *OF_A_DECLARATION,
)


class Requests(EnterpriseView):
    verb, scopes = requests.VERB, {"GET": READ, "POST": WRITE}

    @operation(
        name="enterprise_requests_list",
        summary="Requests of my organisation, newest first; `state=offered`: places that wait for an answer",
        audience="enterprise",
        query=[Paging, shapes.FleetRequestsIn],
        answer=paged(asking.RequestShape),
    )
    def get(self, request: Request) -> HttpResponse:
        rows, asked = requests.own_to(request.user), self.asked(shapes.FleetRequestsIn, request)
        rows = rows.live() if asked.get("live") else rows
        paths = {"state": "state", "port": "port__code", "vehicle": "vehicle__ref"}
        rows = rows.filter(**{path: asked[name] for name, path in paths.items() if asked.get(name)})
        return answer(self.page(request, rows, asking.RequestShape))

    @operation(
        name="enterprise_requests_create",
        summary="Ask for a place for one vehicle, or for several that come close together",
        description=requests.ASKED,
        audience="enterprise",
        request=shapes.FleetRequestIn,
        answer=asking.RequestsMade,
        status=201,
        key=True,
        problems=OF_A_NEW_ONE,
    )
    def post(self, request: Request) -> HttpResponse:
        return requests.ask(ENTERPRISE, self, request, self.parsed(shapes.FleetRequestIn, request))


OneRequest = requests.reading(
    ENTERPRISE, summary="One request: its state, its result with the reason, its place in the standby order"
)
ChangeRequest = requests.changing(
    ENTERPRISE,
    then="All requests of a round are equal until the draw: a change costs nothing.",
    also=(errors.BundleTooBig, errors.WrongCargo),
)
WithdrawRequest = requests.withdrawing(ENTERPRISE)
AcceptOffer = requests.accepting(ENTERPRISE, also=(errors.VehicleHasAReservation,))
DeclineOffer = requests.declining(ENTERPRISE)
Readiness = requests.telling_readiness(ENTERPRISE, summary="Whether the vehicle could come, and how long it takes")
StandBy = requests.standing_by(
    ENTERPRISE,
    problems=(
        *requests.OF_THE_ROUND,
        errors.TooLateToCancel,
        errors.VehiclePaused,
        errors.VehicleHasARequest,
    ),
)
