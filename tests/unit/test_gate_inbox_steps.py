"""What one thing a gate saw leads to, from what is known: a pure table, and what holds for any."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.plates import skeleton
from reservations.inbox.steps import Act, Known, Promise, Step, Visit, decide

T = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
YARD = 1


def at(minutes: float) -> datetime:
    return T + timedelta(minutes=minutes)


def visit(state: str, **told: datetime) -> Visit:
    return Visit("Q-1", state, YARD, told.pop("came_at", at(0)), **told)


def promise(*, opens: float = -60, ends: float = 60, is_live: bool = True) -> Promise:
    return Promise("R-1", is_live, at(opens), at(ends))


OVER = visit("exited", in_at=at(10), left_at=at(40))
MISSED = promise(is_live=False)


@pytest.mark.parametrize(
    ("step", "when", "known", "outcome", "act", "lacks"),
    [
        (Step.ARRIVE, 0, Known(promises=[promise()]), "checked_in", Act.CHECK_IN, ""),
        (Step.ARRIVE, -61, Known(promises=[promise()]), "too_early", None, ""),
        (Step.ARRIVE, 61, Known(promises=[promise()]), "checked_in", Act.CHECK_IN, ""),  # late, as anybody is
        (Step.ARRIVE, 61, Known(promises=[promise(is_live=False)]), "", None, "nobody_expected"),
        (Step.ARRIVE, 59, Known(promises=[promise(is_live=False)]), "checked_in", Act.CHECK_IN, ""),
        (Step.ARRIVE, 1, Known(open=visit("waiting")), "here", None, ""),
        (Step.ARRIVE, 30, Known(open=visit("admitted", in_at=at(10))), "inside", None, ""),
        (Step.ARRIVE, 30, Known(open=visit("admitted", in_at=at(10)), promises=[promise()]), "", None, "exit_not_told"),
        (Step.ARRIVE, 10.5, Known(open=visit("admitted", in_at=at(10)), promises=[promise()]), "inside", None, ""),
        (Step.ARRIVE, 20, Known(over=[OVER], promises=[promise()]), "late", None, ""),
        (Step.ARRIVE, 45, Known(over=[OVER], promises=[promise()]), "checked_in", Act.CHECK_IN, ""),
        (Step.ARRIVE, -30, Known(over=[OVER]), "late", None, ""),  # seen before it came, told after it left
        (Step.ARRIVE, -30, Known(over=[OVER], promises=[promise()]), "late", None, ""),
        (Step.ARRIVE, -30, Known(over=[OVER], promises=[MISSED]), "checked_in", Act.CHECK_IN, ""),
        (Step.ARRIVE, -30, Known(open=visit("waiting", came_at=at(60)), over=[OVER]), "late", None, ""),
        (Step.COME_IN, 5, Known(), "", None, "not_arrived"),
        (Step.COME_IN, 5, Known(open=visit("waiting")), "", None, "not_called"),
        (Step.COME_IN, 5, Known(open=visit("called")), "admitted", Act.ADMIT, ""),
        (Step.COME_IN, 5, Known(open=visit("admitted")), "inside", None, ""),
        (Step.COME_IN, -6, Known(open=visit("called")), "late", None, ""),
        (Step.COME_IN, -30, Known(over=[OVER]), "late", None, ""),
        (Step.COME_IN, -30, Known(over=[OVER], promises=[MISSED]), "", None, "not_arrived"),
        (Step.GO_OUT, -10, Known(open=visit("admitted", came_at=at(-30)), over=[OVER]), "exited", Act.EXIT, ""),
        (Step.GO_OUT, 5, Known(open=visit("called")), "", None, "not_admitted"),
        (Step.GO_OUT, 5, Known(open=visit("admitted")), "exited", Act.EXIT, ""),
        (Step.GO_OUT, -6, Known(open=visit("admitted")), "late", None, ""),
        (Step.GO_OUT, 49, Known(over=[OVER]), "late", None, ""),
        (Step.GO_OUT, 51, Known(over=[OVER]), "", None, "not_arrived"),
        (Step.WEIGH, 5, Known(open=visit("called", weighed_at=at(4))), "weighed", Act.MEASURE, ""),
        (Step.WEIGH, 5, Known(open=visit("called", weighed_at=at(6))), "overtaken", None, ""),
        (Step.BE_SEEN, 5, Known(open=visit("waiting")), "", None, "not_called"),
        (Step.BE_SEEN, 5, Known(open=visit("called")), "seen", Act.SIGHT, ""),
    ],
)
def test_decide__what_is_known__says_the_one_thing_to_do(
    step: Step, when: float, known: Known, outcome: str, act: Act | None, lacks: str
) -> None:
    told = decide(step, at(when), known, yard_id=YARD)
    assert (told.outcome, told.act, told.lacks) == (outcome, act, lacks)


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.ARRIVE])
def test_decide__another_yard_than_its_own__is_for_a_person(step: Step) -> None:
    assert decide(step, at(5), Known(open=visit("admitted")), yard_id=2).lacks == "other_yard"


@pytest.mark.parametrize("step", list(Step))
def test_decide__moment_inside_a_visit_that_is_over__never_does_anything(step: Step) -> None:
    for minute in range(-5, 42):
        known = Known(over=[OVER], promises=[promise()])
        assert decide(step, at(minute), known, yard_id=YARD).act is None


def test_skeleton__what_looks_alike_is_one_and_what_does_not_is_not() -> None:
    assert skeleton("云JO0B1") == skeleton("云J00BI") == skeleton("云JDQ8L")
    assert skeleton("云J12345") != skeleton("云J12346")
    assert skeleton("ດ1", "LA") == skeleton("ຕ1", "LA") == skeleton("ຕ1") != skeleton("ຕ1", "CN")
    assert skeleton(skeleton("云J5SB8")) == skeleton("云J5SB8")
