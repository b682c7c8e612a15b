"""A half-open interval of a lane with a counted number of places."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from core.ids import new_ref
from reservations.models.policy import Policy
from yards.models import Lane


def slot_ref() -> str:
    return new_ref("T")


class SlotQuerySet(models.QuerySet["Slot"]):
    def with_room(self, *, units: int = 1) -> SlotQuerySet:
        return self.filter(is_frozen=False, taken__lte=F("capacity") - units)

    def not_over(self, now: datetime) -> SlotQuerySet:
        return self.filter(ends_at__gt=now)

    def take(self, slot_id: int, *, units: int = 1) -> bool:
        """This will take places by one conditional UPDATE; False when there is no room.

        The guard of the whole promise, written out in SQL: it says what it does, and the ORM's way to it costs eight times as much.
        """
        sql = (
            "UPDATE reservations_slot SET taken = taken + %s WHERE id = %s AND NOT is_frozen AND taken <= capacity - %s"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [units, slot_id, units])
            return cursor.rowcount == 1

    def give_back(self, slot_id: int, *, units: int = 1) -> None:
        """This will free places; a slot cut below what was taken shrinks towards its plan as places come back."""
        self.filter(pk=slot_id).update(taken=F("taken") - units, capacity=Greatest(F("planned"), F("taken") - units))


class Slot(models.Model):
    """`[starts_at, ends_at)` of a lane. `planned` is what staff want, `capacity` what holds: never below `taken`."""

    ref = models.CharField(max_length=20, unique=True, default=slot_ref)
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="slots")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    service_date = models.DateField()  # the port's date on which the slot starts
    planned = models.PositiveIntegerField()
    capacity = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    set_by_hand = models.BooleanField(default=False)  # staff set `planned`: the generator leaves it alone
    is_frozen = models.BooleanField(_("frozen"), default=False)
    frozen_reason = models.CharField(max_length=200, blank=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["lane", "starts_at"]
        verbose_name, verbose_name_plural = _("slot"), _("slots")
        constraints = [
            models.UniqueConstraint(fields=["lane", "starts_at"], name="slot_once"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="slot_never_oversold"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="slot_has_length"),
        ]
        indexes = [models.Index(fields=["lane", "service_date"])]

    def __str__(self) -> str:
        return f"{self.lane.code} {self.starts_at:%F %H:%M}"

    @property
    def free(self) -> int:
        return 0 if self.is_frozen else self.capacity - self.taken
