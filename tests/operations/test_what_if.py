"""What is read of rounds: a dry run under other rules, chances, reasons in words, and whose rows one may reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from core.errors import NotFound
from reservations.errors import UnknownRound
from reservations.models import Request, Round
from reservations.queries import chances, reason_words, request_for, round_for, rounds_of, what_if
from reservations.rounds import sweep_rounds
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import changes_nothing


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def held(cast: Cast) -> Round:
    """Four trucks of one organisation wanted noon and nothing else; two have it."""
    round_ = make.a_round(cast)
    for _ in range(4):
        make.a_request(cast, window=(2, 2, 2))
    cast.clock.moment = round_.publishes_at
    sweep_rounds(cast.now)
    return make.the_round(cast)


def test_what_if__smaller_share_of_an_organisation__places_fewer_and_writes_nothing(cast: Cast, held: Round) -> None:
    with changes_nothing():
        found = what_if(cast.port, held.service_date, {"organisation_share_percent": 50})
    assert found["before"]["placed"] == {"general": 2}
    assert found["after"]["placed"] == {"general": 1}
    assert found["after"]["refused"] == {"general": 3}
    assert found["changed"] == 1
    assert found["before"]["mean_displacement_min"] == {"general": 0.0, "": 0.0}


def test_what_if__same_rules__changes_nothing_for_anybody(cast: Cast, held: Round) -> None:
    assert what_if(cast.port, held.service_date, {})["changed"] == 0


def test_what_if__other_classes__are_refused_by_the_new_name(cast: Cast, held: Round) -> None:
    found = what_if(cast.port, held.service_date, {"classes": {"general": "bulky"}, "class_pattern": ["bulky"]})
    assert found["after"]["refused"] == {"bulky": 2}


def test_what_if__day_without_a_result_or_a_rule_of_asking__is_refused(cast: Cast, held: Round) -> None:
    with pytest.raises(UnknownRound):
        what_if(cast.port, cast.slot.service_date, {})
    with pytest.raises(KeyError):
        what_if(cast.port, held.service_date, {"seed": "0"})


def test_what_if__progress__is_told(cast: Cast, held: Round) -> None:
    told: list[tuple[str, float]] = []
    what_if(cast.port, held.service_date, {}, progress=lambda stage, share: told.append((stage, share)))
    assert told[-1][1] == 1.0


# ---------------------------------------------------------------- chances
def test_chances__last_rounds__counts_who_liked_that_hour_best(cast: Cast, held: Round) -> None:
    noon = cast.slots[10].starts_at
    assert chances(cast.lane, hour_starts_at=noon, now=cast.now) == {"asked": 4, "placed": 2, "rounds": 1}
    assert chances(cast.lane, hour_starts_at=cast.slots[9].starts_at, now=cast.now)["asked"] == 0
    assert chances(cast.cold_lane, hour_starts_at=noon, now=cast.now)["rounds"] == 0
    cast.clock.forward(days=29)
    assert chances(cast.lane, hour_starts_at=noon, now=cast.now)["asked"] == 0


def test_chances__placed_later_from_standby__is_not_the_rounds_doing(cast: Cast, held: Round) -> None:
    Request.objects.filter(state="standby").update(state="placed")
    assert chances(cast.lane, hour_starts_at=cast.slots[10].starts_at, now=cast.now)["placed"] == 2


# ---------------------------------------------------------------- reasons
FACTS = {
    "wanted": "T-1",
    "wanted_at": "2026-03-03T09:00:00+08:00",
    "nearest": "T-2",
    "nearest_at": "2026-03-03T10:00:00+08:00",
    "given": None,
    "places": 40,
    "asked": 61,
    "drawn": 47,
}


def test_reason_words__refused__says_the_figures_and_what_is_left() -> None:
    assert reason_words({"code": "full_for_class", "facts": FACTS}) == (
        "09:00 had 40 places and 61 requests of your class; you were drawn 47th. "
        "All other times that suit you went to those before you. 10:00 is the nearest that is still free."
    )


def test_reason_words__moved_away__names_the_time_given() -> None:
    facts = FACTS | {"given": "T-2", "given_at": FACTS["nearest_at"]}
    assert reason_words({"code": "nearest", "facts": facts}).endswith("10:00 is the nearest with a place for you.")


def test_reason_words__drawn_first_yet_moved__says_what_came_before_the_draw() -> None:
    facts = FACTS | {"given": "T-2", "given_at": FACTS["nearest_at"], "drawn": 2, "before": 17, "later": 1}
    said = reason_words({"code": "nearest", "facts": facts})
    assert (
        "17 places of that time went to classes before yours. 1 drawn after you has that time: not with the same"
        in said
    )
    given = facts | {"given": "T-1", "given_at": FACTS["wanted_at"]}
    assert "before yours" not in reason_words({"code": "preferred", "facts": given})


@pytest.mark.parametrize("reason", [{}, {"code": "never_heard_of"}, {"code": "nearest", "facts": {}}])
def test_reason_words__nothing_known__says_nothing(reason: dict[str, Any]) -> None:
    assert reason_words(reason) == ""


def test_reason_words__every_reason_of_a_round__has_words(cast: Cast, held: Round) -> None:
    for row in Request.objects.all():
        assert "12:00 had 2 places and 4 requests of your class" in reason_words(row.reason)


# ---------------------------------------------------------------- whose
def test_round_for__other_port__is_not_there(cast: Cast, held: Round) -> None:
    assert round_for(user=cast.supervisor, ref=held.ref, verb="round.manage") == held
    for stranger in (cast.other_supervisor, cast.operator, cast.driver):
        with pytest.raises(UnknownRound):
            round_for(user=stranger, ref=held.ref, verb="round.manage")
    assert rounds_of(cast.port, cast.now) == [held]


def test_request_for__driver_and_office__reach_their_own(cast: Cast, held: Round) -> None:
    mine = Request.objects.earliest("pk")
    for owner in (cast.driver, cast.dispatcher):
        assert request_for(user=owner, ref=mine.ref, verb="request.own") == mine
    for stranger in (cast.stranger, cast.other_dispatcher, cast.operator):
        with pytest.raises(NotFound):
            request_for(user=stranger, ref=mine.ref, verb="request.own")
    assert request_for(user=cast.operator, ref=mine.ref, verb="round.read") == mine
