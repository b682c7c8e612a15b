"""The dry run of a past round under other rules: who would have been placed, and how far from their best times. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from reservations import proofs
from reservations.allocation.solving import Progress
from reservations.errors import UnknownRound
from reservations.models import Policy, Round
from reservations.round_rules import rule_from
from yards.models import Port

#: Rules of a draw that can be changed afterwards; what was asked for cannot.
CHANGEABLE = ("general_share_percent", "organisation_share_percent", "bundle_span_minutes", "classes", "class_pattern")
ONE_DECIMAL = 1


def what_if(
    port: Port, service_date: date, changes: Mapping[str, Any], progress: Progress | None = None
) -> dict[str, Any]:
    """This will draw a published round again under its own rules and under `changes` of them, with the same seed.

    Returns {before, after, changed}: each of the first two {placed, refused (both by class), mean_displacement_min (by class, and of all
    under ""), value}; `changed`: how many requests would have got something else. `changes` may name what is in CHANGEABLE.
    Raises UnknownRound when that day had no round with a result, KeyError for any other rule.
    """
    held = Round.objects.select_related("policy", "proof").filter(
        port=port, service_date=service_date, state="published"
    )
    round_ = held.first()
    if round_ is None:
        raise UnknownRound
    inputs = round_.proof.inputs
    other = _under(inputs, _changed(round_.policy, changes))
    # The inputs' hash makes the key: the same one for both, so that the draw differs in nothing but the rules.
    told = round_.proof.outcome
    found = proofs.run(other, round_.seed, drawn_over=inputs, solver=told["certificate"]["solver"], progress=progress)
    before, after = told["placed"], dict(found.placed)
    refs = [row[0] for row in inputs["requests"]]
    return {
        "before": _figures(inputs, before),
        "after": _figures(other, after),
        "changed": sum(before.get(ref) != after.get(ref) for ref in refs),
    }


def _changed(policy: Policy, changes: Mapping[str, Any]) -> Policy:
    """The day's policy with other figures; never saved."""
    values = {field.attname: getattr(policy, field.attname) for field in policy._meta.concrete_fields}
    for name in changes:
        if name not in CHANGEABLE:
            raise KeyError(name)
    return Policy(**(values | dict(changes)))


def _under(inputs: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """The same wishes and places under other rules; what organisations hold, used and missed stays."""
    rule = proofs.rule_of(inputs["rule"])
    history = {"taken": rule.taken, "used_before": rule.used_before, "missed_before": rule.missed_before}
    rows = [[*row[:2], policy.class_of(row[1]), policy.rank_of(row[1]), *row[4:]] for row in inputs["requests"]]
    return {**inputs, "rule": proofs.rule_as_json(rule_from(policy, **history)), "requests": rows}


def _figures(inputs: Mapping[str, Any], placed: Mapping[str, str]) -> dict[str, Any]:
    starts = {row[0]: row[2] for row in inputs["places"]}
    served, refused, minutes = Counter[str](), Counter[str](), Counter[str]()
    for row in inputs["requests"]:
        wish = dict(zip(proofs.REQUEST_COLUMNS, row, strict=True))
        if wish["is_phantom"]:
            continue
        place = placed.get(wish["ref"])
        (served if place else refused)[wish["class"]] += 1
        minutes[wish["class"]] += abs(starts[place] - wish["preferred_min"]) if place else 0
    means = {name: round(minutes[name] / served[name], ONE_DECIMAL) for name in served}
    overall = {"": round(minutes.total() / served.total(), ONE_DECIMAL)} if served else {}
    return {"placed": dict(served), "refused": dict(refused), "mean_displacement_min": means | overall}
