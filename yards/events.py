"""The ledger kinds of yards: lanes, bays and stays."""

from __future__ import annotations

from core.events import EventKind, declare


def kind(name: str, meaning: str, public: str = "", own: str = "", *, for_customs: bool = False) -> EventKind:
    return EventKind(name, meaning, frozenset(public.split()), frozenset(own.split()), for_customs)


declare(
    kind("yard.laid_out", "the yard's bays as first loaded: a list of {bay, zone, length_m, width_m, equipment}"),
    kind("bay.configured", "a bay was added or edited: code, zone, length_m, width_m, equipment"),
    kind("lane.configured", "a lane was added or edited: lane, direction, cargo_kinds, gate", public="lane"),
    kind("lane.opened", "staff opened a lane", public="lane"),
    kind("lane.closed", "staff closed a lane, with a reason", public="lane"),
    kind("lane.auto_call", "automatic calling was switched on or off", public="lane on"),
    kind("bay.retired", "a bay is not on the plan any more: nobody new is sent there", public="bay"),
    kind("layout.saved", "a draft of a plan was made or changed: layout, version"),
    kind(
        "layout.scheduled",
        "a plan takes effect at a moment: layout, version, takes_effect_at",
        public="version takes_effect_at",
    ),
    kind("layout.unscheduled", "a scheduled plan is a draft again: layout, version", public="version"),
    kind("layout.discarded", "a plan was thrown away: layout, version"),
    kind(
        "layout.in_force", "a plan took effect: layout, version, how many bays came, changed and went", public="version"
    ),
    kind("aisle.blocked", "nobody drives an aisle, with a reason", public="aisle"),
    kind("aisle.unblocked", "an aisle is driven again", public="aisle"),
    kind("zone.blocked", "nobody is sent to a zone, with a reason", public="zone"),
    kind("zone.unblocked", "a zone is used again", public="zone"),
    kind("bay.blocked", "a bay was taken out of use, with a reason", public="bay"),
    kind("bay.unblocked", "a bay is in use again", public="bay"),
    kind("stay.held", "a bay is held for a visit: stay, bay, why this one", public="bay", own="why"),
    kind("stay.occupied", "the vehicle stands in the bay", public="bay"),
    kind("stay.released", "the bay is free again", public="bay"),
    kind(
        "stay.astray",
        "seen where its way does not lead: stay, bay, kind and code of the place, source",
        own="stay bay place code",
    ),
    kind("stay.overstayed", "longer in its bay than the rules allow: stay, bay, minutes", own="stay bay minutes"),
    kind(
        "stay.evacuate",
        "told to leave: stay, bay, evacuation, number in the order, exit gate",
        own="stay bay number gate",
    ),
    kind("evacuation.ordered", "a zone is emptied: evacuation, zone, how many leave, with a reason", public="zone"),
    kind("evacuation.ended", "the evacuation is over: evacuation, zone", public="zone"),
    kind("place.doubted", "a sensor and the books differ: place kind and code, taken by sensor and by books"),
    kind("place.agreed", "a sensor and the books agree again: place kind and code"),
    kind(
        "closure.declared",
        "lanes are shut for an interval: closure, scope, lanes, starts_at, ends_at (none: until further notice), stages",
        public="closure scope lanes starts_at ends_at stages",
    ),
    kind("closure.lifted", "a closure ends at ends_at, reopening in stages", public="closure lanes ends_at stages"),
    kind("closure.undone", "a closure was taken back before anybody was called", public="closure lanes"),
    kind(
        "far_side.rate",
        "vehicles an hour the far side accepts of a lane: units_per_hour (none: no limit), valid_from, source",
        public="lane units_per_hour valid_from source",
    ),
    kind(
        "far_side.crossed",
        "the far side saw a vehicle cross: way arrived (over there) or departed (for here), crossed_at; no visit: it is not expected",
        own="crossing way crossed_at",
    ),
)
