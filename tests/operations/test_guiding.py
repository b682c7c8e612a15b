"""Where a vehicle is sent and how it gets there: its bay chosen by the ways of the plan in force, the way from where it was seen last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reservations.models import QueueEntry
from reservations.operations import (
    admit,
    block_aisle,
    block_zone,
    move,
    note_sighting,
    occupy,
    order_evacuation,
    release,
    unblock_aisle,
)
from reservations.operations.guiding import send_elsewhere
from reservations.queries.guidance import Guide, cost_of_move, costs_of_moves, guide
from reservations.yard_sweeps import send_on_the_homeless
from tests import factories as make
from tests.cast import Cast
from tests.operations.drawn import a_plan, a_plan_bay, in_force
from tests.operations.steps import (
    admitted,
    call,
    called,
    entry_now,
    live_stay,
    parked,
    recording,
    refuses,
    rules,
    walked_up,
)
from yards.errors import NoBayThatFits, UnknownBay, WrongBay
from yards.layouts.plan import PlanGate, PlanPoint
from yards.models import Bay, Lane, Sighting
from yards.operations import block_bay


@pytest.fixture
def drawn(cast: Cast) -> Cast:
    """The cast's yard has a plan: bays A-01 … A-03 are the nearest to gate G1."""
    in_force(cast)
    return cast


def told(cast: Cast, entry: QueueEntry, **options: tuple[str, str]) -> Guide:
    return guide(entry_now(entry), cast.now, **options)


def seen_at(cast: Cast, entry: QueueEntry, kind: str, code: str) -> None:
    cast.clock.forward(seconds=20)
    note_sighting(entry_ref=entry.ref, kind=kind, code=code, source="qr", seen_at=cast.now, **cast.by(cast.driver))


# ---------------------------------------------------------------- the choice
def test_call__with_a_plan__stay_keeps_plan_class_time_and_the_whole_choice(drawn: Cast) -> None:
    entry = called(drawn)
    stay = live_stay(entry)
    assert (stay.bay.code, stay.layout, stay.hazard) == ("A-02", drawn.yard.layouts.get(), "")
    assert stay.expected_minutes == 135, "the starting value while nothing is known"
    why = stay.why
    assert (why["rule"], why["gate"], why["next_step"], why["need"]["length_m"]) == (
        "least_total_cost",
        "G1",
        "exit",
        17.0,
    )
    assert why["parts"]["drive_in"] == pytest.approx(50 + 30, abs=12), "along the aisle and into the bay"
    assert [code for code, *_ in why["alternatives"]] == ["A-03", "A-01", "B-01"]


def test_call__nearest_bays_have_no_way__takes_the_next_one_that_has(drawn: Cast) -> None:
    """A straight line would lead to A-02."""
    plan = a_plan()
    narrow = tuple(replace(one, max_length_m=12.0) if one.code == "M1" else one for one in plan.aisles)
    in_force(drawn, replace(plan, aisles=narrow))
    assert live_stay(called(drawn)).bay.code == "B-01"


def test_call__bay_edited_in_the_office_under_the_same_plan__is_chosen_as_it_is_now(drawn: Cast) -> None:
    """What is kept of a plan in the process follows the rows: sizes and equipment are theirs."""
    assert live_stay(called(drawn)).bay.code == "A-02"
    bay = Bay.objects.get(code="A-03")
    bay.length_m = 12.0
    bay.save()
    walked_up(drawn)
    assert live_stay(call(drawn)).bay.code != "A-03", "the next best plain bay, too short now"


def test_call__bay_retired_or_blocked__is_passed_over_at_once(drawn: Cast) -> None:
    block_bay(yard_code=drawn.yard.code, bay_code="A-02", reason="oil", **drawn.by(drawn.operator))
    Bay.objects.filter(code="A-03").update(retired_at=drawn.now)
    assert live_stay(called(drawn)).bay.code == "A-01"


