"""Bays over dwell time: what the stays of the last weeks say, and a round that does not promise more than the yard can park."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from reservations import yard_rows
from reservations.models import Request
from reservations.rounds import sweep_rounds
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import reserved
from yards.models import Stay


def stays(cast: Cast, count: int, *, minutes: int) -> None:
    """Stays of last week in the general bays."""
    came_at = cast.now - timedelta(days=7)
    for number in range(count):
        Stay.objects.create(
            bay=cast.bays[0],
            vehicle=cast.vehicle,
            visit_ref=f"N-{number}",
            state="released",
            held_at=came_at,
            occupied_at=came_at,
            released_at=came_at + timedelta(minutes=minutes),
        )


def rows(cast: Cast) -> yard_rows.Yards:
    epoch = datetime.combine(cast.slots[8].service_date, time(), cast.port.tz)
    return yard_rows.read(cast.port, cast.slots, epoch=epoch, until=cast.now)


def test_read__too_few_stays__sets_no_limit(cast: Cast) -> None:
    stays(cast, yard_rows.LEAST_STAYS - 1, minutes=120)
    assert rows(cast).as_json() is None
    assert rows(cast).kind_of({cast.yard.code}, "general", False) == (0, "")


def test_read__known_yard__its_bays_by_kind_less_those_promised(cast: Cast) -> None:
    stays(cast, yard_rows.LEAST_STAYS, minutes=120)
    reserved(cast, slot=cast.slots[10])
    found, general = rows(cast), f"{cast.yard.code}/standard"
    assert found.kind_of({cast.yard.code}, "general", False) == (120, general)
    assert found.free[general][11:15] == [3, 2, 2, 3]
    assert found.free[f"{cast.yard.code}/reefer"][12] == 1
    assert found.kind_of({cast.yard.code}, "perishable", True)[1].endswith("/reefer")
    assert found.kind_of({cast.yard.code, "ELSEWHERE"}, "general", False) == (0, "")


@pytest.mark.parametrize(("minutes", "placed"), [(60, 4), (600, 3)])
def test_sweep_rounds__long_stays__no_more_are_placed_than_can_park(cast: Cast, minutes: int, placed: int) -> None:
    """Four trucks, two places at 11:00 and two at 12:00; three bays. After an hour's stay the first two are gone."""
    stays(cast, yard_rows.LEAST_STAYS, minutes=minutes)
    round_ = make.a_round(cast)
    for _ in range(4):
        make.a_request(cast, window=(1, 2, 1))
    cast.clock.moment = round_.publishes_at
    sweep_rounds(cast.now)
    assert Request.objects.filter(state="placed").count() == placed
