"""What gates and drivers would report, raised by the program of a sandbox for a reservation of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from core.actors import Actor
from core.errors import NotFound, WrongState
from reservations.models import EntryState, QueueEntry, Reservation
from reservations.operations import admit, call_next, check_in, exit_yard, miss, occupy, release
from reservations.sandbox.errors import NotThisLane
from yards.models import Stay

MOST_CALLS = 100
Act = Callable[[Reservation, datetime, Actor], object]


def raise_event(*, kind: str, reservation: Reservation, now: datetime, actor: Actor) -> Reservation:
    """This will let one thing happen to a reserved vehicle, as its gate, its driver or the desk would report it.

    Raises what the real report would: TooEarly, WrongState, NoBayFree …; NotFound for a vehicle that has not arrived, NotThisLane.
    """
    ACTS[kind](reservation, now, actor)
    return reservation


def entry_of(reservation: Reservation) -> QueueEntry:
    """This will return where a reserved vehicle stands or last stood; raises NotFound before it arrived."""
    entry = QueueEntry.objects.filter(visit_ref=reservation.visit_ref).order_by("-pk").first()
    if entry is None:
        raise NotFound(field="reservation")
    return entry


def _arrive(reservation: Reservation, now: datetime, actor: Actor) -> None:
    check_in(reservation_ref=reservation.ref, port_code=reservation.lane.port.code, now=now, actor=actor)


def _call(reservation: Reservation, now: datetime, actor: Actor) -> None:
    """The order of a lane is the same in a sandbox: who stands before this vehicle is called before it.

    One that is not waiting can be called by no number of calls: the others keep their places.
    """
    entry = entry_of(reservation)
    if entry.state != "waiting":
        raise WrongState(state=entry.get_state_display(), to=EntryState.CALLED.label)
    for _ in range(MOST_CALLS):
        if call_next(lane_code=entry.lane.code, now=now, actor=actor).ref == entry.ref:
            return
    raise NotThisLane


def _leave_bay(reservation: Reservation, now: datetime, actor: Actor) -> None:
    release(entry_ref=entry_of(reservation).ref, now=now, actor=actor)


def _exit(reservation: Reservation, now: datetime, actor: Actor) -> None:
    """Who drives out of the gate has left the bay."""
    entry = entry_of(reservation)
    if Stay.objects.filter(visit_ref=entry.visit_ref, state="occupied").exists():
        release(entry_ref=entry.ref, now=now, actor=actor)
    exit_yard(entry_ref=entry.ref, now=now, actor=actor)


def _by_entry(act: Callable[..., object]) -> Act:
    def run(reservation: Reservation, now: datetime, actor: Actor) -> None:
        act(entry_ref=entry_of(reservation).ref, now=now, actor=actor)

    return run


ACTS: dict[str, Act] = {
    "arrival": _arrive,
    "called": _call,
    "missed": _by_entry(miss),
    "admitted": _by_entry(admit),
    "bay": _by_entry(occupy),
    "left_bay": _leave_bay,
    "exit": _exit,
}