# ---------------------------------------------------------------- confirmed at the gate
def test_admit__its_zone_was_blocked_meanwhile__gets_a_bay_elsewhere(drawn: Cast) -> None:
    entry = called(drawn)
    block_bay(yard_code=drawn.yard.code, bay_code="B-01", reason="oil", **drawn.by(drawn.operator))
    block_zone(yard_code=drawn.yard.code, zone_code="A", reason="parade", **drawn.by(drawn.operator))
    assert live_stay(entry).bay.code == "A-02", "no bay was free elsewhere"
    with refuses(NoBayThatFits):
        admit(entry_ref=entry.ref, **drawn.by(drawn.operator))
    Bay.objects.filter(code="B-01").update(blocked_at=None)
    admit(entry_ref=entry.ref, **drawn.by(drawn.operator))
    assert live_stay(entry).bay.code == "B-01"


def test_admit__its_bay_was_taken_off_the_plan__gets_another_one(drawn: Cast) -> None:
    entry = called(drawn)
    held = live_stay(entry)
    in_force(drawn, replace(a_plan(), bays=tuple(bay for bay in a_plan().bays if bay.code != held.bay.code)))
    with recording(drawn) as added:
        admit(entry_ref=entry.ref, **drawn.by(drawn.operator))
    stay = live_stay(entry)
    assert stay.bay.code != held.bay.code
    assert (stay.layout.version, held.layout.version) == (2, 1)  # type: ignore[union-attr]
    assert [(event.kind, event.reason) for event in added][:1] == [("stay.released", "retired")]


def test_move__bay_without_a_way__with_a_reason_it_stays_so_at_the_gate(drawn: Cast) -> None:
    """What a person saw and overruled is not chosen again behind his back."""
    entry = called(drawn)
    move(entry_ref=entry.ref, bay_code="C-01", reason="the guard leads it", **drawn.by(drawn.operator))
    admit(entry_ref=entry.ref, **drawn.by(drawn.operator))
    assert (live_stay(entry).bay.code, live_stay(entry).why["against"]) == ("C-01", ["hazmat_only"])


# ---------------------------------------------------------------- the way in
def test_guide__called__leads_from_its_gate_to_its_bay(drawn: Cast) -> None:
    entry = called(drawn)
    shown = told(drawn, entry)
    assert (shown.ahead, shown.gate.code, shown.zone) == ("bay", "G1", live_stay(entry).bay.zone)
    assert shown.way
    assert (shown.way.start, shown.way.to, shown.way.aisles) == ("G1", "A-02", ("M1",))
    assert (shown.steps[0].turn, shown.steps[-1].code) == ("start", "A-02")
    assert shown.from_place
    assert (shown.from_place.kind, shown.from_place.seen_at) == ("gate", None)


def test_guide__seen_at_a_post__leads_on_from_there(drawn: Cast) -> None:
    entry = admitted(drawn)
    far = told(drawn, entry).way
    seen_at(drawn, entry, "post", "P1")
    shown = told(drawn, entry)
    assert shown.from_place
    assert (shown.from_place.code, shown.from_place.at_m) == ("P1", (100.0, 40.0))
    assert shown.way
    assert far
    assert shown.way.line[0] == (100.0, 40.0) != far.line[0]


def test_guide__he_says_where_he_is__goes_before_what_was_seen(drawn: Cast) -> None:
    entry = admitted(drawn)
    seen_at(drawn, entry, "post", "P1")
    shown = told(drawn, entry, start=("bay", "B-01"))
    assert shown.from_place
    assert (shown.from_place.kind, shown.from_place.at_m) == ("bay", (140.0, 75.0))
    assert told(drawn, entry, start=("post", "no such")).from_place.code == "P1"  # type: ignore[union-attr]


def test_guide__aisle_blocked_and_open_again__goes_round_and_back(drawn: Cast) -> None:
    entry = admitted(drawn)
    drawn.clock.forward(minutes=1)
    stay = live_stay(entry)
    block_aisle(yard_code=drawn.yard.code, aisle_code="R", reason="oil", **drawn.by(drawn.operator))
    assert (live_stay(entry).pk, told(drawn, entry).blocked) == (stay.pk, {"R"})
    before = told(drawn, entry).way
    unblock_aisle(yard_code=drawn.yard.code, aisle_code="R", **drawn.by(drawn.operator))
    assert told(drawn, entry).way == before


