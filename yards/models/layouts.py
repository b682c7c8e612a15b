"""A yard's plan in versions, and what differs from it for a while: blocked aisles and zones, an evacuation, what is sensed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import new_ref
from core.machine import Machine
from yards.models.places import Yard
from yards.states import EVACUATION, LAYOUT


def layout_ref() -> str:
    return new_ref("Y")


def evacuation_ref() -> str:
    return new_ref("E")


class LayoutState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    IN_FORCE = "in_force", _("in force")
    REPLACED = "replaced", _("replaced")
    DISCARDED = "discarded", _("discarded")


class Layout(models.Model):
    """One version of a yard's plan. `document` is the GeoJSON as it came, `plan` what was understood of it, in metres
    (`yards.layouts.plan`). Bays, zones and gates as rows follow the version in force; a stay keeps the version it began under."""

    ref = models.CharField(max_length=20, unique=True, default=layout_ref)
    yard = models.ForeignKey(Yard, on_delete=models.PROTECT, related_name="layouts")
    version = models.PositiveIntegerField(_("version"))
    state = models.CharField(max_length=10, choices=LayoutState.choices)
    note = models.CharField(_("what changes and why"), max_length=500, blank=True)
    document = models.JSONField()
    plan = models.JSONField()
    findings = models.JSONField(default=list)  # what was understood, ignored or wrong: [level, code, where, figures]
    takes_effect_at = models.DateTimeField(_("takes effect"), null=True, blank=True)
    in_force_at = models.DateTimeField(_("in force since"), null=True)
    replaced_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    machine: ClassVar[Machine] = LAYOUT

    class Meta:
        ordering = ["yard", "-version"]
        verbose_name, verbose_name_plural = _("layout"), _("layouts")
        constraints = [
            models.UniqueConstraint(fields=["yard", "version"], name="layout_version_once"),
            models.UniqueConstraint(fields=["yard"], condition=Q(state="in_force"), name="one_layout_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.yard.code} v{self.version}"


class BlockKind(models.TextChoices):
    AISLE = "aisle", _("aisle")
    ZONE = "zone", _("zone")


class Block(models.Model):
    """An aisle nobody drives, or a zone whose bays nobody is sent to, until it is lifted. Bays are blocked in their own row."""

    yard = models.ForeignKey(Yard, on_delete=models.PROTECT, related_name="blocks")
    kind = models.CharField(max_length=10, choices=BlockKind.choices)
    code = models.CharField(max_length=30)
    reason = models.CharField(_("reason"), max_length=200)
    blocked_at = models.DateTimeField()
    unblocked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("blocked aisle or zone"), _("blocked aisles and zones")
        constraints = [
            models.UniqueConstraint(
                fields=["yard", "kind", "code"], condition=Q(unblocked_at=None), name="blocked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class EvacuationState(models.TextChoices):
    ORDERED = "ordered", _("under way")
    ENDED = "ended", _("ended")


class Evacuation(models.Model):
    """A zone that is being emptied. `order` names the visits that stood there, who leaves first first, each with its exit gate."""

    ref = models.CharField(max_length=20, unique=True, default=evacuation_ref)
    yard = models.ForeignKey(Yard, on_delete=models.PROTECT, related_name="evacuations")
    zone_code = models.CharField(_("zone"), max_length=10)
    state = models.CharField(max_length=10, choices=EvacuationState.choices)
    reason = models.CharField(_("reason"), max_length=200)
    order = models.JSONField(default=list)  # [visit_ref, bay code, exit gate code or "" where no way out was found]
    ordered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    machine: ClassVar[Machine] = EVACUATION

    class Meta:
        verbose_name, verbose_name_plural = _("evacuation"), _("evacuations")
        constraints = [
            models.UniqueConstraint(
                fields=["yard", "zone_code"], condition=Q(state="ordered"), name="one_evacuation_per_zone"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.zone_code}"


class PlaceKind(models.TextChoices):
    BAY = "bay", _("bay")
    ZONE = "zone", _("zone")
    POST = "post", _("post")
    GATE = "gate", _("gate")


class Sighting(models.Model):
    """Where a visit was last seen in the yard, one row per visit, deleted when the visit ends. Phones' own positions never come here."""

    yard = models.ForeignKey(Yard, on_delete=models.CASCADE, related_name="sightings")
    visit_ref = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=PlaceKind.choices)
    code = models.CharField(max_length=30)
    source = models.CharField(max_length=10)  # qr, device or staff
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.visit_ref} {self.kind} {self.code}"


class Sensed(models.Model):
    """The newest reading of a bay's or a zone's sensor beside the books: flagged where they differ, never trusted instead of them.

    A bay's `taken` is 0 or 1; a zone's is a number of vehicles.
    """

    yard = models.ForeignKey(Yard, on_delete=models.CASCADE, related_name="sensed")
    kind = models.CharField(max_length=10, choices=PlaceKind.choices)
    code = models.CharField(max_length=30)
    taken = models.IntegerField()
    capacity = models.IntegerField(null=True)  # what the sensor believes there is: 627 free of 22 is caught by it
    books = models.IntegerField()  # taken by the books when it came
    seen_at = models.DateTimeField()
    received_at = models.DateTimeField()
    doubted_at = models.DateTimeField(null=True)  # since when it differs

    class Meta:
        verbose_name, verbose_name_plural = _("sensor reading"), _("sensor readings")
        constraints = [models.UniqueConstraint(fields=["yard", "kind", "code"], name="one_reading_per_place")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}: {self.taken}"
