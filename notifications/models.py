"""Messages to people: one row per event, person and channel; the rows are the outbox."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.ids import new_ref
from core.machine import Machine
from notifications.states import MESSAGE
from notifications.words import Text, render


def message_ref() -> str:
    return new_ref("M")


class Channel(models.TextChoices):
    INAPP = "inapp", _("on the page")
    SMS = "sms", _("text message")
    EMAIL = "email", _("e-mail")


class MessageState(models.TextChoices):
    PENDING = "pending", _("to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("refused")
    DEAD = "dead", _("given up")


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: Any) -> MessageQuerySet:
        """This will keep the messages that the person reads on the page."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(person=user, channel=Channel.INAPP)

    def unread(self) -> MessageQuerySet:
        return self.filter(read_at=None)

    def due(self, now: Any) -> MessageQuerySet:
        """This will keep what waits to be sent and is in nobody's hands, or in hands that have been silent too long."""
        free = Q(lease_until=None) | Q(lease_until__lte=now)
        return self.filter(free, state=MessageState.PENDING, next_attempt_at__lte=now)


class Message(models.Model):
    """`facts` fill the words of `words` in any language. `lease_token` is the fence: who no longer holds it changes nothing.

    `stream` and `seq` name the ledger entry it tells of (None for one-time codes); `to` is a phone number or an address.
    """

    ref = models.CharField(max_length=20, unique=True, default=message_ref, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    stream = models.CharField(max_length=80, null=True)  # noqa: DJ001  NULLs are distinct in the constraint below
    seq = models.PositiveBigIntegerField(null=True)
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    to = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=10)
    words = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.PENDING)
    created_at = models.DateTimeField()
    useful_until = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    machine: ClassVar[Machine] = MESSAGE
    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name, verbose_name_plural = _("message"), _("messages")
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq", "person", "channel"], name="message_once"),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="pending"), name="message_due"),
            models.Index(fields=["person", "channel", "read_at"], name="message_of_person"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def text(self) -> Text:
        """Title and body in the language that the page is shown in."""
        return render(self.words, self.facts, get_language() or self.language)

    @property
    def text_as_sent(self) -> Text:
        """Title and body as its reader gets them."""
        return render(self.words, self.facts, self.language)
