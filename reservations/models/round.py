"""A day's allocation round of a port, its proof, and the requests for a place."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Vehicle
from core.ids import new_ref
from core.machine import Machine
from reservations.declarations.models import Declaration
from reservations.models.policy import Policy
from reservations.models.reservation import Reservation
from reservations.models.slot import Slot
from reservations.states import REQUEST, ROUND
from yards.models import CargoKind, Lane, Port


def round_ref() -> str:
    return new_ref("L")


def request_ref() -> str:
    return new_ref("W")


class RoundState(models.TextChoices):
    ANNOUNCED = "announced", _("announced")
    OPEN = "open", _("open for requests")
    CLOSED = "closed", _("closed, being drawn")
    DRAWN = "drawn", _("drawn, result to come")
    PUBLISHED = "published", _("published")
    FAILED = "failed", _("failed, to be run again")
    VOID = "void", _("not held")


class Round(models.Model):
    """The requests of one port and service date, placed together at known moments.

    `commitment` = sha256(seed) is public before the round opens, the seed after it. Ties fall by the draw key
    sha256(seed || inputs_hash), the hash that the round was closed with: who knows the seed does not know the requests to come,
    and nobody else knows the seed.
    """

    ref = models.CharField(max_length=20, unique=True, default=round_ref)
    port = models.ForeignKey(Port, on_delete=models.PROTECT, related_name="rounds")
    service_date = models.DateField(_("day"))
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RoundState.choices)
    opens_at = models.DateTimeField(_("requests open"))
    closes_at = models.DateTimeField(_("requests close"))
    publishes_at = models.DateTimeField(_("result"))
    instant_at = models.DateTimeField(_("what is left opens"))
    seed = models.CharField(max_length=64)  # hex; never shown before publication
    commitment = models.CharField(max_length=64)
    inputs_hash = models.CharField(max_length=64, blank=True)
    outcome_hash = models.CharField(max_length=64, blank=True)
    drawn_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    asked = models.PositiveIntegerField(default=0)  # requests it was drawn over
    placed = models.PositiveIntegerField(default=0)
    redraws = models.PositiveSmallIntegerField(default=0)  # its places were read again, its requests never
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)  # one worker draws at a time; `attempts` is its fencing token
    failure = models.CharField(max_length=300, blank=True)

    machine: ClassVar[Machine] = ROUND

    class Meta:
        ordering = ["-service_date", "port"]
        verbose_name, verbose_name_plural = _("allocation round"), _("allocation rounds")
        constraints = [
            models.UniqueConstraint(fields=["port", "service_date"], name="one_round_per_port_and_day"),
            models.CheckConstraint(
                condition=Q(
                    opens_at__lt=F("closes_at"), closes_at__lt=F("publishes_at"), publishes_at__lte=F("instant_at")
                ),
                name="round_moments_in_order",
            ),
        ]
        indexes = [models.Index(fields=["state", "opens_at"])]

    def __str__(self) -> str:
        return self.ref


class RoundProof(models.Model):
    """What anybody needs to run a round again: `inputs` (masked requests, places, rule), `outcome` (placements, reasons, certificate)."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="proof")
    inputs = models.JSONField()
    outcome = models.JSONField()

    def __str__(self) -> str:
        return str(self.round)


class RequestState(models.TextChoices):
    REQUESTED = "requested", _("asked for")
    STANDBY = "standby", _("on standby")
    OFFERED = "offered", _("a place is offered")
    PLACED = "placed", _("placed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    UNPLACED = "unplaced", _("not placed")


class RequestQuerySet(models.QuerySet["Request"]):
    def own_to(self, user: Any) -> RequestQuerySet:
        """This will keep a driver's own and an organisation's own rows."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(driver=user) | Q(organisation__memberships__user=user)).distinct()

    def live(self) -> RequestQuerySet:
        return self.filter(state__in=REQUEST.live)

    def late(self) -> RequestQuerySet:
        """This will keep requests that no round will place: made after the result, or on a day without one, or its round is void."""
        return self.filter(Q(round=None) | Q(round__state__in=["published", "void"]), state="requested")

    def in_the_standby_order(self) -> RequestQuerySet:
        """This will keep who stands by or has an offer just now, in the published order."""
        return self.filter(state__in=["standby", "offered"]).order_by("stands_at", "drawn", "pk")

    def standing_by(self) -> RequestQuerySet:
        """This will keep who stands by, in the published order: since when, then the number drawn in the round."""
        return self.filter(state="standby").order_by("stands_at", "drawn", "pk")


class Request(models.Model):
    """A wish for a place: one vehicle, lanes that fit, `[earliest_at, latest_at]` for the slot's start and the time it likes best.

    `reservation`: the promise that came of it; while it lives, the one that it wants to better.
    """

    ref = models.CharField(max_length=20, unique=True, default=request_ref)
    port = models.ForeignKey(Port, on_delete=models.PROTECT, related_name="requests")
    service_date = models.DateField()
    round = models.ForeignKey(Round, null=True, on_delete=models.PROTECT, related_name="requests")
    lanes = models.ManyToManyField(Lane, related_name="requests")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="requests")
    driver = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="requests")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="requests")
    cargo_kind = models.CharField(max_length=20, choices=CargoKind.choices)
    queue_class = models.CharField(max_length=20)
    evidence = models.CharField(_("evidence of the class"), max_length=200, blank=True)
    bundle = models.CharField(max_length=20, blank=True, db_index=True)
    declaration = models.ForeignKey(Declaration, null=True, on_delete=models.PROTECT, related_name="requests")
    earliest_at = models.DateTimeField(_("earliest"))
    latest_at = models.DateTimeField(_("latest"))
    preferred_at = models.DateTimeField(_("best"))
    is_ready = models.BooleanField(_("ready to come"), default=True)
    travel_minutes = models.PositiveIntegerField(_("minutes to the port"), default=60)
    state = models.CharField(max_length=10, choices=RequestState.choices)
    reservation = models.ForeignKey(Reservation, null=True, on_delete=models.PROTECT, related_name="requests")
    stands_at = models.DateTimeField(null=True)
    drawn = models.PositiveIntegerField(default=0)  # number in the draw of its round
    slot = models.ForeignKey(Slot, null=True, on_delete=models.PROTECT, related_name="offers")  # while offered
    offer_until = models.DateTimeField(null=True)
    offers = models.PositiveSmallIntegerField(default=0)
    reason = models.JSONField(default=dict, blank=True)  # why this outcome: {code, …} (reservations/allocation)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    machine: ClassVar[Machine] = REQUEST
    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name, verbose_name_plural = _("request for a place"), _("requests for a place")
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle"],
                condition=Q(state__in=["requested", "standby", "offered"]),
                name="one_live_request_per_vehicle",
            ),
            models.CheckConstraint(
                condition=Q(earliest_at__lte=F("preferred_at"), preferred_at__lte=F("latest_at")),
                name="request_times_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(slot__isnull=False, offer_until__isnull=False),
                name="offer_has_slot_and_end",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "service_date"]),
            models.Index(fields=["state", "offer_until"]),
        ]

    def __str__(self) -> str:
        return self.ref
