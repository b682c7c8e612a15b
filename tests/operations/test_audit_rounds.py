"""The auditor on rounds, standby, promises and closures: a day of all of it is clean; tampered with in one way, that is what it finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from accounts.models import Vehicle
from core.models import LedgerEntry
from reservations import batches, sweeps
from reservations import operations as do
from reservations.models import Appeal, Credit, Mark, QueueEntry, Request, Reservation, Round, RoundProof, Slot
from tests.operations import audited_round_day as lived
from tests.operations.audited_day import COLD_LANE, LANE, Day
from tests.operations.tampering import call_facts, cut_out, entry, findings, forge, found, rewrite, set_aside, sql
from tests.operations.test_events_page import carried, documented
from yards.models import Closure

Tamper = Callable[[Day], Any]


@pytest.fixture(scope="module")
def past(django_db_setup: None, django_db_blocker: Any) -> Iterator[Day]:
    """The day is lived once for all tests of this module."""
    with django_db_blocker.unblock(), set_aside():
        yield lived.live()


@pytest.fixture
def day(past: Day, db: None) -> Day:
    """An hour later, audited clean; what a test does is undone after it."""
    assert findings() == []
    return replace(past, now=past.now + timedelta(hours=1))


def the_round() -> Round:
    """The one that has been published; the next day's is announced."""
    return Round.objects.get(state="published")


# ---------------------------------------------------------------- the day itself
def test_audit__a_day_of_rounds_standby_promises_and_closures__is_clean(day: Day) -> None:
    told = set(LedgerEntry.objects.values_list("kind", flat=True))
    new = [
        kind for kind in documented() if re.match("round|request|offer|closure|disposition|mark|appeal|credit", kind)
    ]
    # A round that fails, is drawn again or called off, and a credit that helps: their own tests audit them.
    elsewhere = {"round.failed", "round.redrawn", "round.void", "credit.used", "request.unplaced"}
    assert {kind for kind in new if kind not in told} == elsewhere


def test_events_page__every_fact_of_such_a_day__is_in_its_row(day: Day) -> None:
    named = documented()
    unnamed = {row.kind: carried(row) - named[row.kind] for row in LedgerEntry.objects.order_by("-seq")}
    assert {kind: names for kind, names in unnamed.items() if names} == {}


def test_audit__time_goes_on_until_nobody_waits__stays_clean(day: Day) -> None:
    for hours in (0.2, 3, 3, 24, 48, 24 * 30):
        day.later(hours=hours)
        for sweep in (sweeps.lapse_offers, sweeps.offer_places, sweeps.sweep_no_shows, sweeps.expire_requests):
            sweep(day.now)
    assert not Request.objects.live().exists()
    assert findings() == []


def test_audit__round_called_off__its_requests_go_to_the_batch__stays_clean(day: Day) -> None:
    day.now = lived.ROUND_DAY_AT - timedelta(hours=21)  # Thursday's requests are open
    do.generate_slots_of(lane_code=LANE, **day.by("generator"))
    lived.rounds.sweep_rounds(day.now)
    round_ = Round.objects.get(state="open")
    slot = Slot.objects.filter(lane__code=LANE, service_date=round_.service_date).earliest("starts_at")
    lived.ask(day, slot)
    do.void_round(ref=round_.ref, reason="flood", **day.by("supervisor"))
    day.later(minutes=1)
    assert batches.place_late_requests(lived.PORT, now=day.now) == 1
    assert findings() == []


# ---------------------------------------------------------------- standby
def freed(day: Day) -> tuple[Slot, Request, Request]:
    """A place that came back, and the two who stand by for it, in their order."""
    slot = lived.cut(day, lived.round_slots(COLD_LANE)[5], 1)
    day.now = max(day.now, the_round().instant_at + timedelta(hours=1))
    held = do.request_reservation(
        slot_ref=slot.ref, vehicle_ref=day.truck().ref, cargo_kind="perishable", driver=None, **day.by("driver")
    )
    for _ in range(2):
        lived.ask(day, slot, lanes=[COLD_LANE], cargo="perishable")
    batches.place_late_requests(lived.PORT, now=day.now)
    day.later(minutes=1)
    lived.cancel(day, held)
    assert findings() == []
    first, second = Request.objects.standing_by().filter(lanes=slot.lane)
    return slot, first, second


def promise_facts(slot: Slot) -> dict[str, Any]:
    """What an honest promise at once would say."""
    return {
        "reservation": "R-1",
        "lane": slot.lane.code,
        "slot": slot.ref,
        "vehicle": "V-1",
        "cargo_kind": "general",
        "units": 1,
    }


