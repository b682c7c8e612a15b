"""A zone is emptied: everybody who stands there gets a number and the nearest exit, the front of a pair before its rear."""

from __future__ import annotations

from core.errors import NotFound, WrongState
from reservations.models import QueueEntry
from reservations.operations import block_aisle, block_zone, end_evacuation, exit_yard, occupy, order_evacuation
from tests import factories as make
from tests.cast import Cast
from tests.operations.drawn import a_plan, a_plan_bay, in_force
from tests.operations.steps import admitted, events, last_event, live_stay, parked, recording, refuses
from yards.errors import EvacuationUnderWay, ReasonNeeded, UnknownZone
from yards.layouts.plan import Plan, PlanGate
from yards.models import Bay, Evacuation, Stay
from yards.queries_yard import blocks_of, evacuations_of


def evacuate(cast: Cast, zone: str = "A", reason: str = "fire") -> Evacuation:
    return order_evacuation(yard_code=cast.yard.code, zone_code=zone, reason=reason, **cast.by(cast.supervisor))


def end(cast: Cast, evacuation: Evacuation) -> Evacuation:
    return end_evacuation(ref=evacuation.ref, **cast.by(cast.supervisor))


def standing_in(cast: Cast, code: str) -> QueueEntry:
    """Somebody who stands in a bay of the test's choice."""
    entry = parked(cast)
    Stay.objects.filter(visit_ref=entry.visit_ref).update(bay=Bay.objects.get(yard=cast.yard, code=code))
    return entry


def a_tandem_yard() -> Plan:
    """A-02 stands behind A-01: its front bay must be empty first, though A-02 is nearer the exit."""
    rear = a_plan_bay("A-02", 50.0, behind="A-01")
    return a_plan(bays=(a_plan_bay("A-01", 40.0), rear, *a_plan().bays[2:]))


def test_order__everybody_who_stands_there__gets_a_number_and_an_exit_nearest_first(cast: Cast) -> None:
    in_force(cast)
    far, near = standing_in(cast, "A-01"), standing_in(cast, "A-03")
    with recording(cast) as told:
        evacuation = evacuate(cast)
    assert evacuation.order == [[near.visit_ref, "A-03", "G2"], [far.visit_ref, "A-01", "G2"]]
    assert [event.kind for event in told] == ["zone.blocked", "evacuation.ordered", "stay.evacuate", "stay.evacuate"]
    assert told[1].data == {"evacuation": evacuation.ref, "zone": "A", "leave": 2}
    assert (told[2].visit_ref, told[2].data) == (
        near.visit_ref,
        {"stay": live_stay(near).ref, "bay": "A-03", "evacuation": evacuation.ref, "number": 1, "gate": "G2"},
    )
    assert [row.ref for row in evacuations_of(cast.yard)] == [evacuation.ref]


def test_order__tandem_pair__the_front_leaves_before_the_rear(cast: Cast) -> None:
    in_force(cast, a_tandem_yard())
    rear, front = standing_in(cast, "A-02"), standing_in(cast, "A-01")
    assert [row[0] for row in evacuate(cast).order] == [front.visit_ref, rear.visit_ref]


def test_order__nearest_exit__is_the_one_by_the_way_not_by_the_line(cast: Cast) -> None:
    gates = (*a_plan().gates, PlanGate("G3", "exit", 0.0, 0.0))
    in_force(cast, a_plan(gates=gates))
    standing_in(cast, "A-01")
    assert [row[2] for row in evacuate(cast).order] == ["G3"]


def test_order__no_way_out__is_told_all_the_same_without_a_gate_and_last(cast: Cast) -> None:
    shut = a_plan_bay("A-09", 60.0, y_m=-30.0, heading_deg=0.0)
    in_force(cast, a_plan(bays=(*a_plan().bays, shut)))
    lost, free = standing_in(cast, "A-03"), standing_in(cast, "A-09")
    block_aisle(yard_code=cast.yard.code, aisle_code="M1", reason="ice", **cast.by(cast.operator))
    assert evacuate(cast).order == [[free.visit_ref, "A-09", "G2"], [lost.visit_ref, "A-03", ""]]


