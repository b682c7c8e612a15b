"""The sweep finds every held bay that is in trouble, whatever the trouble is, and reads a yard once for all who drive in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reservations.models import QueueEntry
from reservations.operations import admit, block_aisle, occupy
from reservations.queries.guidance import guide
from reservations.yard_sweeps import note_overstays, send_on_the_homeless
from tests.cast import Cast
from tests.operations.drawn import a_plan, a_plan_bay, in_force
from tests.operations.steps import admitted, call, called, changes_nothing, entry_now, live_stay, rules, walked_up
from yards.models import Bay, Stay


def hold(cast: Cast, entry: QueueEntry, code: str) -> None:
    """The bay that is held, as the test wants it."""
    Stay.objects.filter(visit_ref=entry.visit_ref).update(bay=Bay.objects.get(yard=cast.yard, code=code))


@pytest.fixture
def tandem(cast: Cast) -> Cast:
    """A-02 stands behind A-01."""
    rear = a_plan_bay("A-02", 40.0, y_m=94.0, behind="A-01")
    front = a_plan_bay("A-01", 40.0, equipment=())
    in_force(cast, replace(a_plan(), bays=(front, rear, *a_plan().bays[2:]), depth_m=110.0))
    return cast


def a_pair(cast: Cast) -> tuple[QueueEntry, QueueEntry]:
    """Two inside: the rear bay is held for the first, the front one for the second."""
    rear, front = admitted(cast), admitted(cast)
    for entry, code in ((rear, "C-01"), (front, "B-01"), (rear, "A-02"), (front, "A-01")):
        hold(cast, entry, code)
    return rear, front


def test_sweep__front_bay_is_only_held__leaves_the_rear_one_alone(tandem: Cast) -> None:
    rear, _ = a_pair(tandem)
    with changes_nothing():
        assert send_on_the_homeless(tandem.now) == 0
    assert guide(entry_now(rear), tandem.now).trouble == ""


def test_occupy__front_bay_before_the_rear_one_has_come__sends_him_elsewhere(tandem: Cast) -> None:
    rear, front = a_pair(tandem)
    occupy(entry_ref=front.ref, **tandem.by(tandem.driver))
    assert live_stay(front).bay.code == "A-01"
    assert live_stay(rear).bay.code == "A-03"


def test_occupy__front_bay_and_nothing_else_free__he_is_stopped_and_sent_on_by_the_sweep(tandem: Cast) -> None:
    rear, front = a_pair(tandem)
    Bay.objects.filter(yard=tandem.yard, code__in=["A-03", "B-01"]).update(blocked_at=tandem.now)
    occupy(entry_ref=front.ref, **tandem.by(tandem.driver))
    told = guide(entry_now(rear), tandem.now)
    assert (live_stay(rear).bay.code, told.trouble, told.is_stopped) == ("A-02", "behind_taken", True)
    assert send_on_the_homeless(tandem.now) == 0
    Bay.objects.filter(yard=tandem.yard, code="A-03").update(blocked_at=None)
    assert send_on_the_homeless(tandem.now) == 1
    assert live_stay(rear).bay.code == "A-03"


def test_sweep__class_found_too_near_to_another__is_sent_on_when_a_stand_is_far_enough(cast: Cast) -> None:
    stands = tuple(a_plan_bay(f"C-0{n}", x_m, equipment=("hazmat",)) for n, x_m in ((1, 180.0), (2, 184.0), (3, 90.0)))
    in_force(cast, replace(a_plan(), bays=(*a_plan().bays[:-1], *stands)))
    first, second = (walked_up(cast, lane=cast.cold_lane, cargo_kind="hazardous") for _ in range(2))
    for entry in (first, second):
        admit(entry_ref=call(cast, cast.cold_lane).ref, **cast.by(cast.operator))
        hold(cast, entry, {first: "C-01", second: "C-02"}[entry])
    assert guide(entry_now(second), cast.now).trouble == "segregation"
    assert send_on_the_homeless(cast.now) >= 1
    assert "C-03" in {live_stay(entry).bay.code for entry in (first, second)}
    assert send_on_the_homeless(cast.now) == 0


def test_sweep__an_aisle_is_blocked__reads_the_yard_once_for_all_who_are_in_no_trouble(cast: Cast) -> None:
    in_force(cast)
    for _ in range(2):
        admitted(cast)
    block_aisle(yard_code=cast.yard.code, aisle_code="R", reason="ice", **cast.by(cast.operator))
    send_on_the_homeless(cast.now)
    with CaptureQueriesContext(connection) as two:
        assert send_on_the_homeless(cast.now) == 0
    walked_up(cast)
    admit(entry_ref=call(cast).ref, **cast.by(cast.operator))
    with CaptureQueriesContext(connection) as three:
        assert send_on_the_homeless(cast.now) == 0
    assert len(three) == len(two) <= 12


def test_note_overstays__nothing_is_due__asks_two_queries_whatever_the_ports(cast: Cast) -> None:
    rules(cast, overstay_minutes=90)
    with CaptureQueriesContext(connection) as asked:
        assert note_overstays(cast.now) == 0
    assert len(asked) <= 2


# ---------------------------------------------------------------- a new plan while he is outside
def test_admit__called_under_an_older_plan__is_guided_by_the_one_in_force(cast: Cast) -> None:
    in_force(cast)
    entry = called(cast)
    code = live_stay(entry).bay.code
    moved = tuple(replace(bay, y_m=75.0, x_m=bay.x_m + 5) if bay.code == code else bay for bay in a_plan().bays)
    newer = in_force(cast, a_plan(bays=moved))
    assert live_stay(entry).layout_id != newer.pk
    admit(entry_ref=entry.ref, **cast.by(cast.operator))
    assert live_stay(entry).layout_id == newer.pk
    shown = guide(entry_now(entry), cast.now)
    assert shown.layout == newer