def takes_a_freed_place(day: Day) -> None:
    slot, _, _ = freed(day)
    forge(kind="reservation.confirmed", **day.by(), visit="N-1", **promise_facts(slot))


def offers_past_the_first(day: Day) -> None:
    slot, _, second = freed(day)
    forge(kind="offer.made", **day.by(), request=second.ref, lane=COLD_LANE, slot=slot.ref, passed=[])


def offers_past_the_first_without_a_word(day: Day) -> None:
    slot, first, second = freed(day)
    passed = [[first.ref, ""]]
    forge(kind="offer.made", **day.by(), request=second.ref, lane=COLD_LANE, slot=slot.ref, passed=passed)


def releases_past_everybody(day: Day) -> None:
    slot, first, _ = freed(day)
    passed = [[first.ref, "not_ready"]]
    forge(kind="slot.released", **day.by(), lane=COLD_LANE, slot=slot.ref, places=1, passed=passed)


def accepts_what_nobody_offered(day: Day) -> None:
    slot, first, _ = freed(day)
    forge(kind="offer.accepted", **day.by(), request=first.ref, lane=COLD_LANE, slot=slot.ref, reservation="R-1")


STANDBY: list[tuple[str, str, Tamper]] = [
    ("standby replay", "past the standby order", takes_a_freed_place),
    ("standby replay", "without a reason", offers_past_the_first),
    ("standby replay", "without a reason", offers_past_the_first_without_a_word),
    ("standby", "was released past", releases_past_everybody),
    ("standby replay", "took an offer that nobody made", accepts_what_nobody_offered),
]


# ---------------------------------------------------------------- share, quota, appeals, credits
def one_carrier_holds_a_slot(day: Day) -> None:
    busy = Slot.objects.filter(lane__code=LANE, planned=3).earliest("starts_at")
    Reservation.objects.filter(slot=busy).update(organisation=lived.carrier())


def changes_too_often(day: Day) -> None:
    row = Mark.objects.filter(kind="change").latest("pk")
    for number in range(2):
        facts = {"mark": f"K-{number}", "of_kind": "change", "vehicle": row.vehicle.ref}
        forge(kind="mark.made", **day.by(), **facts, reservation=row.reservation.ref, lane=LANE)


def excuses(day: Day, *, times: int, reason: str) -> None:
    mark = Mark.objects.counting().filter(kind="late_cancel").get()
    for _ in range(times):
        forge(kind="mark.excused", **day.by(), mark=mark.ref, reason=reason)


def appeals(day: Day, *, by: str, reason: str, about: str = "no_show") -> None:
    facts = {"appeal": "A-1", "mark": Mark.objects.filter(kind=about).latest("pk").ref}
    forge(kind="appeal.asked", **day.by("driver"), **facts)
    forge(kind="appeal.rejected", **day.by(by), reason=reason, **facts)


def credits_again(day: Day) -> None:
    told = entry("credit.given").data
    forge(kind="credit.given", **day.by(), **told | {"credit": "G-2"})


CONDUCT: list[tuple[str, str, Tamper]] = [
    ("share", "its share is 1", one_carrier_holds_a_slot),
    ("quota replay", "used 4 changes of 3", changes_too_often),
    ("quota replay", "was excused twice", lambda day: excuses(day, times=2, reason="rain")),
    ("quota replay", "without a reason", lambda day: excuses(day, times=1, reason=" ")),
    ("appeal replay", "who asked for it", lambda day: appeals(day, by="driver", reason="me")),
    ("appeal replay", "decided without a reason", lambda day: appeals(day, by="second", reason="")),
    (
        "appeal replay",
        "appealed against twice",
        lambda day: appeals(day, by="second", reason="no", about="late_cancel"),
    ),
    ("credit replay", "was credited twice", credits_again),
]


# ---------------------------------------------------------------- rounds
def asks_late(day: Day) -> None:
    told = LedgerEntry.objects.filter(kind="request.made", data__round=the_round().ref).latest("seq").data
    forge(kind="request.made", **day.by(), **told | {"request": "W-1", "vehicle": "V-1"})
    forge(kind="request.withdrawn", **day.by(), request="W-1", round=told["round"])


def publishes_early(day: Day) -> None:
    row = entry("round.announced", round=the_round().ref)
    rewrite(row, publishes_at=(the_round().publishes_at + timedelta(hours=1)).isoformat())


