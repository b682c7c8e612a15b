"""Standby, offers and batches, each ready to be done: what tests/operations/test_locking_order.py holds to the law of locks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reservations.operations import accept_offer, decline_offer, stand_by, state_readiness
from reservations.operations.batches import Plan, settle_batch
from reservations.operations.offering import expire_request, lapse_offer, offer_returned
from tests.cast import Cast
from tests.operations.standing import a_wish, an_offer, full, gives_up
from tests.operations.steps import reserved

Act = Callable[[], Any]


def offers(cast: Cast) -> dict[str, Callable[[], Act]]:
    mine, sweep = cast.by(cast.driver), cast.by()
    slot = cast.slots[3]
    return {
        "stand_by": lambda: _standing_by(cast),
        "state_readiness": lambda: _with(
            a_wish(cast, slot).ref, lambda r: state_readiness(ref=r, is_ready=False, travel_minutes=9, **mine)
        ),
        "accept_offer": lambda: _with(an_offer(cast, slot).ref, lambda r: accept_offer(ref=r, **mine)),
        "accept_better_offer": lambda: _with(_better(cast), lambda r: accept_offer(ref=r, **mine)),
        "decline_offer": lambda: _with(an_offer(cast, slot).ref, lambda r: decline_offer(ref=r, **mine)),
        "lapse_offer": lambda: _lapsing(cast),
        "offer_returned": lambda: _returned(cast),
        "release_returned": lambda: _returned(cast, is_ready=False),
        "expire_request": lambda: _with(a_wish(cast, slot).ref, lambda r: expire_request(ref=r, **sweep)),
        "settle_batch": lambda: _batch(cast),
    }


def _with(ref: str, act: Callable[[str], Any]) -> Act:
    return lambda: act(ref)


def _standing_by(cast: Cast) -> Act:
    reservation, slot = reserved(cast, slot=cast.slots[6]), cast.slots[3]
    times = {"earliest_at": slot.starts_at, "latest_at": slot.starts_at, "preferred_at": slot.starts_at}
    return lambda: stand_by(reservation_ref=reservation.ref, **times, **cast.by(cast.driver))


def _better(cast: Cast) -> str:
    """Its old slot has the smaller id: given back while the better one is held already."""
    reservation = reserved(cast, slot=cast.slots[1])
    wide = {"earliest_at": cast.slots[1].starts_at, "reservation": reservation, "vehicle": reservation.vehicle}
    return an_offer(cast, cast.slots[3], **wide).ref


def _lapsing(cast: Cast) -> Act:
    ref = an_offer(cast, cast.slots[3]).ref
    cast.clock.forward(minutes=10)
    return lambda: lapse_offer(ref=ref, **cast.by())


def _returned(cast: Cast, **fields: Any) -> Act:
    slot = cast.slots[3]
    holders = full(cast, slot)
    a_wish(cast, slot, **fields)
    gives_up(cast, holders[0])
    return lambda: offer_returned(slot_ref=slot.ref, **cast.by())


def _batch(cast: Cast) -> Act:
    """One is placed, one stands by, and room is kept no more in a slot that somebody stands by for."""
    placed, refused = (a_wish(cast, cast.slots[n], state="requested") for n in (3, 4))
    a_wish(cast, cast.slots[5])
    cast.slots[5].protected = 1
    cast.slots[5].save()
    plan = Plan(
        placed={placed.ref: cast.slots[3].ref},
        draw={placed.ref: 1, refused.ref: 2},
        reasons={each.ref: {"code": "preferred", "facts": {}} for each in (placed, refused)},
        protected={cast.slots[6].ref: 1},
    )
    day = cast.slots[3].service_date
    return lambda: settle_batch(port_code=cast.port.code, service_date=day, plan=plan, **cast.by())
