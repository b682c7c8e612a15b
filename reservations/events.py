"""The ledger kinds of reservations: slots, policy, reservations, the queue and overrides."""

from __future__ import annotations

from core.events import declare
from yards.events import kind

declare(
    kind(
        "policy.published",
        "a new version of the port's rules: version, effective_from, all its rules, the names of those that changed",
        public="version effective_from",
    ),
    kind("slots.generated", "slots added to a lane: lane, slots as [ref, starts_at, ends_at, planned]", public="lane"),
    kind(
        "slot.capacity_changed",
        "a slot's plan was changed: planned, capacity in force now",
        public="lane slot capacity",
    ),
    kind("slot.frozen", "no new place is given in a slot", public="lane slot"),
    kind("slot.unfrozen", "places are given again", public="lane slot"),
    kind(
        "reservation.requested",
        "a place is held while its holder confirms",
        public="lane slot",
        own="reservation hold_until",
    ),
    kind("reservation.confirmed", "a place is promised", public="lane slot", own="reservation"),
    kind(
        "reservation.changed", "moved to another slot: from_slot, slot", public="lane from_slot slot", own="reservation"
    ),
    kind(
        "reservation.cancelled",
        "given up by its holder, its place came back: `late` after the policy's cutoff",
        public="lane slot",
        own="reservation",
    ),
    kind("reservation.revoked", "taken back by the port, without any penalty", public="lane slot", own="reservation"),
    kind(
        "reservation.declared",
        "what it carries was declared, or is not any more: declaration",
        own="reservation declaration",
    ),
    kind(
        "reservation.undeclared",
        "its declaration is not ready and is due: due_at, lost_at (its place then goes to standby), why, warning",
        own="reservation due_at lost_at why warning",
    ),
    kind("reservation.expired", "not confirmed in time", public="lane slot", own="reservation"),
    kind("reservation.no_show", "did not arrive within window and grace", public="lane slot", own="reservation"),
    kind("reservation.completed", "the visit it promised has ended", own="reservation"),
    kind(
        "queue.checked_in",
        "a vehicle joined the order: entry, lane, class, ticket, promised_at, slot of its own for walk-ups, late",
        public="lane class ticket",
        own="entry promised_at late",
    ),
    kind(
        "queue.called",
        "called forward: entry, call number, rule, bay, gate, and who was passed over and why",
        public="lane class ticket call rule bay gate",
        own="entry call_expires_at",
    ),
    kind(
        "queue.missed",
        "a call was missed: back behind the next vehicles",
        public="lane ticket",
        own="entry missed not_before_call",
    ),
    kind(
        "queue.measured",
        "found to be of another size or class than declared: entry, length_m, width_m, hazard_class",
        own="entry length_m width_m",
    ),
    kind("queue.withdrawn", "left the order: slot of its own given back or not", public="lane ticket", own="entry"),
    kind("queue.admitted", "through the gate", public="lane ticket gate", own="entry"),
    kind("queue.exited", "left the yard", public="lane ticket", own="entry"),
    kind("override.asked", "somebody asks for a call out of order, with a reason", public="lane"),
    kind("override.approved", "a second person approved it", public="lane ticket"),
    kind("override.rejected", "a second person refused it", public="lane"),
    kind("override.lapsed", "its vehicle was called or left without it", public="lane"),
    kind("reservation.vehicle_changed", "its vehicle was replaced: from_vehicle, vehicle", own="reservation"),
    kind("reservation.driver_changed", "its driver was replaced", own="reservation"),
    kind(
        "round.announced",
        "a day's round and its moments: commitment = sha256(seed), expected_percent of the fullest hour's places",
        public="round service_date opens_at closes_at publishes_at instant_at commitment expected_percent",
    ),
    kind("round.opened", "requests are taken", public="round service_date"),
    kind(
        "round.closed",
        "requests are closed: asked, and the hash of all that it will be drawn over",
        public="round service_date asked inputs_hash",
    ),
    kind("round.drawn", "computed: hashes of inputs and outcome", public="round inputs_hash outcome_hash"),
    kind(
        "round.redrawn",
        "a place given was gone: drawn again over the places as they are now; superseded = hashes of inputs and outcome until then",
        public="round inputs_hash superseded",
    ),
    kind("round.failed", "could not be drawn or published; nothing was placed", public="round"),
    kind(
        "round.published",
        "the result, the seed and the hashes: anybody can run it again",
        public="round service_date seed inputs_hash outcome_hash asked placed",
    ),
    kind(
        "round.void",
        "not held, with the reason; opens_at: what its requests leave",
        public="round service_date opens_at",
    ),
    kind("slots.held_for_round", "a day's places wait for its round: round, slots", public="round"),
    kind(
        "slots.protected",
        "places kept for requests still to come: lane, slots as [slot, protected]",
        public="lane slots",
    ),
    kind(
        "slot.released",
        "returned places that nobody on standby can use are free for all: places, passed as [request, why not]",
        public="lane slot places passed",
    ),
    kind(
        "request.made",
        "a place is asked for: request, round, vehicle, organisation, class, lanes, times, bundle",
        public="request round class",
    ),
    kind("request.changed", "its times or lanes were changed", public="request round"),
    kind("request.withdrawn", "given up by its holder", public="request round"),
    kind("request.placed", "a place was found: slot, reservation, why", public="request lane slot why"),
    kind("request.stands_by", "joined the standby order: stands_at, drawn, why", public="request stands_at drawn why"),
    kind(
        "request.unplaced",
        "its time has passed without a place",
        public="request",
    ),
    kind(
        "offer.made",
        "a freed place is offered: slot, offer_until, passed as [request, why not]",
        public="request lane slot passed",
    ),
    kind("offer.accepted", "the offered place is taken", public="request lane slot"),
    kind("offer.declined", "the offered place is not wanted", public="request lane slot"),
    kind("offer.lapsed", "the offer ran out", public="request lane slot"),
    kind(
        "disposition.made",
        "what a closure meant for one reservation: closure, kind, from_slot, slot",
        public="closure kind from_slot slot",
        own="reservation",
    ),
    kind("mark.made", "something counts by a published rule: mark, kind, vehicle", own="mark kind"),
    kind("mark.excused", "it counts no more, with the reason", own="mark kind"),
    kind("appeal.asked", "a holder appeals against a mark"),
    kind("appeal.granted", "a supervisor granted it, with the reason"),
    kind("appeal.rejected", "a supervisor rejected it, with the reason"),
    kind(
        "credit.given",
        "the port called too late: credit, vehicle, late_minutes",
        public="lane late_minutes",
        own="credit",
    ),
    kind(
        "gate.offline",
        "a gate's page had no net for a while: nobody is judged for that time",
        public="gate since until",
    ),
    kind("gate.refused", "a person refused a vehicle at a gate, with the reason", own="entry reservation gate"),
    kind("gate.conflict", "what was done at a gate without a net, and the books cannot take in: a person settles it"),
    kind("gate.settled", "a person has settled it, with how"),
    kind("credit.used", "counted as a ticket in a draw: credit, round", public="round"),
)
