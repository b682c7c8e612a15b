"""A plan takes effect: rows follow it at its moment, under one transaction; who is inside keeps what he has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.operations.drawn import a_draft, a_plan, a_plan_bay, in_force
from tests.operations.steps import call, events, last_event, live_stay, parked, recording, refuses, walked_up
from yards.errors import LayoutNotValid, NoBayEverFits, NoBayThatFits
from yards.layouts.plan import Plan, PlanZone
from yards.models import Bay, Gate, Lane, Layout, Stay, Zone
from yards.operations import put_in_force, schedule_layout
from yards.operations.taking_effect import put_due_in_force


def without(*codes: str) -> Plan:
    return a_plan(bays=tuple(bay for bay in a_plan().bays if bay.code not in codes))


def bays(cast: Cast) -> dict[str, bool]:
    """Code of each bay of the yard and whether it is in use."""
    return {bay.code: bay.retired_at is None for bay in Bay.objects.filter(yard=cast.yard)}


def test_in_force__first_plan__rows_follow_and_keep_their_identity(cast: Cast) -> None:
    before = dict(Bay.objects.filter(yard=cast.yard).values_list("code", "pk"))
    with recording(cast) as told:
        layout = in_force(cast)
    after = {bay.code: bay for bay in Bay.objects.filter(yard=cast.yard).select_related("zone")}
    assert {code: bay.pk for code, bay in after.items()} == before
    assert [(bay.x_m, bay.y_m, bay.heading_deg) for bay in (after["A-01"], after["C-01"])] == [
        (40.0, 75.0, 180.0),
        (180.0, 75.0, 180.0),
    ]
    gate = Gate.objects.get(yard=cast.yard, code="G2")
    assert (gate.kind, gate.x_m, gate.y_m) == ("exit", 220.0, 45.0)
    cast.yard.refresh_from_db()
    assert (cast.yard.width_m, cast.yard.depth_m) == (220.0, 90.0)
    assert [event.kind for event in told] == ["bay.configured"] * 5 + ["layout.in_force"]
    assert told[-1].data == {"layout": layout.ref, "version": 1, "came": 0, "changed": 5, "went": 0}
    assert Layout.objects.get(pk=layout.pk).in_force_at == cast.now


def test_in_force__the_next_plan__replaces_the_one_before(cast: Cast) -> None:
    first = in_force(cast)
    cast.clock.forward(minutes=5)
    second = in_force(cast)
    first.refresh_from_db()
    assert (first.state, first.replaced_at, second.state) == ("replaced", cast.now, "in_force")
    assert last_event().data["changed"] == 0


def test_in_force__bays_come_and_go__history_and_ledger_tell_each(cast: Cast) -> None:
    in_force(cast)
    cast.clock.forward(minutes=5)
    with recording(cast) as told:
        in_force(cast, replace(without("A-02"), bays=(*without("A-02").bays, a_plan_bay("A-04", 65.0))))
    assert bays(cast) == {"A-01": True, "A-02": False, "A-03": True, "A-04": True, "B-01": True, "C-01": True}
    assert [(event.kind, event.data.get("bay")) for event in told[:2]] == [
        ("bay.configured", "A-04"),
        ("bay.retired", "A-02"),
    ]
    assert told[0].data == {"bay": "A-04", "zone": "A", "length_m": 18.0, "width_m": 3.5, "equipment": []}
    retired = Bay.objects.get(yard=cast.yard, code="A-02")
    assert [row.retired_at for row in retired.history.filter(history_date=cast.now)] == [cast.now]
    assert Bay.objects.get(yard=cast.yard, code="A-04").history.count() == 1


def test_in_force__a_bay_comes_back__is_the_same_row_in_use_again(cast: Cast) -> None:
    pk = Bay.objects.get(yard=cast.yard, code="A-02").pk
    in_force(cast, without("A-02"))
    in_force(cast)
    assert bays(cast)["A-02"]
    assert Bay.objects.get(yard=cast.yard, code="A-02").pk == pk


def test_in_force__occupied_bay_is_gone__who_stands_there_stays_and_nobody_new_comes(cast: Cast) -> None:
    in_force(cast)
    entry = parked(cast)
    code = live_stay(entry).bay.code
    in_force(cast, without(code))
    assert (live_stay(entry).state, live_stay(entry).bay.code) == ("occupied", code)
    assert bays(cast)[code] is False
    Stay.objects.filter(visit_ref=entry.visit_ref).update(state="released")
    assert code not in set(Bay.objects.free().filter(yard=cast.yard).values_list("code", flat=True))


def test_in_force__all_bays_gone__nobody_can_be_called_and_nothing_breaks(cast: Cast) -> None:
    walked_up(cast)
    in_force(cast, a_plan(bays=()))
    assert not any(bays(cast).values())
    with refuses(NoBayThatFits):
        call(cast)
    cast.clock.forward(minutes=10)  # so long what fits is remembered
    with refuses(NoBayEverFits):
        walked_up(cast)


def test_in_force__a_blocked_bay_moves__it_stays_blocked(cast: Cast) -> None:
    Bay.objects.filter(yard=cast.yard, code="A-02").update(blocked_at=cast.now, blocked_reason="oil")
    in_force(cast)
    assert Bay.objects.get(yard=cast.yard, code="A-02").blocked_reason == "oil"


def test_in_force__zones_and_gates__new_ones_come_unused_ones_go(cast: Cast) -> None:
    in_force(cast, a_plan(zones=(*a_plan().zones, PlanZone("D", "", "", "amber", "square"))))
    assert Zone.objects.get(yard=cast.yard, code="D").name_en == "D"
    in_force(cast, a_plan(gates=a_plan().gates[:1]))
    assert not Zone.objects.filter(yard=cast.yard, code="D").exists()
    assert list(Gate.objects.filter(yard=cast.yard).values_list("code", flat=True)) == ["G1"]


def test_in_force__zone_of_retired_bays__stays_for_their_record(cast: Cast) -> None:
    in_force(cast, a_plan(bays=a_plan().bays[:3], zones=a_plan().zones[:1]))
    assert set(Zone.objects.filter(yard=cast.yard).values_list("code", flat=True)) == {"A", "B", "C"}
    assert bays(cast)["B-01"] is False


def test_in_force__a_lane_took_another_gate_meanwhile__is_refused_and_nothing_changes(cast: Cast) -> None:
    layout = a_draft(cast)
    new = Gate.objects.create(yard=cast.yard, code="G7", kind="entry")
    Lane.objects.filter(pk=cast.lane.pk).update(gate=new)
    with refuses(LayoutNotValid, errors=1):
        put_in_force(ref=layout.ref, **cast.by(cast.port_admin))


def test_due__its_moment_comes__takes_effect_once_and_not_before(cast: Cast) -> None:
    layout = a_draft(cast)
    schedule_layout(ref=layout.ref, takes_effect_at=cast.now + timedelta(hours=1), **cast.by(cast.port_admin))
    assert put_due_in_force(cast.clock.forward(minutes=59)) == 0
    assert put_due_in_force(cast.clock.forward(minutes=1)) == 1
    assert put_due_in_force(cast.now) == 0
    assert [event.actor for event in events("layout.in_force")] == ["system:layouts"]


def test_due__ticks_were_lost__both_take_effect_in_their_order(cast: Cast) -> None:
    later, sooner = a_draft(cast), a_draft(cast, without("A-02"))
    for layout, hours in ((later, 2), (sooner, 1)):
        schedule_layout(ref=layout.ref, takes_effect_at=cast.now + timedelta(hours=hours), **cast.by(cast.port_admin))
    assert put_due_in_force(cast.clock.forward(hours=5)) == 2
    later.refresh_from_db(), sooner.refresh_from_db()
    assert (later.state, sooner.state) == ("in_force", "replaced")
    assert bays(cast)["A-02"]


def test_due__one_cannot__the_others_take_effect(cast: Cast) -> None:
    layout = a_draft(cast)
    schedule_layout(ref=layout.ref, takes_effect_at=cast.now, **cast.by(cast.port_admin))
    Lane.objects.filter(pk=cast.lane.pk).update(gate=Gate.objects.create(yard=cast.yard, code="G7", kind="entry"))
    other = a_draft(cast)
    Layout.objects.filter(pk=other.pk).update(yard=cast.other_yard)
    schedule_layout(ref=other.ref, takes_effect_at=cast.now, **cast.by(cast.port_admin))
    assert put_due_in_force(cast.now) == 1
    layout.refresh_from_db(), other.refresh_from_db()
    assert (layout.state, other.state) == ("scheduled", "in_force")


def test_office__a_plan_is_in_force__its_bays_gates_and_zones_are_changed_there(cast: Cast, client: Client) -> None:
    client.force_login(cast.port_admin)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    bay = Bay.objects.get(yard=cast.yard, code="A-02")
    pages = [
        reverse(f"admin:yards_{name}_change", args=[pk])
        for name, pk in (("bay", bay.pk), ("zone", bay.zone_id), ("gate", cast.gate.pk))
    ]
    assert [b"_save" in client.get(page).content for page in pages] == [True] * 3
    in_force(cast)
    assert [b"_save" in client.get(page).content for page in pages] == [False] * 3
    assert [client.post(page, {"width_m": "9"}).status_code for page in pages] == [403] * 3
    new = {
        "yard": cast.yard.pk,
        "zone": bay.zone_id,
        "code": "A-09",
        "length_m": 18,
        "width_m": 3.5,
        "entry": "back_in",
    }
    place = {"x_m": 1, "y_m": 1, "heading_deg": 0}
    assert b"plan in force" in client.post(reverse("admin:yards_bay_add"), new | place).content
    assert not Bay.objects.filter(yard=cast.yard, code="A-09").exists()
