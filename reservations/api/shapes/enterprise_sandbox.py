"""What a program sends to its sandbox and is shown of it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.fields import Ref
from reservations.models import EntryState, ReservationState
from reservations.sandbox.happening import ACTS


class ClockIn(serializers.Serializer[Any]):
    now = serializers.DateTimeField(help_text="Not before what the clock shows; at most 31 days on.")


class ClockShape(serializers.Serializer[Any]):
    now = serializers.DateTimeField(help_text="What the sandbox's clock shows.")
    ahead_s = serializers.IntegerField(help_text="Seconds that it is ahead of the installation's clock.")
    port = serializers.CharField(help_text="Code of the sandbox's port.")


class EventIn(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(
        choices=list(ACTS),
        help_text="arrival: the gate sees it. called: the lane is called until it is its turn. missed: it does not come. "
        "admitted: it drives in. bay: it stands in its bay. left_bay, exit: it drives on, it drives out.",
    )
    reservation = Ref("R")


class HappenedShape(serializers.Serializer[Any]):
    kind = serializers.CharField()
    reservation = serializers.CharField()
    reservation_state = serializers.ChoiceField(choices=ReservationState.choices)
    entry = serializers.CharField(help_text="Where it stands in the lane's order.")
    entry_state = serializers.ChoiceField(choices=EntryState.choices)
    bay = serializers.CharField(allow_null=True, help_text="The bay held for it or in which it stands.")
    at = serializers.DateTimeField(help_text="By the sandbox's clock.")
