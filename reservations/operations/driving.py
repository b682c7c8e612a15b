"""Step: who sits at the wheel. He gets the messages, the turn and the pass, so a program or an office that asks is not named for him."""

from __future__ import annotations

from accounts.models import User, Vehicle
from core.errors import NotFound
from reservations.queries.substitutes import drivers_for


def driver_of(asker: User | None, vehicle: Vehicle, driver_ref: str = "") -> User | None:
    """This will return who drives: the person named, else who asks. A program never drives.

    Where a program asks and names nobody it is the vehicle's only driver, or nobody yet.
    Named may be a driver of the vehicle or of one of the same organisation. Raises NotFound (driver).
    """
    if driver_ref:
        return _named(vehicle, driver_ref)
    if asker is None or not asker.is_program:
        return asker
    own = list(drivers_for(vehicle).filter(vehicles=vehicle)[:2])
    return own[0] if len(own) == 1 else None


def _named(vehicle: Vehicle, ref: str) -> User:
    found = drivers_for(vehicle).filter(ref=ref).first()
    if found is None:
        raise NotFound(field="driver")
    return found
