"""The calendar of rounds: announced, opened and closed by the clock, made up after lost ticks, and not held where nobody needs one."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest

from core.errors import Conflict
from reservations.errors import RoundNotOpen
from reservations.models import Round, Slot
from reservations.operations import (
    announce_round,
    close_round,
    open_round,
)
from reservations.rounds import sweep_rounds
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import events, refuses


def noon(cast: Cast) -> Slot:
    return Slot.objects.get(pk=cast.slots[10].pk)


# ---------------------------------------------------------------- the calendar
@pytest.fixture
def with_rounds(cast: Cast) -> Cast:
    """The port gives the places of its days by rounds; the cast's next day is 10 hours ahead of its midnight's 12."""
    cast.port.policies.update(allocation="rounds", round_open_hours=72, round_close_hours=4)
    return cast


def test_announce_round__its_moments__count_from_local_midnight(with_rounds: Cast) -> None:
    cast = with_rounds
    round_ = announce_round(port_code=cast.port.code, service_date=cast.slots[8].service_date, **cast.by())
    assert round_ is not None
    midnight = datetime.combine(cast.slots[8].service_date, datetime.min.time(), cast.port.tz)
    assert round_.opens_at == midnight - timedelta(hours=72)
    assert round_.closes_at == midnight - timedelta(hours=4)
    assert round_.publishes_at == round_.closes_at + timedelta(minutes=30)
    assert round_.instant_at == round_.publishes_at + timedelta(minutes=60)


def test_announce_round__the_seed__is_hidden_and_its_hash_told(with_rounds: Cast) -> None:
    cast = with_rounds
    round_ = announce_round(port_code=cast.port.code, service_date=cast.slots[8].service_date, **cast.by())
    assert round_ is not None
    (told,) = events("round.announced")
    assert told.data["commitment"] == hashlib.sha256(bytes.fromhex(round_.seed)).hexdigest()
    assert round_.seed not in str([entry.data for entry in events()])


def test_announce_round__places_of_the_day__wait_for_it(with_rounds: Cast) -> None:
    cast = with_rounds
    announce_round(port_code=cast.port.code, service_date=cast.slots[8].service_date, **cast.by())
    assert noon(cast).free == 0
    assert Slot.objects.get(pk=cast.slot.pk).free == 2, "today's are not touched"


def test_announce_round__twice__is_the_same_round(with_rounds: Cast) -> None:
    cast = with_rounds
    day = cast.slots[8].service_date
    one, other = (announce_round(port_code=cast.port.code, service_date=day, **cast.by()) for _ in range(2))
    assert one == other
    assert len(events("round.announced")) == 1


@pytest.mark.parametrize(("taken", "held"), [(0, False), (1, False), (2, True)])
def test_sweep_rounds__auto__holds_a_round_where_the_forecast_is_full(cast: Cast, taken: int, held: bool) -> None:
    """One hour of the same weekday, last week: 0, 50 or 100 % of its places were taken; the threshold is 80."""
    cast.port.policies.update(allocation="auto", round_close_hours=4)
    make.a_slot(cast.lane, starts_at=cast.slots[10].starts_at - timedelta(days=7), taken=taken)
    sweep_rounds(cast.now)
    assert Round.objects.filter(port=cast.port).exists() is held
    if held:
        assert events("round.announced")[0].data["expected_percent"] == 100
    sweep_rounds(cast.now)
    assert len(events("round.announced")) == int(held)


def test_sweep_rounds__no_history__makes_no_queue_where_there_was_none(cast: Cast) -> None:
    cast.port.policies.update(allocation="auto", round_close_hours=4)
    sweep_rounds(cast.now)
    assert not Round.objects.exists()
    assert noon(cast).free == 2


def test_sweep_rounds__open_mode__never(cast: Cast) -> None:
    cast.port.policies.update(allocation="open", round_close_hours=4)
    make.a_slot(cast.lane, starts_at=cast.slots[10].starts_at - timedelta(days=7), taken=2)
    sweep_rounds(cast.now)
    assert not Round.objects.exists()


def test_open_round__before_its_time__is_refused(cast: Cast) -> None:
    round_ = make.a_round(cast, state="announced", opens_at=cast.now + timedelta(seconds=1))
    with refuses(RoundNotOpen):
        open_round(ref=round_.ref, **cast.by())


def test_close_round__before_its_time__is_refused(cast: Cast) -> None:
    round_ = make.a_round(cast)
    with refuses(Conflict):
        close_round(ref=round_.ref, **cast.by())


def test_sweep_rounds__every_tick_lost__one_sweep_makes_them_all_up(cast: Cast) -> None:
    round_ = make.a_round(cast, state="announced")
    make.a_request(cast)
    cast.clock.moment = round_.publishes_at + timedelta(hours=1)
    sweep_rounds(cast.now)
    assert make.the_round(cast).state == "published"
    kinds = [entry.kind for entry in events() if entry.kind.startswith("round.")]
    assert kinds == ["round.opened", "round.closed", "round.drawn", "round.published"]


def test_sweep_rounds__nothing_due__does_nothing(cast: Cast) -> None:
    make.a_round(cast)
    assert sweep_rounds(cast.now).moved == 0


def test_sweep_rounds__day_is_over__is_not_held_after_all(cast: Cast) -> None:
    make.a_round(cast)
    cast.clock.forward(days=3)
    sweep_rounds(cast.now)
    assert make.the_round(cast).state == "void"


def test_sweep_rounds__places_added_meanwhile__wait_for_the_round_too(cast: Cast) -> None:
    make.a_round(cast)
    Slot.objects.filter(pk=cast.slots[10].pk).update(planned=5, capacity=5)
    sweep_rounds(cast.now)
    assert noon(cast).free == 0
