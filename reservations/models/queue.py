"""Presence and order: who is here, in which order they are called, and the overrides that two people signed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Vehicle
from core.ids import new_ref
from core.machine import Machine
from reservations.declarations.models import Declaration
from reservations.models.reservation import Reservation, visit_ref
from reservations.models.slot import Slot
from reservations.states import OVERRIDE, QUEUE_ENTRY
from yards.models import CargoKind, Gate, Lane


def entry_ref() -> str:
    return new_ref("Q")


def override_ref() -> str:
    return new_ref("X")


class EntryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    CALLED = "called", _("called")
    ADMITTED = "admitted", _("in the yard")
    EXITED = "exited", _("left")
    WITHDRAWN = "withdrawn", _("withdrawn")


class LaneQueue(models.Model):
    """The counters of a lane's order: tickets given, calls made, and where the class pattern stands."""

    lane = models.OneToOneField(Lane, on_delete=models.CASCADE, related_name="queue")
    tickets = models.PositiveBigIntegerField(default=0)
    calls = models.PositiveBigIntegerField(default=0)
    pattern_at = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.lane.code}: {self.calls} calls"


class QueueEntryQuerySet(models.QuerySet["QueueEntry"]):
    def own_to(self, user: Any) -> QueueEntryQuerySet:
        """This will keep a driver's own and an organisation's own rows."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(driver=user) | Q(vehicle__organisation__memberships__user=user)).distinct()

    def open(self) -> QueueEntryQuerySet:
        return self.filter(state__in=QUEUE_ENTRY.live)


class QueueEntry(models.Model):
    """A vehicle that has checked in. `promised_at` orders it within its class; walk-ups hold a place in `slot` themselves."""

    ref = models.CharField(max_length=20, unique=True, default=entry_ref)
    visit_ref = models.CharField(max_length=20, unique=True, default=visit_ref)
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="entries")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="entries")
    driver = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="entries")
    reservation = models.OneToOneField(Reservation, null=True, on_delete=models.PROTECT, related_name="entry")
    slot = models.ForeignKey(Slot, null=True, on_delete=models.PROTECT, related_name="walk_ups")
    cargo_kind = models.CharField(max_length=20, choices=CargoKind.choices)
    # The vehicle's size and cooling at check-in: calls and audit judge by these, whatever its owner edits meanwhile.
    length_m = models.DecimalField(max_digits=4, decimal_places=1, default=17)
    width_m = models.DecimalField(max_digits=3, decimal_places=2, default=2.55)
    reefer = models.BooleanField(default=False)
    # Class of its dangerous goods ("3", "5.1"), blank where none or not said: then it is kept apart from all others.
    hazard_class = models.CharField(max_length=4, blank=True)
    declared_step = models.CharField(max_length=12, blank=True)  # see next_step
    # Whose trip this is, its promise kept or lost: who comes too late for it makes that trip as well.
    declaration = models.ForeignKey(Declaration, null=True, on_delete=models.PROTECT, related_name="entries")
    queue_class = models.CharField(max_length=20)
    ticket = models.PositiveBigIntegerField()
    arrived_at = models.DateTimeField()
    promised_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=EntryState.choices)
    not_before_call = models.PositiveBigIntegerField(
        default=0
    )  # after a missed call: may be called as call number ≥ this
    missed = models.PositiveSmallIntegerField(default=0)
    called_at = models.DateTimeField(null=True)
    first_called_at = models.DateTimeField(null=True)  # the port's promise is judged by this one
    call_expires_at = models.DateTimeField(null=True)
    gate = models.ForeignKey(Gate, null=True, on_delete=models.PROTECT, related_name="+")
    admitted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    machine: ClassVar[Machine] = QUEUE_ENTRY
    objects = QueueEntryQuerySet.as_manager()

    class Meta:
        ordering = ["lane", "promised_at", "arrived_at", "ticket"]
        verbose_name, verbose_name_plural = _("queue entry"), _("queue entries")
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle"],
                condition=Q(state__in=["waiting", "called", "admitted"]),
                name="one_open_entry_per_vehicle",
            ),
            models.UniqueConstraint(fields=["lane", "ticket"], name="ticket_once_per_lane"),
        ]
        indexes = [models.Index(fields=["lane", "state"]), models.Index(fields=["state", "call_expires_at"])]

    def __str__(self) -> str:
        return self.ref

    @property
    def next_step(self) -> str:
        """Where it drives from its bay: what its declaration says, else where its lane leads."""
        return self.declared_step or self.lane.next_step


class OverrideState(models.TextChoices):
    PENDING = "pending", _("waiting for a second person")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    USED = "used", _("used")
    LAPSED = "lapsed", _("lapsed")


class Override(models.Model):
    """A call out of order: asked for with a reason by one person, approved by another (the database checks that they differ)."""

    ref = models.CharField(max_length=20, unique=True, default=override_ref)
    entry = models.ForeignKey(QueueEntry, on_delete=models.PROTECT, related_name="overrides")
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(max_length=20, choices=OverrideState.choices)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    machine: ClassVar[Machine] = OVERRIDE

    class Meta:
        ordering = ["-asked_at"]
        verbose_name, verbose_name_plural = _("override"), _("overrides")
        constraints = [
            models.CheckConstraint(condition=~Q(asked_by=F("decided_by")), name="override_needs_a_second_person"),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state__in=["pending", "approved"]), name="one_open_override_per_entry"
            ),
        ]

    def __str__(self) -> str:
        return self.ref
