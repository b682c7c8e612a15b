"""Supply: ports, yards and bays, lanes and their opening, and who stands where."""

from yards.models.disruption import Closure, ClosureScope, ClosureState, FarSideRate, RateSource
from yards.models.lanes import CalendarDay, CargoKind, Direction, Lane, LaneQuerySet, Window
from yards.models.places import Bay, Equipment, Gate, GateKind, Port, PortKind, Yard, Zone
from yards.models.stays import Stay

__all__ = [
    "Bay",
    "CalendarDay",
    "CargoKind",
    "Closure",
    "ClosureScope",
    "ClosureState",
    "Direction",
    "Equipment",
    "FarSideRate",
    "Gate",
    "GateKind",
    "Lane",
    "LaneQuerySet",
    "Port",
    "PortKind",
    "RateSource",
    "Stay",
    "Window",
    "Yard",
    "Zone",
]
