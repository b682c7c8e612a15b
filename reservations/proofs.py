"""PURE. The proof of a round as JSON documents: how to read them, hash them, and run the round again from them alone.

`inputs` holds the masked requests, the places and the rule; `outcome` what came of them. Their hashes are SHA-256 of their canonical JSON
(RFC 8785). Minutes count from `epoch`, the local midnight with which the day begins.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import rfc8785

from reservations.allocation import Outcome, Place, Request, Rule, YardRow, allocate
from reservations.allocation.solving import Progress
from reservations.commitment import draw_key

VERSION = 1
REQUEST_COLUMNS = (
    "ref",
    "kind",
    "class",
    "rank",
    "lane_set",
    "earliest_min",
    "latest_min",
    "preferred_min",
    "organisation",
    "bundle",
    "dwell_min",
    "bay_type",
    "tickets",
    "is_phantom",
)
PLACE_COLUMNS = ("ref", "lane", "starts_min", "ends_min", "capacity", "room")
NAMED = ("wanted", "given", "nearest")  # facts of a reason that name a place
#: What everybody who runs the round again must find again; the bound and the seconds depend on the machine.
LAWFUL = ("placed", "draw", "reasons", "protected")
Problem = tuple[list[Request], list[Place], Rule, list[YardRow] | None]


def hash_of(document: Any) -> str:
    """This will return the hex SHA-256 of a document's canonical JSON."""
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def rule_as_json(rule: Rule) -> dict[str, Any]:
    """This will spell a rule with JSON's own shapes; `taken` becomes rows of [organisation, place, count]."""
    plain = asdict(rule)
    taken = sorted([organisation, place, count] for (organisation, place), count in rule.taken.items())
    sets = {"general_kinds": sorted(rule.general_kinds), "taken": taken}
    maps = {"used_before": dict(rule.used_before), "missed_before": dict(rule.missed_before)}
    return {name: _plain(value) for name, value in plain.items()} | sets | maps


def rule_of(document: Mapping[str, Any]) -> Rule:
    """This will read a rule back; raises KeyError for one that lacks a field."""
    known = {field.name: _tupled(document[field.name]) for field in fields(Rule)}
    known["general_kinds"] = frozenset(document["general_kinds"])
    known["taken"] = {(organisation, place): count for organisation, place, count in document["taken"]}
    return Rule(**known)


def problem_of(inputs: Mapping[str, Any]) -> Problem:
    """This will read what the allocation takes from a proof's inputs; raises KeyError or ValueError for a document of another form."""
    if inputs["version"] != VERSION:
        raise ValueError(f"This proof is of version {inputs['version']}, this program reads {VERSION}.")
    lane_sets = [frozenset(lanes) for lanes in inputs["lane_sets"]]
    requests = [_request(dict(zip(REQUEST_COLUMNS, row, strict=True)), lane_sets) for row in inputs["requests"]]
    places = [Place(**dict(zip(PLACE_COLUMNS, row, strict=True))) for row in inputs["places"]]
    yard = [YardRow(bay_type, tuple(free)) for bay_type, free in inputs["yard"]] if inputs["yard"] else None
    return requests, places, rule_of(inputs["rule"]), yard


def key_of(inputs: Mapping[str, Any], seed: str) -> bytes:
    """This will return the draw's key: of the inputs as the round was closed with them, however often its places were read again since."""
    superseded = inputs.get("superseded")
    return draw_key(seed, superseded[0][0] if superseded else hash_of(inputs))


def read_again(inputs: Mapping[str, Any], places: list[list[Any]], *, superseded: list[str]) -> dict[str, Any]:
    """This will return inputs with other places and nothing else changed; `superseded`: the hashes of inputs and outcome until now."""
    return {**inputs, "places": places, "superseded": [*inputs.get("superseded", []), superseded]}


def run(
    inputs: Mapping[str, Any],
    seed: str,
    *,
    drawn_over: Mapping[str, Any] | None = None,
    solver: str = "scipy",
    progress: Progress | None = None,
) -> Outcome:
    """This will allocate what `inputs` describe, ties falling by the seed and the hash of the inputs (a dry run: `drawn_over`)."""
    requests, places, rule, yard = problem_of(inputs)
    key = key_of(drawn_over or inputs, seed)
    return allocate(requests, places, rule, key=key, yard=yard, progress=progress, solver=solver)


def outcome_as_json(outcome: Outcome, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """This will spell an outcome for the proof; each place that a reason names comes with its start in the port's time."""
    zone, epoch = ZoneInfo(inputs["time_zone"]), datetime.fromisoformat(inputs["epoch"])
    starts = {row[0]: (epoch + timedelta(minutes=row[2])).astimezone(zone).isoformat() for row in inputs["places"]}
    certificate = asdict(outcome.certificate)
    return {
        "placed": dict(outcome.placed),
        "draw": dict(outcome.draw),
        "reasons": {
            ref: {"code": why.code, "facts": _dated(why.facts, starts)} for ref, why in outcome.reasons.items()
        },
        "protected": {place: count for place, count in outcome.phantoms_in.items() if count},
        "prices": {place: price for place, price in outcome.prices.items() if price},
        "raised": dict(outcome.raised),
        "certificate": certificate | {"refused_by_rank": list(outcome.certificate.refused_by_rank)},
    }


def differences(told: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """This will name what differs between two outcomes, one example each; nothing when they agree."""
    said = []
    for name in LAWFUL:
        refs = sorted(ref for ref in {*told[name], *found[name]} if told[name].get(ref) != found[name].get(ref))
        if refs:
            one = refs[0]
            said.append(
                f"{name}: {len(refs)} differ, such as {one}: {told[name].get(one)} is told, {found[name].get(one)} found"
            )
    for name in ("value", "refused_by_rank", "moves"):
        if told["certificate"][name] != found["certificate"][name]:
            said.append(f"certificate: {name} {told['certificate'][name]} is told, {found['certificate'][name]} found")
    return said


def _request(row: dict[str, Any], lane_sets: Sequence[frozenset[str]]) -> Request:
    row.pop("class")
    return Request(lanes=lane_sets[row.pop("lane_set")], **row)


def _dated(facts: Mapping[str, Any], starts: Mapping[str, str]) -> dict[str, Any]:
    moments = {f"{name}_at": starts[str(facts[name])] for name in NAMED if facts.get(name)}
    return dict(facts) | moments


def _plain(value: Any) -> Any:
    return [_plain(each) for each in value] if isinstance(value, tuple | list) else value


def _tupled(value: Any) -> Any:
    return tuple(_tupled(each) for each in value) if isinstance(value, list) else value
