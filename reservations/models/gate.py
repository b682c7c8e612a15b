"""The inbox of gate devices: what was seen, by whom, when, and what came of it. A row stays until what it needs has been told.
What was read is emptied some time after (inbox/forgetting.py)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Device, PlateClass, Vehicle
from core.ids import new_ref
from core.machine import Machine
from reservations.models.queue import QueueEntry
from reservations.states import GATE_EVENT
from yards.models import PlaceKind, Yard


def event_ref() -> str:
    return new_ref("J")


class GateEventKind(models.TextChoices):
    PLATE = "plate", _("plate read")
    SCAN = "scan", _("pass scanned")
    BARRIER = "barrier", _("barrier opened")
    WEIGHBRIDGE = "weighbridge", _("weighbridge")
    ZONE = "zone", _("read in the yard")


class Way(models.TextChoices):
    IN = "in", _("in")
    OUT = "out", _("out")


class GateEventState(models.TextChoices):
    WAITING = "waiting", _("waits for what comes before it")
    DOUBT = "doubt", _("for a person")
    APPLIED = "applied", _("applied")
    VOID = "void", _("of no effect")


class GateEvent(models.Model):
    """One thing a device saw. (device, number) is once: told again it is the same event.

    `occurred_at` is the device's word, `received_at` ours. `vehicle` is whom it was taken for, surely or by a person's word (`decided_by`);
    nothing is done for a guess. `outcome` says what came of it, `reason` why it waits or is doubted (reservations/inbox/words.py).
    """

    ref = models.CharField(max_length=20, unique=True, default=event_ref)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField()
    fingerprint = models.CharField(
        max_length=64
    )  # of all that was told, so that another event under the number is seen
    yard = models.ForeignKey(Yard, on_delete=models.PROTECT, related_name="gate_events")
    gate_code = models.CharField(max_length=30)
    kind = models.CharField(max_length=12, choices=GateEventKind.choices)
    way = models.CharField(
        max_length=3, choices=Way.choices, blank=True
    )  # through the gate; none where it is read in the yard
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    # what was seen
    plate = models.CharField(max_length=40, blank=True)
    plate_key = models.CharField(max_length=40, blank=True, db_index=True)  # accounts.plates.normalise
    country = models.CharField(max_length=2, blank=True)
    plate_class = models.CharField(max_length=10, choices=PlateClass.choices, default=PlateClass.TRUCK)
    confidence = models.FloatField(null=True)  # 0 to 1, the camera's own
    image_ref = models.CharField(max_length=200, blank=True)  # names a picture on the device's side; none is kept here
    token = models.CharField(max_length=600, blank=True)
    place_kind = models.CharField(max_length=10, choices=PlaceKind.choices, blank=True)
    place_code = models.CharField(max_length=30, blank=True)
    weight_kg = models.PositiveIntegerField(null=True)
    length_m = models.FloatField(null=True)
    width_m = models.FloatField(null=True)
    # what came of it
    vehicle = models.ForeignKey(Vehicle, null=True, on_delete=models.PROTECT, related_name="gate_events")
    entry = models.ForeignKey(QueueEntry, null=True, on_delete=models.PROTECT, related_name="gate_events")
    state = models.CharField(max_length=10, choices=GateEventState.choices)
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=30, blank=True)
    wait_until = models.DateTimeField(null=True)  # then a person is asked
    settled_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)  # the reason of who decided

    machine: ClassVar[Machine] = GATE_EVENT

    class Meta:
        ordering = ["occurred_at", "pk"]
        verbose_name, verbose_name_plural = _("gate event"), _("gate events")
        constraints = [models.UniqueConstraint(fields=["device", "number"], name="gate_event_once")]
        indexes = [
            models.Index(fields=["state", "wait_until"], name="gate_event_due"),
            models.Index(fields=["yard", "state"], name="gate_event_in_yard"),
            models.Index(fields=["vehicle", "state"], name="gate_event_of_vehicle"),
        ]

    def __str__(self) -> str:
        return self.ref
