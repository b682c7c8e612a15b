"""What everybody may see of rounds, scores, closures and the far side. Requests are masked: refs and classes, no plates, no names."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from reservations.models import Round, RoundState
from yards.models import ClosureScope, ClosureState, RateSource

#: How the text of a failure begins, and its word for everybody.
FAILURES = {"seed_not_committed": "seed_not_committed", "ProofLost": "proof_lost", "NotLawful": "not_lawful"}


class RoundShape(serializers.Serializer[Any]):
    """One day's round and its moments. The seed appears with the result; its commitment stood before the round opened."""

    ref = serializers.CharField()
    port = serializers.CharField(source="port.code")
    service_date = serializers.DateField()
    state = serializers.ChoiceField(choices=RoundState.choices)
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    publishes_at = serializers.DateTimeField()
    instant_at = serializers.DateTimeField(
        help_text="When what is left opens to everybody, each vehicle at its drawn start."
    )
    policy_version = serializers.IntegerField(source="policy.version")
    commitment = serializers.CharField(help_text="sha256 of the seed's bytes, in hex.")
    seed = serializers.SerializerMethodField(help_text="Hex; null before the result.", allow_null=True)
    inputs_hash = serializers.CharField(
        help_text="sha256 of the canonical JSON (RFC 8785) of the proof's inputs; empty before the close."
    )
    outcome_hash = serializers.CharField()
    asked = serializers.IntegerField(help_text="Requests it was drawn over.")
    placed = serializers.IntegerField()
    drawn_at = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    redraws = serializers.IntegerField(
        help_text="How often it was drawn again because a place given was gone; the ledger keeps the hashes of each time."
    )
    failure = serializers.SerializerMethodField(
        help_text="Why it failed, as a word: seed_not_committed, proof_lost, not_lawful, could_not_be_drawn; empty when it did not."
    )

    def get_seed(self, held: Round) -> str | None:
        return held.seed if held.state == "published" else None

    def get_failure(self, held: Round) -> str:
        """The text is for those who look after the installation: it may name what is inside."""
        word = held.failure.partition(":")[0]
        return FAILURES.get(word, "could_not_be_drawn") if held.failure else ""


class ProofShape(serializers.Serializer[Any]):
    """All that `manage.py verify_round --file` needs, on any machine."""

    round = RoundShape()
    inputs = serializers.DictField()
    outcome = serializers.DictField()


class ClosureShape(serializers.Serializer[Any]):
    ref = serializers.CharField()
    scope = serializers.ChoiceField(choices=ClosureScope.choices)
    lanes = serializers.SerializerMethodField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True, help_text="Null: until further notice.")
    stages = serializers.ListField(
        child=serializers.ListField(), help_text="The reopening: [from, until, vehicles an hour]."
    )
    reason = serializers.CharField()
    state = serializers.ChoiceField(choices=ClosureState.choices)

    def get_lanes(self, closure: Any) -> list[str]:
        return sorted(lane.code for lane in closure.lanes.all())


class FarSideShape(serializers.Serializer[Any]):
    """What the far side accepts of a lane, with its source and its age."""

    lane = serializers.CharField(source="lane.code")
    units_per_hour = serializers.IntegerField(allow_null=True, help_text="Null: no limit known.")
    valid_from = serializers.DateTimeField()
    source = serializers.ChoiceField(choices=RateSource.choices)  # type: ignore[assignment]
    entered_at = serializers.DateTimeField()


class ScoreShape(serializers.Serializer[Any]):
    """One lane's week, both sides. Rates are percent; null where nothing fell due."""

    week = serializers.CharField(help_text="ISO 8601, such as 2026-W10.")
    lane = serializers.CharField(source="lane.code")
    due = serializers.IntegerField(help_text="Reserved vehicles that came or should have come.")
    no_shows = serializers.IntegerField()
    no_show_percent = serializers.FloatField(allow_null=True)
    calls_due = serializers.IntegerField(help_text="Calls that fell due, and promises the port took back.")
    calls_kept = serializers.IntegerField()
    kept_percent = serializers.FloatField(allow_null=True)


class ScoresShape(serializers.Serializer[Any]):
    results = ScoreShape(many=True)
