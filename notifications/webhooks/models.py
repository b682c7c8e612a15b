"""Webhooks: an organisation's endpoints with their secrets, what happened to it, and each delivery with its tries."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.ids import new_ref
from core.machine import Machine
from notifications.webhooks.states import DELIVERY, ENDPOINT


def endpoint_ref() -> str:
    return new_ref("H")


def delivery_ref() -> str:
    return new_ref("WD")


class EndpointState(models.TextChoices):
    ENABLED = "enabled", _("on")
    DISABLED = "disabled", _("switched off")


class DisabledBy(models.TextChoices):
    OWNER = "owner", _("switched off by its organisation")
    GONE = "gone", _("the receiver answered 410: it is gone")
    FAILING = "failing", _("no success for five days")


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def own_to(self, user: Any) -> EndpointQuerySet:
        """This will keep the endpoints of the person's or program's organisation."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(organisation__memberships__user=user).distinct()

    def due(self, now: datetime) -> EndpointQuerySet:
        """This will keep what is on, in nobody's hands, not told to wait, and has something to send."""
        free = Q(lease_until=None) | Q(lease_until__lte=now)
        waited = Q(not_before=None) | Q(not_before__lte=now)
        waiting = Delivery.objects.filter(endpoint=OuterRef("pk")).due(now)
        return self.filter(free, waited, Exists(waiting), state=EndpointState.ENABLED)


class Endpoint(models.Model):
    """An address of an organisation that is told what happens. `kinds`: names or groups (`queue.*`) of events; none = all.

    `lease_token` is the fence: one sender at a time speaks to an endpoint, and who no longer holds it changes nothing.
    `failures` are those in a row, `failing_since` is the first of them; `not_before` keeps a failing one from being asked all the time.
    """

    ref = models.CharField(max_length=20, unique=True, default=endpoint_ref, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="endpoints")
    url = models.CharField(_("address"), max_length=500)
    description = models.CharField(_("description"), max_length=200, blank=True)
    kinds = models.JSONField(_("events"), default=list, blank=True)
    state = models.CharField(max_length=10, choices=EndpointState.choices)
    created_by = models.CharField(max_length=20)  # the actor's ref
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True)
    disabled_by = models.CharField(max_length=10, choices=DisabledBy.choices, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, blank=True)
    last_success_at = models.DateTimeField(null=True)
    last_problem = models.CharField(max_length=40, blank=True)
    last_took_ms = models.PositiveIntegerField(default=0)

    machine: ClassVar[Machine] = ENDPOINT
    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name, verbose_name_plural = _("webhook endpoint"), _("webhook endpoints")
        indexes = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return self.ref


class Secret(models.Model):
    """A signing secret of an endpoint, sealed (notifications/webhooks/keys.py). `expires_at`: until then it signs beside its successor."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"secret of {self.created_at:%F %T}"


class Event(models.Model):
    """What happened, as one organisation may know it. `body` is the very text that is sent and signed, at every try the same.

    `stream` and `seq` name the ledger entry (None for a test event).
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    stream = models.CharField(max_length=80, null=True)  # noqa: DJ001  NULLs are distinct in the constraint below
    seq = models.PositiveBigIntegerField(null=True)
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    body = models.TextField()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "stream", "seq"], name="webhook_event_once")]
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.stream} {self.seq}"


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("to be sent")
    DELIVERED = "delivered", _("delivered")
    EXHAUSTED = "exhausted", _("given up")
    DISABLED = "disabled", _("not sent: switched off")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def own_to(self, user: Any) -> DeliveryQuerySet:
        """This will keep the deliveries to endpoints of the person's or program's organisation."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(endpoint__organisation__memberships__user=user).distinct()

    def due(self, now: datetime) -> DeliveryQuerySet:
        """This will keep what is to be sent now; `next_attempt_at` None means at once."""
        return self.filter(Q(next_attempt_at=None) | Q(next_attempt_at__lte=now), state=DeliveryState.PENDING)

    def dead(self) -> DeliveryQuerySet:
        """This will keep the dead letters: what nobody tries to send any more and nobody took."""
        return self.filter(state__in=[DeliveryState.EXHAUSTED, DeliveryState.DISABLED])


class Delivery(models.Model):
    """One event on its way to one endpoint. Its `ref` is the `webhook-id`: the same at every try and every replay.

    `tries` counts those since it was made or last replayed; `give_up_at` ends them.
    """

    ref = models.CharField(max_length=20, unique=True, default=delivery_ref, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=10, choices=DeliveryState.choices)
    tries = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    give_up_at = models.DateTimeField()
    replays = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)

    machine: ClassVar[Machine] = DELIVERY
    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-event_id", "-pk"]
        verbose_name, verbose_name_plural = _("webhook delivery"), _("webhook deliveries")
        constraints = [models.UniqueConstraint(fields=["endpoint", "event"], name="webhook_delivery_once")]
        indexes = [
            models.Index(fields=["endpoint", "next_attempt_at"], condition=Q(state="pending"), name="webhook_due"),
            models.Index(fields=["endpoint", "state", "-event"], name="webhook_list"),
        ]

    def __str__(self) -> str:
        return self.ref


class Attempt(models.Model):
    """One try: the status that was answered, or the code of what went wrong before one. The answer's body is not kept."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=40, blank=True)
    took_ms = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.status or self.problem}"


class Dispatcher(models.Model):
    """The one row that says which worker looks for deliveries now; the others leave it to that one until `until`."""

    token = models.CharField(max_length=32, blank=True)
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.token} until {self.until}"
