"""Steps that ask, before a place is given, whether any bay could ever take the vehicle: said when it asks, not at the gate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from accounts.models import Vehicle
from core.errors import Invalid
from yards.choosing import ever_fits
from yards.errors import NoBayEverFits
from yards.guidance.needs import UNNAMED, Need
from yards.guidance.segregation import known
from yards.operations.bays import need_of

FITTING_KEPT = 4096


@dataclass(frozen=True)
class Load:
    """A vehicle with cargo that is asked about before it has come."""

    length_m: Decimal
    width_m: Decimal
    reefer: bool
    cargo_kind: str
    hazard_class: str = ""


def check_ever_fits(
    yard_ids: Iterable[int], vehicle: Vehicle, cargo_kind: str, *, hazard_class: str = "", now: datetime
) -> None:
    """This will refuse a vehicle that no bay of these yards could take, were they all empty and open. Raises NoBayEverFits."""
    need = need_with(vehicle, cargo_kind, hazard_class)
    if not any(could_take(yard_id, need, now) for yard_id in yard_ids):
        raise never_fits(vehicle)


def never_fits(vehicle: Vehicle) -> NoBayEverFits:
    """This will return the error that names a vehicle's size."""
    return NoBayEverFits(length_m=f"{float(vehicle.length_m):g}", width_m=f"{float(vehicle.width_m):g}")


def need_with(vehicle: Vehicle, cargo_kind: str, hazard_class: str = "") -> Need:
    """This will say what a vehicle would need of a bay with such cargo."""
    return need_of(Load(vehicle.length_m, vehicle.width_m, vehicle.reefer, cargo_kind, hazard_class))


def could_take(yard_id: int, need: Need, now: datetime) -> bool:
    """This will tell whether a bay of a yard could ever take such a vehicle. A yes is kept for ten minutes: a rush asks it once."""
    try:
        return fitting(yard_id, need, now.replace(minute=now.minute // 10 * 10, second=0, microsecond=0))
    except _NeverFits:
        return False


class _NeverFits(Exception):
    """What is raised is not kept: a bay that is put into use is seen at once."""


@lru_cache(maxsize=FITTING_KEPT)
def fitting(yard_id: int, need: Need, period: datetime) -> bool:
    """This will answer `could_take` for ten minutes from `period`. Tests whose yards share an id clear it."""
    if not ever_fits(yard_id, need):
        raise _NeverFits
    return True


def checked_class(hazard_class: str) -> str:
    """This will return a class of dangerous goods as it is kept ("" none or not named). Raises Invalid for one that does not exist."""
    told = hazard_class.strip().upper()
    if told and told != UNNAMED and not known(told):
        raise Invalid(field="hazard_class")
    return told
