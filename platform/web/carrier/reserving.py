"""One press, many wishes: each truck is asked for by itself (or all as one bundle), and what came of it is told truck by truck."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import HttpRequest

from accounts.models import Vehicle
from core.errors import Busy, DomainError
from core.once import Once, Replayed
from reservations.models import Request
from reservations.operations import request_places
from web.carrier.reserve_forms import FleetTimesForm
from web.driver.landing import by
from yards.models import CargoKind, Port


@dataclass(frozen=True)
class Wanted:
    """What the address of the last screen says."""

    port: Port
    service_date: date
    vehicles: list[Vehicle]
    cargo: str
    together: bool

    @property
    def cargo_label(self) -> str:
        return str(CargoKind(self.cargo).label)


@dataclass(frozen=True)
class Answer:
    """What came of one truck's wish: the request, or the refusal in the operation's words."""

    vehicle: Vehicle
    request: Request | None
    refusal: DomainError | None

    @property
    def is_placed(self) -> bool:
        return bool(self.request and self.request.state == "placed" and self.request.reservation)


def sums_of(answers: Sequence[Answer]) -> dict[str, int]:
    """This will count the answers: placed at once, asked for, refused."""
    placed, refused = sum(row.is_placed for row in answers), sum(row.refusal is not None for row in answers)
    return {"placed": placed, "asked": len(answers) - placed - refused, "refused": refused}


def answers_of(request: HttpRequest, wanted: Wanted, form: FleetTimesForm) -> list[Answer]:
    """This will ask for every truck and tell what came of each, refusals first; a second press of the same form makes no second wish.

    Raises Busy.
    """
    claim = by(request)
    groups = [wanted.vehicles] if wanted.together else [[vehicle] for vehicle in wanted.vehicles]
    refusals: dict[int, DomainError] = {}
    for group in groups:
        error = _asked(group, wanted, form, claim | {"once": _part(claim["once"], group)}, request.user)
        refusals |= {vehicle.pk: error for vehicle in group if error}
    made = _requests([vehicle for vehicle in wanted.vehicles if vehicle.pk not in refusals])
    answers = [Answer(vehicle, made.get(vehicle.pk), refusals.get(vehicle.pk)) for vehicle in wanted.vehicles]
    return sorted(answers, key=lambda row: row.refusal is None)


def _asked(
    group: Sequence[Vehicle],
    wanted: Wanted,
    form: FleetTimesForm,
    claim: dict[str, Any],
    user: Any,
) -> DomainError | None:
    said = form.cleaned_data
    try:
        request_places(
            port_code=wanted.port.code,
            service_date=wanted.service_date,
            lane_codes=said["lanes"],
            vehicle_refs=[vehicle.ref for vehicle in group],
            cargo_kind=wanted.cargo,
            evidence=said.get("evidence", ""),
            travel_minutes=said["travel"],
            driver=user,
            **form.times,
            **claim,
        )
    except Replayed:
        return None
    except Busy:
        raise
    except DomainError as error:
        return error
    return None


def _part(claim: Once | None, group: Sequence[Vehicle]) -> Once | None:
    """The form's claim, cut into one for each wish: what was carried out before the net broke is not carried out again."""
    named = ",".join(vehicle.ref for vehicle in group)
    return replace(claim, key=str(uuid.uuid5(uuid.UUID(claim.key), named))) if claim else None


def _requests(vehicles: Sequence[Vehicle]) -> dict[int, Request]:
    """The newest wish of each truck: the one just made."""
    related = ("port", "vehicle", "round", "reservation__slot", "reservation__lane__port")
    rows = Request.objects.filter(vehicle__in=vehicles).select_related(*related).order_by("pk")
    return {row.vehicle_id: row for row in rows}
