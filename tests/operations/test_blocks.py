"""Aisles and zones out of use and back: who is on the way to a lost bay is sent elsewhere, who stands there stays."""

from __future__ import annotations

from typing import Any

from core.errors import NotFound
from reservations.operations import block_aisle, block_zone, order_evacuation, unblock_aisle, unblock_zone
from reservations.queries.obstructions import cut_off_by, homeless, visits_of, without_way_out
from tests import factories as make
from tests.cast import Cast
from tests.operations.drawn import a_plan, a_plan_bay, in_force
from tests.operations.steps import (
    admitted,
    called,
    changes_nothing,
    last_event,
    live_stay,
    parked,
    recording,
    refuses,
)
from yards import plans
from yards.errors import EvacuationUnderWay, ReasonNeeded, UnknownAisle, UnknownZone
from yards.models import Bay, Block
from yards.queries_yard import blocks_of


def aisle(cast: Cast, code: str = "M1", reason: str = "ice") -> Block:
    return block_aisle(yard_code=cast.yard.code, aisle_code=code, reason=reason, **cast.by(cast.operator))


def zone(cast: Cast, code: str = "A", reason: str = "leak") -> Block:
    return block_zone(yard_code=cast.yard.code, zone_code=code, reason=reason, **cast.by(cast.operator))


def reopen(cast: Cast, *, aisle: str = "", zone: str = "") -> None:
    place: dict[str, Any] = {"yard_code": cast.yard.code} | cast.by(cast.operator)
    if aisle:
        unblock_aisle(aisle_code=aisle, **place)
    else:
        unblock_zone(zone_code=zone, **place)


def blocked(cast: Cast) -> list[tuple[str, str]]:
    return [(row.kind, row.code) for row in blocks_of(cast.yard)]


def two_ways(cast: Cast) -> None:
    """The yard's plan with a general bay D-01 off the back road, which no block of M1 cuts off."""
    south = a_plan_bay("A-09", 60.0, y_m=-30.0, heading_deg=0.0)
    in_force(cast, a_plan(bays=(*a_plan().bays, south)))


def test_block_aisle__is_kept_with_its_reason_and_told(cast: Cast) -> None:
    in_force(cast)
    row = aisle(cast, reason=" ice ")
    assert (row.reason, row.blocked_at, blocked(cast)) == ("ice", cast.now, [("aisle", "M1")])
    assert (last_event().kind, last_event().reason, last_event().data) == ("aisle.blocked", "ice", {"aisle": "M1"})
    assert plans.blocked_aisles(cast.yard.pk) == {"M1"}
    reopen(cast, aisle="M1")
    assert (last_event().kind, last_event().data, blocked(cast)) == ("aisle.unblocked", {"aisle": "M1"}, [])


def test_block__it_is_so_already__does_nothing_and_keeps_the_first_reason(cast: Cast) -> None:
    in_force(cast)
    with changes_nothing():
        reopen(cast, aisle="M1"), reopen(cast, zone="A")
    aisle(cast), zone(cast)
    with changes_nothing():
        assert (aisle(cast, reason="paint").reason, zone(cast, reason="paint").reason) == ("ice", "leak")


def test_block__no_reason_or_unknown_place__is_refused(cast: Cast) -> None:
    in_force(cast)
    for act in (aisle, zone):
        with refuses(ReasonNeeded):
            act(cast, reason="  ")
    with refuses(UnknownAisle):
        aisle(cast, "X9")
    with refuses(UnknownZone):
        zone(cast, "X9")
    with refuses(UnknownAisle):
        reopen(cast, aisle="X9")
    with refuses(NotFound):
        block_zone(yard_code="NOWHERE", zone_code="A", reason="leak", **cast.by(cast.operator))


def test_block_aisle__yard_without_a_plan__has_no_aisles(cast: Cast) -> None:
    with refuses(UnknownAisle):
        aisle(cast)


def test_unblock__an_aisle_the_new_plan_has_no_more__can_still_be_lifted(cast: Cast) -> None:
    in_force(cast)
    aisle(cast, "S")
    in_force(cast, a_plan(aisles=tuple(a for a in a_plan().aisles if a.code != "S")))
    reopen(cast, aisle="S")
    assert blocked(cast) == []


def test_block_zone__nobody_is_sent_there_and_who_is_on_the_way_goes_elsewhere(cast: Cast) -> None:
    bays = {make.a_bay(Bay.objects.get(code="B-01", yard=cast.yard).zone, "B-02", x_m=199.0).code}
    entry = called(cast)
    assert live_stay(entry).bay.zone.code == "A"
    with recording(cast) as told:
        zone(cast)
    assert live_stay(entry).bay.code in bays
    assert [event.kind for event in told] == ["zone.blocked", "stay.released", "stay.held"]
    assert told[1].reason == "zone_blocked"
    assert not Bay.objects.free().filter(yard=cast.yard, zone__code="A").exists()


def test_block_zone__who_stands_there__stays(cast: Cast) -> None:
    entry = parked(cast)
    code = live_stay(entry).bay.code
    zone(cast)
    assert (live_stay(entry).state, live_stay(entry).bay.code) == ("occupied", code)


def test_block_zone__nothing_else_fits__he_keeps_his_hold_and_counts_as_homeless(cast: Cast) -> None:
    entry = called(cast)
    code = live_stay(entry).bay.code
    for bay in Bay.objects.filter(yard=cast.yard).exclude(zone__code="A"):
        Bay.objects.filter(pk=bay.pk).update(blocked_at=cast.now)
    with recording(cast) as told:
        zone(cast)
    assert live_stay(entry).bay.code == code
    assert [event.kind for event in told] == ["zone.blocked"]
    assert [v.entry.ref for v in homeless(cast.yard, visits_of(cast.yard))] == [entry.ref]


def test_block_aisle__admitted_vehicle_is_cut_off__it_gets_a_bay_it_can_reach(cast: Cast) -> None:
    two_ways(cast)
    entry = admitted(cast)
    assert live_stay(entry).bay.code in {"A-01", "A-02", "A-03"}
    aisle(cast)
    assert live_stay(entry).bay.code == "A-09"


def test_block_aisle__the_only_aisle__still_works_and_says_before_what_it_costs(cast: Cast) -> None:
    in_force(cast)
    stands, comes = parked(cast), called(cast)
    foreseen = cut_off_by(cast.yard, "M1")
    assert foreseen.bays == ("A-01", "A-02", "A-03")
    assert [v.entry.ref for v in foreseen.held] == [comes.ref]
    assert [v.entry.ref for v in foreseen.shut_in] == [stands.ref]
    aisle(cast)
    assert [v.entry.ref for v in without_way_out(visits_of(cast.yard), frozenset({"M1"}))] == [stands.ref]
    reopen(cast, aisle="M1")
    assert homeless(cast.yard, visits_of(cast.yard)) == []


def test_unblock_zone__while_it_is_emptied__is_refused(cast: Cast) -> None:
    order_evacuation(yard_code=cast.yard.code, zone_code="A", reason="fire", **cast.by(cast.supervisor))
    with refuses(EvacuationUnderWay):
        reopen(cast, zone="A")