def places_elsewhere(day: Day) -> None:
    placed = [row for row in LedgerEntry.objects.filter(kind="request.placed") if row.recorded_at == _published_at()]
    slot = next(slot for slot in lived.round_slots() if slot.ref != placed[0].data["slot"])
    rewrite(placed[0], slot=slot.ref)


def _published_at() -> Any:
    return entry("round.published").recorded_at


def proves_otherwise(day: Day) -> None:
    proof = RoundProof.objects.get()
    proof.outcome["placed"].popitem()
    proof.save()


ROUND: list[tuple[str, str, Tamper]] = [
    ("round replay", "not the one it was committed to", lambda day: rewrite(entry("round.published"), seed="00" * 32)),
    ("round", "with other hashes", lambda day: rewrite(entry("round.published"), outcome_hash="0" * 64)),
    ("round", "is not the one that was published", lambda day: rewrite(entry("round.drawn"), inputs_hash="0" * 64)),
    ("round", "is not the one that was published", proves_otherwise),
    ("round", "is not the one that was published", lambda day: Round.objects.update(outcome_hash="0" * 64)),
    ("round replay", "was published before its moment", publishes_early),
    ("round replay", "out of its time", asks_late),
    ("round", "states 99 placed", lambda day: rewrite(entry("round.published"), placed=99)),
    ("round", "other inputs than it was closed with", lambda day: rewrite(entry("round.closed"), inputs_hash="0" * 64)),
    ("round", "elsewhere than its proof says", places_elsewhere),
]


# ---------------------------------------------------------------- closures
def lifted() -> Closure:
    return Closure.objects.get(state="lifted")


def answers(closure: Closure) -> list[LedgerEntry]:
    rows = LedgerEntry.objects.filter(kind="disposition.made", data__closure=closure.ref)
    starts = dict(Slot.objects.values_list("ref", "starts_at"))
    return sorted(rows, key=lambda row: starts[row.data["from_slot"]])


def answers_twice(day: Day) -> None:
    row = answers(lifted())[0]
    told = row.data | {"of_kind": row.data["kind"]}
    del told["kind"]
    forge(kind="disposition.made", now=row.recorded_at, actor=day.by()["actor"], **told)


def answers_who_was_not_met(day: Day) -> None:
    row = answers(lifted())[0]
    outside = Reservation.objects.filter(lane__code=COLD_LANE).latest("pk")
    told = {"closure": row.data["closure"], "of_kind": "here", "from_slot": outside.slot.ref, "slot": None}
    forge(kind="disposition.made", now=row.recorded_at, actor=day.by()["actor"], reservation=outside.ref, **told)


def moves_the_last_one_first(day: Day) -> None:
    row = answers(lifted())[-1]
    rewrite(row, kind="moved", slot=lived.round_slots()[0].ref)


def promises_inside(day: Day) -> None:
    slot = Slot.objects.filter(lane__code=LANE, is_frozen=True, starts_at__gte=lifted().starts_at).earliest("starts_at")
    sql("UPDATE reservations_slot SET is_frozen = FALSE WHERE id = %s", slot.pk)
    forge(kind="slot.unfrozen", **day.by(), lane=LANE, slot=slot.ref)
    forge(kind="reservation.confirmed", **day.by(), visit="N-1", **promise_facts(slot))


def calls_inside(day: Day) -> None:
    day.now = lifted().starts_at + timedelta(minutes=5)
    row = QueueEntry.objects.get(lane__code=LANE, state="waiting")
    forge(kind="queue.called", **day.by(), visit=row.visit_ref, policy=2, **call_facts(row))


def judges_who_could_not_come(day: Day, *, by_hand: bool) -> None:
    row = Reservation.objects.filter(lane__code=LANE, state="confirmed").latest("pk")
    if by_hand:
        forge(kind="lane.closed", **day.by(), lane=LANE, reason="works")
    else:
        span = {"starts_at": row.slot.ends_at.isoformat(), "ends_at": None}
        forge(kind="closure.declared", **day.by(), closure="C-1", lanes=[LANE], stages=[], **span)
    facts = {"reservation": row.ref, "lane": LANE, "slot": row.slot.ref}
    forge(kind="reservation.no_show", **day.by(), visit=row.visit_ref, **facts)


