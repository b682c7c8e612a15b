"""The ledger kinds of yards: lanes, bays and stays."""

from __future__ import annotations

from core.events import EventKind, declare


def kind(name: str, meaning: str, public: str = "", own: str = "") -> EventKind:
    return EventKind(name, meaning, frozenset(public.split()), frozenset(own.split()))


declare(
    kind("yard.laid_out", "the yard's bays as first loaded: a list of {bay, zone, length_m, width_m, equipment}"),
    kind("bay.configured", "a bay was added or edited: code, zone, length_m, width_m, equipment"),
    kind("lane.configured", "a lane was added or edited: lane, direction, cargo_kinds, gate", public="lane"),
    kind("lane.opened", "staff opened a lane", public="lane"),
    kind("lane.closed", "staff closed a lane, with a reason", public="lane"),
    kind("lane.auto_call", "automatic calling was switched on or off", public="lane on"),
    kind("bay.blocked", "a bay was taken out of use, with a reason", public="bay"),
    kind("bay.unblocked", "a bay is in use again", public="bay"),
    kind("stay.held", "a bay is held for a visit: stay, bay, why this one", public="bay", own="why"),
    kind("stay.occupied", "the vehicle stands in the bay", public="bay"),
    kind("stay.released", "the bay is free again", public="bay"),
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
)
