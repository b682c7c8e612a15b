"""A vehicle turns out to be of another size, or its dangerous goods of another class, than was declared."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_UP, Decimal

from core.actors import Actor
from core.db import operation
from core.errors import WrongState
from reservations.choosing import trouble_of
from reservations.models import EntryState, QueueEntry
from reservations.operations.arrival import locked_entry, record_entry
from reservations.operations.guiding import send_elsewhere
from reservations.operations.suitability import checked_class
from reservations.states import QUEUE_ENTRY
from yards.errors import MeasureNotValid, NoBayThatFits
from yards.models import Stay
from yards.operations import bays

LENGTHS_M, WIDTHS_M = (2, 40), (1, 6)
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")


@operation
def measure(
    *,
    entry_ref: str,
    length_m: float | None = None,
    width_m: float | None = None,
    hazard_class: str | None = None,
    now: datetime,
    actor: Actor,
) -> QueueEntry:
    """This will correct the size of a vehicle in the order or in the yard, and the class of its dangerous goods (None: as it was).

    A bay held for it that it does not fit any more is replaced at once (stay: held → released, new → held); where none is free it keeps
    that one until one is, and is not let in meanwhile. Who stands in a bay stays there.
    Raises NotFound, WrongState (it has left), MeasureNotValid, Invalid (hazard_class).
    """
    entry = locked_entry(entry_ref)
    if entry.state not in QUEUE_ENTRY.live:
        raise WrongState(state=str(entry.get_state_display()), to=EntryState.ADMITTED.label)
    stay = bays.live_stay(entry.visit_ref)
    correct(entry, length_m=length_m, width_m=width_m, hazard_class=hazard_class, stay=stay)
    if stay and stay.state == "held":
        _fit_again(entry, stay, now)
    return entry


# ------------------------------------------------------------- steps, used by other operations of this app


def correct(
    entry: QueueEntry,
    *,
    length_m: float | None = None,
    width_m: float | None = None,
    hazard_class: str | None = None,
    stay: Stay | None = None,
) -> bool:
    """This will write what was measured, if it differs, and tell whether it does; others are kept apart from the class from now on.

    Metres are rounded up to what the order keeps: a vehicle is never taken for smaller than it is. Raises MeasureNotValid, Invalid.
    """
    said = {
        "length_m": _rounded(length_m, LENGTHS_M, _TENTH, "length_m"),
        "width_m": _rounded(width_m, WIDTHS_M, _HUNDREDTH, "width_m"),
        "hazard_class": None if hazard_class is None else checked_class(hazard_class),
    }
    changed = {name: value for name, value in said.items() if value is not None and value != getattr(entry, name)}
    if not changed:
        return False
    QueueEntry.objects.filter(pk=entry.pk).update(**changed)
    for name, value in changed.items():
        setattr(entry, name, value)
    if stay and "hazard_class" in changed:
        Stay.objects.filter(pk=stay.pk).update(hazard=bays.need_of(entry).hazard_class)
    length_m, width_m = float(entry.length_m), float(entry.width_m)
    record_entry(entry, "queue.measured", length_m=length_m, width_m=width_m, hazard_class=entry.hazard_class)
    return True


def _fit_again(entry: QueueEntry, stay: Stay, now: datetime) -> None:
    reason = trouble_of(entry, stay, now=now)
    if not reason:
        return
    try:
        send_elsewhere(entry, stay, reason=reason, now=now)
    except NoBayThatFits:
        return  # what was measured is true all the same; it is tried again at the gate, and by every sweep


def _rounded(metres: float | None, bounds: tuple[int, int], step: Decimal, field: str) -> Decimal | None:
    if metres is None:
        return None
    least, most = bounds
    if not least <= metres <= most:  # also refuses what is no number at all
        raise MeasureNotValid(field=field)
    return Decimal(str(metres)).quantize(step, rounding=ROUND_UP)
