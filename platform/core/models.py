"""Rows that every floor shares: the ledger and its streams, idempotency keys, atomic counters."""

from __future__ import annotations

from django.db import models


class Stream(models.Model):
    """One ledger stream (a yard's): its counter row hands out `seq` and carries the head of the hash chain."""

    key = models.CharField(max_length=80, unique=True)
    seq = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)
    prev_head = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.key}@{self.seq}"


class LedgerEntry(models.Model):
    """One thing that happened. Append-only; `hash` = sha256(hash of the entry before || digest), both in hex."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=40)
    reason = models.CharField(max_length=500, blank=True)
    policy_version = models.PositiveIntegerField(default=0)
    visit_ref = models.CharField(max_length=20, blank=True, db_index=True)
    data = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="ledger_seq_once")]
        indexes = [models.Index(fields=["stream", "kind", "seq"], name="ledger_by_kind")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class Cursor(models.Model):
    """How far a reader of the ledger (such as `notifications`) has come in a stream; moved in the transaction of what it wrote."""

    reader = models.CharField(max_length=40)
    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="+")
    seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "stream"], name="cursor_once")]

    def __str__(self) -> str:
        return f"{self.reader} at {self.seq}"


class IdempotencyKey(models.Model):
    """The answer given to (client, key). Written in the transaction of its effect, so one exists exactly when the other does."""

    client = models.CharField(max_length=60)
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="idempotency_once")]

    def __str__(self) -> str:
        return self.key


class RateCounter(models.Model):
    """How often `subject` did `scope` in the window that began at `window_started_at`; raised by one conditional statement."""

    scope = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    window_started_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "subject", "window_started_at"], name="rate_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.subject}: {self.count}"
