"""A round from its announcement to its result: the calendar, the draw, one transaction for all, and what becomes of everybody."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from core.errors import Conflict, WrongState
from reservations import proofs, rounds
from reservations.batches import place_late_requests
from reservations.commitment import commitment_of, pseudonym, salt_of
from reservations.errors import SlotNotOpenYet, UnknownRound
from reservations.models import Credit, Request, Reservation, Round, RoundProof, Slot
from reservations.operations import (
    close_round,
    publish_round,
    request_places,
    request_reservation,
    retry_round,
    void_round,
)
from reservations.rounds import run_round, sweep_rounds
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import a_truck, assert_counted, changes_nothing, events, marked, refuses, reserved
from yards.errors import ReasonNeeded


def drawn(cast: Cast, *, wishes: int = 3, **inputs: Any) -> Round:
    """A round of `wishes` trucks that all want 12:00 (two places), closed and drawn."""
    round_ = make.a_round(cast)
    for _ in range(wishes):
        make.a_request(cast, **inputs)
    cast.clock.moment = round_.closes_at
    close_round(ref=round_.ref, **cast.by())
    return run_round(round_.ref, now=cast.now)


def published(cast: Cast, **inputs: Any) -> Round:
    round_ = drawn(cast, **inputs)
    cast.clock.moment = round_.publishes_at
    return publish_round(ref=round_.ref, **cast.by())


def noon(cast: Cast) -> Slot:
    return Slot.objects.get(pk=cast.slots[10].pk)


# ---------------------------------------------------------------- the draw
def test_run_round__closed__is_drawn_and_kept_to_itself(cast: Cast) -> None:
    round_ = drawn(cast)
    assert (round_.state, round_.asked, round_.placed) == ("drawn", 3, 3)
    assert not Reservation.objects.exists()
    assert {row.state for row in Request.objects.all()} == {"requested"}
    assert proofs.hash_of(round_.proof.inputs) == round_.inputs_hash
    assert proofs.hash_of(round_.proof.outcome) == round_.outcome_hash


def test_run_round__its_inputs__name_nobody(cast: Cast) -> None:
    round_ = drawn(cast)
    text = str(round_.proof.inputs) + str(round_.proof.outcome)
    for row in Request.objects.select_related("vehicle__organisation"):
        assert row.vehicle.ref not in text
        assert row.vehicle.plate not in text
        assert cast.carrier.ref not in text
    assert round_.seed not in text


def test_run_round__its_masks__cannot_be_told_by_who_knows_the_seed_and_all_refs(cast: Cast) -> None:
    """The seed is public with the result: what hangs on it alone would mask nobody."""
    round_ = drawn(cast)
    (mask,) = {row[8] for row in round_.proof.inputs["requests"]}
    seed, ref = bytes.fromhex(round_.seed), cast.carrier.ref.encode()
    tried = [hashlib.sha256(seed + ref), hmac.new(seed, ref, "sha256"), hashlib.sha256(ref + seed)]
    assert mask not in {each.hexdigest()[: len(mask)] for each in tried}
    assert mask == pseudonym(salt_of(settings.SECRET_KEY, round_.ref), cast.carrier.ref)


def test_run_round__late_earlier_wish__order_of_asking_decides_nothing(cast: Cast) -> None:
    """Who is drawn first hangs on the references and the seed alone: the same document whoever asked first."""
    round_ = drawn(cast)
    first = round_.proof.inputs
    Request.objects.filter(pk=Request.objects.earliest("pk").pk).update(created_at=cast.now)
    assert rounds.round_inputs.read(round_, at=cast.now) == first


# ---------------------------------------------------------------- the result
def test_publish_round__its_result__is_everybodys(cast: Cast) -> None:
    round_ = published(cast, wishes=4, window=(2, 2, 2))  # four trucks, two places, no other time
    states = sorted(row.state for row in Request.objects.all())
    assert states == ["placed", "placed", "standby", "standby"]
    assert (round_.state, round_.asked, round_.placed) == ("published", 4, 2)
    assert noon(cast).taken == 2
    assert_counted()
    for row in Request.objects.filter(state="placed").select_related("reservation"):
        assert row.reservation is not None
        assert (row.reservation.slot, row.reservation.vehicle_id) == (cast.slots[10], row.vehicle_id)
        assert (row.reservation.driver, row.reservation.state) == (cast.driver, "confirmed")


def test_publish_round__not_placed__stands_in_the_order_drawn(cast: Cast) -> None:
    round_ = published(cast, wishes=5, window=(2, 2, 2))
    standing = list(Request.objects.standing_by())
    outcome = round_.proof.outcome
    assert [row.drawn for row in standing] == sorted(outcome["draw"][row.ref] for row in standing)
    assert {row.stands_at for row in standing} == {cast.now}
    assert {row.reason["code"] for row in standing} == {"full_for_class"}


def test_publish_round__its_ledger__tells_the_seed_first_and_everybody_after_it(cast: Cast) -> None:
    round_ = published(cast, wishes=3, window=(2, 2, 2))
    told = [entry for entry in events() if entry.recorded_at == round_.published_at]
    assert told[0].kind == "round.published"
    assert told[0].data["seed"] == round_.seed
    assert commitment_of(told[0].data["seed"]) == round_.commitment
    kinds = sorted(entry.kind for entry in told[1:])
    expected = ["request.placed"] * 2 + ["request.stands_by"] + ["reservation.confirmed"] * 2 + ["slots.protected"]
    assert kinds == expected


def test_publish_round__what_is_left__opens_later(cast: Cast) -> None:
    round_ = published(cast)
    rows = Slot.objects.filter(lane__port=cast.port, service_date=round_.service_date)
    assert set(rows.values_list("opens_at", "protected")) == {(round_.instant_at, 0)}


def test_publish_round__late__what_is_left_opens_as_long_after_it(cast: Cast) -> None:
    round_ = drawn(cast)
    cast.clock.moment = round_.instant_at + timedelta(hours=3)
    publish_round(ref=round_.ref, **cast.by())
    late = make.the_round(cast)
    assert late.instant_at == cast.now + timedelta(minutes=60)
    rows = Slot.objects.filter(lane__port=cast.port, service_date=round_.service_date)
    assert set(rows.values_list("opens_at", flat=True)) == {late.instant_at}
    (told,) = {entry.data["opens_at"] for entry in events("slots.protected")}
    assert told == late.instant_at.isoformat()


def test_publish_round__before_its_moment__is_refused(cast: Cast) -> None:
    round_ = drawn(cast)
    with refuses(Conflict):
        publish_round(ref=round_.ref, **cast.by())


def test_publish_round__not_drawn__is_refused(cast: Cast) -> None:
    round_ = make.a_round(cast)
    with refuses(WrongState):
        publish_round(ref=round_.ref, **cast.by())
    with refuses(UnknownRound):
        publish_round(ref="L-000000000", **cast.by())


def test_publish_round__vehicle_got_a_place_meanwhile__stands_by_and_nobody_else_is_touched(cast: Cast) -> None:
    round_ = drawn(cast)
    lucky = Request.objects.latest("pk")
    reserved(cast, slot=cast.slots[6], vehicle=lucky.vehicle)
    cast.clock.moment = round_.publishes_at
    publish_round(ref=round_.ref, **cast.by())
    lucky.refresh_from_db()
    assert (lucky.state, lucky.reason["code"]) == ("standby", "has_a_reservation")
    others = Request.objects.exclude(pk=lucky.pk)
    assert {row.state for row in others} == {"placed"}
    assert_counted()


def test_publish_round__empty__is_published_all_the_same(cast: Cast) -> None:
    assert published(cast, wishes=0).state == "published"


def test_publish_round__bundle__comes_close_together_or_not_at_all(cast: Cast) -> None:
    round_ = make.a_round(cast)
    pair = make.a_bundle(cast, 2)
    cast.clock.moment = round_.publishes_at
    sweep_rounds(cast.now)
    rows = list(Request.objects.filter(pk__in=[row.pk for row in pair]).select_related("reservation__slot"))
    assert {row.state for row in rows} == {"placed"}
    starts = sorted(row.reservation.slot.starts_at for row in rows if row.reservation)
    assert starts[1] - starts[0] <= timedelta(minutes=60)


def states_after(cast: Cast, rows: list[Request]) -> list[tuple[str, str]]:
    now = [Request.objects.get(pk=row.pk) for row in rows]
    return [(row.state, row.reason["code"]) for row in now]


def test_publish_round__one_of_a_bundle_holds_a_place_by_now__none_of_it_is_placed(cast: Cast) -> None:
    round_ = make.a_round(cast)
    pair = make.a_bundle(cast, 2)
    cast.clock.moment = round_.closes_at
    sweep_rounds(cast.now)
    reserved(cast, vehicle=pair[0].vehicle, slot=cast.slots[6])
    cast.clock.moment = round_.publishes_at
    sweep_rounds(cast.now)
    assert states_after(cast, pair) == [("standby", "has_a_reservation"), ("standby", "bundle_broken")]


def test_publish_round__paused_since_the_close__stands_by(cast: Cast) -> None:
    round_ = drawn(cast, wishes=1)
    request = Request.objects.get()
    for days_ago in (2, 1):
        marked(cast, "no_show", vehicle=request.vehicle, days_ago=days_ago)
    cast.clock.moment = round_.publishes_at
    publish_round(ref=round_.ref, **cast.by())
    assert states_after(cast, [request]) == [("standby", "paused")]
    assert noon(cast).taken == 0


def test_publish_round__late_requests_are_expected__their_places_are_kept(cast: Cast) -> None:
    """On the same weekday last week one truck reserved noon two hours before it: one place of noon waits for such a one."""
    last_week = make.a_slot(cast.lane, starts_at=cast.slots[10].starts_at - timedelta(days=7), taken=1)
    values = {"lane": cast.lane, "slot": last_week, "vehicle": a_truck(cast), "cargo_kind": "general"}
    asked_at = last_week.starts_at - timedelta(hours=2)
    Reservation.objects.create(**values, state="completed", created_at=asked_at, ended_at=asked_at)
    round_ = published(cast, wishes=1, window=(3, 3, 3))
    assert noon(cast).protected == 1
    assert noon(cast).free == 1
    assert [row[-1] for row in round_.proof.inputs["requests"]] == [False, True]
    assert (round_.asked, round_.placed) == (1, 1)


# ---------------------------------------------------------------- credits
def a_credit(cast: Cast, *, slot: int = 1, **fields: Any) -> Credit:
    given = reserved(cast, slot=cast.slots[slot])
    Reservation.objects.filter(pk=given.pk).update(ended_at=cast.now)
    values = {"vehicle": cast.vehicle, "given_at": cast.now, "expires_at": cast.now + timedelta(days=90)} | fields
    return Credit.objects.create(reservation=given, **values)


@pytest.mark.parametrize("others", [1, 2])
def test_publish_round__credit__is_a_second_ticket_and_used_up_by_a_place_that_others_wanted(
    cast: Cast, others: int
) -> None:
    """Two places at noon: with one more truck nobody has to be helped, with two somebody stays out."""
    vehicles = [cast.vehicle, *(make.a_vehicle(driver=cast.driver, organisation=cast.carrier) for _ in range(others))]
    given = {each.pk: a_credit(cast, vehicle=each, slot=number) for number, each in enumerate(vehicles, start=1)}
    round_ = make.a_round(cast)
    for vehicle in vehicles:
        make.a_request(cast, vehicle=vehicle, window=(2, 2, 2))
    cast.clock.moment = round_.publishes_at
    sweep_rounds(cast.now)
    round_.refresh_from_db()
    assert {row[12] for row in round_.proof.inputs["requests"]} == {2}
    placed = Request.objects.filter(state="placed")
    assert placed.count() == 2
    used = {given[row.vehicle_id].ref for row in placed} if others == 2 else set()
    assert {credit.ref for credit in Credit.objects.filter(used_in=round_)} == used
    assert {entry.data["credit"] for entry in events("credit.used")} == used


def test_publish_round__credit_expired_or_not_placed__stays(cast: Cast) -> None:
    old = a_credit(cast, expires_at=cast.now)
    round_ = make.a_round(cast)
    make.a_request(cast, vehicle=cast.vehicle)
    Slot.objects.filter(service_date=round_.service_date).update(capacity=0, planned=0, protected=0)
    cast.clock.moment = round_.publishes_at
    sweep_rounds(cast.now)
    old.refresh_from_db()
    assert old.used_in is None
    assert [row[12] for row in RoundProof.objects.get().inputs["requests"]] == [1]


# ---------------------------------------------------------------- not held, or again
def click(cast: Cast) -> Reservation:
    """Somebody takes a place at noon at once."""
    wish = {"slot_ref": cast.slots[10].ref, "vehicle_ref": a_truck(cast).ref, "cargo_kind": "general"}
    return request_reservation(**wish, driver=cast.driver, **cast.by(cast.driver))


def test_void_round__its_requests__are_placed_before_any_click(cast: Cast) -> None:
    round_ = make.a_round(cast)
    requests = [make.a_request(cast, window=(2, 2, 2)) for _ in range(2)]
    with refuses(ReasonNeeded):
        void_round(ref=round_.ref, reason=" ", **cast.by(cast.supervisor))
    void_round(ref=round_.ref, reason="road washed away", **cast.by(cast.supervisor))
    with refuses(SlotNotOpenYet):
        click(cast)
    assert set(Request.objects.late()) == set(requests)
    assert place_late_requests(cast.port.code, now=cast.now) == 2
    assert {row.state for row in Request.objects.all()} == {"placed"}


def test_void_round__what_its_requests_leave__melts_and_opens_to_all_an_hour_later(cast: Cast) -> None:
    round_ = make.a_round(cast)
    void_round(ref=round_.ref, reason="road washed away", **cast.by(cast.supervisor))
    assert noon(cast).free == 0
    opens_at = cast.now + timedelta(minutes=60)
    assert events("round.void")[0].data["opens_at"] == opens_at.isoformat()
    place_late_requests(cast.port.code, now=cast.now)
    assert (noon(cast).free, noon(cast).opens_at) == (2, opens_at)
    with changes_nothing():
        place_late_requests(cast.port.code, now=cast.now)
    cast.clock.moment = opens_at - timedelta(seconds=1)
    with refuses(SlotNotOpenYet):
        click(cast)
    cast.clock.moment = opens_at
    assert click(cast).state == "confirmed"


def test_request_places__its_round_was_called_off__waits_for_the_batch(cast: Cast) -> None:
    """The calendar would still want a round: the one that was called off is its answer."""
    cast.port.policies.update(allocation="rounds", round_close_hours=2)
    round_ = make.a_round(cast)
    void_round(ref=round_.ref, reason="road washed away", **cast.by(cast.supervisor))
    start = cast.slots[10].starts_at
    (request,) = request_places(
        port_code=cast.port.code,
        service_date=round_.service_date,
        lane_codes=[],
        vehicle_refs=[a_truck(cast).ref],
        cargo_kind="general",
        earliest_at=start,
        latest_at=start,
        preferred_at=start,
        driver=cast.driver,
        **cast.by(cast.driver),
    )
    assert request.state == "requested"


def test_void_round__published__is_refused(cast: Cast) -> None:
    round_ = published(cast)
    with refuses(WrongState):
        void_round(ref=round_.ref, reason="x", **cast.by(cast.supervisor))


def test_retry_round__failed__is_drawn_again(cast: Cast) -> None:
    round_ = make.a_round(cast, state="failed", failure="x", attempts=5)
    make.a_request(cast)
    cast.clock.moment = round_.publishes_at
    sweep_rounds(cast.now)
    assert make.the_round(cast).state == "failed", "nobody has looked at it yet"
    retry_round(ref=round_.ref, reason="more memory", **cast.by(cast.supervisor))
    sweep_rounds(cast.now)
    assert make.the_round(cast).state == "published"
