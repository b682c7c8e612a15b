"""Every kind of ledger entry as a sentence for the people of the port."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import LedgerEntry

SENTENCES: dict[str, str | Promise] = {
    "yard.laid_out": _("The yard was laid out"),
    "lane.configured": _("Lane %(lane)s was set up or edited"),
    "bay.configured": _("Bay %(bay)s was set up or edited"),
    "lane.opened": _("Lane %(lane)s was opened"),
    "lane.closed": _("Lane %(lane)s was closed"),
    "lane.auto_call": _("Automatic calling in %(lane)s: %(on)s"),
    "bay.blocked": _("Bay %(bay)s was taken out of use"),
    "bay.unblocked": _("Bay %(bay)s is in use again"),
    "slots.generated": _("Slots were added to %(lane)s"),
    "slot.capacity_changed": _("Slot %(slot)s of %(lane)s: %(planned)s places planned, %(capacity)s hold"),
    "slot.frozen": _("Slot %(slot)s of %(lane)s was frozen"),
    "slot.unfrozen": _("Slot %(slot)s of %(lane)s gives places again"),
    "policy.published": _("Rules version %(version)s published, in force from %(effective_from)s"),
    "reservation.requested": _("A place in %(lane)s is held while its holder confirms (%(reservation)s)"),
    "reservation.confirmed": _("Reservation %(reservation)s in %(lane)s confirmed"),
    "reservation.changed": _("Reservation %(reservation)s moved to slot %(slot)s of %(lane)s"),
    "reservation.cancelled": _("Reservation %(reservation)s cancelled"),
    "reservation.revoked": _("Reservation %(reservation)s taken back by the port"),
    "reservation.expired": _("Reservation %(reservation)s not confirmed in time"),
    "reservation.no_show": _("Reservation %(reservation)s: did not arrive"),
    "reservation.completed": _("Reservation %(reservation)s completed"),
    "queue.checked_in": _("Checked in to %(lane)s with ticket %(ticket)s"),
    "queue.called": _("Ticket %(ticket)s of %(lane)s called to gate %(gate)s, bay %(bay)s"),
    "queue.missed": _("Ticket %(ticket)s of %(lane)s missed its call (%(missed)s)"),
    "queue.withdrawn": _("Ticket %(ticket)s of %(lane)s left the order"),
    "queue.admitted": _("Ticket %(ticket)s of %(lane)s came in through gate %(gate)s"),
    "queue.exited": _("Ticket %(ticket)s of %(lane)s left the yard"),
    "stay.held": _("Bay %(bay)s is held for it"),
    "stay.occupied": _("It stands in bay %(bay)s"),
    "stay.released": _("Bay %(bay)s is free again"),
    "override.asked": _("A call out of order was asked for: ticket %(ticket)s of %(lane)s"),
    "override.approved": _("A second person approved calling ticket %(ticket)s of %(lane)s out of order"),
    "override.rejected": _("A second person refused calling ticket %(ticket)s of %(lane)s out of order"),
    "override.lapsed": _("The request to call ticket %(ticket)s of %(lane)s out of order has lapsed"),
}


def kind_words(kind: str) -> str:
    """This will say what a kind of entry records, with "…" for every fact, and its code behind it."""
    facts: defaultdict[str, Any] = defaultdict(lambda: "…")
    return f"{str(SENTENCES.get(kind, kind)) % facts} · {kind}"


def sentence(entry: LedgerEntry) -> str:
    """This will say what an entry records; a fact the entry lacks shows as a dash."""
    facts: defaultdict[str, Any] = defaultdict(lambda: "–", entry.data)
    if "on" in facts:
        facts["on"] = _("on") if facts["on"] else _("off")
    return str(SENTENCES.get(entry.kind, entry.kind)) % facts
