"""The sole writer of `state`. Tables of moves live in `<app>/states.py`, one per machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models

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
    machine: Machine = model.machine  # type: ignore[attr-defined]
    if state not in machine.initial:
        raise ValueError(f"{machine.name} cannot begin as {state}")
    return model._base_manager.create(state=state, **fields)


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


def _label(row: models.Model, state: str) -> str:
    choices = dict(row._meta.get_field("state").flatchoices)  # type: ignore[union-attr]
    return str(choices.get(state, state))
