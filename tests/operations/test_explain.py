"""Why am I here, who passed me, and by which rule."""

from __future__ import annotations

from reservations.models import QueueEntry
from reservations.operations import ask_override, decide_override, miss
from reservations.queries import explain, published_order_of, standing_of
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import arrived, call, entry_now, reserved, walked_up
from yards.operations import block_bay, switch_lane


def passed(cast: Cast, entry: QueueEntry) -> list[tuple[int, str, str]]:
    return [(one.ticket, one.rule, one.reason) for one in explain(entry_now(entry), now=cast.now).passed_by]


def urgent(cast: Cast) -> QueueEntry:
    cast.lane.cargo_kinds = ["general", "empty", "perishable", "hazardous"]
    cast.lane.save()
    return walked_up(cast, cargo_kind="perishable")


def test_explain__third_in_the_line__counts_who_stands_before_by_class(cast: Cast) -> None:
    arrived(cast), urgent(cast)
    mine = arrived(cast, reserved(cast, slot=cast.slots[3]))
    shown = explain(mine, now=cast.now)
    assert shown.standing is not None
    assert (shown.standing.position, shown.standing.rule) == (3, "pattern")
    assert shown.before_by_class == {"priority": 1, "general": 1}
    assert (shown.passed_by, shown.blocked_by) == ([], "")


def test_explain__another_class_was_called_first__says_class_pattern(cast: Cast) -> None:
    mine = arrived(cast)
    other = urgent(cast)
    assert other.promised_at == mine.promised_at
    assert call(cast).ref == other.ref
    assert passed(cast, mine) == [(other.ticket, "class_pattern", "")]


def test_explain__an_override_came_first__says_so_with_its_reason(cast: Cast) -> None:
    mine, other = arrived(cast), arrived(cast, reserved(cast, slot=cast.slots[3]))
    override = ask_override(entry_ref=other.ref, reason="live animals", user=cast.operator, **cast.by(cast.operator))
    decide_override(ref=override.ref, approve=True, user=cast.second, **cast.by(cast.second))
    call(cast)
    assert passed(cast, mine) == [(other.ticket, "override", "live animals")]


def test_explain__no_bay_for_me_was_free__says_other_bay_and_that_it_is_still_so(cast: Cast) -> None:
    cast.lane.cargo_kinds = ["general", "hazardous"]
    cast.lane.save()
    mine = walked_up(cast, cargo_kind="hazardous")
    block_bay(yard_code=cast.yard.code, bay_code="C-01", reason="oil", **cast.by(cast.operator))
    other = arrived(cast, reserved(cast, slot=cast.slots[3]))
    assert call(cast).ref == other.ref
    assert passed(cast, mine) == [(other.ticket, "other_bay", "")]
    assert explain(entry_now(mine), now=cast.now).blocked_by == "no_bay_that_fits"


def test_explain__i_missed_my_call__says_that_others_came_meanwhile(cast: Cast) -> None:
    mine = arrived(cast)
    call(cast)
    miss(entry_ref=mine.ref, **cast.by(cast.operator))
    make.a_bay(cast.bays[0].zone, "A-09")
    other = arrived(cast, reserved(cast, slot=cast.slots[2]))
    call(cast)
    assert passed(cast, mine) == [(other.ticket, "after_missed", "")]


def test_explain__those_before_me_were_called__nobody_passed_me(cast: Cast) -> None:
    arrived(cast)
    mine = arrived(cast, reserved(cast, slot=cast.slots[2]))
    call(cast)
    assert passed(cast, mine) == []


def test_explain__called_after_i_was_called__did_not_pass_me(cast: Cast) -> None:
    mine = arrived(cast)
    call(cast)
    cast.clock.forward(minutes=1)
    urgent(cast)
    call(cast)
    assert passed(cast, mine) == []
    shown = explain(entry_now(mine), now=cast.now)
    assert (shown.standing, shown.before_by_class, shown.blocked_by) == (None, {}, "")


def test_explain__lane_closed__says_what_blocks(cast: Cast) -> None:
    mine = arrived(cast)
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    shown = explain(entry_now(mine), now=cast.now)
    assert shown.blocked_by == "lane_closed"
    assert shown.standing is not None
    assert shown.standing.wait.reason == "unknown"


def test_standing_of__positions__are_one_to_n_without_gap(cast: Cast) -> None:
    entries = [walked_up(cast) for _ in range(4)]
    places = [standing_of(entry, now=cast.now) for entry in entries]
    assert [place and place.position for place in places] == [1, 2, 3, 4]
    assert [place.position for place in published_order_of(cast.lane, now=cast.now)] == [1, 2, 3, 4]
    call(cast)
    assert standing_of(entry_now(entries[0]), now=cast.now) is None


def test_explain__clocks_of_two_writers_differ__goes_by_the_order_of_the_ledger(cast: Cast) -> None:
    """A command reads the clock before it waits for the yard's lock: who is written later may bear an earlier time."""
    mine, other = walked_up(cast), urgent(cast)
    cast.clock.forward(seconds=-2)
    assert call(cast).ref == other.ref
    assert passed(cast, mine) == [(other.ticket, "class_pattern", "")]
