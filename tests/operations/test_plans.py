"""The plans of yards as guidance reads them: one reading per layout in force, ways per size and blocked aisles, few kept."""

from __future__ import annotations

from functools import partial
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.machine import advance, begin
from tests import factories as make
from tests.cast import Cast
from tests.parts.random_yards import random_plan
from yards import plans
from yards.guidance.ways import Size
from yards.layouts.plan import Plan
from yards.models import Block, Layout, Stay, Yard
from yards.seeding import drawn, layout

TRUCK = Size(16.5, 2.55, 4.0)


def a_layout(cast: Cast, plan: Plan, *, state: str = "in_force", version: int = 1, yard: Yard | None = None) -> Layout:
    at = {"made_at": cast.now, "changed_at": cast.now}
    at |= {"in_force_at": cast.now} if state == "in_force" else {}
    fields: dict[str, Any] = {"yard": yard or cast.yard, "version": version, "document": {}, "plan": plan.as_json()}
    return begin(Layout, state, **fields, **at)


def test_layout_in_force__yard_without_one__is_none(cast: Cast) -> None:
    assert plans.layout_in_force(cast.yard.pk) is None
    a_layout(cast, random_plan(1), state="draft")
    assert plans.layout_in_force(cast.yard.pk) is None


def test_layout_in_force__some_versions__is_the_one_in_force_of_that_yard(cast: Cast) -> None:
    first = a_layout(cast, random_plan(1))
    a_layout(cast, random_plan(9), yard=cast.other_port.yards.get())
    assert plans.layout_in_force(cast.yard.pk) == first
    advance(first, "replaced", replaced_at=cast.now)
    second = a_layout(cast, random_plan(2), version=2)
    assert plans.layout_in_force(cast.yard.pk) == second


def test_plan_of__layout__is_the_plan_that_was_stored(cast: Cast) -> None:
    a_layout(cast, random_plan(3))
    layout = plans.layout_in_force(cast.yard.pk)
    assert layout is not None
    assert plans.plan_of(layout) == random_plan(3)


def test_ways_of__asked_again__reads_nothing(cast: Cast, django_assert_num_queries: Any) -> None:
    a_layout(cast, random_plan(3))
    layout = plans.layout_in_force(cast.yard.pk)
    assert layout is not None
    first = plans.ways_of(layout, TRUCK)
    again = plans.layout_in_force(cast.yard.pk)
    assert again is not None
    with django_assert_num_queries(0):
        assert plans.ways_of(again, TRUCK) is first
        assert plans.ways_of(again, Size(16.46, 2.51, 3.99)) is first  # to the decimetre above
        assert plans.ways_of(again, TRUCK, frozenset({"R0"})) is not first
        assert plans.ways_of(again, Size(16.51, 2.55, 4.0)) is not first


def test_layout_in_force__reading__leaves_the_document_and_plan_in_the_database(cast: Cast) -> None:
    a_layout(cast, random_plan(3))
    with CaptureQueriesContext(connection) as seen:
        plans.layout_in_force(cast.yard.pk)
    [query] = [row["sql"] for row in seen.captured_queries]
    assert '"document"' not in query
    assert '"plan"' not in query


def test_network_of__draft_edited_in_the_same_moment__is_read_anew(cast: Cast) -> None:
    draft = a_layout(cast, random_plan(3), state="draft")
    assert plans.plan_of(draft) == random_plan(3)
    draft.plan = random_plan(4).as_json()
    assert plans.plan_of(draft) == random_plan(4)
    assert plans.ways_of(draft, TRUCK).plan == random_plan(4)


def test_layout_of_stay__new_plan_took_effect__is_the_one_it_began_under(cast: Cast) -> None:
    entry = make.an_admitted_entry(cast)
    old = a_layout(cast, random_plan(1))
    stay = Stay.objects.get(visit_ref=entry.visit_ref)
    Stay.objects.filter(pk=stay.pk).update(layout=old)
    stay.refresh_from_db()
    advance(old, "replaced", replaced_at=cast.now)
    new = a_layout(cast, random_plan(2), version=2)
    assert plans.layout_of_stay(stay) == old
    Stay.objects.filter(pk=stay.pk).update(layout=None)
    stay.refresh_from_db()
    assert plans.layout_of_stay(stay) == new


def test_blocked_aisles__some_lifted_and_zones_blocked__names_what_is_blocked_now(cast: Cast) -> None:
    def block(kind: str, code: str, **more: Any) -> None:
        Block.objects.create(yard=cast.yard, kind=kind, code=code, reason="works", blocked_at=cast.now, **more)

    block("aisle", "R1")
    block("aisle", "R2", unblocked_at=cast.now)
    block("zone", "A")
    assert plans.blocked_aisles(cast.yard.pk) == frozenset({"R1"})
    assert plans.blocked_aisles(cast.other_port.yards.get().pk) == frozenset()


def test_exit_of__two_sides__is_the_far_one() -> None:
    assert plans.exit_of(random_plan(1), "NOWHERE") == ""
    drawing = layout.draw(bays=120, entries=2)
    seeded = drawn.plan_of(drawing, origin=(0, 0))
    for gate in (gate for gate in drawing.gates if gate.kind == "entry"):
        [out] = [g for g in drawing.gates if (g.kind, g.direction) == ("exit", gate.direction)]
        assert plans.exit_of(seeded, gate.code) == out.code


def test_kept__more_than_it_keeps__lets_go_of_what_was_not_asked_for() -> None:
    kept: plans.Kept[int] = plans.Kept(2)
    made: list[int] = []

    def make_one(n: int) -> int:
        made.append(n)
        return n

    def get(n: int) -> int:
        return kept.get(n, lambda: make_one(n))

    for n in (1, 2, 1, 3, 1, 2):
        assert get(n) == n
    assert made == [1, 2, 3, 2]
    assert len(kept) == 2


def test_kept__threads_at_once__all_get_it_and_no_more_is_kept() -> None:
    kept: plans.Kept[int] = plans.Kept(3)
    got: list[int] = []

    def ask(first: int) -> None:
        got.extend(kept.get(m % 5, partial(abs, m % 5)) for m in range(first, first + 200))

    threads = [Thread(target=ask, args=[n]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(m % 5 for n in range(8) for m in range(n, n + 200))
    assert len(kept) <= 3


@pytest.mark.parametrize(
    ("metres", "up"), [(16.5, 16.5), (16.46, 16.5), (0.0, 0.0), (2.55, 2.6), (18.0, 18.0), (0.1 + 0.2, 0.3)]
)
def test_size_class__metres__go_up_to_the_decimetre(metres: float, up: float) -> None:
    assert plans.size_class(Size(metres, metres, metres)) == Size(up, up, up)
