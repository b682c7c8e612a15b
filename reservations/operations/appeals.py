"""Appeals: a holder's word against a mark, answered with a reason by somebody who is no party to it."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from core.actors import Actor
from core.db import operation
from core.errors import NotFound
from core.ledger import record
from core.machine import advance, begin
from reservations.errors import MarkExcused, OwnAppeal, UnknownMark
from reservations.models import Appeal, Mark
from reservations.operations import marks
from yards.errors import ReasonNeeded

_OF_THE_MARK = ("vehicle", "reservation__slot__policy", "reservation__lane__yard")


@operation
def ask_appeal(*, mark_ref: str, text: str, user: User, now: datetime, actor: Actor) -> Appeal:
    """This will appeal against a mark (new → pending), once. Raises UnknownMark, ReasonNeeded, MarkExcused, AppealOnce."""
    mark = Mark.objects.select_related(*_OF_THE_MARK).filter(ref=mark_ref).first()
    if mark is None:
        raise UnknownMark
    if not text.strip():
        raise ReasonNeeded(field="text")
    if mark.excused_at:
        raise MarkExcused
    appeal = begin(Appeal, "pending", mark=mark, text=text.strip(), asked_by=user, asked_at=now)
    _record(appeal, "appeal.asked")
    return appeal


@operation
def decide_appeal(*, ref: str, grant: bool, answer: str, user: User, now: datetime, actor: Actor) -> Appeal:
    """This will answer an appeal (pending → granted | rejected); granted, its mark counts no more.

    Raises NotFound, ReasonNeeded, OwnAppeal, WrongState when it was decided before.
    """
    related = ("asked_by", *(f"mark__{each}" for each in _OF_THE_MARK))
    appeal = Appeal.objects.select_related(*related).filter(ref=ref).first()
    if appeal is None:
        raise NotFound(field="appeal")
    if not answer.strip():
        raise ReasonNeeded(field="answer")
    if appeal.asked_by_id == user.pk or Mark.objects.own_to(user).filter(pk=appeal.mark_id).exists():
        raise OwnAppeal
    state = "granted" if grant else "rejected"
    advance(appeal, state, decided_by=user, decided_at=now, answer=answer.strip())
    _record(appeal, f"appeal.{state}", reason=appeal.answer[:500])
    if grant:
        marks.excuse(appeal.mark, reason=appeal.answer, now=now)
    return appeal


def _record(appeal: Appeal, kind: str, *, reason: str = "") -> None:
    mark, reservation = appeal.mark, appeal.mark.reservation
    record(
        reservation.lane.yard.stream,
        kind,
        visit_ref=reservation.visit_ref,
        reason=reason,
        policy_version=reservation.slot.policy.version,
        appeal=appeal.ref,
        mark=mark.ref,
        reservation=reservation.ref,
        lane=reservation.lane.code,
    )
