"""The verbs of rounds and requests, each ready to be done, for the test that reads their locks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from reservations.models import Slot
from reservations.operations import (
    announce_round,
    change_request,
    close_round,
    open_round,
    publish_round,
    request_places,
    retry_round,
    void_round,
    withdraw_request,
)
from reservations.operations.drawing import claim_round, fail_round, store_draw
from reservations.rounds import run_round
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import a_truck

Act = Callable[[], Any]


def rounds(cast: Cast) -> dict[str, Callable[[], Act]]:
    head, day = cast.by(cast.supervisor), cast.slots[8].service_date
    return {
        "announce_round": lambda: _announcing(cast),
        "open_round": lambda: _with(make.a_round(cast, state="announced").ref, lambda r: open_round(ref=r, **head)),
        "close_round": lambda: _late(cast, lambda r: close_round(ref=r, **cast.by())),
        "void_round": lambda: _with(make.a_round(cast).ref, lambda r: void_round(ref=r, reason="x", **head)),
        "retry_round": lambda: _with(
            make.a_round(cast, state="failed").ref, lambda r: retry_round(ref=r, reason="x", **head)
        ),
        "store_draw": lambda: _storing(cast),
        "fail_round": lambda: _with(
            make.a_round(cast, state="closed").ref, lambda r: fail_round(ref=r, token=0, failure="x", **head)
        ),
        "publish_round": lambda: _publishing(cast),
        "request_places": lambda: _with(make.a_round(cast).ref, lambda _: _asking(cast, day)),
        "request_places_at_once": lambda: _asking_at_once(cast, day),
        "change_request": lambda: _changing(cast),
        "withdraw_request": lambda: _withdrawing(cast),
    }


def _with(ref: str, act: Callable[[str], Any]) -> Act:
    return lambda: act(ref)


def _announcing(cast: Cast) -> Act:
    cast.port.policies.update(allocation="rounds", round_close_hours=2)
    day = cast.slots[8].service_date
    return lambda: announce_round(port_code=cast.port.code, service_date=day, **cast.by())


def _late(cast: Cast, act: Callable[[str], Any]) -> Act:
    round_ = make.a_round(cast)
    make.a_request(cast)
    cast.clock.moment = round_.closes_at
    return lambda: act(round_.ref)


def _storing(cast: Cast) -> Act:
    round_ = make.a_round(cast, state="closed")
    token = claim_round(ref=round_.ref, **cast.by()).attempts
    outcome: dict[str, Any] = {"draw": {}, "placed": {}}
    return lambda: store_draw(ref=round_.ref, token=token, inputs={}, outcome=outcome, **cast.by())


def _publishing(cast: Cast) -> Act:
    """A pair that comes together and one that finds no place any more."""
    round_ = make.a_round(cast)
    for _ in range(3):
        make.a_request(cast, window=(2, 2, 2))
    cast.clock.moment = round_.publishes_at
    close_round(ref=round_.ref, **cast.by())
    run_round(round_.ref, now=cast.now)
    return lambda: publish_round(ref=round_.ref, **cast.by())


def _asking(cast: Cast, day: Any) -> Any:
    times = [cast.slots[8].starts_at + timedelta(hours=hour) for hour in (1, 4, 2)]
    return request_places(
        port_code=cast.port.code,
        service_date=day,
        lane_codes=[],
        vehicle_refs=[a_truck(cast).ref, a_truck(cast).ref],
        cargo_kind="general",
        earliest_at=times[0],
        latest_at=times[1],
        preferred_at=times[2],
        driver=cast.driver,
        **cast.by(cast.driver),
    )


def _asking_at_once(cast: Cast, day: Any) -> Act:
    cast.port.policies.update(allocation="open")
    Slot.objects.update(opens_at=None)
    return lambda: _asking(cast, day)


def _changing(cast: Cast) -> Act:
    make.a_round(cast)
    request = make.a_request(cast)
    wish = {"earliest_at": request.earliest_at, "latest_at": request.latest_at, "preferred_at": request.latest_at}
    return lambda: change_request(ref=request.ref, lane_codes=[], **wish, **cast.by(cast.driver))


def _withdrawing(cast: Cast) -> Act:
    make.a_round(cast)
    request = make.a_request(cast)
    return lambda: withdraw_request(ref=request.ref, **cast.by(cast.driver))
