"""Guidance along the ledger: versions of the plan, blocked aisles and zones, evacuations, doubted places, and who was sent where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from audit.bays import Bays, holds
from audit.calls import need_of
from audit.findings import Said
from audit.moves import EVACUATION, LAYOUT, Track
from audit.rows import Entry
from audit.visits import Visits

#: Rules by which a bay is given that must fit: what a person named he may overrule, with a reason.
FITTING = ("least_total_cost", "cheapest_that_fits", "stands_there")


@dataclass
class Layout:
    """A version of the plan."""

    version: int


@dataclass
class Evacuation:
    """A zone that is emptied; `due` is how many are told to leave, `told` how many were."""

    zone: str
    due: int
    told: int = 0


class Guidance:
    """What guidance wrote into one yard's ledger."""

    def __init__(self, visits: Visits, bays: Bays) -> None:
        self.visits, self.bays = visits, bays
        self.layouts: dict[str, Layout] = {}
        self.planned = Track("layout", LAYOUT)
        self.evacuations: dict[str, Evacuation] = {}
        self.evacuated = Track("evacuation", EVACUATION)
        self.blocks: set[str] = set()  # what is blocked now, and below what a sensor doubts
        self.doubts: set[str] = set()
        self._in_force = ""
        self._entry_of: dict[str, str] = {}
        self.on = {
            "queue.checked_in": self.came,
            "stay.held": self.held,
            "stay.astray": self.of_a_stay,
            "stay.overstayed": self.of_a_stay,
            "stay.evacuate": self.told_to_leave,
            "layout.saved": self.saved,
            "layout.scheduled": self.scheduled,
            "layout.unscheduled": self.scheduled,
            "layout.discarded": self.scheduled,
            "layout.in_force": self.took_effect,
            "aisle.blocked": self.blocked,
            "aisle.unblocked": self.lifted,
            "zone.blocked": self.blocked,
            "zone.unblocked": self.lifted,
            "evacuation.ordered": self.ordered,
            "evacuation.ended": self.ended,
            "place.doubted": self.doubted,
            "place.agreed": self.agreed,
        }

    # ---------------------------------------------------------------- stays
    def came(self, entry: Entry) -> Iterator[Said]:
        self._entry_of[entry.visit] = entry.data["entry"]
        yield from ()

    def held(self, entry: Entry) -> Iterator[Said]:
        """A bay that was chosen fits the vehicle as it was recorded, or measured, by then."""
        ref = self._entry_of.get(entry.visit)
        if ref is None or entry.data.get("why", {}).get("rule") not in FITTING:
            return
        if not holds(self.bays.bays[entry.data["bay"]], need_of(self.visits.entries[ref])):
            yield "bay", f"bay {entry.data['bay']} was chosen for {entry.visit}, which it does not fit"

    def of_a_stay(self, entry: Entry) -> Iterator[Said]:
        ref, bay = entry.data["stay"], entry.data["bay"]
        if not self.bays.track.is_live(ref) or self.bays.stays[ref].bay != bay:
            yield "bay", f"{entry.kind} of stay {ref}, which was not in bay {bay}"

    # ---------------------------------------------------------------- plans
    def saved(self, entry: Entry) -> Iterator[Said]:
        ref, version = entry.data["layout"], entry.data["version"]
        if ref not in self.layouts and any(version <= known.version for known in self.layouts.values()):
            yield "layout", f"layout {ref} was saved as version {version}, which was given before"
        self.layouts.setdefault(ref, Layout(version))
        yield from self.planned.move(ref, "draft")

    def scheduled(self, entry: Entry) -> Iterator[Said]:
        to = {"layout.unscheduled": "draft"}.get(entry.kind, entry.kind.removeprefix("layout."))
        yield from self._move(entry, to)

    def took_effect(self, entry: Entry) -> Iterator[Said]:
        if self._in_force:
            yield from self.planned.move(self._in_force, "replaced")
        self._in_force = entry.data["layout"]
        if self._in_force not in self.layouts:  # the first plan of a yard may be laid with it
            self.layouts[self._in_force] = Layout(entry.data["version"])
        yield from self._move(entry, "in_force")

    def _move(self, entry: Entry, to: str) -> Iterator[Said]:
        ref = entry.data["layout"]
        if self.layouts[ref].version != entry.data["version"]:
            yield "layout", f"layout {ref} is version {self.layouts[ref].version}, {entry.data['version']} is stated"
        yield from self.planned.move(ref, to)

    # ---------------------------------------------------------------- blocks and evacuations
    def blocked(self, entry: Entry) -> Iterator[Said]:
        code = _place(entry)
        if code in self.blocks:
            yield "block", f"{code} was blocked while it was"
        if not entry.reason.strip():
            yield "block", f"{code} was blocked without a reason"
        self.blocks.add(code)

    def lifted(self, entry: Entry) -> Iterator[Said]:
        code = _place(entry)
        if code not in self.blocks:
            yield "block", f"{code} was lifted while it was not blocked"
        self.blocks.discard(code)
        if code in self._zones_emptied():
            yield "evacuation", f"{code} was used again while it was emptied"

    def _zones_emptied(self) -> Iterator[str]:
        return (f"zone {one.zone}" for ref, one in self.evacuations.items() if self.evacuated.is_live(ref))

    def ordered(self, entry: Entry) -> Iterator[Said]:
        ref, zone = entry.data["evacuation"], entry.data["zone"]
        yield from self.evacuated.move(ref, "ordered")
        if f"zone {zone}" not in self.blocks:
            yield "evacuation", f"zone {zone} was emptied and not blocked"
        if not entry.reason.strip():
            yield "evacuation", f"zone {zone} was emptied without a reason"
        self.evacuations[ref] = Evacuation(zone, entry.data["leave"])
        standing = sum(self._stands_in(zone, ref) for ref in self.bays.by_visit.values())
        if standing != entry.data["leave"]:
            yield "evacuation", f"{standing} stood in zone {zone}, {entry.data['leave']} were told to leave"

    def _stands_in(self, zone: str, stay: str) -> bool:
        return self.bays.track.states[stay] == "occupied" and self.bays.bays[self.bays.stays[stay].bay].zone == zone

    def told_to_leave(self, entry: Entry) -> Iterator[Said]:
        yield from self.of_a_stay(entry)
        ref = entry.data["evacuation"]
        evacuation = self.evacuations[ref]
        evacuation.told += 1
        if not self.evacuated.is_live(ref) or entry.data["number"] != evacuation.told:
            yield (
                "evacuation",
                f"{entry.visit} was told number {entry.data['number']} of {ref}, due was {evacuation.told}",
            )
        if not self._stands_in(evacuation.zone, entry.data["stay"]):
            yield "evacuation", f"{entry.visit} was told to leave zone {evacuation.zone} and did not stand there"

    def ended(self, entry: Entry) -> Iterator[Said]:
        ref = entry.data["evacuation"]
        evacuation = self.evacuations[ref]
        yield from self.evacuated.move(ref, "ended")
        if evacuation.told < evacuation.due:
            yield "evacuation", f"{evacuation.told} of {evacuation.due} were told to leave zone {evacuation.zone}"

    # ---------------------------------------------------------------- sensors
    def doubted(self, entry: Entry) -> Iterator[Said]:
        code = f"{entry.data['place']} {entry.data['code']}"
        if code in self.doubts:
            yield "place", f"{code} was doubted while it was"
        self.doubts.add(code)
        yield from ()

    def agreed(self, entry: Entry) -> Iterator[Said]:
        code = f"{entry.data['place']} {entry.data['code']}"
        if code not in self.doubts:
            yield "place", f"{code} agreed while nothing was doubted"
        self.doubts.discard(code)


def _place(entry: Entry) -> str:
    kind = entry.kind.partition(".")[0]
    return f"{kind} {entry.data[kind]}"
