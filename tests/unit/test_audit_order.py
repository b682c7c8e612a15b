"""The auditor's order and the operations' order are two texts of the same published rules: they must agree on any line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from audit.order import Line, Waiting
from reservations.ordering import Candidate, published_order

START = datetime(2026, 3, 2, tzinfo=UTC)
CLASSES = ["priority", "general", "empty", "unheard_of"]

trucks = st.tuples(
    st.sampled_from(CLASSES),
    st.integers(0, 4),  # promised: hours after START
    st.integers(0, 4),  # arrived: minutes after START
    st.integers(0, 12),  # not before call
    st.one_of(st.none(), st.integers(0, 3)),  # approved: minutes after START
)


def minutes(count: int) -> datetime:
    return START + timedelta(minutes=count)


@given(
    st.lists(trucks, max_size=25),
    st.lists(st.sampled_from(CLASSES[:3]), min_size=1, max_size=5),
    st.integers(0, 4),
    st.integers(0, 9),
)
def test_turns__any_line__agree_with_the_operations_order(
    rows: list[tuple[str, int, int, int, int | None]], pattern: list[str], at: int, calls: int
) -> None:
    at %= len(pattern)
    line, candidates = Line(), []
    for ticket, (name, promised, arrived, not_before, approved) in enumerate(rows):
        key = (minutes(60 * promised), minutes(arrived), ticket)
        approved_at = None if approved is None else minutes(approved)
        line.add(Waiting(f"Q-{ticket}", name, key, not_before, approved_at))
        candidates.append(Candidate(f"Q-{ticket}", name, *key, not_before, approved_at))
    published = published_order(candidates, pattern=pattern, pattern_at=at, calls=calls)
    wanted = [(one.candidate.ref, one.rule, one.pattern_at) for one in published]
    assert [tuple(turn) for turn in line.turns(pattern=pattern, pattern_at=at, calls=calls)] == wanted


def test_remove__first_of_a_class__the_next_has_the_turn() -> None:
    line = Line()
    for ticket in (1, 2):
        line.add(Waiting(f"Q-{ticket}", "general", (START, START, ticket)))
    line.remove("Q-1")
    assert [turn.ref for turn in line.turns(pattern=["general"], pattern_at=0, calls=1)] == ["Q-2"]
