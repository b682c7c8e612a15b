"""What the floors above tell about streams: which exist, whose port they belong to, and which visits are a reader's own.

Yards and reservations register here in `AppConfig.ready()`; realtime knows no yard.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PortOf = Callable[[str], str | None]
VisitsOf = Callable[[Any, str], frozenset[str]]

_ports: dict[str, PortOf] = {}
_visits: list[VisitsOf] = []


def register_kind(kind: str, port_of: PortOf) -> None:
    """This will make streams `<kind>:<code>` known; `port_of(code)` returns the port's code, None for an unknown code."""
    _ports[kind] = port_of


def register_visits(visits_of: VisitsOf) -> None:
    """This will ask `visits_of(user, stream)` for the visit refs whose own details a driver or carrier may see."""
    _visits.append(visits_of)


def port_of(stream: str) -> str | None:
    """This will return the code of the port a stream belongs to, None for a stream that nobody knows (reads the database)."""
    kind, _, code = stream.partition(":")
    look_up = _ports.get(kind)
    return look_up(code) if look_up else None


def visits_of(user: Any, stream: str) -> frozenset[str]:
    """This will return the refs of the person's own live visits in a stream (reads the database)."""
    return frozenset().union(*(each(user, stream) for each in _visits))
