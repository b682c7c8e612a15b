"""The closed vocabulary of the ledger and what each audience may see of an entry. Kinds are declared in `<app>/events.py`."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from core.models import LedgerEntry


@dataclass(frozen=True)
class EventKind:
    """One kind of ledger entry. `public`: the data fields everybody may see; `own`: those the visit's own driver sees besides.

    `for_customs`: the port's customs officers hear that it happened.
    """

    name: str
    meaning: str
    public: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    for_customs: bool = False


_kinds: dict[str, EventKind] = {}


def declare(*kinds: EventKind) -> None:
    """This will add kinds to the vocabulary; raises ValueError for a name declared twice."""
    for kind in kinds:
        if kind.name in _kinds:
            raise ValueError(f"event kind {kind.name} is declared twice")
        _kinds[kind.name] = kind


def kinds() -> dict[str, EventKind]:
    return dict(_kinds)


def project(entry: LedgerEntry, audience: str, visits: Set[str] = frozenset()) -> dict[str, Any] | None:
    """This will shape an entry for an audience: public, driver (`visits` are the reader's own), customs or staff.

    Returns {seq, kind, at, data} and, for staff, actor, reason and visit; for a driver's own visit also visit and `mine`.
    Customs learn that it happened and no more: a draft is its declarant's alone.
    None when there is nothing in it for the audience: the frame's seq range still covers it.
    """
    kind = _kinds[entry.kind]
    base: dict[str, Any] = {"seq": entry.seq, "kind": entry.kind, "at": entry.recorded_at.isoformat()}
    if audience == "staff":
        return base | {"data": entry.data, "actor": entry.actor, "reason": entry.reason, "visit": entry.visit_ref}
    if audience == "customs":
        return base | {"data": {}} if kind.for_customs else None
    if audience == "driver" and entry.visit_ref in visits:
        own = _only(entry.data, kind.public | kind.own)
        return base | {"data": own, "visit": entry.visit_ref, "mine": True, "reason": entry.reason}
    return base | {"data": _only(entry.data, kind.public)} if kind.public else None


def _only(data: dict[str, Any], fields: Set[str]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name in fields}