def test_guide__only_aisle_to_every_bay_closed__says_so_and_leads_on_when_it_opens(drawn: Cast) -> None:
    entry = admitted(drawn)
    for code in ("M1", "M2"):
        block_aisle(yard_code=drawn.yard.code, aisle_code=code, reason="oil", **drawn.by(drawn.operator))
    shown = told(drawn, entry)
    assert (shown.way, shown.steps, shown.trouble) == (None, (), "no_way")
    assert send_on_the_homeless(drawn.now) == 0
    unblock_aisle(yard_code=drawn.yard.code, aisle_code="M2", **drawn.by(drawn.operator))
    assert send_on_the_homeless(drawn.now) == 0  # the bay it was sent to when the first aisle closed is reached again
    shown = told(drawn, entry)
    assert (live_stay(entry).bay.code, shown.trouble, shown.way and shown.way.to) == ("B-01", "", "B-01")


def test_guide__new_plan_while_inside__keeps_the_way_of_the_old_one(drawn: Cast) -> None:
    entry = admitted(drawn)
    old = told(drawn, entry)
    in_force(drawn, replace(a_plan(), aisles=tuple(one for one in a_plan().aisles if one.code != "S")))
    shown = told(drawn, entry)
    assert (shown.layout, shown.way) == (old.layout, old.way)
    assert shown.layout != drawn.yard.layouts.get(state="in_force")


# ---------------------------------------------------------------- wrong bay, and out
def test_occupy__wrong_bay_by_a_port_that_guides_on__way_leads_on_from_there(drawn: Cast) -> None:
    rules(drawn, wrong_bay="guide_on")
    entry = admitted(drawn)
    with refuses(WrongBay, bay="B-01", own="A-02"):
        occupy(entry_ref=entry.ref, bay_code="B-01", **drawn.by(drawn.driver))
    shown = told(drawn, entry, start=("bay", "B-01"))
    assert shown.way
    assert (shown.way.line[0], shown.way.to) == ((140.0, 75.0), "A-02")


@pytest.mark.parametrize("next_step", ["exit", "inspection"])
def test_guide__parked__leads_on_to_the_next_step_or_where_there_is_none_to_the_exit(
    drawn: Cast, next_step: str
) -> None:
    Lane.objects.update(next_step=next_step)
    entry = parked(drawn)
    shown = told(drawn, entry)
    assert shown.ahead == next_step
    assert shown.way
    assert (shown.way.start, shown.way.to) == ("A-02", "G2")


@pytest.mark.parametrize(("inspection", "ahead", "to"), [(180.0, "inspection", "I1"), (80.0, "exit", "G2")])
def test_guide__parked_and_seen_at_a_post__leads_to_its_next_step_unless_that_lies_behind(
    drawn: Cast, inspection: float, ahead: str, to: str
) -> None:
    plan = a_plan()
    one_way = [replace(aisle, one_way=True) for aisle in plan.aisles[:2]]
    points = (*plan.points, PlanPoint("I1", "inspection", inspection, 45.0))
    in_force(drawn, replace(plan, aisles=tuple(one_way), points=points))
    Lane.objects.update(next_step="inspection")
    entry = parked(drawn)
    seen_at(drawn, entry, "post", "P1")
    shown = told(drawn, entry)
    assert shown.way
    assert (shown.ahead, shown.way.to, shown.way.line[0]) == (ahead, to, (100.0, 40.0))


def test_guide__through_the_gate__does_not_say_to_drive_in_again(drawn: Cast) -> None:
    entry = called(drawn)
    assert told(drawn, entry).steps[0].turn == "start"
    admit(entry_ref=entry.ref, **drawn.by(drawn.operator))
    first = told(drawn, entry_now(entry)).steps[0]
    assert first.turn != "start"
    assert first.distance_m > 0


def test_guide__parked_after_it_was_seen_on_the_way__leads_on_from_its_bay(drawn: Cast) -> None:
    entry = admitted(drawn)
    seen_at(drawn, entry, "post", "P1")
    drawn.clock.forward(minutes=2)
    occupy(entry_ref=entry.ref, **drawn.by(drawn.driver))
    way = told(drawn, entry).way
    assert way
    assert (way.start, way.to) == ("A-02", "G2")


def test_guide__bay_released__leads_out_from_where_it_was_seen_last(drawn: Cast) -> None:
    entry = parked(drawn)
    drawn.clock.forward(minutes=30)
    release(entry_ref=entry.ref, **drawn.by(drawn.operator))
    shown = told(drawn, entry)
    assert (shown.ahead, shown.stay) == ("exit", None)
    assert shown.way
    assert (shown.way.start, shown.way.to) == ("A-02", "G2")
    seen_at(drawn, entry, "post", "P1")
    shown = told(drawn, entry)
    assert shown.way
    assert (shown.way.line[0], shown.way.to) == ((100.0, 40.0), "G2")


