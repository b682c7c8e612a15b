"""Bulk calls: the items as they come in, checked one by one, and a result for each."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import PlainText, Ref
from core.api.schema import Problem
from reservations.api.shapes.driver_requests import RequestShape
from reservations.api.shapes.enterprise import FleetReservation
from reservations.bulk import MOST_ITEMS

MOST_OF_AN_ID = 60


class Text(serializers.CharField):
    """Text of any kind: what it says is judged item by item, so that one wrong item does not refuse the others."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_blank=True, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


def own_id() -> Text:
    return Text(max_length=MOST_OF_AN_ID, help_text="Yours, given back with the result.")


# ---------------------------------------------------------------- sent
class ReserveItem(serializers.Serializer[Any]):
    """As the body of reservations/."""

    id = own_id()
    slot = Text(help_text="T-…")
    vehicle = Text(help_text="V-…")
    cargo_kind = Text()
    driver = Text(help_text="U-…; as in a reservation.")
    declaration = Text(help_text="F-…")


class ChangeItem(serializers.Serializer[Any]):
    """One change of one reservation: exactly one of slot, vehicle and driver."""

    id = own_id()
    reservation = Text(help_text="R-…")
    slot = Text(help_text="T-…: another slot of the same port.")
    vehicle = Text(help_text="V-…: another vehicle of mine comes.")
    driver = Text(help_text="U-…: another driver comes, or the first one is named.")
    changes = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=32_767,
        help_text="`changes` as you saw it: refused when it is another now.",
    )


class CancelItem(serializers.Serializer[Any]):
    id = own_id()
    reservation = Text(help_text="R-…")
    reason = Text()


class RequestItem(serializers.Serializer[Any]):
    """As the body of requests/, with one vehicle."""

    id = own_id()
    port = Text()
    service_date = Text(help_text="YYYY-MM-DD, the port's date.")
    vehicle = Text(help_text="V-…")
    lanes = serializers.ListField(child=Text(), required=False, max_length=20)
    cargo_kind = Text()
    earliest_at = Text(help_text="ISO 8601 with offset.")
    latest_at = Text()
    preferred_at = Text()
    evidence = Text()
    driver = Text(help_text="U-…")
    declaration = Text(help_text="F-…")


def _items(shape: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """`items`: 1 to 500 of `shape`."""
    field = serializers.ListField(child=shape(), min_length=1, max_length=MOST_ITEMS)
    return type(f"Bulk{shape.__name__.removesuffix('Item')}In", (serializers.Serializer,), {"items": field})


BulkReserveIn, BulkChangeIn, BulkCancelIn, BulkRequestIn = map(
    _items, (ReserveItem, ChangeItem, CancelItem, RequestItem)
)


class OneChange(serializers.Serializer[Any]):
    """A change item, checked."""

    reservation = Ref("R")
    slot = Ref("T", required=False)
    vehicle = Ref("V", required=False)
    driver = Ref("U", required=False)
    changes = serializers.IntegerField(required=False, min_value=0)


class OneCancel(serializers.Serializer[Any]):
    """A cancellation, checked."""

    reservation = Ref("R")
    reason = PlainText(max_length=200, required=False, allow_blank=True, default="")


# ---------------------------------------------------------------- shown
class _Result(serializers.Serializer[Any]):
    item = serializers.IntegerField(help_text="Its number in the call, from 0.")
    id = serializers.CharField(help_text="Yours.")
    status = serializers.IntegerField(help_text="What a call with this item alone would have been answered with.")
    is_repeated = serializers.BooleanField(help_text="Done by an earlier call with the same key; nothing happened now.")
    problem = Problem(allow_null=True)


class ReservationResult(_Result):
    reservation = FleetReservation(allow_null=True)


class RequestResult(_Result):
    request = RequestShape(allow_null=True)


class _Counts(serializers.Serializer[Any]):
    """`total` = `done` + `refused`; of those done, `repeated` had been done before."""

    total = serializers.IntegerField()
    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    repeated = serializers.IntegerField()


class BulkReservations(_Counts):
    results = ReservationResult(many=True)


class BulkRequests(_Counts):
    results = RequestResult(many=True)
