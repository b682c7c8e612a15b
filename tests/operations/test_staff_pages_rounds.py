"""The supervisor's pages of rounds: the calendar, one round from its opening to its result or failure, dry runs, all the rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.errors import Invalid
from reservations.models import Policy, Round
from reservations.operations import close_round, publish_policy, publish_round
from reservations.rounds import run_round
from tests import factories as make
from tests.cast import Cast
from tests.operations import steps
from tests.operations.test_staff_pages import desk, text


@pytest.fixture
def head(cast: Cast) -> Client:
    return desk(cast.supervisor)


def at(cast: Cast, name: str, *args: str) -> str:
    return reverse(f"web:{name}", args=[cast.port.code, *args])


def held(cast: Cast, *, wishes: int = 3, **fields: Any) -> Round:
    """A published round of trucks that all want 12:00, where two have room."""
    row = make.a_round(cast)
    for _ in range(wishes):
        make.a_request(cast, window=(2, 2, 2), **fields)
    cast.clock.moment = row.closes_at
    close_round(ref=row.ref, **cast.by())
    run_round(row.ref, now=cast.now)
    cast.clock.moment = row.publishes_at
    return publish_round(ref=row.ref, **cast.by())


# ---------------------------------------------------------------- the calendar
def test_calendar__day_with_and_without_a_round__says_how_its_places_are_given(cast: Cast, head: Client) -> None:
    row = make.a_round(cast)
    make.a_request(cast)
    steps.reserved(cast)
    shown = head.get(at(cast, "staff_rounds"))
    assert "2026-03-02 Mon no round: places are given at once 1 of 16 places taken" in text(shown)
    assert (
        "2026-03-03 Tue open for requests open 09:00 close 12:00 result 13:00 the rest 14:00 1 requests for 16"
        in text(shown)
    )
    assert at(cast, "staff_round", row.ref) in shown.content.decode()


def test_calendar__no_slots_at_all__says_so(cast: Cast) -> None:
    cast.clock.forward(days=60)
    shown = text(desk(cast.operator).get(at(cast, "staff_rounds")))
    assert "No day has slots yet." in shown
    assert "What if" not in shown  # an operator reads only


def test_calendar__reads__do_not_grow_with_the_requests(
    cast: Cast, head: Client, django_assert_max_num_queries: Any
) -> None:
    make.a_round(cast)
    for _ in range(12):
        make.a_request(cast)
    head.get(at(cast, "staff_rounds"))
    with django_assert_max_num_queries(25):
        head.get(at(cast, "staff_rounds"))


# ---------------------------------------------------------------- one round
def test_round__open__shows_requests_against_places_and_keeps_the_seed_to_itself(cast: Cast, head: Client) -> None:
    row = make.a_round(cast)
    make.a_request(cast, queue_class="priority")
    shown = head.get(at(cast, "staff_round", row.ref))
    assert "Requests are taken until 03-02 12:00." in text(shown)
    assert "priority 1 0" in text(shown)
    assert row.seed not in shown.content.decode()
    assert row.commitment in shown.content.decode()
    assert b'src="data:image/svg+xml;base64,' in shown.content


def test_round__being_drawn__shows_that_it_works(cast: Cast, head: Client) -> None:
    row = make.a_round(cast, state="closed", lease_until=cast.now + timedelta(minutes=1), attempts=2)
    shown = head.get(at(cast, "staff_round", row.ref))
    assert "attempt 2" in text(shown)
    assert "<progress" in shown.content.decode()


def test_round__published__shows_its_result_by_class_and_the_seed(cast: Cast, head: Client) -> None:
    row = held(cast)
    shown = text(head.get(at(cast, "staff_round", row.ref)))
    assert "Class Asked Placed On standby Ended without a place Withdrawn general cargo 3 2 1 0 0" in shown
    assert row.seed in shown


def test_round__failed__says_plainly_that_nothing_was_placed_and_is_an_alarm(cast: Cast, head: Client) -> None:
    row = make.a_round(cast, state="failed", failure="ValueError: no such lane")
    shown = text(head.get(at(cast, "staff_round", row.ref)))
    assert "The round failed. Nothing was placed." in shown
    assert "ValueError: no such lane" in shown
    console = head.get(reverse("web:console", args=[cast.yard.code]))
    assert "The round for 2026-03-03 failed." in text(console)
    assert at(cast, "staff_round", row.ref) in console.content.decode()


def test_retry__failed_round__is_drawn_again_with_a_reason(cast: Cast, head: Client) -> None:
    row = make.a_round(cast, state="failed", failure="x")
    with steps.changes_nothing():
        assert head.post(at(cast, "staff_round_retry", row.ref), {"reason": " "}).status_code == 422
    head.post(at(cast, "staff_round_retry", row.ref), {"reason": "database is back"})
    assert make.the_round(cast).state == "closed"
    assert steps.last_event().reason == "database is back"


def test_void__open_round__is_called_off_and_a_published_one_is_not(cast: Cast, head: Client) -> None:
    row = make.a_round(cast)
    head.post(at(cast, "staff_round_void", row.ref), {"reason": "holiday"})
    assert make.the_round(cast).state == "void"
    assert head.post(at(cast, "staff_round_void", row.ref), {"reason": "again"}).status_code == 409


def test_round__operator_or_another_port__manages_nothing(cast: Cast) -> None:
    row = make.a_round(cast, state="failed", failure="x")
    assert desk(cast.operator).get(at(cast, "staff_round", row.ref)).status_code == 200
    assert desk(cast.operator).post(at(cast, "staff_round_retry", row.ref), {"reason": "x"}).status_code == 403
    assert desk(cast.other_supervisor).get(at(cast, "staff_round", row.ref)).status_code == 404
    elsewhere = reverse("web:staff_round_void", args=[cast.other_port.code, row.ref])
    assert desk(cast.other_supervisor).post(elsewhere, {"reason": "x"}).status_code == 404
    assert make.the_round(cast).state == "failed"


# ---------------------------------------------------------------- what if
def test_what_if__other_share__shows_before_and_after_and_writes_nothing(cast: Cast, head: Client) -> None:
    row = held(cast)
    with steps.changes_nothing():
        shown = head.get(at(cast, "staff_what_if"), {"day": str(row.service_date), "organisation_share_percent": "50"})
    assert "general cargo 2 1 ▼ -1 1 2".replace("▼ ", "") in text(shown)
    assert "Requests that would have got something else 1" in text(shown)
    publish = f"{at(cast, 'staff_policy_new')}?organisation_share_percent=50"
    assert publish in shown.content.decode()
    assert 'name="organisation_share_percent" value="50"' in head.get(publish).content.decode()


def test_what_if__same_rules__says_that_nothing_changes(cast: Cast, head: Client) -> None:
    row = held(cast)
    same = str(row.policy.general_share_percent)
    shown = text(head.get(at(cast, "staff_what_if"), {"day": str(row.service_date), "general_share_percent": same}))
    assert "the outcome is the same" in shown


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"general_share_percent": "101"}, "less than or equal to 100"),
        ({"general_share_percent": "x"}, "Enter a whole number."),
        ({"day": "2020-01-01", "general_share_percent": "10"}, "2020-01-01 is not one of the available choices"),
    ],
)
def test_what_if__not_valid__stands_beside_the_field(
    cast: Cast, head: Client, wrong: dict[str, str], words: str
) -> None:
    row = held(cast)
    answer = head.get(at(cast, "staff_what_if"), {"day": str(row.service_date)} | wrong)
    assert answer.status_code == 422
    assert words in text(answer)


def test_what_if__no_round_yet__says_so_and_an_operator_may_not(cast: Cast, head: Client) -> None:
    assert "there is no past day to try rules on" in text(head.get(at(cast, "staff_what_if")))
    assert desk(cast.operator).get(at(cast, "staff_what_if")).status_code == 403


# ---------------------------------------------------------------- rules
def test_rules__every_one__is_on_the_page_and_in_the_form(cast: Cast, head: Client) -> None:
    shown = text(head.get(at(cast, "staff_policy")))
    form = head.get(at(cast, "staff_policy_new")).context["form"]
    rendered = {field.name for section in form.sections for field in section.fields} | {f.name for f in form.head}
    assert rendered == set(form.fields)
    for name in ("allocation", "strike_limit", "far_side_stale_hours", "offer_minutes"):
        assert str(Policy._meta.get_field(name).verbose_name) in shown  # type: ignore[union-attr]


def test_publish__round_that_would_close_before_it_opens__is_refused(cast: Cast) -> None:
    changes = {"round_open_hours": 12, "round_close_hours": 12}
    with pytest.raises(Invalid) as problem:
        publish_policy(
            port_code=cast.port.code,
            effective_from=cast.now + timedelta(hours=1),
            changes=changes,
            note="x",
            user=cast.supervisor,
            **cast.by(cast.supervisor),
        )
    assert problem.value.field == "round_close_hours"


def test_publish__way_of_giving_places__is_shown_in_words(cast: Cast, head: Client) -> None:
    form = head.get(at(cast, "staff_policy_new")).context["form"]
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    change = values | {"effective_from": "2026-03-03T08:00", "note": "rush", "allocation": "rounds"}
    shown = text(head.post(at(cast, "staff_policy_new"), change))
    assert "to by a round and its draw" in shown
    head.post(at(cast, "staff_policy_new"), change | {"confirm": "1"})
    assert Policy.objects.get(port=cast.port, version=2).allocation == "rounds"
