"""A half-open interval of a lane with a counted number of places."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from core import prepared
from core.ids import new_ref
from reservations.models.policy import Policy
from yards.models import Lane


def slot_ref() -> str:
    return new_ref("T")


class SlotQuerySet(models.QuerySet["Slot"]):
    def with_room(self, *, units: int = 1) -> SlotQuerySet:
        """This will keep slots with places that anybody may take."""
        return self.filter(is_frozen=False, taken__lte=F("capacity") - F("protected") - F("returned") - units)

    def not_over(self, now: datetime) -> SlotQuerySet:
        return self.filter(ends_at__gt=now)

    def take(self, slot_id: int, *, units: int = 1) -> bool:
        """This will take places by one conditional UPDATE; False when there is no room.

        The guard of the whole promise, written out in SQL: it says what it does, and the ORM's way to it costs eight times as much.
        """
        sql = (
            "UPDATE reservations_slot SET taken = taken + %s"
            " WHERE id = %s AND NOT is_frozen AND taken <= capacity - protected - returned - %s"
        )
        with prepared.cursor() as cursor:
            cursor.execute(sql, [units, slot_id, units])
            return cursor.rowcount == 1

    def open_to_all(self, now: datetime) -> SlotQuerySet:
        """This will leave out slots whose round has left something that opens only later."""
        return self.filter(Q(opens_at=None) | Q(opens_at__lte=now))

    def take_kept(self, slot_id: int, *, units: int = 1) -> bool:
        """This will take places for a round or an offer, which may use what is kept for them; returned places first."""
        left = Greatest(F("returned") - units, 0)
        rows = self.filter(pk=slot_id, is_frozen=False, taken__lte=F("capacity") - units)
        return bool(rows.update(taken=F("taken") + units, returned=left))

    def give_back(self, slot_id: int, *, units: int = 1) -> None:
        """This will free places; a slot cut below what was taken shrinks towards its plan as places come back.

        While somebody stands by for its lane and time they are `returned`: kept for the standby order, never for the fastest click.
        """
        taken = F("taken") - units
        capacity = Greatest(F("planned"), taken)
        kept = Least(F("returned") + units, capacity - taken)
        self.filter(pk=slot_id).update(taken=taken, capacity=capacity, returned=_if_somebody_stands_by(kept))

    def hand_back(self, slot_id: int) -> None:
        """This will free the place of an offer that was not taken: the next in the standby order has its turn, if there is one."""
        taken = F("taken") - 1
        capacity = Greatest(F("planned"), taken)
        kept = Least(F("returned") + 1, capacity - taken)
        self.filter(pk=slot_id).update(taken=taken, capacity=capacity, returned=kept)

    def keep_for_standby(self, slot_id: int, *, units: int) -> None:
        """This will keep free places (protected no more, or added by staff) for the standby order while somebody stands by for them."""
        kept = Least(F("returned") + units, F("capacity") - F("taken") - F("protected"))
        self.filter(pk=slot_id).update(returned=_if_somebody_stands_by(Greatest(kept, F("returned"))))


def _if_somebody_stands_by(places: Combinable) -> Case:
    """`places` while somebody stands by for the slot's lane and time, else what is returned already."""
    whole = models.IntegerField()
    return Case(When(Exists(_standing_by()), then=places), default=F("returned"), output_field=whole)


def _standing_by() -> QuerySet[models.Model]:
    """Who stands by for the lane of a slot, at its time. The members of a bundle take a place together or not at all: not these."""
    rows: QuerySet[models.Model] = apps.get_model("reservations", "Request")._default_manager.all()
    return rows.filter(
        state="standby",
        bundle="",
        lanes=OuterRef("lane_id"),
        earliest_at__lte=OuterRef("starts_at"),
        latest_at__gte=OuterRef("starts_at"),
    )


class Slot(models.Model):
    """`[starts_at, ends_at)` of a lane. `planned` is what staff want, `capacity` what holds: never below `taken`.

    What anybody may take is capacity - taken - protected - returned: `protected` is kept for the day's round and for requests
    still to come, `returned` for the standby order. `opens_at`: from when instant reservations may take what is left.
    """

    ref = models.CharField(max_length=20, unique=True, default=slot_ref)
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="slots")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    service_date = models.DateField()  # the port's date on which the slot starts
    planned = models.PositiveIntegerField()
    capacity = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    protected = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    opens_at = models.DateTimeField(null=True)
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
        indexes = [
            models.Index(fields=["lane", "service_date"]),
            models.Index(fields=["starts_at"], condition=Q(returned__gt=0), name="slots_with_returned_places"),
        ]

    def __str__(self) -> str:
        return f"{self.lane.code} {self.starts_at:%F %H:%M}"

    @property
    def free(self) -> int:
        """Places that anybody may take now."""
        return 0 if self.is_frozen else max(0, self.capacity - self.taken - self.protected - self.returned)

    @property
    def room(self) -> int:
        """Places that are not taken, kept ones included."""
        return 0 if self.is_frozen else self.capacity - self.taken

    def gives(self, now: datetime) -> bool:
        """This will tell whether its lane gives places: one that staff have shut gives none for today. `lane.port` must be loaded."""
        return self.lane.is_open or self.service_date > now.astimezone(self.lane.port.tz).date()
