"""The one published order: total, fair by its pattern, and kept by the calls that follow."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations.ordering import Candidate, Placed, after_class, published_order

START = datetime(2026, 3, 2, tzinfo=UTC)
PATTERN = ["priority", "general", "priority", "general", "empty"]
CLASSES = ["priority", "general", "empty", "unheard_of", "never_named"]


def minutes(count: int) -> datetime:
    return START + timedelta(minutes=count)


def truck(
    number: int, queue_class: str = "general", *, promised: int = 0, arrived: int = 0, **more: object
) -> Candidate:
    """Candidate Q-<number>, promised and arrived so many minutes after START, with that number as its ticket."""
    return Candidate(f"Q-{number}", queue_class, minutes(promised), minutes(arrived), number, **more)  # type: ignore[arg-type]


def order(
    candidates: list[Candidate], *, pattern: list[str] | None = None, at: int = 0, calls: int = 0
) -> list[Placed]:
    return published_order(candidates, pattern=PATTERN if pattern is None else pattern, pattern_at=at, calls=calls)


def refs(placed: list[Placed]) -> list[str]:
    return [one.candidate.ref for one in placed]


patterns = st.lists(st.sampled_from(CLASSES[:3]), max_size=5)


@st.composite
def lines(draw: st.DrawFn, *, missed: bool = True, overrides: bool = True) -> list[Candidate]:
    count = draw(st.integers(0, 20))
    return [
        truck(
            number,
            draw(st.sampled_from(CLASSES)),
            promised=60 * draw(st.integers(0, 3)),
            arrived=draw(st.integers(0, 5)),
            not_before_call=draw(st.integers(0, 12)) if missed else 0,
            overridden_at=draw(st.one_of(st.none(), st.integers(0, 3).map(minutes))) if overrides else None,
        )
        for number in range(count)
    ]


@given(lines(), patterns, st.integers(0, 9), st.integers(0, 9))
def test_published_order__any_line__is_a_permutation_and_needs_no_input_order(
    line: list[Candidate], pattern: list[str], at: int, calls: int
) -> None:
    placed = order(line, pattern=pattern, at=at, calls=calls)
    assert Counter(refs(placed)) == Counter(one.ref for one in line)
    assert order(line[::-1], pattern=pattern, at=at, calls=calls) == placed


@given(lines(overrides=False, missed=False), patterns, st.integers(0, 4))
def test_published_order__within_a_class__is_never_inverted(line: list[Candidate], pattern: list[str], at: int) -> None:
    placed = [one.candidate for one in order(line, pattern=pattern, at=at)]
    for name in CLASSES:
        keys = [one.key for one in placed if one.queue_class == name]
        assert keys == sorted(keys)


@given(lines(), patterns, st.integers(0, 4), st.integers(0, 9))
def test_published_order__missed_entries__come_at_their_call_number_or_when_nobody_else_is_ready(
    line: list[Candidate], pattern: list[str], at: int, calls: int
) -> None:
    placed = order(line, pattern=pattern, at=at, calls=calls)
    for number, one in enumerate(placed, start=calls + 1):
        if one.rule == "pattern":
            assert one.candidate.not_before_call <= number
        if one.rule == "after_missed":
            assert one.candidate.not_before_call > number
            assert all(later.candidate.not_before_call > number for later in placed[number - calls :])


@given(lines(), patterns, st.integers(0, 9), st.integers(0, 9))
def test_published_order__after_the_first_is_called__the_rest_keeps_its_order(
    line: list[Candidate], pattern: list[str], at: int, calls: int
) -> None:
    """What is published is what happens: calling the first changes nothing for those behind."""
    placed = order(line, pattern=pattern, at=at, calls=calls)
    if not placed:
        return
    first, *rest = placed
    remaining = [one for one in line if one.ref != first.candidate.ref]
    stands_at = at if first.rule == "override" else after_class(pattern, at, first.candidate.queue_class)
    again = order(remaining, pattern=pattern, at=stands_at, calls=calls + 1)
    assert [(one.candidate.ref, one.rule) for one in again] == [(one.candidate.ref, one.rule) for one in rest]


@given(lines(overrides=False), st.lists(st.sampled_from(CLASSES[:3]), min_size=1, max_size=5), st.integers(0, 9))
def test_after_class__the_placed_vehicle__says_where_the_order_says_the_pattern_stands(
    line: list[Candidate], pattern: list[str], at: int
) -> None:
    stands_at = at
    for one in order(line, pattern=pattern, at=at):
        stands_at = after_class(pattern, stands_at, one.candidate.queue_class)
        assert one.pattern_at == stands_at


@pytest.mark.parametrize("at", range(5))
def test_published_order__all_classes_wait__general_cargo_gets_its_share_of_every_round(at: int) -> None:
    line = [truck(n, name) for n, name in enumerate(["priority", "general", "empty"] * 20)]
    classes = [one.candidate.queue_class for one in order(line, at=at)]
    for start in range(0, 45, 5):
        assert Counter(classes[start : start + 5]) == {"priority": 2, "general": 2, "empty": 1}


def test_published_order__priority_without_end__general_waits_for_one_call_at_most() -> None:
    line = [truck(n, "priority") for n in range(50)] + [truck(50 + n, promised=600) for n in range(20)]
    classes = [one.candidate.queue_class for one in order(line)]
    assert "priority,priority,priority" not in ",".join(classes[:40])


def test_published_order__class_outside_the_pattern__neither_starves_nor_is_starved() -> None:
    line = [truck(n, "unheard_of") for n in range(5)] + [truck(10 + n) for n in range(5)]
    at, called = 1, []
    for _ in range(10):
        first = order(line, pattern=["general", "priority"], at=at)[0].candidate
        at = after_class(["general", "priority"], at, first.queue_class)
        line = [one for one in line if one.ref != first.ref]
        called.append(first.queue_class)
    assert called == ["unheard_of", "general"] * 5


def test_published_order__same_class__promise_then_arrival_then_ticket_decides() -> None:
    line = [truck(1, promised=60), truck(2, arrived=9), truck(4, arrived=5), truck(3, arrived=5)]
    assert refs(order(line)) == ["Q-3", "Q-4", "Q-2", "Q-1"]


def test_published_order__two_overrides__stand_first_in_the_order_of_their_approval() -> None:
    late = truck(8, promised=600, overridden_at=minutes(5))
    later = truck(9, promised=0, overridden_at=minutes(6))
    placed = order([truck(1), later, late], at=3)
    assert refs(placed) == ["Q-8", "Q-9", "Q-1"]
    assert [(one.rule, one.pattern_at) for one in placed[:2]] == [("override", 3), ("override", 3)]


def test_published_order__missed_with_others_waiting__stands_behind_the_next_vehicles() -> None:
    missed = replace(truck(1), not_before_call=9)
    line = [missed, *(truck(n, promised=60) for n in range(2, 8))]
    assert refs(order(line, calls=5)) == ["Q-2", "Q-3", "Q-4", "Q-1", "Q-5", "Q-6", "Q-7"]


def test_published_order__pattern_became_shorter__its_place_is_taken_modulo() -> None:
    assert refs(order([truck(1, "general"), truck(2, "empty")], pattern=["general", "empty"], at=4)) == ["Q-1", "Q-2"]


def test_published_order__nobody_waits__is_empty() -> None:
    assert order([]) == []
