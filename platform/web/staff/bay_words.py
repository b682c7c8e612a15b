"""What the desk says of a bay or zone: what a sensor says beside the books, and where a vehicle goes from there."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reservations.models import QueueEntry
from yards.models import Bay, PlaceKind, Sensed
from yards.sensors import IMPOSSIBLE, OTHER_CAPACITY, OVER_CAPACITY, Books

NEXT = {
    "inspection": gettext_lazy("to the inspection"),
    "dock": gettext_lazy("to the loading dock"),
    "weighbridge": gettext_lazy("to the weighbridge"),
    "exit": gettext_lazy("to the exit"),
}


def next_words(entry: QueueEntry | None) -> str:
    """This will say where a vehicle goes from its bay."""
    return str(NEXT.get(entry.next_step, "")) if entry else ""


def doubt_words(bay: Bay) -> str:
    """This will say what the bay's sensor says while it is doubted, "" while it is not."""
    row = Sensed.objects.filter(yard_id=bay.yard_id, kind=PlaceKind.BAY, code=bay.code).exclude(doubted_at=None).first()
    return f"{sensor_words(row)}." if row else ""


def sensor_words(row: Sensed) -> str:
    """This will say what a sensor says, in full: a zone's with how many places it believes there are."""
    if row.kind == PlaceKind.BAY:
        return _("The sensor says: taken") if row.taken else _("The sensor says: free")
    words = ngettext("The sensor counts %(count)s vehicle", "The sensor counts %(count)s vehicles", row.taken)
    said = words % {"count": row.taken}
    if row.capacity is None:
        return said
    # not inside the f-string: what stands there is not collected for translation
    places = _("of %(places)s places") % {"places": row.capacity}
    return f"{said} ({places})"


def books_words(row: Sensed, books: Books) -> str:
    """This will say what the books say of the same place."""
    if row.kind == PlaceKind.BAY:
        return _("By the books it is taken.") if books.taken else _("By the books it is free.")
    words = ngettext(
        "By the books %(count)s of %(bays)s stands there.",
        "By the books %(count)s of %(bays)s stand there.",
        books.taken,
    )
    return words % {"count": books.taken, "bays": books.bays}


def advice_words(row: Sensed, why: str) -> str:
    """This will say what to look at, by why the reading is doubted."""
    if why in (OVER_CAPACITY, IMPOSSIBLE):
        return _("No yard can be like that: the sensor is broken or miscounts.")
    if why == OTHER_CAPACITY:
        return _(
            "It knows another number of places than the plan has: its settings are of another plan, or of another zone."
        )
    if row.kind != PlaceKind.BAY:
        return _("Count the vehicles there. If the books are right, say so; else put right the bays that are wrong.")
    if row.taken:
        return _("Does somebody stand there? Then take the bay out of use until it is known who.")
    return _("Is it empty? Then the vehicle has left its bay: say so on its page.")
