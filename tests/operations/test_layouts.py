"""Versions of a yard's plan: drafts, moments, and the one in force."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from core.errors import Conflict, NotFound, WrongState
from tests.cast import Cast
from tests.operations.drawn import a_draft, a_plan
from tests.operations.steps import changes_nothing, last_event, refuses
from yards.errors import LayoutInThePast, LayoutNotValid, LayoutTooBig, NotAPlan
from yards.layouts.geojson import write
from yards.layouts.plan import Plan, PlanGate
from yards.models import Layout
from yards.operations import discard_layout, edit_layout, put_in_force, save_layout, schedule_layout, unschedule_layout


def a_file(plan: Plan | None = None) -> bytes:
    return json.dumps(write(plan or a_plan())).encode()


def save(cast: Cast, data: bytes | None = None, **inputs: Any) -> Layout:
    return save_layout(
        yard_code=cast.yard.code, data=a_file() if data is None else data, **inputs, **cast.by(cast.port_admin)
    )


def errors(layout: Layout) -> list[str]:
    return [row[1] for row in layout.findings if row[0] == "error"]


def schedule(cast: Cast, layout: Layout, hours: float = 1) -> Layout:
    at = cast.now + timedelta(hours=hours)
    return schedule_layout(ref=layout.ref, takes_effect_at=at, **cast.by(cast.port_admin))


def without_gate() -> Plan:
    return a_plan(gates=(PlanGate("G9", "entry", 0.0, 45.0), PlanGate("G2", "exit", 220.0, 45.0)))


def test_save__a_file__is_a_draft_of_the_next_version_and_changes_no_bay(cast: Cast) -> None:
    first, second = save(cast, note="new aisle"), save(cast)
    assert [(row.version, row.state, row.yard_id) for row in (first, second)] == [
        (1, "draft", cast.yard.pk),
        (2, "draft", cast.yard.pk),
    ]
    assert (first.made_by_id, first.note, errors(first)) == (cast.port_admin.pk, "new aisle", [])
    assert {bay.code for bay in Plan.from_json(first.plan).bays} == {"A-01", "A-02", "A-03", "B-01", "C-01"}
    assert (last_event().kind, last_event().data) == ("layout.saved", {"layout": second.ref, "version": 2})


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"bays: 12", "not a JSON file"),
        (b"[]", "not a GeoJSON"),
        (b"{}", "not a GeoJSON"),
        (b"null", "not a GeoJSON"),
        (b'{"type": "FeatureCollection", "features": [NaN]}', "cannot be kept"),
        (b'{"type": "FeatureCollection", "features": ["\\u0000"]}', "cannot be kept"),
    ],
)
def test_save_and_edit__no_plan_at_all__is_refused_in_words(cast: Cast, data: bytes, why: str) -> None:
    layout = save(cast)
    with changes_nothing(), translation.override("en"):
        with pytest.raises(NotAPlan, match=why):
            save(cast, data)
        if why != "not a JSON file":
            known = {"ref": layout.ref, "expected_changed_at": layout.changed_at}
            with pytest.raises(NotAPlan, match=why):
                edit_layout(document=json.loads(data), **known, **cast.by(cast.port_admin))


def test_save__with_errors__cannot_be_used(cast: Cast) -> None:
    layout = save(cast, a_file(without_gate()))
    with refuses(LayoutNotValid):
        put_in_force(ref=layout.ref, **cast.by(cast.port_admin))


def test_save__file_too_big__is_refused_before_it_is_read(cast: Cast) -> None:
    with refuses(LayoutTooBig, most_mb=10):
        save(cast, b"[" * 10_000_001)


def test_save__unknown_yard__is_refused(cast: Cast) -> None:
    with refuses(NotFound):
        save_layout(yard_code="NOWHERE", data=a_file(), **cast.by(cast.port_admin))


def test_save__a_lane_s_gate_is_not_on_it__is_an_error(cast: Cast) -> None:
    layout = save(cast, a_file(without_gate()))
    found = [row for row in layout.findings if row[1] == "gate_in_use"]
    assert found == [["error", "gate_in_use", "gate G1", {"lanes": "MOHAN-IN1, MOHAN-IN2"}]]
    with refuses(LayoutNotValid):
        schedule(cast, layout)


def test_save__a_code_too_long_to_keep__is_an_error(cast: Cast) -> None:
    gates = (*a_plan().gates, PlanGate("G" * 31, "exit", 220.0, 45.0))
    assert "code_too_long" in errors(save(cast, a_file(a_plan(gates=gates))))


def test_edit__a_draft__is_read_and_checked_anew(cast: Cast) -> None:
    layout = save(cast, a_file(without_gate()), note="first try")
    cast.clock.forward(minutes=1)
    edited = edit_layout(
        ref=layout.ref, document=write(a_plan()), expected_changed_at=layout.changed_at, **cast.by(cast.port_admin)
    )
    assert (errors(edited), edited.version, edited.note) == ([], 1, "first try")
    assert edited.changed_at > layout.changed_at
    assert last_event().kind == "layout.saved"


def test_edit__somebody_else_was_first__is_a_conflict_even_in_the_same_moment(cast: Cast) -> None:
    layout = save(cast)
    inputs = {"ref": layout.ref, "document": write(a_plan()), "expected_changed_at": layout.changed_at}
    edit_layout(**inputs, **cast.by(cast.port_admin))
    with refuses(Conflict):
        edit_layout(**inputs, **cast.by(cast.supervisor))


def test_edit__no_draft__is_refused(cast: Cast) -> None:
    layout = schedule(cast, save(cast))
    with refuses(WrongState):
        edit_layout(
            ref=layout.ref, document=write(a_plan()), expected_changed_at=layout.changed_at, **cast.by(cast.port_admin)
        )


def test_schedule__and_back__says_when(cast: Cast) -> None:
    layout = schedule(cast, save(cast))
    at = cast.now + timedelta(hours=1)
    assert (layout.state, layout.takes_effect_at) == ("scheduled", at)
    assert last_event().data == {"layout": layout.ref, "version": 1, "takes_effect_at": at.isoformat()}
    back = unschedule_layout(ref=layout.ref, **cast.by(cast.port_admin))
    assert (back.state, back.takes_effect_at, last_event().kind) == ("draft", None, "layout.unscheduled")


def test_schedule__in_the_past__is_refused(cast: Cast) -> None:
    layout = a_draft(cast)
    with refuses(LayoutInThePast):
        schedule(cast, layout, hours=-0.01)


def test_schedule__twice__is_refused(cast: Cast) -> None:
    layout = schedule(cast, a_draft(cast))
    with refuses(WrongState):
        schedule(cast, layout)


@pytest.mark.parametrize("scheduled", [False, True])
def test_discard__draft_or_scheduled__is_over_and_its_number_is_not_given_again(cast: Cast, scheduled: bool) -> None:
    layout = schedule(cast, a_draft(cast)) if scheduled else a_draft(cast)
    discard_layout(ref=layout.ref, **cast.by(cast.port_admin))
    assert last_event().kind == "layout.discarded"
    assert save(cast).version == 2
    with refuses(WrongState):
        put_in_force(ref=layout.ref, **cast.by(cast.port_admin))
    with refuses(WrongState):
        discard_layout(ref=layout.ref, **cast.by(cast.port_admin))


def test_acts__unknown_layout__are_refused(cast: Cast) -> None:
    for act in (unschedule_layout, discard_layout, put_in_force):
        with refuses(NotFound), changes_nothing():
            act(ref="Y-NONE", **cast.by(cast.port_admin))
