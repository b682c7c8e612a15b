"""The live plan: every bay's state at one moment, and what changed since a page was drawn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.plates import normalise
from core.models import LedgerEntry, Stream
from reservations.models import EntryState, QueueEntry
from web.drawing import AislePart, BayPart, ZonePart
from web.staff.ground import Ground, ground_of, off_the_plan
from yards.guidance.ways import Size
from yards.models import Bay, Block, Evacuation, Sensed, Stay, Yard
from yards.plans import ways_of

#: In the order of the legend; each has its own colour and its own pattern (static/web/css/plan.css).
STATES = {
    "free": gettext_lazy("free"),
    "held": gettext_lazy("held"),
    "heading": gettext_lazy("on its way"),
    "occupied": gettext_lazy("occupied"),
    "overstaying": gettext_lazy("overstaying"),
    "blocked": gettext_lazy("blocked"),
    "cut_off": gettext_lazy("no way to it"),
}
FLAGS = {"doubted": gettext_lazy("the sensor says otherwise"), "leaving": gettext_lazy("told to leave")}
#: An articulated truck at the limits of GB 1589: what "no way to it" is measured with.
TRUCK = Size(17.1, 2.55)
#: Kinds after which more than the bays they name may look different.
OF_ALL = ("layout.", "zone.", "aisle.", "evacuation.", "yard.", "bay.retired", "bay.configured")
AT_MOST = 200  # events; after more everything is sent again


@dataclass(frozen=True)
class Spot:
    """A bay as it is now; `plate` of who has it, `found` when the search is about it."""

    code: str
    zone: str
    state: str
    flags: tuple[str, ...] = ()
    plate: str = ""
    visit_ref: str = ""
    found: bool = False

    @property
    def path(self) -> str:
        return quote(self.code, safe="")

    @property
    def look(self) -> str:
        return " ".join((self.state, *self.flags, *(("found",) if self.found else ())))

    @property
    def spoken(self) -> str:
        words = [f"{self.code}: {STATES[self.state]}", self.plate, *(str(FLAGS[flag]) for flag in self.flags)]
        return ", ".join(word for word in words if word)


class Taken(NamedTuple):
    """Somebody's hold of a bay, read without making rows of it: there are hundreds."""

    bay: str
    visit_ref: str
    state: str
    overstayed_at: datetime | None
    country: str
    plate: str
    plate_key: str

    @property
    def vehicle(self) -> str:
        return f"{self.country} {self.plate}"


@dataclass(frozen=True)
class ZoneNow:
    part: ZonePart
    free: int
    total: int
    block: Block | None
    evacuation: Evacuation | None


@dataclass(frozen=True)
class AisleNow:
    part: AislePart
    block: Block | None


