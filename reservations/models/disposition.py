"""What a closure meant for each reservation it met: exactly one answer each."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from reservations.models.reservation import Reservation
from reservations.models.slot import Slot
from yards.models import Closure


class DispositionKind(models.TextChoices):
    MOVED = "moved", _("moved to another slot")
    STANDBY = "standby", _("no place left: first in the standby order")
    HERE = "here", _("already in the order: keeps its place until the lane opens")


class Disposition(models.Model):
    """One affected reservation of a closure: where it was, and where it went."""

    closure = models.ForeignKey(Closure, on_delete=models.PROTECT, related_name="dispositions")
    reservation = models.ForeignKey(Reservation, on_delete=models.PROTECT, related_name="dispositions")
    kind = models.CharField(max_length=10, choices=DispositionKind.choices)
    from_slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="+")
    to_slot = models.ForeignKey(Slot, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["closure", "from_slot", "pk"]
        verbose_name, verbose_name_plural = _("disposition"), _("dispositions")
        constraints = [
            models.UniqueConstraint(
                fields=["closure", "reservation"], name="one_disposition_per_closure_and_reservation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reservation} {self.kind}"
