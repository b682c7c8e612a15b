"""What the far side's client sends and is shown."""

from __future__ import annotations

from rest_framework import serializers

from reservations.api.shapes.public_rounds import FarSideShape
from reservations.api.shapes.staff_rounds import FarSideIn


class RateIn(FarSideIn):
    """Null: no limit. 0: you take nobody."""


class ReportedRate(FarSideShape):
    note = serializers.CharField()
