"""Enterprise audience: reservations of the organisation's vehicles."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request

from accounts.api.enterprise import EnterpriseView
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from core.errors import NotFound, WrongState
from reservations import errors
from reservations.api import reservations
from reservations.api.audiences import ENTERPRISE
from reservations.api.shapes import enterprise as shapes
from reservations.api.versions import reservation_tag
from reservations.declarations.errors import DeclarationClosed, DeclarationNotReady, NoTripLeft, UnknownDeclaration
from reservations.models import Reservation
from reservations.operations import attach_declaration
from reservations.queries import reservation_for
from yards.errors import NoBayEverFits

READ, WRITE = "reservations:read", "reservations:write"
SHOWN_WITH = ("lane__port", "slot", "vehicle", "driver", "declaration", "entry")
OF_A_DECLARATION = (UnknownDeclaration, DeclarationClosed, DeclarationNotReady, NoTripLeft)
OF_A_NEW_ONE = (
    NotFound,
    *reservations.OF_THE_SLOT,
    errors.RoundNotOpen,
    errors.VehicleHasAReservation,
    errors.VehiclePaused,
    NoBayEverFits,
    *OF_A_DECLARATION,
)
EXAMPLE = OpenApiExample(
    "reserve",
    value={"slot": "T-7K3M9QXD2", "vehicle": "V-2H8RWB5TK", "cargo_kind": "general", "driver": "U-5N0QJ8ZRM"},
    request_only=True,
)


class Reservations(EnterpriseView):
    verbs = {"GET": "reservation.read", "POST": "reservation.create"}
    scopes = {"GET": READ, "POST": WRITE}

    @operation(
        name="enterprise_reservations_list",
        summary="Reservations of my organisation, newest first",
        audience="enterprise",
        query=[Paging, shapes.FleetListIn],
        answer=paged(shapes.FleetReservation),
    )
    def get(self, request: Request) -> HttpResponse:
        rows = Reservation.objects.own_to(request.user).select_related(*SHOWN_WITH)
        rows = narrowed(rows, self.asked(shapes.FleetListIn, request))
        return answer(self.page(request, rows, shapes.FleetReservation))

    @operation(
        name="enterprise_reservations_create",
        summary="Reserve a place in a slot for one of my vehicles",
        description=(
            "A full slot answers 409 `slot_full`, a share used up 409 `organisation_cap`; both name the nearest `earlier` and `later` "
            "slots that can be had. `confirm` false holds the place for a few minutes."
        ),
        audience="enterprise",
        request=shapes.FleetReservationIn,
        answer=shapes.FleetReservation,
        status=201,
        key=True,
        problems=OF_A_NEW_ONE,
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> HttpResponse:
        return reservations.reserve(ENTERPRISE, self, request, self.parsed(shapes.FleetReservationIn, request))


class OneReservation(EnterpriseView):
    verb, scope = "reservation.read", READ

    @operation(
        name="enterprise_reservations_read",
        summary="One reservation of my organisation, with its ETag",
        audience="enterprise",
        answer=shapes.FleetReservation,
        problems=(NotFound,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        # No 304: its declaration becomes ready without the reservation being touched.
        return answer(shaped(shapes.FleetReservation, found), headers={"ETag": reservation_tag(found)})


class Attach(EnterpriseView):
    verb, scope = "reservation.change", WRITE

    @operation(
        name="enterprise_reservations_declare",
        summary="Say what a reserved vehicle carries: attach a declaration, or take it back",
        description="If-Match is required. It need not be ready yet; where the port asks for that, it has to be by its hours.",
        audience="enterprise",
        request=shapes.DeclarationIn,
        answer=shapes.FleetReservation,
        key=False,
        if_match=True,
        problems=(NotFound, *OF_A_DECLARATION, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        declaration = self.parsed(shapes.DeclarationIn, request)["declaration"]
        found = reservation_for(user=request.user, ref=ref, verb=self.verb)
        return self.do(
            request,
            attach_declaration,
            shape=shapes.FleetReservation,
            headers=ENTERPRISE.with_reservation,
            before=reservations.unchanged(request, found, required=True),
            reservation_ref=found.ref,
            declaration_ref=declaration,
        )


Cost = reservations.costing(ENTERPRISE)
Confirm = reservations.confirming(ENTERPRISE)
Change = reservations.changing(
    ENTERPRISE,
    why="two programs of one enterprise may not overwrite each other's change unseen.",
    also=(WrongState,),
)
Extend = reservations.extending(ENTERPRISE)
ChangeVehicle = reservations.changing_vehicle(
    ENTERPRISE, summary="Another vehicle of my organisation comes", also=(errors.WrongCargo,)
)
ChangeDriver = reservations.changing_driver(
    ENTERPRISE,
    summary="Another driver comes, or the first one is named",
    then="To name a driver where there was none is no change: it counts as nothing, and passes stay good.",
)
Cancel = reservations.cancelling(ENTERPRISE, then="After the cut-off it counts for the vehicle: see cost/.")


def narrowed(rows: Any, asked: dict[str, Any]) -> Any:
    """This will keep the reservations that a list's query asks for."""
    if asked.get("live"):
        rows = rows.live()
    paths = {
        "state": "state",
        "port": "lane__port__code",
        "vehicle": "vehicle__ref",
        "since": "slot__starts_at__gte",
        "until": "slot__starts_at__lt",
    }
    return rows.filter(**{path: asked[name] for name, path in paths.items() if asked.get(name)})
