"""`@operation`: one command = one function = one transaction."""

from __future__ import annotations

import functools
import logging
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, transaction

from core import ledger, writers
from core.actors import Actor
from core.errors import Busy, Conflict, DomainError
from core.once import Once

log = logging.getLogger(__name__)
Result = TypeVar("Result")

_constraints: dict[str, type[DomainError]] = {}


def constraint(name: str, error: type[DomainError]) -> None:
    """This will turn a violation of the database constraint `name` into `error` in every operation."""
    _constraints[name] = error


def operation(function: Callable[..., Result]) -> Callable[..., Result]:
    """This will run a keyword-only function in one durable transaction, its ledger entries written last.

    The function takes `now` (aware UTC) and `actor`. A caller may add `once=Once(…)`: then the idempotency row is claimed
    first and answered in the same transaction. Raises the DomainError registered for a violated constraint, Busy when the
    database is locked or gone, Replayed when `once` was answered before (the caller sends the stored answer).
    """

    @functools.wraps(function)
    def run(*, now: Any, actor: Actor, once: Once | None = None, **inputs: Any) -> Result:
        try:
            with writers.in_line(), transaction.atomic(durable=True), ledger.page(now=now, actor=actor) as page:
                if once:
                    once.claim()
                result = function(now=now, actor=actor, **inputs)
                if once:
                    once.answer(result)
                ledger.write(page)
            return result
        except (DatabaseError, InterfaceError) as problem:
            error = as_domain_error(problem)
            if error is problem:
                raise
            # Its frames would hold cursors in a cycle; a collector that meets those in another thread waits for this one's connection.
            problem.__traceback__ = None
            raise error from problem

    return run


def steps_of(carried_out: Callable[..., Result]) -> Callable[..., Result]:
    """This will return what an operation does without its transaction, for another operation that does many of them or none."""
    steps: Callable[..., Result] = carried_out.__wrapped__  # type: ignore[attr-defined]
    return steps


def as_domain_error(problem: Exception) -> Exception:
    """This will name a database failure: a registered constraint's error, Conflict for another one, Busy when locked or gone.

    What nobody foresaw (a constraint without an error, a full disk) is logged with its traceback.
    """
    if isinstance(problem, IntegrityError):
        return _of_constraint(problem)
    return busy(problem) if is_busy(problem) else problem


def busy(problem: Exception) -> Busy:
    """This will write down a failure that `is_busy`, with its traceback unless it is plainly locked or gone, and return its error."""
    if _is_plain(problem):
        log.warning("database busy or gone: %s", problem)
    else:
        log.exception("the database could not serve, neither locked nor gone", exc_info=problem)
    return Busy()


def _of_constraint(problem: IntegrityError) -> DomainError:
    error = _constraints.get(violated(problem))
    if error:
        return error()
    log.exception("a constraint without an error of its own was violated", exc_info=problem)
    return Conflict()


#: SQLite's primary result code of "no such table", a syntax error and the like: a mistake of ours, which trying again repeats
SQLITE_MISTAKE = sqlite3.SQLITE_ERROR
SQLITE_PLAIN = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN}
#: PostgreSQL: connection lost or refused, too many of them, shut down, lock not available, deadlock and serialization
POSTGRES_PLAIN = ("08", "53300", "57P", "55P03", "40")


def is_busy(problem: Exception) -> bool:
    """This will tell whether a failure means "try again" (SQLite calls a missing column an OperationalError too)."""
    return isinstance(problem, OperationalError | InterfaceError) and _sqlite_code(problem) != SQLITE_MISTAKE


def _is_plain(problem: Exception) -> bool:
    """Plainly locked or gone: both drivers leave the code out when there is no server left to give one."""
    code, state = _sqlite_code(problem), getattr(problem.__cause__, "sqlstate", None)
    if code is not None:
        return code in SQLITE_PLAIN
    return state is None or str(state).startswith(POSTGRES_PLAIN)


def _sqlite_code(problem: Exception) -> int | None:
    """The primary result code, without what the extended one adds."""
    code = getattr(problem.__cause__, "sqlite_errorcode", None)
    return None if code is None else int(code) & 0xFF


def violated(problem: IntegrityError) -> str:
    """This will return the name of the violated constraint (SQLite names a unique index's columns, so those are matched too)."""
    diagnosis = getattr(problem.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    if name:
        return str(name)
    text = str(problem)
    return next((known for known in _constraints if known in text or _columns.get(known) == _columns_in(text)), text)


_columns: dict[str, frozenset[str]] = {}


def unique_on(name: str, *columns: str) -> None:
    """This will tell which `table.column`s the unique constraint `name` covers: all that SQLite reports of a violation."""
    _columns[name] = frozenset(columns)


def _columns_in(text: str) -> frozenset[str]:
    _, _, names = text.partition("UNIQUE constraint failed: ")
    return frozenset(part.strip() for part in names.split(",") if part.strip())
