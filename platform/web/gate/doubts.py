"""What a person at the gate decides: readings that the devices are not sure of, and what was done without a net and is not in the books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import DomainError, NotFound
from core.once import Replayed
from reservations.inbox import decide_doubt
from reservations.inbox.queries import Candidate, candidates_of, doubts_of
from reservations.inbox.words import OUTCOMES, REASONS
from reservations.models import GateEvent
from reservations.operations.attending import settle_gate_conflict
from reservations.queries.gate_conflicts import open_conflicts
from web.gate.gates import VERB, gate_for
from web.pages import action, page
from web.staff.pages import actor_of, once_of
from yards.models import Gate

RECENT = timedelta(minutes=10)
MOST_RECENT = 6
MOST_DOUBTS = 5  # at once: one decision after the other
ACTS = {
    "let_in": gettext_lazy("let in"),
    "arrive": gettext_lazy("arrived"),
    "exit": gettext_lazy("left"),
    "refuse": gettext_lazy("refused"),
}
WHYS = {"exact": "", "alike": gettext_lazy("looks alike"), "one_off": gettext_lazy("one character differs")}


@dataclass(frozen=True)
class Doubt:
    """A reading with what it may mean."""

    event: GateEvent
    candidates: list[tuple[Candidate, Any]]

    @property
    def why(self) -> Any:
        return REASONS.get(self.event.reason, self.event.reason)

    @property
    def percent(self) -> int | None:
        return None if self.event.confidence is None else round(self.event.confidence * 100)


@dataclass(frozen=True)
class Reading:
    """A reading that needed nobody."""

    event: GateEvent

    @property
    def outcome(self) -> Any:
        return OUTCOMES.get(self.event.outcome, self.event.outcome) or self.event.get_state_display()


@page(VERB)
def doubts(request: HttpRequest, yard_code: str, gate_code: str) -> HttpResponse:
    """The part of the gate's page that needs a net: doubts, conflicts, the last readings."""
    return _part(request, gate_for(request.user, yard_code, gate_code))


@action(VERB)
def decide(request: HttpRequest, yard_code: str, gate_code: str, ref: str) -> HttpResponse:
    """A person says whose a reading is, or that it is nobody's."""
    gate = gate_for(request.user, yard_code, gate_code)
    if not doubts_of(gate.yard.port, gate.yard).filter(ref=ref, gate_code=gate.code).exists():
        return _part(request, gate, problem=NotFound(field="event"))
    whose: dict[str, Any] = {name: request.POST.get(name, "")[:20] for name in ("entry_ref", "reservation_ref")}
    default = _("seen at the gate") if any(whose.values()) else _("looked at: none of ours")
    reason = request.POST.get("reason", "").strip()[:200] or default

    def run(**by: Any) -> Any:
        return decide_doubt(event_ref=ref, port_code=gate.yard.port.code, **whose, reason=reason, **by)

    return _carried_out(request, gate, run)


@action(VERB)
def settle(request: HttpRequest, yard_code: str, gate_code: str, ref: str) -> HttpResponse:
    """A person has settled what was done without a net, and says how."""
    gate = gate_for(request.user, yard_code, gate_code)
    here = {"yard_code": gate.yard.code, "gate_code": gate.code}
    reason = request.POST.get("reason", "").replace("\x00", "")[:200]

    def run(**by: Any) -> Any:
        settle_gate_conflict(**here, conflict=ref, reason=reason, **by)

    return _carried_out(request, gate, run)


def _carried_out(request: HttpRequest, gate: Gate, run: Callable[..., Any]) -> HttpResponse:
    now, problem = clock.now(), None
    try:
        run(now=now, actor=actor_of(request), once=once_of(request, now=now))
    except Replayed:
        pass
    except DomainError as refused:
        problem = refused
    return _part(request, gate, problem=problem)


def _part(request: HttpRequest, gate: Gate, *, problem: DomainError | None = None) -> HttpResponse:
    now = clock.now()
    rows = doubts_of(gate.yard.port, gate.yard).filter(gate_code=gate.code)
    context = {
        "gate": gate,
        "yard": gate.yard,
        "port": gate.yard.port,
        "doubts": [_doubt(event, now) for event in rows[:MOST_DOUBTS]],
        "more": max(0, rows.count() - MOST_DOUBTS),
        "conflicts": [(row, ACTS.get(row.act, row.act)) for row in open_conflicts(gate, now=now)],
        "readings": _readings(gate, now),
        "problem": problem,
    }
    return render(request, "web/gate/_doubts.html", context, status=problem.status if problem else 200)


def _doubt(event: GateEvent, now: datetime) -> Doubt:
    return Doubt(
        event, [(each, WHYS[each.why]) for each in candidates_of(event, now=now) if each.entry or each.reservation]
    )


def _readings(gate: Gate, now: datetime) -> list[Reading]:
    rows = GateEvent.objects.filter(yard=gate.yard, gate_code=gate.code, kind__in=["plate", "scan"])
    rows = rows.exclude(state="doubt").filter(occurred_at__gt=now - RECENT).select_related("vehicle")
    return [Reading(event) for event in rows.order_by("-occurred_at")[:MOST_RECENT]]
