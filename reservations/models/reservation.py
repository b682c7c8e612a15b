"""A promise about time: one vehicle, one slot."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Vehicle
from core.ids import new_ref
from core.machine import Machine
from reservations.declarations.models import Declaration
from reservations.models.slot import Slot
from reservations.states import RESERVATION
from yards.models import CargoKind, Lane


def reservation_ref() -> str:
    return new_ref("R")


def visit_ref() -> str:
    return new_ref("N")


class ReservationState(models.TextChoices):
    REQUESTED = "requested", _("held for you")
    CONFIRMED = "confirmed", _("confirmed")
    CHECKED_IN = "checked_in", _("checked in")
    COMPLETED = "completed", _("completed")
    UNPLACED = "unplaced", _("not confirmed in time")
    CANCELLED = "cancelled", _("cancelled")
    REVOKED = "revoked", _("taken back by the port")
    NO_SHOW = "no_show", _("not arrived")


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def own_to(self, user: Any) -> ReservationQuerySet:
        """This will keep a driver's own and an organisation's own rows."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(driver=user) | Q(organisation__memberships__user=user)).distinct()

    def live(self) -> ReservationQuerySet:
        return self.filter(state__in=RESERVATION.live)


class Reservation(models.Model):
    """The database allows one live reservation per vehicle (policy of all ports: hoarding a second place is not possible)."""

    ref = models.CharField(max_length=20, unique=True, default=reservation_ref)
    visit_ref = models.CharField(max_length=20, unique=True, default=visit_ref)
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="reservations")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="reservations")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="reservations")
    driver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="reservations"
    )
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="reservations")
    cargo_kind = models.CharField(max_length=20, choices=CargoKind.choices)
    units = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=20, choices=ReservationState.choices)
    hold_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    changes = models.PositiveSmallIntegerField(default=0)
    declaration = models.ForeignKey(Declaration, null=True, on_delete=models.PROTECT, related_name="reservations")
    declaration_warned_at = models.DateTimeField(null=True)  # the last warning that its declaration is not ready

    machine: ClassVar[Machine] = RESERVATION
    objects = ReservationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name, verbose_name_plural = _("reservation"), _("reservations")
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle"],
                condition=Q(state__in=["requested", "confirmed", "checked_in"]),
                name="one_live_reservation_per_vehicle",
            ),
        ]
        indexes = [models.Index(fields=["state", "hold_until"]), models.Index(fields=["slot", "state"])]

    def __str__(self) -> str:
        return self.ref
