"""The rule of an allocation as a port's published policy states it."""

from __future__ import annotations

from typing import Any

from reservations.allocation import Rule
from reservations.models import Policy
from yards.models import CargoKind


def rule_from(policy: Policy, **history: Any) -> Rule:
    """This will make the published rule of a policy's version; `history`: what Rule calls taken, used_before and missed_before."""
    return Rule(
        general_share_percent=policy.general_share_percent,
        general_kinds=frozenset(kind for kind in CargoKind.values if policy.class_of(kind) == "general"),
        organisation_share_percent=policy.organisation_share_percent,
        bundle_span_min=policy.bundle_span_minutes,
        **history,
    )
