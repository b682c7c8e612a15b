"""What is told as done without a net, where the time without it cannot be: the rest is done all the same, and nobody's turn is taken."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core.errors import Busy
from reservations.gate_sync import AtGate
from reservations.models import QueueEntry, Reservation
from tests.api.forms import reader
from tests.api.test_pages_gate import act, at, tell
from tests.cast import Cast
from tests.operations import steps


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return reader(cast.operator)


def span(cast: Cast, since_min: float, until_min: float = 0) -> dict[str, str]:
    """From so many minutes before now until so many before now."""
    since, until = (cast.now - timedelta(minutes=each) for each in (since_min, until_min))
    return {"id": str(uuid.uuid4()), "since": since.isoformat(), "until": until.isoformat()}


def told(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.content
    return [(row["outcome"], row["code"]) for row in answer.json()["outcomes"]]


@pytest.mark.parametrize("when", [(-60, -120), (2, 10), (400 * 24 * 60, 0), (5 * 60, 0)])
def test_span__that_cannot_be__is_left_out_and_the_rest_is_done(
    cast: Cast, clerk: Client, when: tuple[int, int]
) -> None:
    called, cast_out = steps.called(cast), span(cast, *when)
    expected = steps.reserved(cast)
    online = act(cast, "let_in", entry=called.ref)
    offline = act(cast, "let_in", reservation=expected.ref, span=cast_out["id"])

    answer = told(tell(clerk, cast, online, offline, spans=[cast_out]))

    assert answer == [("done", ""), ("conflict", "interval_not_valid")]
    assert not steps.events("gate.offline")
    assert not QueueEntry.objects.filter(reservation=expected).exists()


def test_span__good_one__takes_in_who_was_let_in(cast: Cast, clerk: Client) -> None:
    expected, without = steps.reserved(cast), span(cast, 20)

    answer = told(tell(clerk, cast, act(cast, "let_in", reservation=expected.ref, span=without["id"]), spans=[without]))

    assert answer == [("done", "")]
    assert len(steps.events("gate.offline")) == 1


def test_span__while_the_page_was_answered__takes_nobodys_turn(cast: Cast, clerk: Client) -> None:
    expected, waiting = steps.reserved(cast), steps.arrived(cast)
    for _ in range(6):
        cast.clock.forward(seconds=20)
        clerk.get(at(cast, "gate_day_list"))
    without = span(cast, 2)
    acts = [act(cast, "let_in", reservation=expected.ref, span=without["id"])]
    acts += [act(cast, "let_in", entry=waiting.ref, span=without["id"])]

    assert told(tell(clerk, cast, *acts, spans=[without])) == [("conflict", "still_heard")] * 2
    assert Reservation.objects.get(pk=expected.pk).state == "confirmed"
    assert QueueEntry.objects.get(pk=waiting.pk).state == "waiting"
    assert not steps.events("gate.offline")


def test_span__one_answer_lost_on_its_way_or_anothers__is_believed(cast: Cast, clerk: Client) -> None:
    expected = steps.reserved(cast)
    cast.clock.forward(seconds=20)
    clerk.get(at(cast, "gate_day_list"))
    for _ in range(6):  # the other tablet of this gate has its net
        cast.clock.forward(seconds=20)
        reader(cast.supervisor).get(at(cast, "gate_day_list"))
    without = span(cast, 3)

    answer = tell(clerk, cast, act(cast, "let_in", reservation=expected.ref, span=without["id"]), spans=[without])

    assert told(answer) == [("done", "")]


def test_act__at_another_moment_than_its_span__takes_nobodys_turn(cast: Cast, clerk: Client) -> None:
    expected, without = steps.reserved(cast), span(cast, 60, 40)

    answer = tell(clerk, cast, act(cast, "let_in", reservation=expected.ref, span=without["id"]), spans=[without])

    assert told(answer) == [("conflict", "not_in_its_interval")]


def test_act__doubted_but_called__is_inside_as_with_a_net(cast: Cast, clerk: Client) -> None:
    called, without = steps.called(cast), span(cast, 60, 40)

    answer = tell(clerk, cast, act(cast, "let_in", entry=called.ref, span=without["id"]), spans=[without])

    assert told(answer) == [("done", "")]


def test_acts__books_busy_in_the_middle__the_done_are_told_and_the_rest_again(
    cast: Cast, clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts = [act(cast, "let_in", entry=steps.called(cast).ref), act(cast, "exit", entry="Q-1"), act(cast, "exit")]
    carry_out = AtGate.carry_out

    def busy_once(desk: AtGate, one: Any, **how: Any) -> Any:
        if one.id == acts[1]["id"]:
            raise Busy
        return carry_out(desk, one, **how)

    monkeypatch.setattr(AtGate, "carry_out", busy_once)

    assert told(tell(clerk, cast, *acts)) == [("done", ""), ("again", "busy"), ("again", "busy")]
