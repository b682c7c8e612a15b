"""A vehicle's hold of one bay. A visit is named by its ref alone: yards know no reservations."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Vehicle
from core.ids import new_ref
from core.machine import Machine
from yards.models.layouts import Layout
from yards.models.places import Bay
from yards.states import STAY


def stay_ref() -> str:
    return new_ref("S")


class StayState(models.TextChoices):
    HELD = "held", _("held")
    OCCUPIED = "occupied", _("occupied")
    RELEASED = "released", _("released")


LIVE = Q(state__in=["held", "occupied"])


class Stay(models.Model):
    """One visit's hold of one bay; a move of bay is a new stay. The database allows one live stay per bay and per visit."""

    ref = models.CharField(max_length=20, unique=True, default=stay_ref)
    bay = models.ForeignKey(Bay, on_delete=models.PROTECT, related_name="stays")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="stays")
    visit_ref = models.CharField(max_length=20, db_index=True)
    state = models.CharField(max_length=10, choices=StayState.choices)
    held_at = models.DateTimeField()
    occupied_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    why = models.JSONField(default=dict)  # the choice with its inputs and alternatives
    # The plan it began under: who is inside keeps his way in and out when a new plan takes effect. None: a yard without a plan.
    layout = models.ForeignKey(Layout, null=True, on_delete=models.PROTECT, related_name="stays")
    hazard = models.CharField(
        max_length=10, blank=True
    )  # class of its dangerous goods, "?" unnamed: what is kept apart from it
    expected_minutes = models.PositiveIntegerField(
        default=0
    )  # how long such a stay lasts, as known when it began; 0 unknown
    overstayed_at = models.DateTimeField(null=True)  # when it was told that it stays too long

    machine: ClassVar[Machine] = STAY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bay"], condition=LIVE, name="one_live_stay_per_bay"),
            models.UniqueConstraint(fields=["visit_ref"], condition=LIVE, name="one_live_stay_per_visit"),
        ]
        indexes = [models.Index(fields=["bay", "state"])]

    def __str__(self) -> str:
        return f"{self.visit_ref} {self.state} {self.bay}"
