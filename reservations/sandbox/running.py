"""What beat does for the real ports is done for each sandbox at its own time: when its clock is set, and every few seconds."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from core import clock, worlds
from core.actors import Actor
from core.db import operation
from reservations import batches, declaration_sweeps, inbox, rounds, sweeps, yard_sweeps
from reservations.sandbox.errors import ClockBackwards, ClockTooFar
from reservations.sandbox.opening import world_at
from yards.models import Port

log = logging.getLogger(__name__)
MOST_DAYS = 31


def run_all(*, with_slots: bool = False) -> int:
    """This will do what is due in every sandbox, slots ahead or not; returns how many there are. One that fails leaves the others alone."""
    with worlds.entered(None):
        ports = list(Port.objects.exclude(sandbox_of=None))
    for port in ports:
        try:
            run(port, with_slots=with_slots)
        except Exception:
            log.exception("sandbox %s could not be run", port.code)
    return len(ports)


def run(port: Port, *, with_slots: bool = False) -> None:
    """This will do what is due at one sandbox's time; `with_slots`: its slots are brought up to the horizon before."""
    with worlds.entered(world_at(port)):
        now = clock.now()
        if with_slots:
            sweeps.generate_all_slots(now)
        sweep(now)
        sweep_declarations(now)
        rounds.sweep_rounds(now)
        batches.place_late_requests(port.code, now=now)


def sweep(now: datetime) -> None:
    """This will do what is due in the present world: deadlines first, then the places that they freed."""
    sweeps.sweep_holds(now)
    sweeps.lapse_offers(now)
    sweeps.offer_places(now)
    sweeps.expire_requests(now)
    sweeps.sweep_missed_calls(now)
    sweeps.sweep_no_shows(now)
    yard_sweeps.send_on_the_homeless(now)
    yard_sweeps.note_overstays(now)
    inbox.sweep(now)


def sweep_declarations(now: datetime) -> None:
    """This will warn whose declaration is not ready, take places that its hours are over for, and check again what has aged."""
    declaration_sweeps.warn_the_undeclared(now)
    declaration_sweeps.take_places_of_the_undeclared(now)
    declaration_sweeps.check_again(now)


@operation
def set_clock(*, port_code: str, to: datetime, now: datetime, actor: Actor) -> Port:
    """This will move a sandbox's clock on to `to`; from there it runs as fast as the installation's. Raises ClockBackwards, ClockTooFar.

    `now` is the sandbox's own. The port's row is locked: two calls at once never set it back.
    """
    port = Port.objects.select_for_update().get(code=port_code)
    if to < now:
        raise ClockBackwards(now=now.isoformat(timespec="seconds"))
    if to > now + timedelta(days=MOST_DAYS):
        raise ClockTooFar(days=MOST_DAYS)
    base = now - clock.ahead()
    port.sandbox_ahead_s = max(port.sandbox_ahead_s, round((to - base).total_seconds()))
    Port.objects.filter(pk=port.pk).update(sandbox_ahead_s=port.sandbox_ahead_s)
    return port
