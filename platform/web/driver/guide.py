"""What the driver's page says of the way: where it leads, its steps as lines, its map. One reading for turn, slip and posts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reservations.models import QueueEntry
from reservations.queries.guidance import NO_WAY_TO, Guide, guide
from web.drawing import Frame
from web.driver.waymap import WayMap, map_of
from yards.guidance.steps import Step
from yards.models import Zone
from yards.way_words import AT_ONCE_M, rounded_m, step_words

HEADS: dict[str, str | Promise] = {
    "bay": _("The way to your bay"),
    "inspection": _("Next: to the inspection"),
    "dock": _("Next: to the loading dock"),
    "weighbridge": _("Next: to the weighbridge"),
    "exit": _("The way to the exit"),
}


@dataclass(frozen=True)
class Line:
    """A step on the page: drive `metres` (0: at once), then turn; `icon` draws it. `x`, `y` on the map is where."""

    icon: str
    words: str
    metres: int
    x: float
    y: float


@dataclass(frozen=True)
class WayPage:
    """`key` changes when what the driver is to do changes: the phone then says so."""

    told: Guide
    head: str | Promise
    lines: tuple[Line, ...]
    map: WayMap | None
    key: str

    @property
    def zone(self) -> Zone | None:
        return self.told.zone

    @property
    def bay_code(self) -> str:
        return self.told.stay.bay.code if self.told.stay else ""

    @property
    def metres(self) -> int:
        return rounded_m(self.told.way.length_m) if self.told.way else 0

    @property
    def exit_gate(self) -> str:
        """The gate that the way out leads to, "" while it leads elsewhere or nowhere."""
        return self.told.way.to if self.told.way and self.told.ahead == "exit" else ""

    @property
    def is_shut(self) -> bool:
        """A plan is there, but every way is closed just now."""
        return self.told.plan is not None and self.told.way is None


def way_page(entry: QueueEntry, now: datetime, *, start: tuple[str, str] | None = None) -> WayPage | None:
    """This will lay out the way of a called or admitted vehicle; None when there is nowhere to go yet or any more.

    `start`: kind and code of the bay or post where it says it is.
    """
    if entry.state not in ("called", "admitted"):
        return None
    told = guide(entry, now, start=start) if start else guide(entry, now)
    return WayPage(
        told=told,
        head=_("Your bay cannot be used") if told.is_stopped else HEADS.get(told.ahead, HEADS["exit"]),
        lines=_lines(told),
        map=map_of(told.plan, way=told.way, bay_code=_led_to(told)) if told.plan else None,
        key=_key(told),
    )


def _lines(told: Guide) -> tuple[Line, ...]:
    if told.plan is None:
        return ()
    frame = Frame(told.plan.width_m, told.plan.depth_m)
    return tuple(_line(frame, step) for step in told.steps)


def _line(frame: Frame, step: Step) -> Line:
    x, y = frame.at(step.x_m, step.y_m)
    icon = "exit" if step.turn.startswith("arrive") and step.kind == "gate" else step.turn
    metres = rounded_m(step.distance_m) if step.distance_m >= AT_ONCE_M else 0
    return Line(icon, step_words(step), metres, x, y)


def _own_bay(told: Guide) -> str:
    return told.stay.bay.code if told.stay else ""


def _led_to(told: Guide) -> str:
    """The bay to mark on the map: none that it must not drive to."""
    return "" if told.trouble in NO_WAY_TO else _own_bay(told)


def _key(told: Guide) -> str:
    """A digest of what to do: where to, along which line."""
    told_now: list[Any] = [told.ahead, _own_bay(told), told.evacuation and told.evacuation.gate, told.is_stopped]
    told_now.append([(round(x), round(y)) for x, y in told.way.line] if told.way else None)
    return hashlib.sha256(repr(told_now).encode()).hexdigest()[:12]
