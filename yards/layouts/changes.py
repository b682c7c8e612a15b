"""PURE. What one plan has that another has not: bays, gates, aisles and points that came, changed or went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from yards.layouts.plan import Plan

#: Nobody sees a bay move by less; projections differ by it.
SAME_M = 0.05
KINDS = ("bays", "zones", "gates", "aisles", "points")


@dataclass(frozen=True)
class Change:
    """Codes by what became of them, in their order."""

    kind: str
    came: tuple[str, ...]
    changed: tuple[str, ...]
    went: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.came or self.changed or self.went)


def changes(old: Plan | None, new: Plan) -> tuple[Change, ...]:
    """This will compare two plans kind by kind; without an old one, everything came."""
    return tuple(
        _change(kind, _by_code(getattr(old, kind) if old else ()), _by_code(getattr(new, kind))) for kind in KINDS
    )


def _change(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Change:
    return Change(
        kind,
        came=tuple(code for code in new if code not in old),
        changed=tuple(code for code in new if code in old and not _alike(_values(old[code]), _values(new[code]))),
        went=tuple(code for code in old if code not in new),
    )


def _by_code(parts: Iterable[Any]) -> dict[str, Any]:
    return {part.code: part for part in parts}


def _values(part: Any) -> list[Any]:
    return [getattr(part, name) for name in part.__dataclass_fields__]


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(_alike(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, float) or isinstance(other, float):
        return bool(abs(one - other) < SAME_M)
    return bool(one == other)