def test_order__yard_without_a_plan__sends_to_the_exit_by_the_line(cast: Cast) -> None:
    entry = parked(cast)
    assert [(row[0], row[2]) for row in evacuate(cast).order] == [(entry.visit_ref, "G2")]


def test_order__somebody_is_on_the_way_there__he_is_sent_elsewhere_and_has_no_number(cast: Cast) -> None:
    make.a_bay(Bay.objects.get(code="B-01", yard=cast.yard).zone, "B-02", x_m=199.0)
    entry = admitted(cast)
    assert evacuate(cast).order == []
    assert live_stay(entry).bay.zone.code == "B"
    assert [event.reason for event in events("stay.released")] == ["evacuation"]


def test_order__who_leaves_meanwhile__is_safe_and_the_order_stays(cast: Cast) -> None:
    entry = parked(cast)
    evacuation = evacuate(cast)
    exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))
    assert end(cast, evacuation).state == "ended"


def test_order__somebody_comes_to_stand_there_all_the_same__joins_at_the_end(cast: Cast) -> None:
    in_force(cast)
    first, late = standing_in(cast, "A-03"), admitted(cast)
    Stay.objects.filter(visit_ref=late.visit_ref).update(bay=Bay.objects.get(yard=cast.yard, code="A-01"))
    Bay.objects.filter(yard=cast.yard).exclude(zone__code="A").update(blocked_at=cast.now)  # he can be sent nowhere
    evacuation = evacuate(cast)
    assert [row[0] for row in evacuation.order] == [first.visit_ref]
    occupy(entry_ref=late.ref, **cast.by(cast.driver))
    evacuation.refresh_from_db()
    assert evacuation.order == [[first.visit_ref, "A-03", "G2"], [late.visit_ref, "A-01", "G2"]]
    assert (last_event().kind, last_event().data["number"]) == ("stay.evacuate", 2)


def test_order__twice_without_reason_or_unknown_zone__is_refused(cast: Cast) -> None:
    with refuses(ReasonNeeded):
        evacuate(cast, reason=" ")
    with refuses(UnknownZone):
        evacuate(cast, "X9")
    with refuses(NotFound):
        order_evacuation(yard_code="NOWHERE", zone_code="A", reason="fire", **cast.by(cast.supervisor))
    evacuate(cast)
    with refuses(EvacuationUnderWay):
        evacuate(cast)


def test_end__the_zone_is_used_again(cast: Cast) -> None:
    evacuation = evacuate(cast)
    assert [row.code for row in blocks_of(cast.yard)] == ["A"]
    end(cast, evacuation)
    assert (blocks_of(cast.yard), evacuations_of(cast.yard)) == ([], [])
    assert [event.kind for event in events("evacuation.ended", "zone.unblocked")] == [
        "evacuation.ended",
        "zone.unblocked",
    ]
    with refuses(WrongState):
        end(cast, evacuation)


def test_end__zone_was_blocked_before__stays_blocked(cast: Cast) -> None:
    block_zone(yard_code=cast.yard.code, zone_code="A", reason="leak", **cast.by(cast.operator))
    cast.clock.forward(minutes=5)
    end(cast, evacuate(cast))
    assert [(row.code, row.reason) for row in blocks_of(cast.yard)] == [("A", "leak")]


def test_end__unknown__is_refused(cast: Cast) -> None:
    with refuses(NotFound):
        end_evacuation(ref="E-NONE", **cast.by(cast.supervisor))


def test_order__nobody_is_moved_into_the_zone_by_choice(cast: Cast) -> None:
    evacuate(cast)
    assert not Bay.objects.free().filter(yard=cast.yard, zone__code="A").exists()
