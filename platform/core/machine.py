"""The sole writer of `state`. Tables of moves live in `<app>/states.py`, one per machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models

from core.bulk import ROWS_AT_ONCE, update_each
from core.errors import Conflict, WrongState

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Machine:
    """One state machine: where a row may begin and which moves are allowed. A state with no moves is an end."""

    name: str
    initial: frozenset[str]
    moves: dict[str, frozenset[str]]

    @property
    def ends(self) -> frozenset[str]:
        return frozenset(state for state, targets in self.moves.items() if not targets)

    @property
    def live(self) -> frozenset[str]:
        return frozenset(self.moves) - self.ends

    def allows(self, old: str, to: str) -> bool:
        return to in self.moves[old]


def begin(model: type[Row], state: str, **fields: Any) -> Row:
    """This will insert a row of `model` in an initial `state`; raises ValueError where the machine cannot begin there."""
    _check_beginning(model, state)
    return model._base_manager.create(state=state, **fields)


def begin_many(model: type[Row], state: str, rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """This will insert many rows in one initial `state`, a thousand to a statement; raises ValueError as `begin` does."""
    _check_beginning(model, state)
    return model._base_manager.bulk_create([model(state=state, **fields) for fields in rows], batch_size=ROWS_AT_ONCE)


def advance(row: models.Model, to: str, *, still: Mapping[str, Any] | None = None, **fields: Any) -> None:
    """This will move `row` to state `to`, setting `fields` in the same conditional UPDATE (compare and set on the old state).

    `still` names other columns that must be as they were read, such as the slot whose place was given back. Raises WrongState
    when the table has no such move, Conflict when somebody else moved the row first.
    """
    machine: Machine = row.machine  # type: ignore[attr-defined]
    old: str = row.state  # type: ignore[attr-defined]
    if not machine.allows(old, to):
        raise WrongState(state=_label(row, old), to=_label(row, to))
    if not type(row)._base_manager.filter(pk=row.pk, state=old, **(still or {})).update(state=to, **fields):
        raise Conflict
    for name, value in (fields | {"state": to}).items():
        setattr(row, name, value)


def advance_many(rows: Sequence[models.Model], to: str, *, each: Sequence[str] = (), **fields: Any) -> None:
    """This will move rows that share one state to `to`; `each` names columns already set on the instances, written row by row.

    Raises WrongState when the table has no such move, Conflict when any of them is not in that state any more: then the caller's
    transaction must not go on, for the others have moved.
    """
    if not rows:
        return
    old: str = rows[0].state  # type: ignore[attr-defined]
    if not rows[0].machine.allows(old, to):  # type: ignore[attr-defined]
        raise WrongState(state=_label(rows[0], old), to=_label(rows[0], to))
    if update_each(rows, each, still={"state": old}, same=fields | {"state": to}) != len(rows):
        raise Conflict
    for row in rows:
        for name, value in (fields | {"state": to}).items():
            setattr(row, name, value)


def advance_all(rows: models.QuerySet[Any], old: str, to: str, **fields: Any) -> int:
    """This will move whatever a query finds in state `old` to `to` in one UPDATE, and return how many; none of them is loaded.

    Whoever was moved by somebody else meanwhile is left alone. Raises WrongState when the table has no such move.
    """
    if not rows.model.machine.allows(old, to):
        raise WrongState(state=_label(rows.model, old), to=_label(rows.model, to))
    return rows.filter(state=old).update(state=to, **fields)


def _check_beginning(model: type[models.Model], state: str) -> None:
    machine: Machine = model.machine  # type: ignore[attr-defined]
    if state not in machine.initial:
        raise ValueError(f"{machine.name} cannot begin as {state}")


def _label(of: models.Model | type[models.Model], state: str) -> str:
    choices = dict(of._meta.get_field("state").flatchoices)  # type: ignore[union-attr]
    return str(choices.get(state, state))
