"""A promise both ways: what counts against a vehicle, the appeal against it, and the credit for a port that was late."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Vehicle
from core.ids import new_ref
from core.machine import Machine
from reservations.models.reservation import Reservation
from reservations.models.round import Round
from reservations.states import APPEAL


def mark_ref() -> str:
    return new_ref("K")


def appeal_ref() -> str:
    return new_ref("A")


def credit_ref() -> str:
    return new_ref("G")


class MarkKind(models.TextChoices):
    CHANGE = "change", _("change of slot")
    EXTENSION = "extension", _("extension")
    VEHICLE_CHANGE = "vehicle_change", _("change of vehicle")
    DRIVER_CHANGE = "driver_change", _("change of driver")
    LATE_CANCEL = "late_cancel", _("late cancellation")
    NO_SHOW = "no_show", _("no-show")


#: These lead to a pause; the others only use up an allowance.
STRIKES = frozenset({"late_cancel", "no_show"})


class MarkQuerySet(models.QuerySet["Mark"]):
    def own_to(self, user: Any) -> MarkQuerySet:
        """This will keep what counts against a driver's own and an organisation's own reservations."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(reservation__driver=user) | Q(organisation__memberships__user=user)).distinct()

    def counting(self) -> MarkQuerySet:
        return self.filter(excused_at=None)

    def strikes(self) -> MarkQuerySet:
        return self.filter(kind__in=sorted(STRIKES))


class Mark(models.Model):
    """One thing that counts, by a published rule. An excused mark counts no more."""

    ref = models.CharField(max_length=20, unique=True, default=mark_ref)
    kind = models.CharField(max_length=20, choices=MarkKind.choices)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="marks")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="marks")
    reservation = models.ForeignKey(Reservation, on_delete=models.PROTECT, related_name="marks")
    at = models.DateTimeField()
    excused_at = models.DateTimeField(null=True)
    excused_reason = models.CharField(max_length=500, blank=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name, verbose_name_plural = _("mark"), _("marks")
        indexes = [models.Index(fields=["vehicle", "at"]), models.Index(fields=["organisation", "at"])]

    def __str__(self) -> str:
        return self.ref


class AppealState(models.TextChoices):
    PENDING = "pending", _("waiting for an answer")
    GRANTED = "granted", _("granted")
    REJECTED = "rejected", _("rejected")


class AppealQuerySet(models.QuerySet["Appeal"]):
    def own_to(self, user: Any) -> AppealQuerySet:
        """This will keep the appeals against what counts against a person or an organisation of theirs."""
        return self.filter(mark__in=Mark.objects.own_to(user).order_by())


class Appeal(models.Model):
    """A driver's or carrier's word against a mark, answered by a supervisor of the port with a reason. One per mark."""

    ref = models.CharField(max_length=20, unique=True, default=appeal_ref)
    mark = models.ForeignKey(Mark, on_delete=models.PROTECT, related_name="appeals")
    text = models.CharField(_("what happened"), max_length=1000)
    state = models.CharField(max_length=10, choices=AppealState.choices)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)

    machine: ClassVar[Machine] = APPEAL
    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name, verbose_name_plural = _("appeal"), _("appeals")
        constraints = [
            models.UniqueConstraint(fields=["mark"], name="one_appeal_per_mark"),
            models.CheckConstraint(
                condition=Q(state="pending") | ~Q(answer=""), name="appeal_is_answered_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class Credit(models.Model):
    """The port called too late: one more ticket for the vehicle in the draw of a later round."""

    ref = models.CharField(max_length=20, unique=True, default=credit_ref)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="credits")
    reservation = models.OneToOneField(Reservation, on_delete=models.PROTECT, related_name="credit")
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_in = models.ForeignKey(Round, null=True, on_delete=models.PROTECT, related_name="credits")

    class Meta:
        ordering = ["-given_at", "-pk"]
        verbose_name, verbose_name_plural = _("credit"), _("credits")
        indexes = [models.Index(fields=["vehicle", "used_in"])]

    def __str__(self) -> str:
        return self.ref
