"""Declarations by the authorities: put on hold, let go; and checked again when the day or a rule has changed."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from accounts.texts import one_line
from core.actors import Actor
from core.db import operation
from core.errors import WrongState
from core.machine import advance
from reservations.declarations.errors import ReasonMissing
from reservations.declarations.models import Declaration, DeclarationState
from reservations.declarations.operations import steps

REASON_LENGTH = 500


@operation
def hold_declaration(*, ref: str, reason: str, now: datetime, actor: Actor) -> Declaration:
    """This will stop a declaration (ready → on_hold); its declarant reads the reason.

    Raises UnknownDeclaration, ReasonMissing, WrongState.
    """
    reason = one_line(reason)[:REASON_LENGTH]
    if not reason:
        raise ReasonMissing
    declaration = steps.found(ref)
    held_by = User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
    edition = declaration.edition + 1
    advance(declaration, "on_hold", held_at=now, held_by=held_by, hold_reason=reason, edition=edition, released_at=None)
    steps.tell(declaration, "declaration.held", reason=reason)
    return declaration


@operation
def release_declaration(*, ref: str, reason: str = "", now: datetime, actor: Actor) -> Declaration:
    """This will let a declaration go: one on hold (on_hold → what a fresh check says), or one that waits for the customs' release
    (submitted → ready, or still submitted while something else is awaited). Raises UnknownDeclaration, WrongState."""
    declaration = steps.found(ref)
    if declaration.state != "on_hold" and not awaits_release(declaration):
        raise WrongState(state=declaration.get_state_display(), to=DeclarationState.READY.label)
    declaration.released_at = now
    state = steps.state_of(steps.findings_of(declaration, now=now))
    was = steps.settle(declaration, now=now, to=state, released_at=now, hold_reason="")
    steps.tell(declaration, "declaration.released", reason=one_line(reason)[:REASON_LENGTH])
    steps.tell_move(declaration, was)
    return declaration


@operation
def recheck_declaration(*, ref: str, now: datetime, actor: Actor) -> Declaration:
    """This will check a declaration that was given in again: the day has changed, or a rule (state by the findings; on hold it stays).

    Raises UnknownDeclaration.
    """
    declaration = steps.found(ref)
    if declaration.state in ("submitted", "needs_fix", "ready", "on_hold"):
        steps.tell_move(declaration, steps.settle(declaration, now=now))
    return declaration


def awaits_release(declaration: Declaration) -> bool:
    """This will tell whether the customs' release is among what a declaration waits for."""
    return declaration.state == "submitted" and any(row["code"] == "customs_release" for row in declaration.findings)