CLOSURE: list[tuple[str, str, Tamper]] = [
    ("closure", "no answer", lambda day: cut_out(answers(lifted())[0])),
    ("closure", "got two answers", answers_twice),
    ("closure", "longer than a minute", lambda day: rewrite(answers(lifted())[0], at=day.now)),
    ("closure", "which did not meet it", answers_who_was_not_met),
    ("closure", "who was promised earlier", moves_the_last_one_first),
    ("closure replay", "was promised into closure", promises_inside),
    ("closure replay", "was called in closure", calls_inside),
    ("no_show replay", "its lane was shut", lambda day: judges_who_could_not_come(day, by_hand=True)),
    ("no_show replay", "its lane was shut", lambda day: judges_who_could_not_come(day, by_hand=False)),
]


# ---------------------------------------------------------------- rows
def two_requests_of_one_vehicle(day: Day) -> None:
    sql("DROP INDEX one_live_request_per_vehicle")
    one, other = Request.objects.filter(state__in=["standby", "offered"])[:2]
    Request.objects.filter(pk=other.pk).update(vehicle=one.vehicle)


def smuggled(row: Any) -> None:
    row.pk, row.ref = None, "SMUGGLED"
    row.save()


def offered_slot(day: Day) -> None:
    request = Request.objects.filter(state="offered").latest("pk")
    other = Slot.objects.filter(lane=request.slot.lane, taken=0).latest("starts_at")  # type: ignore[union-attr]
    Request.objects.filter(pk=request.pk).update(slot=other)


ROWS: list[tuple[str, str, Tamper]] = [
    (
        "replay counts",
        "by the ledger",
        lambda day: Request.objects.filter(state="offered").update(state="standby", slot=None),
    ),
    ("replay counts", "slot is", offered_slot),
    (
        "replay",
        "vehicle is",
        lambda day: Request.objects.filter(state="withdrawn").update(vehicle=Vehicle.objects.earliest("pk")),
    ),
    (
        "replay",
        "stands_at is",
        lambda day: Request.objects.filter(state="standby").update(stands_at=day.now - timedelta(days=9)),
    ),
    ("replay", "drawn is", lambda day: Request.objects.filter(state="standby").update(drawn=0)),
    (
        "replay",
        "latest_at is",
        lambda day: Request.objects.filter(state="standby").update(latest_at=F("latest_at") + timedelta(days=1)),
    ),
    ("replay", "commitment is", lambda day: Round.objects.update(commitment="0" * 64)),
    ("replay", "seed is", lambda day: Round.objects.update(seed="0" * 64)),
    ("replay", "kind is change", lambda day: Mark.objects.filter(kind="no_show").update(kind="change")),
    ("replay", "excused is True", lambda day: Mark.objects.filter(kind="no_show").update(excused_at=day.now)),
    ("replay", "no such row", lambda day: Mark.objects.filter(kind="change").delete()),
    ("replay", "no ledger entry made it", lambda day: smuggled(Mark.objects.earliest("pk"))),
    ("replay", "no ledger entry made it", lambda day: smuggled(Request.objects.filter(state="withdrawn").latest("pk"))),
    ("replay", "state is lifted", lambda day: Closure.objects.filter(state="undone").update(state="lifted")),
    ("replay", "ends_at is", lambda day: Closure.objects.filter(state="in_force").update(ends_at=None)),
    ("replay", "state is rejected", lambda day: Appeal.objects.filter(state="granted").update(state="rejected")),
    ("replay", "no such row", lambda day: Credit.objects.all().delete()),
    ("replay", "vehicle is", lambda day: Credit.objects.update(vehicle=Vehicle.objects.latest("pk"))),
    ("vehicle replay", "has 2 live requests", two_requests_of_one_vehicle),
]
ALL = [*STANDBY, *CONDUCT, *ROUND, *CLOSURE, *ROWS]


@pytest.mark.parametrize(
    ("checks", "words", "tamper"), ALL, ids=[f"{checks.split()[0]}: {words}" for checks, words, _ in ALL]
)
def test_audit__tampered_with_once__says_that_and_no_more(day: Day, checks: str, words: str, tamper: Tamper) -> None:
    tamper(day)
    assert found(checks.split()[0], words), findings()
    assert {line.partition(":")[0] for line in findings()} == set(checks.split()), findings()


def test_audit__answer_to_a_request_cut_out__is_missed(day: Day) -> None:
    """Everything that came of it hangs in the air as well."""
    of_round = list(Request.objects.filter(round__state="published").values_list("ref", flat=True))
    rows = LedgerEntry.objects.filter(kind="request.stands_by", data__request__in=of_round)
    for row in list(rows):
        cut_out(row)
    assert found("round", "has no answer from its published round")
