"""Every kind of ledger entry as a sentence for the people of the port."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import LedgerEntry
from reservations.models.conduct import MarkKind
from reservations.models.disposition import DispositionKind

SENTENCES: dict[str, str | Promise] = {
    "yard.laid_out": _("The yard was laid out"),
    "lane.configured": _("Lane %(lane)s was set up or edited"),
    "bay.configured": _("Bay %(bay)s was set up or edited"),
    "lane.opened": _("Lane %(lane)s was opened"),
    "lane.closed": _("Lane %(lane)s was closed"),
    "lane.auto_call": _("Automatic calling in %(lane)s: %(on)s"),
    "bay.blocked": _("Bay %(bay)s was taken out of use"),
    "bay.unblocked": _("Bay %(bay)s is in use again"),
    "bay.retired": _("Bay %(bay)s is not on the plan any more"),
    "layout.saved": _("Plan version %(version)s was saved as a draft"),
    "layout.scheduled": _("Plan version %(version)s takes effect at %(takes_effect_at)s"),
    "layout.unscheduled": _("Plan version %(version)s is a draft again"),
    "layout.discarded": _("Plan version %(version)s was thrown away"),
    "layout.in_force": _("Plan version %(version)s is in force: bays new %(came)s, changed %(changed)s, gone %(went)s"),
    "aisle.blocked": _("Aisle %(aisle)s was blocked"),
    "aisle.unblocked": _("Aisle %(aisle)s is driven again"),
    "zone.blocked": _("Zone %(zone)s was blocked"),
    "zone.unblocked": _("Zone %(zone)s is used again"),
    "evacuation.ordered": _("Zone %(zone)s is emptied: %(leave)s vehicles leave (%(evacuation)s)"),
    "evacuation.ended": _("The evacuation of zone %(zone)s is over (%(evacuation)s)"),
    "place.doubted": _("%(code)s: the sensor says %(taken)s taken, the books say %(books)s"),
    "place.agreed": _("%(code)s: the sensor is not doubted any more"),
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
    "reservation.declared": _("Reservation %(reservation)s: declaration %(declaration)s"),
    "reservation.undeclared": _(
        "Reservation %(reservation)s: its declaration is not ready; its place is lost at %(lost_at)s"
    ),
    "declaration.drafted": _("Declaration %(declaration)s was begun"),
    "declaration.changed": _("Declaration %(declaration)s was changed (edition %(edition)s)"),
    "declaration.submitted": _("Declaration %(declaration)s waits (edition %(edition)s)"),
    "declaration.needs_fix": _("Declaration %(declaration)s must be mended (edition %(edition)s)"),
    "declaration.ready": _("Declaration %(declaration)s is ready (edition %(edition)s)"),
    "declaration.held": _("Declaration %(declaration)s was put on hold"),
    "declaration.released": _("Declaration %(declaration)s was released"),
    "declaration.consumed": _("Declaration %(declaration)s is used up after %(trips)s trips"),
    "declaration.withdrawn": _("Declaration %(declaration)s was withdrawn"),
    "document.added": _("A file was added to declaration %(declaration)s"),
    "document.removed": _("A file was removed from declaration %(declaration)s"),
    "reservation.expired": _("Reservation %(reservation)s not confirmed in time"),
    "reservation.no_show": _("Reservation %(reservation)s: did not arrive"),
    "reservation.completed": _("Reservation %(reservation)s completed"),
    "queue.checked_in": _("Checked in to %(lane)s with ticket %(ticket)s"),
    "queue.called": _("Ticket %(ticket)s of %(lane)s called to gate %(gate)s, bay %(bay)s"),
    "queue.missed": _("Ticket %(ticket)s of %(lane)s missed its call (%(missed)s)"),
    "queue.measured": _("Ticket %(ticket)s of %(lane)s was measured: %(length_m)s × %(width_m)s m"),
    "queue.withdrawn": _("Ticket %(ticket)s of %(lane)s left the order"),
    "queue.admitted": _("Ticket %(ticket)s of %(lane)s came in through gate %(gate)s"),
    "queue.exited": _("Ticket %(ticket)s of %(lane)s left the yard"),
    "gate.doubted": _("What gate %(gate)s saw is doubtful: a person is asked"),
    "gate.decided": _("A person decided whose a doubtful reading is"),
    "stay.held": _("Bay %(bay)s is held for it"),
    "stay.occupied": _("It stands in bay %(bay)s"),
    "stay.released": _("Bay %(bay)s is free again"),
    "stay.astray": _("Seen at %(code)s, where its way to bay %(bay)s does not lead"),
    "stay.overstayed": _("It stands in bay %(bay)s longer than the rules allow (%(minutes)s minutes)"),
    "stay.evacuate": _("Told to leave bay %(bay)s as number %(number)s, by gate %(gate)s"),
    "override.asked": _("A call out of order was asked for: ticket %(ticket)s of %(lane)s"),
    "override.approved": _("A second person approved calling ticket %(ticket)s of %(lane)s out of order"),
    "override.rejected": _("A second person refused calling ticket %(ticket)s of %(lane)s out of order"),
    "override.lapsed": _("The request to call ticket %(ticket)s of %(lane)s out of order has lapsed"),
    "reservation.vehicle_changed": _("Reservation %(reservation)s passed to another vehicle of its organisation"),
    "reservation.driver_changed": _("Reservation %(reservation)s passed to another driver"),
    "round.announced": _("A round will give the places of %(service_date)s: %(round)s"),
    "round.opened": _("Round %(round)s for %(service_date)s takes requests"),
    "round.closed": _("Round %(round)s for %(service_date)s closed with %(asked)s requests"),
    "round.drawn": _("Round %(round)s was drawn; its result is kept until its moment"),
    "round.redrawn": _("Round %(round)s is drawn again: what it was drawn over has changed"),
    "round.failed": _("Round %(round)s failed; nothing was placed"),
    "round.published": _("Round %(round)s published: %(placed)s of %(asked)s placed"),
    "round.void": _("Round %(round)s for %(service_date)s is not held"),
    "slots.held_for_round": _("The places of the day wait for round %(round)s"),
    "slots.protected": _("Places of %(lane)s are kept for requests still to come"),
    "slot.released": _("%(places)s returned places of slot %(slot)s in %(lane)s are free for all"),
    "request.made": _("A place was asked for (%(request)s)"),
    "request.changed": _("Request %(request)s was changed"),
    "request.withdrawn": _("Request %(request)s was withdrawn"),
    "request.placed": _("Request %(request)s got a place in slot %(slot)s of %(lane)s"),
    "request.stands_by": _("Request %(request)s joined the standby order"),
    "request.unplaced": _("Request %(request)s ended without a place"),
    "offer.made": _("A freed place in slot %(slot)s of %(lane)s is offered to request %(request)s"),
    "offer.accepted": _("Request %(request)s took the place offered in slot %(slot)s of %(lane)s"),
    "offer.declined": _("Request %(request)s declined the place offered in slot %(slot)s of %(lane)s"),
    "offer.lapsed": _("The offer to request %(request)s in slot %(slot)s of %(lane)s ran out"),
    "disposition.made": _("Closure %(closure)s met reservation %(reservation)s: %(kind)s"),
    "mark.made": _("It counts by a rule: %(kind)s (%(mark)s)"),
    "mark.excused": _("It counts no more: %(kind)s (%(mark)s)"),
    "appeal.asked": _("An appeal against mark %(mark)s was made (%(appeal)s)"),
    "appeal.granted": _("Appeal %(appeal)s against mark %(mark)s was granted"),
    "appeal.rejected": _("Appeal %(appeal)s against mark %(mark)s was rejected"),
    "credit.given": _("The port called %(late_minutes)s minutes late in %(lane)s: credit %(credit)s"),
    "credit.used": _("Credit %(credit)s counts in round %(round)s"),
    "gate.offline": _("Gate %(gate)s had no net from %(since)s until %(until)s"),
    "gate.refused": _("Refused at gate %(gate)s (reservation %(reservation)s, entry %(entry)s)"),
    "gate.conflict": _("What gate %(gate)s did without a net waits for a person: %(act)s, %(why)s"),
    "gate.settled": _("A person settled what gate %(gate)s did without a net (%(conflict)s)"),
    "closure.declared": _("Closure %(closure)s: nothing moves from %(starts_at)s until %(ends_at)s"),
    "closure.lifted": _("Closure %(closure)s ends at %(ends_at)s"),
    "closure.undone": _("Closure %(closure)s was taken back before anybody was called"),
    "far_side.rate": _("The far side takes %(units_per_hour)s vehicles an hour of %(lane)s"),
    "far_side.crossed": _("The far side saw a vehicle cross at %(crossed_at)s (%(crossing)s)"),
}

#: What a mark or a disposition is of, in the words of their models.
KINDS: dict[str, str | Promise] = dict([*MarkKind.choices, *DispositionKind.choices])


def kind_words(kind: str) -> str:
    """This will say what a kind of entry records, with "…" for every fact, and its code behind it."""
    facts: defaultdict[str, Any] = defaultdict(lambda: "…")
    return f"{str(SENTENCES.get(kind, kind)) % facts} · {kind}"


def sentence(entry: LedgerEntry) -> str:
    """This will say what an entry records; a fact the entry lacks shows as a dash."""
    facts: defaultdict[str, Any] = defaultdict(lambda: "–", {k: "–" if v is None else v for k, v in entry.data.items()})
    if "on" in facts:
        facts["on"] = _("on") if facts["on"] else _("off")
    if facts.get("kind") in KINDS:
        facts["kind"] = KINDS[facts["kind"]]
    return str(SENTENCES.get(entry.kind, entry.kind)) % facts
