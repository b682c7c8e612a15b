"""The one place that names Channels groups."""

from __future__ import annotations

import re

_STREAM = re.compile(r"([a-z]+):([A-Za-z0-9_-]{1,60})")


def group_of(stream: str) -> str:
    """This will name the group of a stream: `yard:MOHAN-YARD` → `stream.yard.MOHAN-YARD`. Raises ValueError for no stream key.

    Channels allows letters, digits, hyphen, underscore and full stop, but no colon. Codes hold no full stop, so no two
    streams share a name.
    """
    match = _STREAM.fullmatch(stream)
    if match is None:
        raise ValueError(f"{stream!r} is no stream key")
    return f"stream.{match[1]}.{match[2]}"


def is_stream_key(text: str) -> bool:
    return _STREAM.fullmatch(text) is not None
