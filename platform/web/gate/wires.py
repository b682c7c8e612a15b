"""What the gate's page asks for and tells behind the page: the day list, one vehicle as it is now, what was done."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token

from core import clock
from core.errors import Busy, DomainError, Invalid
from core.ledger import head_of
from reservations import day_list, gate_spans, passes
from reservations.gate_sync import KINDS, Act, AtGate, Outcome
from web.gate.gates import VERB, by_entry, by_plate, by_token, gate_for
from web.pages import action, page
from web.staff.pages import actor_of

#: A list that says nothing new is signed again all the same: its four hours run.
ANEW_AFTER = timedelta(minutes=15)
#: While there is a net the books answer: a list this young is young enough for when there is none.
HOLDS = timedelta(minutes=1)
MOST_ACTS = 200
LONGEST = 500
REFUSALS = (passes.PassNotValid, passes.PassOutdated)


class NotUnderstood(Invalid):
    code = "acts_not_understood"


@page(VERB)
def signed_list(request: HttpRequest, yard_code: str, gate_code: str) -> HttpResponse:
    """The gate's day list with the server's clock; 304 while the asker's is good enough still."""
    gate, now = gate_for(request.user, yard_code, gate_code), clock.now()
    gate_spans.note_heard(gate, _page(request), now=now)
    keys, head = "-".join(passes.verifying_keys()), head_of(gate.yard.stream)
    asked = request.headers.get("If-None-Match", "")
    if _holds(asked, keys, head, now):
        return HttpResponse(status=304, headers={"ETag": asked})
    headers = {"ETag": f'"{keys}.{head}.{int(now.timestamp())}"', "Cache-Control": "private, no-cache"}
    said = {"list": day_list.signed(gate, now=now), "csrf": get_token(request)} | _clock(now)
    return JsonResponse(said, headers=headers)


@page(VERB)
def look(request: HttpRequest, yard_code: str, gate_code: str) -> HttpResponse:
    """What the books say now of a pass (`pass`), a plate (`plate`) or a place in the order (`entry`): rows as in the day list."""
    gate = gate_for(request.user, yard_code, gate_code)
    asked = {name: request.GET.get(name, "")[:LONGEST] for name in ("pass", "plate", "entry")}
    rows: list[dict[str, Any]] = []
    fault, alike = "", False
    try:
        if asked["pass"]:
            rows = by_token(gate, asked["pass"])
        elif asked["entry"]:
            rows = by_entry(gate, asked["entry"])
        else:
            rows, alike = by_plate(gate, asked["plate"])
    except REFUSALS as problem:
        fault = problem.code
    return JsonResponse(
        {"rows": rows, "fault": fault, "alike": alike} | _clock(clock.now()), headers={"Cache-Control": "no-store"}
    )


@action(VERB)
def acts(request: HttpRequest, yard_code: str, gate_code: str) -> HttpResponse:
    """What was done at the gate, oldest first, with the times without a net that belong to it; an outcome for each."""
    gate, now = gate_for(request.user, yard_code, gate_code), clock.now()
    try:
        spans, told = _told(request.body)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        problem = NotUnderstood()
        return JsonResponse({"code": problem.code, "detail": problem.detail}, status=problem.status)
    desk = AtGate(gate, now=now, actor=actor_of(request), page=_page(request))
    doubts = {name: _doubt(desk, name, *when) for name, *when in spans}
    when = {name: (since, until) for name, since, until in spans}
    outcomes = _carried_out(desk, [(act, doubts.get(span) or _doubt_of(act, when.get(span))) for act, span in told])
    return JsonResponse(
        {"outcomes": [vars(each) for each in outcomes]} | _clock(now), headers={"Cache-Control": "no-store"}
    )


def _doubt(desk: AtGate, name: str, since: datetime, until: datetime) -> DomainError | None:
    """Why a time without a net is not taken into the books; the others, and what was done, are. Raises Busy: tell it all again."""
    try:
        desk.was_offline(span=name, since=since, until=until)
    except Busy:
        raise
    except DomainError as problem:
        return problem
    return None


def _doubt_of(act: Act, when: tuple[datetime, datetime] | None) -> DomainError | None:
    if when is None or when[0] - gate_spans.SLACK <= act.at <= when[1] + gate_spans.SLACK:
        return None
    return gate_spans.NotInItsInterval()


def _carried_out(desk: AtGate, told: list[tuple[Act, DomainError | None]]) -> list[Outcome]:
    """From the first that finds the books busy on, all are told again: what came after may rest on it."""
    outcomes: list[Outcome] = []
    try:
        for act, doubt in told:
            outcomes.append(desk.carry_out(act, doubt=doubt))
    except Busy as problem:
        left = told[len(outcomes) :]
        outcomes += [Outcome(act.id, "again", problem.code, problem.detail) for act, _ in left]
    return outcomes


def _page(request: HttpRequest) -> str:
    return request.session.session_key or ""


def _holds(tag: str, keys: str, head: int, now: datetime) -> bool:
    """The keys are the same, and it is of this minute, or nothing has happened since and it is not old."""
    parts = tag.removeprefix("W/").strip('"').split(".")
    if len(parts) != 3 or parts[0] != keys or not (parts[2].isascii() and parts[2].isdigit()):
        return False
    age = timedelta(seconds=min(abs(now.timestamp() - int(parts[2][:12])), 1e9))
    return age < HOLDS or (parts[1] == str(head) and age < ANEW_AFTER)


def _told(body: bytes) -> tuple[list[tuple[str, datetime, datetime]], list[tuple[Act, str]]]:
    """The times without a net, and each act with its own's name. Raises ValueError and its kin for what the page would not send."""
    said = json.loads(body)
    spans = [(_id(row["id"]), _moment(row["since"]), _moment(row["until"])) for row in said["spans"]]
    known = {name for name, _since, _until in spans}
    told = [(_act(row, known), row.get("span") or "") for row in said["acts"]]
    if len(told) > MOST_ACTS or len(spans) > MOST_ACTS:
        raise ValueError
    return spans, sorted(told, key=lambda each: each[0].at)


def _act(row: dict[str, Any], known: set[str]) -> Act:
    """One that was done without a net names the time without it, and that time is told beside it."""
    span = row.get("span") or ""
    if row["kind"] not in KINDS or (span and span not in known):
        raise ValueError
    texts = {name: str(row.get(name) or "")[:LONGEST] for name in ("entry", "reservation", "reason")}
    return Act(
        id=_id(row["id"]),
        kind=row["kind"],
        at=_moment(row["at"]),
        entry_ref=texts["entry"],
        reservation_ref=texts["reservation"],
        reason=texts["reason"].replace("\x00", ""),
        is_offline=bool(span),
    )


def _id(text: str) -> str:
    return str(uuid.UUID(text))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _clock(now: datetime) -> dict[str, Any]:
    return {"now_ms": int(now.timestamp() * 1000), "speed": clock.speed()}
