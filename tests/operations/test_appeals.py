"""A holder's word against a mark: asked once, answered with a reason by somebody who is no party to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Membership
from core.errors import NotFound, WrongState
from reservations.errors import AppealOnce, MarkExcused, OwnAppeal, UnknownMark
from reservations.models import Appeal, Mark
from reservations.operations import ask_appeal, cancel_reservation, decide_appeal
from reservations.queries import appeal_for, mark_for, marks_of, pause_of
from tests import factories as make
from tests.cast import Cast, StoppedClock, assemble
from tests.operations.steps import at_once, last_event, marked, marks_now, recording, refuses, reserved
from yards.errors import ReasonNeeded


def a_strike(cast: Cast) -> Mark:
    """Of a late cancellation by the cast's driver."""
    reservation = reserved(cast, vehicle=cast.vehicle)
    cancel_reservation(ref=reservation.ref, **cast.by(cast.driver))
    return Mark.objects.get(reservation=reservation)


def ask(cast: Cast, mark: Mark, *, text: str = "I was in hospital", user: object = None) -> Appeal:
    return ask_appeal(mark_ref=mark.ref, text=text, user=user or cast.driver, **cast.by(cast.driver))


def decide(cast: Cast, appeal: Appeal, *, grant: bool, answer: str = "papers seen", user: object = None) -> Appeal:
    return decide_appeal(
        ref=appeal.ref, grant=grant, answer=answer, user=user or cast.supervisor, **cast.by(cast.supervisor)
    )


# ---------------------------------------------------------------- asking
def test_ask__mark_of_ones_own__waits_for_an_answer(cast: Cast) -> None:
    mark = a_strike(cast)
    appeal = ask(cast, mark, text="  I was in hospital ")
    assert (appeal.state, appeal.text, appeal.asked_by, appeal.asked_at) == (
        "pending",
        "I was in hospital",
        cast.driver,
        cast.now,
    )
    entry = last_event()
    assert (entry.kind, entry.data["appeal"], entry.data["mark"]) == ("appeal.asked", appeal.ref, mark.ref)
    assert "hospital" not in str(entry.data) + entry.reason
    assert marks_now() == [("late_cancel", "")]


def test_ask__a_second_time__is_refused_even_after_the_answer(cast: Cast) -> None:
    mark = a_strike(cast)
    appeal = ask(cast, mark)
    with refuses(AppealOnce):
        ask(cast, mark, user=cast.dispatcher)
    decide(cast, appeal, grant=False)
    with refuses(AppealOnce):
        ask(cast, mark)


def test_ask__nothing_said_excused_already_or_unknown__is_refused(cast: Cast) -> None:
    mark = a_strike(cast)
    with refuses(ReasonNeeded):
        ask(cast, mark, text="  ")
    with refuses(UnknownMark):
        ask_appeal(mark_ref="K-000000000", text="x", user=cast.driver, **cast.by(cast.driver))
    Mark.objects.update(excused_at=cast.now)
    with refuses(MarkExcused):
        ask(cast, mark)


# ---------------------------------------------------------------- deciding
def test_decide__granted__excuses_the_mark_and_lifts_the_pause(cast: Cast) -> None:
    marked(cast, "no_show", vehicle=cast.vehicle, days_ago=3)
    mark = a_strike(cast)
    appeal = ask(cast, mark)
    assert pause_of(cast.vehicle, cast.policy, cast.now) == cast.now + timedelta(days=14)
    with recording(cast) as added:
        decide(cast, appeal, grant=True, answer=" papers seen ")
    appeal.refresh_from_db()
    assert (appeal.state, appeal.answer, appeal.decided_by, appeal.decided_at) == (
        "granted",
        "papers seen",
        cast.supervisor,
        cast.now,
    )
    assert marks_now(pk=mark.pk) == [("late_cancel", "papers seen")]
    assert [(each.kind, each.reason) for each in added] == [
        ("appeal.granted", "papers seen"),
        ("mark.excused", "papers seen"),
    ]
    assert pause_of(cast.vehicle, cast.policy, cast.now) is None


