"""Step: who sits at the wheel. He gets the messages, the turn and the pass, so who only asks is not named where the driver is known."""

from __future__ import annotations

from accounts.models import User, Vehicle
from core.errors import NotFound
from reservations.queries.substitutes import drivers_for


def driver_of(asker: User | None, vehicle: Vehicle, driver_ref: str = "") -> User | None:
    """This will return who drives: the person named, else the driver who asks.

    Where a program or an office asks and names nobody it is the vehicle's only driver. Where it has none or several, the office
    itself hears of the promise; a program never drives, so then it is nobody yet.
    Named may be a driver of the vehicle or of one of the same organisation. Raises NotFound (driver).
    """
    if driver_ref:
        return _named(vehicle, driver_ref)
    if asker is None or asker.is_driver:
        return asker
    own = list(drivers_for(vehicle).filter(vehicles=vehicle)[:2])
    if len(own) == 1:
        return own[0]
    return None if asker.is_program else asker


def _named(vehicle: Vehicle, ref: str) -> User:
    found = drivers_for(vehicle).filter(ref=ref).first()
    if found is None:
        raise NotFound(field="driver")
    return found
