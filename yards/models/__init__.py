"""Supply: ports, yards and bays, lanes and their opening, and who stands where."""

from yards.models.disruption import (
    Closure,
    ClosureScope,
    ClosureState,
    Crossing,
    CrossingKind,
    FarSideRate,
    RateSource,
)
from yards.models.lanes import CalendarDay, CargoKind, Direction, Lane, LaneQuerySet, NextStep, Window
from yards.models.layouts import Block, BlockKind, Evacuation, Layout, LayoutState, PlaceKind, Sensed, Sighting
from yards.models.places import Bay, CounterpartSees, Entry, Equipment, Gate, GateKind, Port, PortKind, Yard, Zone
from yards.models.stays import Stay

__all__ = [
    "Bay",
    "Block",
    "BlockKind",
    "CalendarDay",
    "CargoKind",
    "Closure",
    "ClosureScope",
    "ClosureState",
    "CounterpartSees",
    "Crossing",
    "CrossingKind",
    "Direction",
    "Entry",
    "Equipment",
    "Evacuation",
    "FarSideRate",
    "Gate",
    "GateKind",
    "Lane",
    "LaneQuerySet",
    "Layout",
    "LayoutState",
    "NextStep",
    "PlaceKind",
    "Port",
    "PortKind",
    "RateSource",
    "Sensed",
    "Sighting",
    "Stay",
    "Window",
    "Yard",
    "Zone",
]
