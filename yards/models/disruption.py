"""What takes supply away: closures of lanes for an interval, and the rate that the far side accepts."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.ids import new_ref
from core.machine import Machine
from yards.models.lanes import Lane
from yards.models.places import Port
from yards.states import CLOSURE


def closure_ref() -> str:
    return new_ref("C")


class ClosureScope(models.TextChoices):
    LANE = "lane", _("lane")
    YARD = "yard", _("yard")
    PORT = "port", _("port")
    FAR_SIDE = "far_side", _("far side")


class ClosureState(models.TextChoices):
    IN_FORCE = "in_force", _("in force")
    LIFTED = "lifted", _("lifted")
    UNDONE = "undone", _("undone")


class ClosureQuerySet(models.QuerySet["Closure"]):
    def counting(self) -> ClosureQuerySet:
        """This will keep the closures that took effect: a lifted one still closed its interval, an undone one never did."""
        return self.exclude(state="undone")

    def covering(self, moment: datetime) -> ClosureQuerySet:
        return self.counting().filter(Q(ends_at=None) | Q(ends_at__gt=moment), starts_at__lte=moment)


class Closure(models.Model):
    """Lanes shut for `[starts_at, ends_at)`; `ends_at` None: until further notice.

    `stages`: the reopening, as [from, until, units per hour].
    """

    ref = models.CharField(max_length=20, unique=True, default=closure_ref)
    port = models.ForeignKey(Port, on_delete=models.PROTECT, related_name="closures")
    scope = models.CharField(_("what is shut"), max_length=10, choices=ClosureScope.choices)
    lanes = models.ManyToManyField(Lane, related_name="closures", verbose_name=_("lanes"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    stages = models.JSONField(_("reopening"), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(max_length=10, choices=ClosureState.choices)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    machine: ClassVar[Machine] = CLOSURE
    objects = ClosureQuerySet.as_manager()

    class Meta:
        ordering = ["-declared_at", "-pk"]
        verbose_name, verbose_name_plural = _("closure"), _("closures")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="closure_ends_after_its_start"
            )
        ]

    def __str__(self) -> str:
        return self.ref

    def is_over(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now


def crossing_ref() -> str:
    return new_ref("X")


class CrossingKind(models.TextChoices):
    ARRIVED = "arrived", _("came over to the far side")
    DEPARTED = "departed", _("left the far side for us")


class Crossing(models.Model):
    """A vehicle that crossed, as the far side saw it. `visit_ref` is empty for one that nobody here expects: its plate is not kept."""

    ref = models.CharField(max_length=20, unique=True, default=crossing_ref)
    port = models.ForeignKey(Port, on_delete=models.PROTECT, related_name="crossings")
    kind = models.CharField(_("kind"), max_length=10, choices=CrossingKind.choices)
    visit_ref = models.CharField(max_length=20, blank=True)
    crossed_at = models.DateTimeField(_("crossed at"))
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=20)  # the actor's ref

    class Meta:
        ordering = ["-crossed_at", "-pk"]
        verbose_name, verbose_name_plural = _("crossing"), _("crossings")
        constraints = [
            models.UniqueConstraint(fields=["kind", "visit_ref"], condition=~Q(visit_ref=""), name="crossing_once")
        ]
        indexes = [models.Index(fields=["port", "kind", "crossed_at"])]

    def __str__(self) -> str:
        return self.ref


class RateSource(models.TextChoices):
    STAFF = "staff", _("entered by staff")
    COUNTERPART = "counterpart", _("sent by the far side")


class FarSideRate(models.Model):
    """Vehicles an hour that the far side accepts of a lane from `valid_from` on; None: no limit known.

    Never edited: the rows are the history.
    """

    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="far_side_rates")
    units_per_hour = models.PositiveIntegerField(_("vehicles per hour"), null=True, blank=True)
    valid_from = models.DateTimeField(_("valid from"))
    source = models.CharField(_("source"), max_length=12, choices=RateSource.choices)
    entered_by = models.CharField(max_length=20)  # the actor's ref
    entered_at = models.DateTimeField()
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["lane", "-valid_from", "-pk"]
        verbose_name, verbose_name_plural = _("far-side rate"), _("far-side rates")
        indexes = [models.Index(fields=["lane", "valid_from"])]

    def __str__(self) -> str:
        return f"{self.lane.code} {self.units_per_hour}"
