"""What a row of the event table is made of: an event and the members of its `data`, each with JSON Schema and example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

Schema = dict[str, Any]

TEST = "webhook.test"
OWN, PORT = "own", "port"


@dataclass(frozen=True)
class Field:
    """One member of `data`: its JSON Schema and what it is in the example."""

    schema: Schema
    example: Any


@dataclass(frozen=True)
class EventType:
    """`concerns`: `own` = what happens to the organisation's own; `port` = what everybody at a port may know."""

    name: str
    says: str | Promise
    concerns: str = OWN
    fields: Mapping[str, Field] = field(default_factory=dict)


def text(example: str) -> Field:
    return Field({"type": "string"}, example)


def moment(example: str = "2026-03-02T03:00:00+00:00") -> Field:
    return Field({"type": "string", "format": "date-time"}, example)


def date(example: str = "2026-03-03") -> Field:
    return Field({"type": "string", "format": "date"}, example)


def whole(example: int) -> Field:
    return Field({"type": "integer"}, example)


def number(example: float) -> Field:
    return Field({"type": "number"}, example)


def flag(example: bool) -> Field:
    return Field({"type": "boolean"}, example)


def texts(*example: str) -> Field:
    return Field({"type": "array", "items": {"type": "string"}}, list(example))


def anything(example: Any) -> Field:
    return Field({}, example)


def maybe(one: Field, *, shown: bool = True) -> Field:
    """This will let a member be null; `shown`: the example has a value all the same."""
    kind = one.schema.get("type")
    return Field(one.schema | ({"type": [kind, "null"]} if kind else {}), one.example if shown else None)
