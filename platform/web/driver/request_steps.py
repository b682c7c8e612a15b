"""A request as a picture: asked, closed, result, and what came of it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reservations.models import Request, Round
from web.driver.journey import Step

ENDS: dict[str, Promise] = {
    "placed": _("a place is yours"),
    "withdrawn": _("withdrawn by you"),
    "unplaced": _("the day passed without a place"),
}


def steps_of(request: Request) -> list[Step]:
    """This will lay a request out from the wish to its end; a late request has no round to wait for."""
    steps = [Step(_("asked"), request.created_at, "done"), *(_of_round(request.round) if request.round else [])]
    if request.state == "withdrawn":
        return [step for step in steps if step.mark == "done"] + [Step(ENDS["withdrawn"], request.ended_at, "bad")]
    return _with_now([*steps, *_after_the_result(request)])


def _of_round(row: Round) -> list[Step]:
    if row.state == "void":
        return [Step(_("the round was called off"), None, "done")]
    is_closed = row.state not in ("announced", "open")
    closed = Step(_("requests close"), row.closes_at, "done" if is_closed else "todo")
    is_out = row.state == "published"
    return [closed, Step(_("result"), row.published_at or row.publishes_at, "done" if is_out else "todo")]


def _after_the_result(request: Request) -> list[Step]:
    if request.state in ENDS:
        mark = "done" if request.state == "placed" else "bad"
        return [*_standby(request), Step(ENDS[request.state], request.ended_at, mark)]
    if request.state == "offered":
        return [*_standby(request), Step(_("a place is offered to you: answer by"), request.offer_until, "now")]
    if request.state == "standby":
        return [*_standby(request), Step(_("a freed place"), None, "now")]
    return [Step(_("a place"), None, "todo")]


def _standby(request: Request) -> list[Step]:
    return [Step(_("on standby"), request.stands_at, "done")] if request.stands_at else []


def _with_now(steps: list[Step]) -> list[Step]:
    """The first step that is still to come is the one that runs now, unless one says so itself."""
    if any(step.mark in ("now", "bad") for step in steps):
        return steps
    first = next((at for at, step in enumerate(steps) if step.mark == "todo"), None)
    return [Step(step.words, step.at, "now") if at == first else step for at, step in enumerate(steps)]