class LivePlan:
    """One yard's plan at one moment, each part read once and only when asked for."""

    def __init__(self, yard: Yard, *, search: str = "") -> None:
        self.yard, self.search = yard, normalise(search)

    # ------------------------------------------------------------ rows
    @cached_property
    def ground(self) -> Ground:
        return ground_of(self.yard)

    @cached_property
    def _bays(self) -> dict[str, tuple[str, datetime | None]]:
        rows = Bay.objects.filter(yard=self.yard).order_by("code")
        return {code: (zone, blocked) for code, zone, blocked in rows.values_list("code", "zone__code", "blocked_at")}

    @cached_property
    def _taken(self) -> dict[str, Taken]:
        rows = Stay.objects.filter(bay__yard=self.yard, state__in=["held", "occupied"])
        vehicle = ("vehicle__country", "vehicle__plate", "vehicle__plate_key")
        found = rows.values_list("bay__code", "visit_ref", "state", "overstayed_at", *vehicle)
        return {row[0]: Taken(*row) for row in found}

    @cached_property
    def _in_the_yard(self) -> set[str]:
        rows = QueueEntry.objects.filter(lane__yard=self.yard, state=EntryState.ADMITTED)
        return set(rows.values_list("visit_ref", flat=True))

    @cached_property
    def blocks(self) -> dict[tuple[str, str], Block]:
        rows = Block.objects.filter(yard=self.yard, unblocked_at=None).order_by("kind", "code")
        return {(block.kind, block.code): block for block in rows}

    @cached_property
    def evacuations(self) -> list[Evacuation]:
        return list(Evacuation.objects.filter(yard=self.yard, state="ordered").order_by("ordered_at"))

    @cached_property
    def doubts(self) -> list[Sensed]:
        return list(Sensed.objects.filter(yard=self.yard).exclude(doubted_at=None).order_by("doubted_at", "code"))

    # ------------------------------------------------------------ what they mean
    @cached_property
    def spots(self) -> dict[str, Spot]:
        """Every bay that is on the plan, or off it and still taken."""
        drawn = {part.code for part in self.ground.drawing.bays}
        return {
            code: self._spot(code, *row) for code, row in self._bays.items() if code in drawn or code in self._taken
        }

    def state_of(self, code: str) -> str:
        """This will name one bay's state, drawn or not, by the rule that the plan is drawn by."""
        return self._spot(code, *self._bays[code]).state

    def _spot(self, code: str, zone: str, blocked_at: datetime | None) -> Spot:
        stay = self._taken.get(code)
        return Spot(
            code=code,
            zone=zone,
            state=self._state_of(stay) if stay else self._empty(code, zone, blocked_at),
            flags=self._flags(code, stay),
            plate=stay.vehicle if stay else "",
            visit_ref=stay.visit_ref if stay else "",
            found=bool(self.search and (code == self.search or (stay and self.search in stay.plate_key))),
        )

    def _state_of(self, stay: Taken) -> str:
        """One that is taken and blocked at once is shown as taken: somebody stands there."""
        if stay.state == "occupied":
            return "overstaying" if stay.overstayed_at else "occupied"
        return "heading" if stay.visit_ref in self._in_the_yard else "held"

    def _empty(self, code: str, zone: str, blocked_at: datetime | None) -> str:
        if blocked_at or ("zone", zone) in self.blocks:
            return "blocked"
        return "cut_off" if code in self.cut_off else "free"

    def _flags(self, code: str, stay: Taken | None) -> tuple[str, ...]:
        doubted = ("doubted",) if code in self._doubted_bays else ()
        return (*doubted, "leaving") if stay and stay.visit_ref in self._told_to_leave else doubted

    @cached_property
    def _doubted_bays(self) -> set[str]:
        return {row.code for row in self.doubts if row.kind == "bay"}

    @cached_property
    def _told_to_leave(self) -> set[str]:
        return {visit_ref for evacuation in self.evacuations for visit_ref, _bay, _gate in evacuation.order}

    @cached_property
    def cut_off(self) -> frozenset[str]:
        """Bays that a truck cannot be driven to or from while these aisles are blocked."""
        blocked = frozenset(code for kind, code in self.blocks if kind == "aisle")
        return cut_off_by(self.ground, blocked) if blocked else frozenset()

    # ------------------------------------------------------------ for the template
    @property
    def parts(self) -> list[tuple[BayPart, Spot, str]]:
        """Every bay as it is drawn, its state, and the height of its letters where the usual one does not fit into it."""
        here = [*self.ground.drawing.bays]
        away = self.spots.keys() - {part.code for part in here}
        if away:
            here += off_the_plan(self.ground, self.yard, away)
        return [(part, self.spots[part.code], self.ground.small(part.bay)) for part in here if part.code in self.spots]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """Each state's code, its word and its number of bays; what is rare is left out while there is none."""
        found = Counter(spot.state for spot in self.spots.values())
        always = ("free", "held", "occupied", "blocked")
        return [(code, str(word), found[code]) for code, word in STATES.items() if found[code] or code in always]

    @cached_property
    def zones(self) -> list[ZoneNow]:
        total = Counter(spot.zone for spot in self.spots.values())
        free = Counter(spot.zone for spot in self.spots.values() if spot.state == "free")
        leaving = {row.zone_code: row for row in self.evacuations}
        return [
            ZoneNow(
                part, free[part.code], total[part.code], self.blocks.get(("zone", part.code)), leaving.get(part.code)
            )
            for part in self.ground.drawing.zones
        ]

    @cached_property
    def aisles(self) -> list[AisleNow]:
        return [AisleNow(part, self.blocks.get(("aisle", part.code))) for part in self.ground.drawing.aisles]

    @cached_property
    def heading(self) -> list[tuple[QueueEntry, str]]:
        """Who is in the yard and not in its bay yet, the longest on its way first."""
        bays = {spot.visit_ref: spot.code for spot in self.spots.values() if spot.state == "heading"}
        rows = QueueEntry.objects.filter(visit_ref__in=bays).select_related("vehicle").order_by("admitted_at", "pk")
        return [(entry, bays[entry.visit_ref]) for entry in rows]

    @property
    def told(self) -> str:
        """What came of the search, "" when none was made."""
        found = sum(spot.found for spot in self.spots.values())
        words = _("Found: {n}").replace("{n}", str(found)) if found else _("Nobody.")
        return words if self.search else ""

    @property
    def is_large(self) -> bool:
        """Bays' names are not readable before the plan is drawn larger."""
        return len(self.spots) > 200

    # ------------------------------------------------------------ what changed
    def patch(self, *, seq: int, since: int | None = None) -> dict[str, Any]:
        """This will tell the bays' states to a page that was drawn at `since` (None: all that are not free), as of `seq`."""
        codes = None if since is None else self._touched(since)
        if codes is None:
            shown = [spot for spot in self.spots.values() if spot.state != "free" or spot.flags]
        else:
            shown = [self.spots[code] for code in codes if code in self.spots]
        layout = self.ground.layout.version if self.ground.layout else 0
        rows = {spot.code: [spot.state, " ".join(spot.flags), spot.plate] for spot in shown}
        closed = sorted(f"{kind} {code}" for kind, code in self.blocks)
        leaving = sorted(row.zone_code for row in self.evacuations)
        return {
            "seq": seq,
            "whole": codes is None,
            "layout": layout,
            "bays": rows,
            "closed": closed,
            "leaving": leaving,
        }

    def _touched(self, since: int) -> set[str] | None:
        """The bays that events after `since` are about; None: they may be about any."""
        stream = Stream.objects.filter(key=self.yard.stream).first()
        rows = LedgerEntry.objects.filter(stream=stream, seq__gt=since).order_by("seq")
        events = list(rows.values_list("kind", "visit_ref", "data")[: AT_MOST + 1])
        if len(events) > AT_MOST or any(kind.startswith(OF_ALL) for kind, _visit, _data in events):
            return None
        visits = {visit for _kind, visit, _data in events if visit}
        named = {data[name] for _kind, _visit, data in events for name in ("bay", "code") if name in data}
        return named | {spot.code for spot in self.spots.values() if spot.visit_ref in visits}

    @staticmethod
    def words() -> dict[str, str]:
        """What the page's script says in the reader's language."""
        said = {code: str(word) for code, word in (STATES | FLAGS).items()}
        said |= {"taken": _("taken"), "same": _("It stands here now."), "wait": _("…"), "net": _("No connection")}
        return said | {"found": _("Found: {n}"), "nobody": _("Nobody.")}


def cut_off_by(ground: Ground, aisles: frozenset[str]) -> frozenset[str]:
    """This will return the bays that a truck has no way to or from once these aisles are blocked, and had one before."""
    if ground.layout is None or not aisles:
        return frozenset()
    before = ways_of(ground.layout, TRUCK, frozenset()).reachable
    after = ways_of(ground.layout, TRUCK, aisles).reachable
    return frozenset(bay.code for bay, lost in zip(ground.plan.bays, before & ~after, strict=True) if lost)
