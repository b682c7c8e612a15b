"""The yard as a drawing: each bay where it lies, its state told by colour, by pattern and in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext_lazy

from yards.models import Bay, Gate, Stay, Yard

MARGIN_M = 6.0  # room for the gates' signs on the edge

STATES = {
    "free": gettext_lazy("free"),
    "held": gettext_lazy("held"),
    "occupied": gettext_lazy("occupied"),
    "blocked": gettext_lazy("blocked"),
}


@dataclass(frozen=True)
class Spot:
    """A bay on the drawing, as SVG draws it: metres, x and y from the top left; `mark` is the state's own stroke."""

    code: str
    path: str
    state: str
    place: str
    outline: str
    mark: str
    plate: str
    since: str
    note: str

    @property
    def spoken(self) -> str:
        words = f"{self.code}: {STATES[self.state]}"
        return f"{words}, {self.plate}" if self.plate else words


@dataclass(frozen=True)
class Sign:
    """A gate on the drawing."""

    code: str
    kind: str
    place: str


@dataclass(frozen=True)
class Plan:
    """A yard's drawing and how many bays are in each state."""

    view_box: str
    spots: list[Spot]
    gates: list[Sign]

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """Each state's code, its word and its number of bays."""
        return [(code, str(word), sum(spot.state == code for spot in self.spots)) for code, word in STATES.items()]


def draw(*, yard: Yard, bays: Iterable[Bay], stays: Iterable[Stay], gates: Iterable[Gate]) -> Plan:
    """This will lay a yard's bays on a drawing; `stays` are its live ones with their vehicles, north is up."""
    by_bay = {stay.bay_id: stay for stay in stays}
    width_m, depth_m = yard.width_m + 2 * MARGIN_M, yard.depth_m + 2 * MARGIN_M
    return Plan(
        view_box=f"{-MARGIN_M:g} {-MARGIN_M:g} {width_m:g} {depth_m:g}",
        spots=[_spot(yard, bay, by_bay.get(bay.pk)) for bay in bays],
        gates=[Sign(gate.code, gate.kind, _place(yard, gate.x_m, gate.y_m)) for gate in gates],
    )


def state_of(bay: Bay, stay: Stay | None) -> str:
    """This will name a bay's state; one that is taken and blocked at once is shown as taken: somebody stands there."""
    if stay:
        return stay.state
    return "blocked" if bay.blocked_at else "free"


def _spot(yard: Yard, bay: Bay, stay: Stay | None) -> Spot:
    state = state_of(bay, stay)
    since_at = (stay.occupied_at or stay.held_at) if stay else bay.blocked_at
    turn_deg = bay.heading_deg % 180  # a bay looks the same from both ends, and its sign stays upright
    return Spot(
        code=bay.code,
        path=quote(bay.code, safe=""),
        state=state,
        place=f"{_place(yard, bay.x_m, bay.y_m)} rotate({turn_deg:g})",
        outline=_outline(bay),
        mark=_mark(bay, state),
        plate=str(stay.vehicle) if stay else "",
        since=f"{since_at.astimezone(yard.port.tz):%m-%d %H:%M}" if since_at else "",
        note=bay.blocked_reason,
    )


def _place(yard: Yard, x_m: float, y_m: float) -> str:
    return f"translate({x_m:.2f} {yard.depth_m - y_m:.2f})"


def _outline(bay: Bay) -> str:
    width_m, length_m = bay.width_m, bay.length_m
    return f"M{-width_m / 2:g} {-length_m / 2:g}h{width_m:g}v{length_m:g}h{-width_m:g}z"


def _mark(bay: Bay, state: str) -> str:
    """One stroke for held, a cross for blocked: told apart without any colour."""
    x_m, y_m = bay.width_m / 2, bay.length_m / 2
    rising = f"M{-x_m:g} {y_m:g}L{x_m:g} {-y_m:g}"
    return {"held": rising, "blocked": f"{rising}M{-x_m:g} {-y_m:g}L{x_m:g} {y_m:g}"}.get(state, "")
