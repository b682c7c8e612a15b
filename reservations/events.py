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
    kind("queue.withdrawn", "left the order: slot of its own given back or not", public="lane ticket", own="entry"),
    kind("queue.admitted", "through the gate", public="lane ticket gate", own="entry"),
    kind("queue.exited", "left the yard", public="lane ticket", own="entry"),
    kind("override.asked", "somebody asks for a call out of order, with a reason", public="lane"),
    kind("override.approved", "a second person approved it", public="lane ticket"),
    kind("override.rejected", "a second person refused it", public="lane"),
    kind("override.lapsed", "its vehicle was called or left without it", public="lane"),
)