def test_decide__rejected__leaves_the_mark_and_says_why(cast: Cast) -> None:
    appeal = ask(cast, a_strike(cast))
    with recording(cast) as added:
        decide(cast, appeal, grant=False, answer="no papers")
    assert [(each.kind, each.reason) for each in added] == [("appeal.rejected", "no papers")]
    assert marks_now() == [("late_cancel", "")]


@pytest.mark.parametrize("grant", [True, False])
def test_decide__without_a_reason__is_refused(cast: Cast, grant: bool) -> None:
    appeal = ask(cast, a_strike(cast))
    with refuses(ReasonNeeded):
        decide(cast, appeal, grant=grant, answer=" ")


def test_decide__by_a_party_to_it__is_refused(cast: Cast) -> None:
    """Who asked, who drove, and whoever is of the organisation that it counts for."""
    appeal = ask(cast, a_strike(cast), user=cast.second)
    Membership.objects.create(user=cast.supervisor, role="carrier_staff", organisation=cast.carrier)
    for user in (cast.second, cast.driver, cast.dispatcher, cast.supervisor):
        with refuses(OwnAppeal):
            decide(cast, appeal, grant=True, user=user)


def test_decide__a_second_time_or_unknown__is_refused(cast: Cast) -> None:
    appeal = ask(cast, a_strike(cast))
    decide(cast, appeal, grant=False)
    for grant in (True, False):
        with refuses(WrongState):
            decide(cast, appeal, grant=grant)
    with refuses(NotFound):
        decide_appeal(ref="A-000000000", grant=True, answer="x", user=cast.supervisor, **cast.by(cast.supervisor))


def test_decide__mark_excused_meanwhile__is_answered_and_keeps_its_first_reason(cast: Cast) -> None:
    appeal = ask(cast, a_strike(cast))
    Mark.objects.update(excused_at=cast.now, excused_reason="port_was_late")
    decide(cast, appeal, grant=True)
    assert marks_now() == [("late_cancel", "port_was_late")]


def test_decide__answer_longer_than_the_ledgers_reason__is_kept_whole_in_the_appeal(cast: Cast) -> None:
    appeal = decide(cast, ask(cast, a_strike(cast)), grant=True, answer="x" * 900)
    assert (len(appeal.answer), len(marks_now()[0][1]), len(last_event().reason)) == (900, 500, 500)


# ---------------------------------------------------------------- whose it is
def test_scope__of_a_mark_and_an_appeal__is_the_holders_and_the_ports(cast: Cast) -> None:
    mark = a_strike(cast)
    appeal = ask(cast, mark)
    for user in (cast.driver, cast.dispatcher):
        assert mark_for(user=user, ref=mark.ref, verb="conduct.own") == mark
        assert appeal_for(user=user, ref=appeal.ref, verb="conduct.own") == appeal
        assert list(marks_of(user)) == [mark]
    assert appeal_for(user=cast.supervisor, ref=appeal.ref, verb="appeal.decide") == appeal
    for user in (cast.stranger, cast.other_dispatcher, make.a_driver()):
        assert list(marks_of(user)) == []
        with pytest.raises(NotFound):
            mark_for(user=user, ref=mark.ref, verb="conduct.own")
        with pytest.raises(NotFound):
            appeal_for(user=user, ref=appeal.ref, verb="conduct.own")
    for user in (cast.other_supervisor, cast.operator, cast.driver):
        with pytest.raises(NotFound):
            appeal_for(user=user, ref=appeal.ref, verb="appeal.decide")


# ---------------------------------------------------------------- many at once
@pytest.fixture
def crowd(transactional_db: None, stopped_clock: StoppedClock) -> Cast:
    return assemble(stopped_clock)


def test_appeal__asked_and_decided_from_all_sides__has_one_row_and_one_answer(crowd: Cast) -> None:
    mark = a_strike(crowd)
    asked = at_once(lambda _: ask(crowd, mark), 6)
    assert sum(isinstance(answer, Appeal) for answer in asked) == Appeal.objects.count() == 1
    appeal = Appeal.objects.get()
    answers = at_once(lambda n: decide(crowd, appeal, grant=n % 2 == 0), 6)
    assert sum(isinstance(answer, Appeal) for answer in answers) == 1
