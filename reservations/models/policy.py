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
    "round_open_hours": (2, 720),
    "round_close_hours": (1, 240),
    "round_publish_minutes": (1, 600),
    "instant_after_minutes": (0, 1440),
    "instant_spread_minutes": (0, 60),
    "auto_threshold_percent": (1, 100),
    "general_share_percent": (0, 100),
    "organisation_share_percent": (1, 100),
    "bundle_span_minutes": (0, 720),
    "cooldown_minutes": (0, 1440),
    "offer_minutes": (1, 240),
    "changes_limit": (0, 100),
    "changes_days": (1, 365),
    "extensions_limit": (0, 100),
    "extensions_days": (1, 365),
    "substitutions_limit": (0, 100),
    "substitutions_days": (1, 365),
    "substitution_cutoff_minutes": (0, 10_080),
    "strike_limit": (1, 20),
    "strike_days": (1, 365),
    "block_days": (0, 90),
    "promise_minutes": (0, 1440),
    "credit_days": (1, 365),
    "far_side_stale_hours": (1, 720),
    "overstay_minutes": (0, 20_160),
    "declaration_hours": (0, 72),
}


class WrongBay(models.TextChoices):
    """What happens when a vehicle stands in another free bay than its own, and fits there."""

    ACCEPT = "accept", _("it may stay, the others are planned anew")
    GUIDE_ON = "guide_on", _("it is guided on to its own bay")


class Allocation(models.TextChoices):
    """How the places of a day are given."""

    OPEN = "open", _("at once, as they are asked for")
    ROUNDS = "rounds", _("by a round and its draw")
    AUTO = "auto", _("by a round when more is expected than there is room for")


#: Rules that are chosen from a list.
CHOICES = {"allocation": Allocation, "wrong_bay": WrongBay}


LOWEST_RANK = 3


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
    allocation = models.CharField(
        _("how places are given"), max_length=10, choices=Allocation.choices, default=Allocation.AUTO
    )
    round_open_hours = models.PositiveIntegerField(_("requests open (hours before the day)"), default=72)
    round_close_hours = models.PositiveIntegerField(_("requests close (hours before the day)"), default=12)
    round_publish_minutes = models.PositiveIntegerField(_("result after closing (min)"), default=30)
    instant_after_minutes = models.PositiveIntegerField(_("what is left opens after the result (min)"), default=60)
    instant_spread_minutes = models.PositiveIntegerField(_("drawn starts within (min)"), default=5)
    auto_threshold_percent = models.PositiveIntegerField(
        _("a round from this share of an hour's places (%)"), default=80
    )
    general_share_percent = models.PositiveIntegerField(_("guaranteed share of general cargo (%)"), default=40)
    organisation_share_percent = models.PositiveIntegerField(_("most of a slot for one organisation (%)"), default=10)
    bundle_span_minutes = models.PositiveIntegerField(_("vehicles of one consignment within (min)"), default=60)
    cooldown_minutes = models.PositiveIntegerField(_("a returned place is closed to who returned it (min)"), default=30)
    offer_minutes = models.PositiveIntegerField(_("time to take an offered place (min)"), default=10)
    changes_limit = models.PositiveIntegerField(_("changes of slot"), default=3)
    changes_days = models.PositiveIntegerField(_("changes of slot are counted over (days)"), default=30)
    extensions_limit = models.PositiveIntegerField(_("extensions"), default=1)
    extensions_days = models.PositiveIntegerField(_("extensions are counted over (days)"), default=60)
    substitutions_limit = models.PositiveIntegerField(_("changes of vehicle or driver"), default=2)
    substitutions_days = models.PositiveIntegerField(
        _("changes of vehicle or driver are counted over (days)"), default=30
    )
    substitution_cutoff_minutes = models.PositiveIntegerField(
        _("vehicle or driver changed until (min before the slot)"), default=60
    )
    strike_limit = models.PositiveIntegerField(_("late cancellations and no-shows until a pause"), default=2)
    strike_days = models.PositiveIntegerField(_("late cancellations and no-shows are counted over (days)"), default=30)
    block_days = models.PositiveIntegerField(_("pause in reserving (days)"), default=14)
    promise_minutes = models.PositiveIntegerField(_("the port is late when it calls … min after the slot"), default=30)
    credit_days = models.PositiveIntegerField(_("a credit is good for (days)"), default=90)
    far_side_stale_hours = models.PositiveIntegerField(_("a far-side rate is old after (hours)"), default=24)
    wrong_bay = models.CharField(
        _("a vehicle in another bay than its own"), max_length=10, choices=WrongBay.choices, default=WrongBay.ACCEPT
    )
    overstay_minutes = models.PositiveIntegerField(_("longest stay in a bay (min, 0: no limit)"), default=720)
    declaration_hours = models.PositiveIntegerField(
        _("a laden vehicle's declaration is ready … hours before its slot (0: not asked)"), default=0
    )
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

    def rank_of(self, cargo_kind: str) -> int:
        """This will return the rank of a cargo's class in a round, 0 first: the order in which the class pattern names the classes."""
        named = list(dict.fromkeys(self.class_pattern))
        wanted = self.class_of(cargo_kind)
        return min(named.index(wanted) if wanted in named else len(named), LOWEST_RANK)