def test_guide__two_exits__leaves_on_the_other_side_than_it_came_and_by_the_nearest_when_that_is_shut(
    drawn: Cast,
) -> None:
    plan = a_plan()
    near = PlanGate("G3", "exit", 10.0, 45.0)
    in_force(drawn, replace(plan, gates=(*plan.gates, near)))
    entry = parked(drawn)
    assert live_stay(entry).why["parts"]["drive_on"] == pytest.approx(200), "the choice counts that way too"
    way = told(drawn, entry).way
    assert way
    assert way.to == "G2"
    for code in ("M2", "S", "R"):
        block_aisle(yard_code=drawn.yard.code, aisle_code=code, reason="oil", **drawn.by(drawn.operator))
    way = told(drawn, entry).way
    assert way
    assert way.to == "G3"


def test_guide__its_zone_is_emptied__leads_out_with_its_number(drawn: Cast) -> None:
    entry = parked(drawn)
    order_evacuation(yard_code=drawn.yard.code, zone_code="A", reason="fire", **drawn.by(drawn.operator))
    shown = told(drawn, entry)
    assert shown.evacuation
    assert (shown.evacuation.number, shown.evacuation.gate) == (1, "G2")
    assert shown.ahead == "exit"
    assert shown.way
    assert shown.way.to == "G2"


def test_guide__waiting_or_gone__leads_to_the_gate_or_nowhere(drawn: Cast) -> None:
    gone = make.an_exited_entry(drawn)
    assert told(drawn, walked_up(drawn)).ahead == "gate"
    assert (told(drawn, gone).ahead, told(drawn, gone).way) == ("", None)
    assert not Sighting.objects.filter(visit_ref=gone.visit_ref)


# ---------------------------------------------------------------- elsewhere
def test_send_elsewhere__no_other_bay__changes_nothing(drawn: Cast) -> None:
    entry = admitted(drawn)
    for code in ("A-01", "A-03", "B-01"):
        block_bay(yard_code=drawn.yard.code, bay_code=code, reason="oil", **drawn.by(drawn.operator))
    with refuses(NoBayThatFits):
        send_elsewhere(entry, live_stay(entry), reason="test", now=drawn.now)


def test_costs_of_moves__every_bay__at_once_and_one_by_one_alike(drawn: Cast) -> None:
    entry = called(drawn)
    costs = costs_of_moves(entry, drawn.now)
    assert set(costs) == {"A-01", "A-02", "A-03", "B-01", "C-01"}
    assert (costs["A-02"].refused, costs["C-01"].refused) == ((), ("hazmat_only",))
    assert costs["A-02"].cost_m <= costs["A-03"].cost_m < costs["A-01"].cost_m, "equal ones go by their codes"
    assert cost_of_move(entry, "B-01", drawn.now) == costs["B-01"]
    with pytest.raises(UnknownBay):
        cost_of_move(entry, "Z-99", drawn.now)


def test_call__rear_bay_of_a_pair__is_given_to_nobody_while_the_front_one_is_taken(drawn: Cast) -> None:
    """The front bay stands between it and the aisle."""
    bays = tuple(bay for bay in a_plan().bays if bay.code == "C-01")
    pair = (a_plan_bay("A-01", 40.0, equipment=()), a_plan_bay("A-02", 40.0, y_m=94.0, equipment=(), behind="A-01"))
    in_force(drawn, replace(a_plan(), bays=(*pair, *bays), depth_m=110.0))
    first = called(drawn)
    move_to_front = {"entry_ref": first.ref, "bay_code": "A-01", "reason": ""}
    if live_stay(first).bay.code != "A-01":
        move(**move_to_front, **drawn.by(drawn.operator))
    walked_up(drawn)
    with refuses(NoBayThatFits):
        call(drawn)
    assert cost_of_move(first, "A-02", drawn.now).refused == ()
    second = drawn.lane.entries.get(state="waiting")
    assert cost_of_move(second, "A-02", drawn.now).refused == ("behind_taken",)
