"""Who stands in a yard, read as columns of numbers: the same as row by row, and always what is true in this transaction.

Nothing of it is kept between two choices; these tests would break if it were, or if a kept plan outlived its transaction.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from tests import factories as make
from tests.cast import Cast
from tests.operations.drawn import a_draft, a_plan, in_force
from tests.operations.steps import parked
from yards import plans
from yards.choosing import YardNow, ground_of
from yards.guidance.state import Standing, State
from yards.models import Bay, Layout, Stay
from yards.operations import block_bay
from yards.standing import JUST_NOW, standings

ODD = timedelta(microseconds=1)


def row_by_row(yard_id: int, now: datetime, without: frozenset[str] = frozenset()) -> State:
    """The same read by Django, a row for each stay."""
    ground = ground_of(yard_id)
    rows = Stay.objects.filter(bay__yard=yard_id, state__in=["held", "occupied"]).exclude(visit_ref__in=without)
    found = list(rows.select_related("bay").annotate(moved_at=Coalesce(F("occupied_at"), F("held_at"))))
    standing = [
        Standing(s.bay.code, s.hazard, (now - s.moved_at).total_seconds() / 60, s.expected_minutes) for s in found
    ]
    moved = {s.bay.code for s in found if s.moved_at > now - JUST_NOW}
    return State.of(ground.bays, standing, YardNow(yard_id, now=now).closed, moved)


def same(one: State, other: State) -> bool:
    """Minutes to a millisecond: SQLite counts days in floating point."""
    return (
        np.array_equal(one.taken, other.taken)
        and np.array_equal(one.open, other.open)
        and np.array_equal(one.moving, other.moving)
        and np.array_equal(one.in_use(), other.in_use())
        and np.allclose(one.leaves_at_min, other.leaves_at_min, rtol=0, atol=1e-4)
        and (one.hazards, one.closed) == (other.hazards, other.closed)
    )


def taken(yard_id: int, now: datetime) -> set[str]:
    """A new reading, as every choice makes one."""
    yard = YardNow(yard_id, now=now)
    return {code for code, here in zip(yard.ground.bays.codes, yard.state.taken[:-1], strict=True) if here}


def stand(cast: Cast, bay: Bay, state: str, moved_at: datetime, **fields: Any) -> Stay:
    """A row as an operation leaves it; `moved_at`: when it was occupied, else when it was held."""
    released_at = moved_at + timedelta(minutes=1) if state == "released" else None
    times = {"held_at": moved_at, "occupied_at": None, "released_at": released_at}
    if state != "held":
        times |= {"held_at": moved_at - timedelta(minutes=5), "occupied_at": moved_at}
    return Stay.objects.create(bay=bay, vehicle=cast.vehicle, visit_ref=f"N-{bay.code}", state=state, **times, **fields)


@pytest.mark.parametrize("seed", range(6))
def test_standings__any_stays__are_what_the_rows_say(cast: Cast, seed: int) -> None:
    rng, now = random.Random(seed), cast.now
    zone = cast.bays[0].zone
    for n in range(30):
        make.a_bay(zone, f"X-{n:02d}", equipment=rng.choice([[], ["reefer"], ["hazmat"]]))
    if seed % 2:
        in_force(cast)  # most of these bays are not on it
    edges = [JUST_NOW, JUST_NOW - ODD, JUST_NOW + ODD, timedelta(), timedelta(hours=30, microseconds=7)]
    refs = []
    for bay in Bay.objects.filter(yard=cast.yard):
        state = rng.choice(["held", "occupied", "occupied", "released", ""])
        moved_at = now - rng.choice([*edges, timedelta(minutes=rng.uniform(0, 300))])
        if state:
            kept = {"hazard": rng.choice(["", "", "3", "2.1", "?"]), "expected_minutes": rng.choice([0, 90, 135])}
            refs.append(stand(cast, bay, state, moved_at, **kept).visit_ref)
    without = frozenset(refs[:2] if seed > 2 else ())
    state_now = YardNow(cast.yard.pk, now=now, without=without).state
    assert same(state_now, row_by_row(cast.yard.pk, now, without))
    assert state_now.taken.any()


def test_standings__moved_two_minutes_ago_to_the_microsecond__is_just_now_only_if_later(cast: Cast) -> None:
    for bay, ago in zip(cast.bays, (JUST_NOW + ODD, JUST_NOW, JUST_NOW - ODD), strict=False):
        stand(cast, bay, "occupied", cast.now - ago)
    found = standings(cast.yard.pk, now=cast.now)
    assert found.bay_ids[found.moved].tolist() == [cast.bays[2].pk]


def test_standings__nobody_stands_there__are_empty(cast: Cast) -> None:
    found = standings(cast.yard.pk, now=cast.now)
    assert (len(found.bay_ids), found.hazards) == (0, {})
    assert not YardNow(cast.yard.pk, now=cast.now).state.taken.any()


def test_standings__neighbour_yard_is_full__are_not_touched_by_it(cast: Cast) -> None:
    parked(cast)
    other = cast.other_port.yards.get()
    assert not YardNow(other.pk, now=cast.now).state.taken.any()


def test_state__stay_taken_back_with_its_transaction__was_never_there(cast: Cast) -> None:
    in_force(cast)
    bay = Bay.objects.get(yard=cast.yard, code="A-02")
    with transaction.atomic():
        stand(cast, bay, "held", cast.now)
        assert taken(cast.yard.pk, cast.now) == {"A-02"}
        transaction.set_rollback(True)
    assert taken(cast.yard.pk, cast.now) == set()
    parked(cast)
    assert len(taken(cast.yard.pk, cast.now)) == 1


def test_closed__bay_blocked_and_the_block_taken_back__is_seen_both_times(cast: Cast) -> None:
    in_force(cast)
    with transaction.atomic():
        Bay.objects.filter(yard=cast.yard, code="A-02").update(blocked_at=cast.now)
        assert YardNow(cast.yard.pk, now=cast.now).closed == {"A-02": "blocked"}
        transaction.set_rollback(True)
    assert YardNow(cast.yard.pk, now=cast.now).closed == {}
    block_bay(yard_code=cast.yard.code, bay_code="A-03", reason="oil", **cast.by(cast.operator))
    assert YardNow(cast.yard.pk, now=cast.now).closed == {"A-03": "blocked"}


def test_ground__plan_in_force_taken_back_edited_and_in_force_again__is_the_edited_one(cast: Cast) -> None:
    """Its ref and the newest edit of its bays are those of the first time."""
    first, second = a_plan(), a_plan(bays=a_plan().bays[:-1])
    layout = a_draft(cast, first)
    in_use = {"state": "in_force", "in_force_at": cast.now}
    with transaction.atomic():
        Layout.objects.filter(pk=layout.pk).update(**in_use, changed_at=cast.now)
        assert len(ground_of(cast.yard.pk).bays) == len(first.bays)
        assert len(plans.plan_of(Layout.objects.get(pk=layout.pk)).bays) == len(first.bays)
        transaction.set_rollback(True)
    later = cast.now + timedelta(seconds=1)
    Layout.objects.filter(pk=layout.pk).update(**in_use, plan=second.as_json(), changed_at=later)
    assert len(ground_of(cast.yard.pk).bays) == len(second.bays)
    assert len(plans.plan_of(Layout.objects.get(pk=layout.pk)).bays) == len(second.bays)
