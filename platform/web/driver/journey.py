"""The visit as a picture: which steps are done, which one is now, which are still to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reservations.models import QueueEntry
from yards.models import Stay


@dataclass(frozen=True)
class Step:
    """A step of the visit; `mark` is done, now, todo or bad."""

    words: str | Promise
    at: datetime | None
    mark: str


def steps_of(entry: QueueEntry, stays: list[Stay]) -> list[Step]:
    """This will lay out a visit from its reservation to its exit; `stays` in the order in which they were held."""
    first_occupied = next((stay.occupied_at for stay in stays if stay.occupied_at), None)
    last_released = stays[-1].released_at if stays and stays[-1].state == "released" and first_occupied else None
    reserved = entry.reservation.created_at if entry.reservation else None
    moments: list[tuple[str | Promise, datetime | None]] = [
        (_("checked in"), entry.arrived_at),
        (_("called"), entry.called_at if entry.state != "waiting" else None),
        (_("through the gate"), entry.admitted_at),
        (_("in the bay"), first_occupied),
        (_("bay left"), last_released),
        (_("out of the yard"), entry.ended_at if entry.state == "exited" else None),
    ]
    if reserved:
        moments.insert(0, (_("reserved"), reserved))
    if entry.state == "withdrawn":
        done = [Step(text, at, "done") for text, at in moments if at]
        return [*done, Step(_("left the queue"), entry.ended_at, "bad")]
    return _marked(moments)


def _marked(moments: list[tuple[str | Promise, datetime | None]]) -> list[Step]:
    """The step after the last done one is the one that runs now."""
    last = max((index for index, (_text, at) in enumerate(moments) if at), default=-1)
    return [
        Step(text, at, "done" if index <= last else "now" if index == last + 1 else "todo")
        for index, (text, at) in enumerate(moments)
    ]
