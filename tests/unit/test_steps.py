"""A way as it is told: turns, rows, landmarks, metres, and the sentence each step says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import translation

from tests.parts.small_yards import ENTRY, EXIT, ROAD, bay, road, yard
from yards.guidance.landmarks import Landmark
from yards.guidance.steps import Step, steps, turn_name
from yards.guidance.ways import Network, Size, Way
from yards.layouts.plan import DRIVE_THROUGH, Plan, PlanAisle, PlanGate, PlanPoint, Point
from yards.way_words import distance_words, step_words

TRUCK = Size(18.0, 2.6)
ROWS = tuple(PlanAisle(f"R{n}", ((x, 0.0), (x, 90.0))) for n, x in enumerate((40.0, 90.0, 140.0)))
TOP = PlanAisle("TOP", ((40.0, 90.0), (140.0, 90.0)))
IN_ROW = bay("B-14", 140 + 21, 40, 270)  # east of the third row, its nose to the row


def plan(*points: PlanPoint) -> Plan:
    return yard(ROAD, *ROWS, TOP, bays=(IN_ROW,), points=points)


def way_in(plan: Plan, start: str | Point = "IN", code: str = "B-14") -> Way:
    way = Network(plan).ways(TRUCK).way_in(start, code)
    assert way is not None
    return way


def told(plan: Plan, way: Way) -> list[str]:
    with translation.override("en"):
        return [step_words(step) for step in steps(plan, way)]


@pytest.mark.parametrize(
    ("deg", "name"),
    [
        (0, "straight"),
        (24, "straight"),
        (-24, "straight"),
        (26, "slight_right"),
        (-59, "slight_left"),
        (60, "right"),
        (-90, "left"),
        (120, "right"),
        (121, "sharp_right"),
        (-179, "sharp_left"),
    ],
)
def test_turn_name__angle__is_named_by_its_strength_and_side(deg: float, name: str) -> None:
    assert turn_name(deg) == name


def test_steps__bay_in_the_third_row__count_the_rows_on_that_side() -> None:
    start, turn, arrival = steps(plan(), way_in(plan()))
    assert (start.turn, start.kind, start.code, start.distance_m) == ("start", "gate", "IN", 0)
    assert (turn.turn, turn.row, turn.at_end, turn.zone, turn.distance_m) == ("left", 3, False, "Z", 140)
    assert (turn.x_m, turn.y_m) == (140, 0)
    assert (arrival.turn, arrival.code, arrival.distance_m, arrival.back_in) == ("arrive_right", "B-14", 40, True)


def test_steps__sentences__are_as_a_person_would_say_them() -> None:
    with_bridge = plan(PlanPoint("WB", "weighbridge", 120, 4))
    assert told(with_bridge, way_in(with_bridge)) == [
        "Drive in at gate IN.",
        "In 140 metres, turn left, after the weighbridge, third row, zone Z.",
        "In 40 metres, bay B-14 is on your right: back in.",
    ]


def test_steps__places_passed__the_most_telling_of_the_last_forty_metres_is_named() -> None:
    long_ago, sign = PlanPoint("WB", "weighbridge", 95, 4), PlanPoint("S", "sign", 130, 4)
    far, near = plan(long_ago, sign), plan(PlanPoint("WB", "weighbridge", 105, 4), sign)
    named = [steps(each, way_in(each))[1].landmark for each in (far, near)]
    assert [landmark.code for landmark in named if landmark] == ["S", "WB"]


def test_steps__way_out__turns_out_of_the_bay_and_ends_at_the_gate() -> None:
    out = Network(plan()).ways(TRUCK).way_out("B-14")
    assert out is not None
    assert told(plan(), out) == [
        "Drive out of bay B-14.",
        "In 20 metres, turn left.",
        "In 40 metres, turn left.",
        "In 60 metres, leave by gate OUT straight ahead.",
    ]
    assert [step.icon for step in steps(plan(), out)] == ["start", "left", "left", "exit-ahead"]


def test_steps__on_to_the_inspection__name_it_on_its_side() -> None:
    with_it = plan(PlanPoint("I", "inspection", 170, -10, "Hall 2", "二号厅"))
    on = Network(with_it).ways(TRUCK).way_on("B-14", "inspection")
    assert on is not None
    last = steps(with_it, on)[-1]
    assert (last.turn, last.kind, last.code, last.icon) == ("arrive_right", "inspection", "I", "inspection-right")
    assert told(with_it, on)[-1] == "In 40 metres, Hall 2 is on your right."
    with translation.override("zh-hans"):
        assert "二号厅" in step_words(last)


def test_steps__from_a_position__begin_on_the_aisle_next_to_it() -> None:
    way = way_in(plan(), (60.0, 8.0))
    start, turn, _ = steps(plan(), way)
    assert (start.turn, start.kind, start.x_m, start.y_m) == ("start", "", 60, 0)
    assert (turn.turn, turn.distance_m, turn.row) == ("left", 80, 2)
    assert told(plan(), way)[0] == "Drive on."


def test_steps__turn_where_the_aisle_ends__says_so_only_when_rows_were_passed() -> None:
    ends = yard(road(line=((0.0, 0.0), (140.0, 0.0))), *ROWS, TOP, bays=(IN_ROW,))
    turn = steps(ends, way_in(ends))[1]
    assert (turn.row, turn.at_end) == (3, True)
    assert "at the end" in told(ends, way_in(ends))[1]
    alone = yard(road(line=((0.0, 0.0), (140.0, 0.0))), ROWS[2], bays=(IN_ROW,))
    turn = steps(alone, way_in(alone))[1]
    assert (turn.row, turn.at_end) == (0, False)


def test_steps__gentle_bend__is_no_step() -> None:
    bent = yard(road(line=((0.0, 0.0), (50.0, 0.0), (150.0, 30.0), (200.0, 30.0))), bays=(bay("B", 180, 51),))
    way = way_in(bent, code="B")
    assert [step.turn for step in steps(bent, way)] == ["start", "arrive_left"]
    assert sum(step.distance_m for step in steps(bent, way)) == pytest.approx(way.length_m - 21)


def test_steps__drive_through_bay_at_the_end_of_the_aisle__is_ahead() -> None:
    ahead = yard(
        road(line=((0.0, 0.0), (100.0, 0.0))), bays=(bay("B", 120, 0, 90, entry=DRIVE_THROUGH),), gates=(ENTRY, EXIT)
    )
    way = way_in(ahead, code="B")
    assert [(step.turn, step.icon) for step in steps(ahead, way)] == [("start", "start"), ("arrive_ahead", "bay-ahead")]
    assert told(ahead, way)[-1] == "In 100 metres, bay B is ahead of you."


def test_steps__gate_beside_the_aisle__first_turn_has_no_row() -> None:
    gate = PlanGate("SIDE", "entry", 20.0, -8.0)
    beside = replace(plan(), gates=(gate, EXIT))
    turns = steps(beside, way_in(beside, "SIDE"))
    assert [(step.turn, step.row) for step in turns[1:-1]] == [("right", 0), ("left", 3)]
    assert told(beside, way_in(beside, "SIDE"))[1] == "Turn right."


def test_distance_words__metres__are_rounded_to_what_one_can_judge() -> None:
    with translation.override("en"):
        said = [distance_words(metres) for metres in (12, 43, 97.4, 104, 1234)]
    assert said == ["in 10 metres", "in 45 metres", "in 95 metres", "in 100 metres", "in 1230 metres"]


@pytest.mark.parametrize("row", [1, 9, 10, 14])
def test_step_words__any_row__is_said(row: int) -> None:
    step = Step("left", 50.0, None, 0.0, 0.0, row=row)
    with translation.override("en"):
        said = step_words(step)
    assert said.startswith("In 50 metres, turn left, ")
    assert said != "In 50 metres, turn left, ."


@pytest.mark.parametrize("side", ["left", "right", "ahead"])
@pytest.mark.parametrize("kind", ["bay", "gate", "inspection", "dock", "weighbridge", "post", ""])
def test_step_words__every_arrival__is_a_sentence(side: str, kind: str) -> None:
    landmark = Landmark(kind, "X") if kind not in ("bay", "gate", "") else None
    step = Step(f"arrive_{side}", 50.0, landmark, 0.0, 0.0, kind=kind, code="X", back_in=kind == "bay")
    with translation.override("en"):
        said = step_words(step)
    assert said.startswith("In 50 metres, ")
    assert "%" not in said
    assert len(said) < 80


def test_steps__junction_driven_over_twice__last_metres_are_from_the_last_time() -> None:
    """Round the block and over the same junction again: left, left, left, left, then on to the gate."""
    ring = ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (200.0, 100.0), (200.0, 0.0), (100.0, 0.0), (100.0, -200.0))
    found = steps(plan(), Way(ring, 700.0, (), "IN", "OUT"))
    assert found[-1].distance_m == 200
    assert sum(step.distance_m for step in found) == 700
