"""Who may listen to which stream as which audience; asked when a socket opens and again every five minutes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user

from accounts.policy import may, ports_where
from realtime import streams
from realtime.groups import is_stream_key

AUDIENCES = ("public", "driver", "customs", "staff")

#: What one must be allowed to at the port, to listen as this audience.
_DESKS = {"staff": "console.read", "customs": "declaration.read"}


class Close(IntEnum):
    """Close codes. A page does not come back by itself after 4001, 4003 and 4004."""

    FAILED = 1011
    TRY_LATER = 1013
    SIGNED_OUT = 4001
    FORBIDDEN = 4003
    UNKNOWN_STREAM = 4004
    SLOW = 4008
    TOO_BIG = 4009
    TOO_MANY_MESSAGES = 4010
    TOO_MANY_SOCKETS = 4011


class Refused(Exception):
    """The socket is closed with `code`."""

    def __init__(self, code: Close) -> None:
        super().__init__(code.name)
        self.code = code


@dataclass(frozen=True)
class Wish:
    """What a page asks for. `since` is None for "from now on"."""

    stream: str
    audience: str
    since: int | None


def read_wish(query: bytes) -> Wish:
    """This will read `stream=…&since=…&audience=…`; raises Refused for a stream key or audience that cannot be."""
    asked = {name: values[-1] for name, values in parse_qs(query.decode("latin-1")).items()}
    stream, audience, since = asked.get("stream", ""), asked.get("audience", "public"), asked.get("since", "")
    if not is_stream_key(stream):
        raise Refused(Close.UNKNOWN_STREAM)
    if audience not in AUDIENCES:
        raise Refused(Close.FORBIDDEN)
    return Wish(stream, audience, int(since) if since.isascii() and since.isdecimal() and len(since) < 19 else None)


def allow(user: Any, wish: Wish) -> frozenset[str]:
    """This will return the visits that are the reader's own; raises Refused (reads the database)."""
    port_code = streams.port_of(wish.stream)
    if port_code is None:
        raise Refused(Close.UNKNOWN_STREAM)
    if wish.audience == "public":
        return frozenset()
    if not user.is_authenticated:
        raise Refused(Close.SIGNED_OUT)
    if wish.audience in _DESKS and port_code in ports_where(user, _DESKS[wish.audience]):
        return frozenset()
    if wish.audience == "driver" and may(user, "turn.read"):
        return streams.visits_of(user, wish.stream)
    raise Refused(Close.FORBIDDEN)


@database_sync_to_async
def admit(user: Any, wish: Wish) -> frozenset[str]:
    """This will do what `allow` does, for a socket that opens."""
    return allow(user, wish)


@database_sync_to_async
def admit_again(session_key: str, wish: Wish) -> frozenset[str]:
    """This will ask anew with the session and the roles as they are now; raises Refused after signing out or a lost role."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return allow(get_user(SimpleNamespace(session=store)), wish)  # type: ignore[arg-type]
