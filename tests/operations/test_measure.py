"""Bigger than declared, or of another class: corrected where it is found, and its bay chosen again where it must be."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import DomainError, Invalid, WrongState
from reservations.models import QueueEntry
from reservations.operations import admit, check_in_walk_up, exit_yard, measure
from reservations.yard_sweeps import send_on_the_homeless
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import (
    a_truck,
    admitted,
    arrived,
    call,
    called,
    changes_nothing,
    entry_now,
    live_stay,
    parked,
    recording,
    refuses,
    walked_up,
)
from yards.errors import MeasureNotValid, NoBayThatFits


def measured(cast: Cast, entry: QueueEntry, **said: Any) -> QueueEntry:
    return measure(entry_ref=entry.ref, **said, **cast.by(cast.operator))


def longer_bay(cast: Cast, code: str = "A-09", **fields: Any) -> str:
    return make.a_bay(cast.bays[0].zone, code, length_m=26.0, **fields).code


def test_measure__fits_its_bay_all_the_same__is_written_and_nothing_moves(cast: Cast) -> None:
    entry = called(cast)
    with recording(cast) as added:
        measured(cast, entry, length_m=17.42, width_m=2.6)
    now = entry_now(entry)
    assert (float(now.length_m), float(now.width_m)) == (17.5, 2.6), "rounded up: never smaller than it is"
    (event,) = added
    assert (event.kind, event.visit_ref) == ("queue.measured", entry.visit_ref)
    assert {name: event.data[name] for name in ("entry", "length_m", "width_m", "hazard_class")} == {
        "entry": entry.ref,
        "length_m": 17.5,
        "width_m": 2.6,
        "hazard_class": "",
    }


def test_measure__as_declared__says_nothing(cast: Cast) -> None:
    entry = called(cast)
    with changes_nothing():
        measured(cast, entry, length_m=float(entry.length_m), width_m=float(entry.width_m), hazard_class="")


def test_measure__longer_than_its_bay__is_sent_to_one_that_fits(cast: Cast) -> None:
    entry = admitted(cast)
    held, longer = live_stay(entry), longer_bay(cast)
    with recording(cast) as added:
        measured(cast, entry, length_m=22)
    stay = live_stay(entry)
    assert (stay.bay.code, stay.why["instead_of"]) == (longer, held.bay.code)
    assert [(event.kind, event.reason) for event in added] == [
        ("queue.measured", ""),
        ("stay.released", "too_short"),
        ("stay.held", ""),
    ]


def test_measure__longer_than_every_free_bay__keeps_its_bay_until_one_is_free(cast: Cast) -> None:
    entry = admitted(cast)
    held = live_stay(entry)
    measured(cast, entry, length_m=22)
    assert (live_stay(entry).pk, float(entry_now(entry).length_m)) == (held.pk, 22)
    assert send_on_the_homeless(cast.now) == 0
    longer = longer_bay(cast)
    assert send_on_the_homeless(cast.now) == 1
    assert live_stay(entry).bay.code == longer
    assert send_on_the_homeless(cast.now) == 0


def test_measure__dangerous_goods_found__moves_to_a_stand_and_others_keep_away(cast: Cast) -> None:
    entry = called(cast)
    measured(cast, entry, hazard_class="3")
    stay = live_stay(entry)
    assert (stay.bay.code, stay.hazard) == ("C-01", "3")


def test_measure__standing_in_its_bay__stays_and_its_class_counts_for_others(cast: Cast) -> None:
    """A second stand, right beside: nobody with dangerous goods is called to it."""
    make.a_bay(cast.bays[-1].zone, "C-02", equipment=["hazmat"], x_m=cast.bays[-1].x_m + 4)
    entry = walked_up(cast, lane=cast.cold_lane, cargo_kind="hazardous")
    call(cast, cast.cold_lane)
    admit(entry_ref=entry.ref, **cast.by(cast.operator))
    measured(cast, entry, hazard_class="1.1")
    assert live_stay(entry).hazard == "1.1"
    walked_up(cast, lane=cast.cold_lane, cargo_kind="hazardous")
    with refuses(NoBayThatFits):
        call(cast, cast.cold_lane)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"length_m": 1.9}, MeasureNotValid),
        ({"length_m": 40.1}, MeasureNotValid),
        ({"length_m": float("nan")}, MeasureNotValid),
        ({"width_m": 0.5}, MeasureNotValid),
        ({"hazard_class": "12"}, Invalid),
    ],
)
def test_measure__what_no_vehicle_is__is_refused(cast: Cast, said: dict[str, Any], error: type[DomainError]) -> None:
    entry = called(cast)
    with refuses(error):
        measured(cast, entry, **said)


def test_measure__has_left__is_refused(cast: Cast) -> None:
    entry = parked(cast)
    exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))
    with refuses(WrongState):
        measured(cast, entry, length_m=20)


# ---------------------------------------------------------------- at the gate
def test_admit__measured_bigger__goes_in_with_a_bay_that_fits(cast: Cast) -> None:
    entry, longer = called(cast), longer_bay(cast)
    with recording(cast) as added:
        admit(entry_ref=entry.ref, length_m=22, **cast.by(cast.operator))
    assert live_stay(entry).bay.code == longer
    assert [event.kind for event in added] == ["queue.measured", "stay.released", "stay.held", "queue.admitted"]


def test_admit__measured_bigger_than_every_free_bay__stays_called_outside_and_what_was_measured_is_kept(
    cast: Cast,
) -> None:
    entry = called(cast)
    with recording(cast) as added:
        told = admit(entry_ref=entry.ref, length_m=22, **cast.by(cast.operator))
    assert (told.state, entry_now(entry).state, live_stay(entry).state) == ("called", "called", "held")
    assert float(entry_now(entry).length_m) == 22
    assert [event.kind for event in added] == ["queue.measured"]
    with refuses(NoBayThatFits):  # nothing new this time
        admit(entry_ref=entry.ref, length_m=22, **cast.by(cast.operator))
    longer = longer_bay(cast)
    assert admit(entry_ref=entry.ref, **cast.by(cast.operator)).state == "admitted"
    assert live_stay(entry).bay.code == longer


def test_check_in__class_of_dangerous_goods__is_kept_from_the_order_to_the_bay(cast: Cast) -> None:
    entry = check_in_walk_up(
        lane_code=cast.cold_lane.code,
        vehicle_ref=a_truck(cast).ref,
        cargo_kind="hazardous",
        hazard_class="5.1",
        driver=cast.driver,
        **cast.by(cast.operator),
    )
    assert entry.hazard_class == "5.1"
    assert live_stay(call(cast, cast.cold_lane)).hazard == "5.1"


def test_check_in__no_class_named__is_kept_apart_from_all(cast: Cast) -> None:
    walked_up(cast, lane=cast.cold_lane, cargo_kind="hazardous")
    assert live_stay(call(cast, cast.cold_lane)).hazard == "?"
    arrived(cast)
    assert live_stay(call(cast)).hazard == ""
