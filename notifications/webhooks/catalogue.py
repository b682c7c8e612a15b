"""The events as enterprises read of them: names and groups, JSON Schema, examples, and the text that is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.api.answers import dumps
from notifications.webhooks.kinds import TEST, EventType
from notifications.webhooks.table import TABLE

TYPES: Mapping[str, EventType] = {each.name: each for each in TABLE}
DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: what `about` names, as in an example; "" where an event has none of it
ABOUT = {
    "port": "MOHAN",
    "yard": "MOHAN",
    "visit": "N-4C7HXQ2VM",
    "reservation": "R-7K3M9QXD2",
    "request": "",
    "entry": "Q-2Z8WT5KQA",
    "vehicle": "V-9B1RM3XKD",
    "declaration": "",
}
OF_A_PORT = {name: value if name in ("port", "yard") else "" for name, value in ABOUT.items()}
NOTHING = dict.fromkeys(ABOUT, "")
_EXAMPLE_AT = "2026-03-02T02:00:00.000000+00:00"


def matches(name: str, chosen: list[str]) -> bool:
    """This will tell whether an endpoint that chose these names and groups (`queue.*`; none = all) is told of an event."""
    return not chosen or name in chosen or group_of(name) in chosen


def group_of(name: str) -> str:
    return f"{name.partition('.')[0]}.*"


def unknown(chosen: list[str]) -> list[str]:
    """This will return what of a choice is neither an event nor a group of events."""
    known = set(TYPES) | {group_of(name) for name in TYPES}
    return sorted({each for each in chosen if each not in known})


def schema_of(kind: EventType) -> dict[str, Any]:
    """This will return the JSON Schema (2020-12) of the whole body of an event."""
    refs = {name: {"type": "string"} for name in ABOUT}
    data = {name: dict(each.schema) for name, each in kind.fields.items()}
    place = {"type": ["string", "null"]} if kind.name == TEST else {"type": "string"}
    number = {"type": ["integer", "null"]} if kind.name == TEST else {"type": "integer", "minimum": 1}
    return {
        "$schema": DIALECT,
        "title": kind.name,
        "description": str(kind.says),
        **_object(
            {
                "type": {"const": kind.name},
                "timestamp": {"type": "string", "format": "date-time"},
                "stream": place,
                "seq": number,
                "reason": {"type": "string"},
                "about": _object(refs),
                "data": _object(data),
            }
        ),
    }


def example_of(kind: EventType) -> dict[str, Any]:
    """This will return a whole body as it might be sent."""
    is_test = kind.name == TEST
    about = NOTHING if is_test else ABOUT if kind.concerns == "own" else OF_A_PORT
    data = {name: each.example for name, each in kind.fields.items()}
    where: dict[str, Any] = {"stream": None, "seq": None} if is_test else {"stream": "yard:MOHAN", "seq": 4711}
    where |= {"reason": ""}
    return {"type": kind.name, "timestamp": _EXAMPLE_AT, **where, "about": about, "data": data}


def body_of(
    kind: str,
    *,
    at: datetime,
    data: Mapping[str, Any],
    about: Mapping[str, str] = NOTHING,
    stream: str | None = None,
    seq: int | None = None,
    reason: str = "",
) -> str:
    """This will return the text of an event, the very one that is signed and sent."""
    whole = {
        "type": kind,
        "timestamp": at.isoformat(timespec="microseconds"),
        "stream": stream,
        "seq": seq,
        "reason": reason,
        "about": NOTHING | dict(about),
        "data": dict(data),
    }
    return dumps(whole)


def body_of_test(at: datetime) -> str:
    """This will return the text of a test event."""
    return body_of(TEST, at=at, data={"hello": "webhook"})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    """All members are always there; more may come: a receiver must not choke on them."""
    return {"type": "object", "properties": properties, "required": list(properties)}
