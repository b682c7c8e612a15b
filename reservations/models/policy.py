"""The published, versioned rules of a port."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from reservations.errors import NoPolicy
from yards.models import Port

#: Least and most of each counted rule: what the operation, the API and the page accept.
BOUNDS = {
    "slot_minutes": (5, 1440),
    "horizon_days": (1, 60),
    "hold_minutes": (1, 5),
    "early_minutes": (0, 1440),
    "grace_minutes": (0, 1440),
    "cancel_cutoff_minutes": (0, 10_080),
    "call_minutes": (1, 240),
    "missed_behind": (0, 100),
    "missed_limit": (1, 20),
}


def default_classes() -> dict[str, str]:
    return {
        "perishable": "priority",
        "hazardous": "priority",
        "general": "general",
        "bulk": "general",
        "ecommerce": "general",
        "empty": "empty",
    }


def default_pattern() -> list[str]:
    # Two of five calls are guaranteed to general cargo: priority cannot starve it.
    return ["priority", "general", "priority", "general", "empty"]


class PolicyQuerySet(models.QuerySet["Policy"]):
    def in_force(self, *, port_id: int, at: datetime) -> Policy:
        """This will return the policy of a port that is in force at a moment; raises NoPolicy before the first one."""
        policy = self.filter(port_id=port_id, effective_from__lte=at).order_by("effective_from", "version").last()
        if policy is None:
            raise NoPolicy
        return policy


class Policy(models.Model):
    """One version of a port's rules. Never edited: a change is a new version with a later `effective_from`."""

    port = models.ForeignKey(Port, on_delete=models.PROTECT, related_name="policies")
    version = models.PositiveIntegerField()
    effective_from = models.DateTimeField(_("in force from"))
    slot_minutes = models.PositiveIntegerField(_("slot length (min)"), default=60)
    horizon_days = models.PositiveIntegerField(_("bookable days ahead"), default=3)
    hold_minutes = models.PositiveIntegerField(_("hold while confirming (min)"), default=5)
    early_minutes = models.PositiveIntegerField(_("earliest check-in before the slot (min)"), default=180)
    grace_minutes = models.PositiveIntegerField(_("grace after the slot's end (min)"), default=30)
    cancel_cutoff_minutes = models.PositiveIntegerField(_("free cancellation until (min before)"), default=60)
    call_minutes = models.PositiveIntegerField(_("time to reach the gate after a call (min)"), default=15)
    missed_behind = models.PositiveIntegerField(_("after a missed call: behind the next … vehicles"), default=3)
    missed_limit = models.PositiveIntegerField(_("missed calls until withdrawn"), default=3)
    classes = models.JSONField(_("class of each cargo kind"), default=default_classes)
    class_pattern = models.JSONField(_("order of classes"), default=default_pattern)
    note = models.CharField(_("what changed and why"), max_length=500, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(auto_now_add=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ["port", "-version"]
        verbose_name, verbose_name_plural = _("policy"), _("policies")
        constraints = [
            models.UniqueConstraint(fields=["port", "version"], name="policy_version_once"),
            models.CheckConstraint(condition=models.Q(slot_minutes__gt=0, missed_limit__gt=0), name="policy_positive"),
            models.CheckConstraint(condition=models.Q(hold_minutes__lte=5), name="policy_hold_at_most_5_min"),
        ]

    def __str__(self) -> str:
        return f"{self.port.code} v{self.version}"

    def class_of(self, cargo_kind: str) -> str:
        return str(self.classes.get(cargo_kind, "general"))
