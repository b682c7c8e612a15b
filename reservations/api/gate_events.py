"""Gate audience: what was seen, one event or the backlog of an outage, in any order, as often as the line makes it necessary."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from core import clock
from core.api.answers import answer, shaped
from core.api.parsing import BodyTooLarge
from core.api.schema import operation
from core.errors import DomainError
from reservations import inbox
from reservations.api.gate_base import GateView
from reservations.api.shapes import gate_events as shapes
from reservations.inbox.receiving import AHEAD as SLOW
from reservations.inbox.receiving import Taken
from reservations.inbox.steps import SAME


class Events(GateView):
    @operation(
        name="gate_events_report",
        summary="What this device has seen: one event or up to 500",
        description=(
            "Each is kept once by its `number` and applied as soon as what comes before it is known; twice, late and out of order come to"
            " the same end. One that is wrong is refused by itself. After an outage send the backlog, the oldest first; repeat what was not"
            " answered, under the same numbers."
        ),
        audience="gate",
        request=shapes.GateEventsIn,
        answer=shapes.GateEventsShape,
        problems=(BodyTooLarge,),
    )
    def post(self, request: Request) -> HttpResponse:
        said, now = self.parsed(shapes.GateEventsIn, request)["events"], clock.now()
        checked = [_checked(each) for each in said]
        good = [values for values, _errors in checked if values is not None]
        told = iter(inbox.receive(device=self.device(request), events=good, now=now, actor=self.actor(request)))
        results = [
            _bad(each, errors) if values is None else _told(next(told), now)
            for each, (values, errors) in zip(said, checked, strict=True)
        ]
        refused = sum(each["state"] == "refused" for each in results)
        return answer(shaped(shapes.GateEventsShape, {"results": results, "refused": refused}))


def _checked(said: dict[str, Any]) -> tuple[dict[str, Any] | None, Any]:
    serializer = shapes.GateEventIn(data=said)
    return (serializer.validated_data, None) if serializer.is_valid() else (None, serializer.errors)


def _bad(said: dict[str, Any], errors: dict[str, Any]) -> dict[str, Any]:
    number = said.get("number")
    listed = [{"field": name, "detail": str(words[0])} for name, words in errors.items()]
    return _refused(number if isinstance(number, int) and not isinstance(number, bool) else None, "invalid", listed)


def _told(taken: Taken, now: datetime) -> dict[str, Any]:
    if taken.event is None:
        assert taken.refused
        return _refused(taken.number, taken.refused.code, [_of(taken.refused)])
    event = taken.event
    entry = event.entry
    ago = now - event.occurred_at
    may_enter = event.outcome == "here" and entry is not None and entry.state == "called"
    would_open = taken.is_new and may_enter and event.way == "in" and event.plate_key != ""
    is_slow = would_open and SAME < ago <= SLOW * clock.speed()
    return {
        "number": taken.number,
        "state": event.state,
        "event": event.ref,
        "duplicate": not taken.is_new,
        "open": would_open and ago <= SAME,
        "outcome": event.outcome,
        "reason": "clock" if is_slow else event.reason,
        "entry": entry.ref if entry else None,
        "entry_state": entry.state if entry else None,
        "errors": [],
    }


def _refused(number: int | None, code: str, errors: list[dict[str, str]]) -> dict[str, Any]:
    nothing = {"event": None, "duplicate": False, "open": False, "outcome": "", "entry": None, "entry_state": None}
    return nothing | {"number": number, "state": "refused", "reason": code, "errors": errors}


def _of(error: DomainError) -> dict[str, str]:
    return {"field": error.field, "detail": error.detail}
