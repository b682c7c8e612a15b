"""Who may take over a promise: vehicles and drivers of the same organisation."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import User, Vehicle
from reservations.models import Request, Reservation


def substitute_vehicles(reservation: Reservation) -> QuerySet[Vehicle]:
    """This will return the vehicles that may replace a reservation's own: same organisation and kind, no larger, no more demanding.

    Known before the place was asked for, and not entered for that draw itself: plates made up or left out are no spare tickets.
    """
    old = reservation.vehicle
    if old.organisation_id is None:
        return Vehicle.objects.none()
    rows = Vehicle.objects.filter(
        organisation=old.organisation_id,
        plate_class=old.plate_class,
        length_m__lte=old.length_m,
        width_m__lte=old.width_m,
    )
    rows = rows if old.reefer else rows.filter(reefer=False)
    return _known_in_time(rows, reservation).exclude(pk=old.pk).order_by("plate_key")


def _known_in_time(rows: QuerySet[Vehicle], reservation: Reservation) -> QuerySet[Vehicle]:
    drawn = reservation.requests.filter(round__isnull=False).order_by("pk").select_related("round").first()
    if drawn is None or drawn.round is None:
        return rows.filter(created_at__lte=reservation.created_at)
    asked = Request.objects.filter(round=drawn.round).values("vehicle")
    return rows.filter(created_at__lte=drawn.round.opens_at).exclude(pk__in=asked)


def substitute_drivers(reservation: Reservation) -> QuerySet[User]:
    """This will return the drivers who may replace a reservation's own: of its vehicle, or of one of the same organisation."""
    rows = drivers_for(reservation.vehicle)
    return rows.exclude(pk=reservation.driver_id) if reservation.driver_id else rows


def drivers_for(vehicle: Vehicle) -> QuerySet[User]:
    """This will return the drivers of a vehicle, or of one of the same organisation, by name.

    Whoever has no phone is no driver, but in a sandbox, where drivers are made up.
    """
    mates = Q(vehicles=vehicle.pk)
    if vehicle.organisation_id:
        mates |= Q(vehicles__organisation=vehicle.organisation_id)
    rows = User.objects.filter(mates, is_active=True)
    if not (vehicle.organisation and vehicle.organisation.is_sandbox):
        rows = rows.filter(phone__isnull=False)
    return rows.distinct().order_by("name", "pk")
