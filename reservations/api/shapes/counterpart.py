"""What the far side's client sends and is shown."""

from __future__ import annotations

from rest_framework import serializers

from reservations.api.shapes.public_rounds import FarSideShape
from reservations.api.shapes.staff_rounds import FarSideIn
from yards.models import FarSideRate, RateSource


class RateIn(FarSideIn):
    """Null: no limit. 0: you take nobody."""


class ReportedRate(FarSideShape):
    """Its own notes only: what this side's staff noted is not for the other side."""

    note = serializers.SerializerMethodField()

    def get_note(self, row: FarSideRate) -> str:
        return row.note if row.source == RateSource.COUNTERPART else ""
