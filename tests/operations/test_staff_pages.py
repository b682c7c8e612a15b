"""The operator's console as a browser without JavaScript uses it: every action a plain form, refusals in place."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User, Vehicle
from reservations.models import LaneQueue, Override, QueueEntry
from reservations.operations import miss
from tests import factories as make
from tests.cast import Cast
from tests.operations import steps
from yards.models import Bay, Lane
from yards.operations import block_bay, switch_lane

NASTY = ("<script>alert(1)</script>", "\u202eabc", "'; DROP TABLE x; --", "😀" * 9)


def desk(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="accounts.backends.PeopleBackend")
    return client


def text(response: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def console_of(cast: Cast) -> str:
    return reverse("web:console", args=[cast.yard.code])


def at(cast: Cast, name: str, *args: str) -> str:
    return reverse(f"web:{name}", args=[cast.yard.code, *args])


@pytest.fixture
def operator(cast: Cast) -> Client:
    return desk(cast.operator)


# ---------------------------------------------------------------- the overview
def test_console__vehicles_in_every_state__shows_each_with_its_place(cast: Cast, operator: Client) -> None:
    steps.parked(cast)
    steps.called(cast)
    waiting = steps.walked_up(cast)
    shown = text(operator.get(console_of(cast)))
    assert f"{waiting.vehicle.plate}" in shown
    assert re.search(r"Called 1 ", shown)
    assert re.search(r"In the yard 1 ", shown)
    assert "held 1" in shown
    assert "occupied 1" in shown


def test_console__region_header__answers_that_fragment_alone(cast: Cast, operator: Client) -> None:
    steps.called(cast)
    answer = operator.get(console_of(cast), headers={"X-Live-Region": "called"})
    assert "<html" not in answer.content.decode()
    assert "Let in" in text(answer)


def test_console__search_by_plate__leaves_only_matching_lines(cast: Cast, operator: Client) -> None:
    wanted, other = steps.walked_up(cast), steps.walked_up(cast)
    shown = text(operator.get(console_of(cast), {"q": wanted.vehicle.plate.lower()}))
    assert wanted.vehicle.plate in shown
    assert other.vehicle.plate not in shown


def test_console__no_bay_fits__says_so_on_the_line_and_as_an_alarm(cast: Cast, operator: Client) -> None:
    Bay.objects.filter(yard=cast.yard).update(blocked_at=cast.now, blocked_reason="works")
    steps.walked_up(cast)
    shown = text(operator.get(console_of(cast)))
    assert "1 vehicle cannot be called, no free bay fits it" in shown
    assert "no free bay fits" in shown


def test_console__lane_closed_while_somebody_waits__raises_an_alarm(cast: Cast, operator: Client) -> None:
    steps.walked_up(cast)
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="scanner down", **cast.by(cast.operator))
    assert "MOHAN-IN1 is closed while 1 vehicle waits: closed by staff: scanner down" in text(
        operator.get(console_of(cast), {"lane": cast.cold_lane.code})
    )


def test_console__call_nearly_over_and_bay_overstayed__raise_alarms(cast: Cast, operator: Client) -> None:
    stay = steps.live_stay(steps.parked(cast))
    entry = steps.called(cast)
    cast.clock.forward(hours=13)
    QueueEntry.objects.filter(pk=entry.pk).update(call_expires_at=cast.now + timedelta(minutes=2))
    shown = text(operator.get(console_of(cast)))
    assert f"1 call is about to run out: {entry.vehicle.plate}" in shown
    assert f"Longer in its bay than the rules allow: {stay.bay.code}" in shown


def test_console__vehicle_without_a_bay_in_the_yard__count_and_bays_differ(cast: Cast, operator: Client) -> None:
    entry = steps.parked(cast)
    operator.post(at(cast, "console_release", entry.ref))
    assert "1 vehicle is in the yard, 0 with a bay: look for it." in text(operator.get(console_of(cast)))


def test_console__many_more_waiting__needs_no_more_queries(cast: Cast, operator: Client) -> None:
    many_waiting(cast, 5)
    operator.get(console_of(cast))  # what past stays tell is read once a day
    few = queries_of(operator, console_of(cast))
    many_waiting(cast, 400)
    many = queries_of(operator, console_of(cast))
    assert many == few
    assert many <= 45


def test_console__one_lane_with_150_waiting__shows_a_hundred_and_offers_more(cast: Cast, operator: Client) -> None:
    many_waiting(cast, 150)
    page = operator.get(console_of(cast), {"lane": cast.lane.code}).content.decode()
    assert page.count("data-why ") == 100
    assert "Show more (50)" in page
    more = operator.get(console_of(cast), {"lane": cast.lane.code, "rows": "200"}).content.decode()
    assert more.count("data-why ") == 150


def many_waiting(cast: Cast, count: int) -> None:
    """Rows as they stand after `count` check-ins, made at once."""
    queue, _ = LaneQueue.objects.get_or_create(lane=cast.lane)
    first = queue.tickets + 1
    vehicles = Vehicle.objects.bulk_create(
        Vehicle(country="CN", plate=f"云Z{first + n:05d}", plate_key=f"云Z{first + n:05d}") for n in range(count)
    )
    QueueEntry.objects.bulk_create(
        QueueEntry(
            lane=cast.lane,
            vehicle=vehicle,
            cargo_kind="general",
            queue_class="general",
            ticket=first + n,
            arrived_at=cast.now,
            promised_at=cast.now,
            state="waiting",
        )
        for n, vehicle in enumerate(vehicles)
    )
    LaneQueue.objects.filter(pk=queue.pk).update(tickets=queue.tickets + count)


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


# ---------------------------------------------------------------- whose yard
@pytest.mark.parametrize("name", ["console", "console_walk_up"])
def test_console__yard_of_another_port__is_not_found(cast: Cast, name: str) -> None:
    stranger = desk(cast.other_operator)
    assert stranger.get(at(cast, name)).status_code == 404


def test_console__driver__is_refused_and_a_stranger_goes_to_sign_in(cast: Cast) -> None:
    assert desk(cast.driver).get(console_of(cast)).status_code == 403
    assert Client().get(console_of(cast)).status_code == 302


def test_admit__entry_of_another_port__is_not_found_and_unchanged(cast: Cast) -> None:
    entry = steps.called(cast)
    assert desk(cast.other_operator).post(at(cast, "console_admit", entry.ref)).status_code == 404
    assert steps.entry_now(entry).state == "called"


def test_entry__under_another_yard_of_mine__is_not_found(cast: Cast, operator: Client) -> None:
    entry = steps.walked_up(cast)
    second_yard = make.a_yard(cast.port, code="MOHAN-SECOND")
    assert operator.get(reverse("web:console_entry", args=[second_yard.code, entry.ref])).status_code == 404


def test_console__auditor__reads_and_is_offered_no_button(cast: Cast) -> None:
    steps.called(cast)
    auditor = desk(cast.auditor)
    assert "Let in" not in text(auditor.get(console_of(cast)))
    assert auditor.post(at(cast, "console_call", cast.lane.code)).status_code == 403


# ---------------------------------------------------------------- calling
def test_call__free_bay__goes_back_and_says_whom_and_where(cast: Cast, operator: Client) -> None:
    entry = steps.walked_up(cast)
    answer = operator.post(at(cast, "console_call", cast.lane.code), follow=True)
    assert steps.entry_now(entry).state == "called"
    assert f"Called: {entry.vehicle.plate} to gate G1, bay {steps.live_stay(entry).bay.code}." in text(answer)


def test_call__pressed_twice_with_one_id__calls_one(cast: Cast, operator: Client) -> None:
    steps.walked_up(cast)
    steps.walked_up(cast)
    page = operator.get(console_of(cast)).content.decode()
    lane = page[page.index(at(cast, "console_call", cast.lane.code)) :]
    once = re.search(r'name="once" value="([^"]+)"', lane)
    assert once
    for _ in range(2):
        answer = operator.post(at(cast, "console_call", cast.lane.code), {"once": once[1]}, follow=True)
    assert QueueEntry.objects.filter(state="called").count() == 1
    assert "This was done already" in text(answer)


def test_call__nobody_waits__says_why_and_changes_nothing(cast: Cast, operator: Client) -> None:
    with steps.changes_nothing():
        answer = operator.post(at(cast, "console_call", cast.lane.code), follow=True)
    assert "Nobody who may be called now is waiting in this lane." in text(answer)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_call__foreign_address_as_next__is_not_followed(cast: Cast, operator: Client, back: str) -> None:
    steps.walked_up(cast)
    answer = operator.post(at(cast, "console_call", cast.lane.code), {"next": back})
    assert answer["Location"] == console_of(cast)


# ---------------------------------------------------------------- a vehicle's way
def test_actions__called_to_exit__each_is_one_form(cast: Cast, operator: Client) -> None:
    entry = steps.called(cast)
    for name in ("console_admit", "console_in_bay", "console_release", "console_exit"):
        assert operator.post(at(cast, name, entry.ref))["Location"] == console_of(cast)
    assert steps.entry_now(entry).state == "exited"


@pytest.mark.parametrize("name", ["console_missed", "console_withdraw", "console_exit", "console_release"])
def test_actions__that_cannot_be_undone__ask_first(cast: Cast, operator: Client, name: str) -> None:
    entry = steps.called(cast)
    with steps.changes_nothing():
        answer = operator.get(at(cast, name, entry.ref))
    assert answer.status_code == 200
    assert entry.vehicle.plate in text(answer)


def test_missed__confirmed__sends_it_back_to_wait(cast: Cast, operator: Client) -> None:
    entry = steps.called(cast)
    operator.post(at(cast, "console_missed", entry.ref))
    assert steps.entry_now(entry).state == "waiting"


def test_admit__already_inside__says_so_and_goes_back(cast: Cast, operator: Client) -> None:
    entry = steps.admitted(cast)
    answer = operator.post(at(cast, "console_admit", entry.ref), follow=True)
    assert "This is in the yard now, so it cannot become in the yard." in text(answer)


def test_withdraw__without_a_reason__asks_for_it_in_place(cast: Cast, operator: Client) -> None:
    entry = steps.walked_up(cast)
    answer = operator.post(at(cast, "console_withdraw", entry.ref), {"reason": "  "})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert steps.entry_now(entry).state == "waiting"


@pytest.mark.parametrize("reason", NASTY)
def test_withdraw__strange_text_as_reason__is_kept_and_shown_as_text(cast: Cast, operator: Client, reason: str) -> None:
    entry = steps.walked_up(cast)
    operator.post(at(cast, "console_withdraw", entry.ref), {"reason": reason})
    assert steps.last_event().kind == "queue.withdrawn"
    page = operator.get(at(cast, "console_entry", entry.ref)).content.decode()
    assert "<script>alert" not in page
    assert html.escape(reason) in page


def test_move__bay_taken_meanwhile__says_so_beside_the_choice_and_keeps_the_reason(
    cast: Cast, operator: Client
) -> None:
    entry = steps.called(cast)
    form = operator.get(at(cast, "console_move", entry.ref)).content.decode()
    free = re.findall(r'<option value="(A-0\d)"', form)
    assert free
    block_bay(yard_code=cast.yard.code, bay_code=free[0], reason="works", **cast.by(cast.operator))
    answer = operator.post(at(cast, "console_move", entry.ref), {"bay_code": free[0], "reason": "too narrow"})
    assert answer.status_code == 409
    assert 'value="too narrow"' in answer.content.decode()
    operator.post(at(cast, "console_move", entry.ref), {"bay_code": free[1]})
    assert steps.live_stay(entry).bay.code == free[1]


def test_entry__missed_a_call__page_answers_why_and_who_passed_it(cast: Cast, operator: Client) -> None:
    late = steps.called(cast)
    miss(entry_ref=late.ref, **cast.by(cast.operator))
    other = steps.called(cast)
    shown = text(operator.get(at(cast, "console_entry", late.ref)))
    assert f"ticket {other.ticket}, this vehicle had missed its call" in shown
    assert "missed its call (1)" in shown


def test_entry__class_was_claimed_with_a_paper__page_shows_which(cast: Cast, operator: Client) -> None:
    entry = steps.arrived(cast)
    url = at(cast, "console_entry", entry.ref)
    assert "Paper named" not in text(operator.get(url))
    make.a_request(cast, state="placed", reservation=entry.reservation, evidence="certificate 4711")
    assert "Paper named for its class certificate 4711" in text(operator.get(url))


# ---------------------------------------------------------------- walk-ups
def walk_up(cast: Cast, **fields: str) -> dict[str, str]:
    return {"country": "CN", "plate": "云 A·12345", "lane_code": cast.lane.code, "cargo_kind": "general"} | fields


def test_walk_up__by_plate__joins_the_order(cast: Cast, operator: Client) -> None:
    answer = operator.post(at(cast, "console_walk_up"), walk_up(cast), follow=True)
    entry = QueueEntry.objects.get()
    assert (entry.vehicle.plate_key, entry.vehicle.plate) == ("云A12345", "云 A·12345")
    assert f"with ticket {entry.ticket}" in text(answer)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"plate": "···"}, "A plate has at least one letter or digit"),
        ({"cargo_kind": "hazardous"}, "This lane does not take that kind of cargo."),
        ({"lane_code": "HEKOU-IN1"}, "Select a valid choice."),
    ],
)
def test_walk_up__refused__keeps_what_was_typed(
    cast: Cast, operator: Client, wrong: dict[str, str], words: str
) -> None:
    answer = operator.post(at(cast, "console_walk_up"), walk_up(cast, **wrong))
    assert answer.status_code == 422
    assert words in text(answer)
    assert f'value="{wrong.get("plate", "云 A·12345")}"' in answer.content.decode()
    assert not QueueEntry.objects.exists()


def test_walk_up__same_truck_again__says_it_stands_in_a_queue(cast: Cast, operator: Client) -> None:
    operator.post(at(cast, "console_walk_up"), walk_up(cast))
    answer = operator.post(at(cast, "console_walk_up"), walk_up(cast, plate="云A12345"))
    assert answer.status_code == 409
    assert "This vehicle already stands in a queue." in text(answer)


def test_walk_up__plate_with_a_reservation_here__is_checked_in_by_it(cast: Cast, operator: Client) -> None:
    promised = steps.reserved(cast, vehicle=cast.vehicle)
    operator.post(at(cast, "console_walk_up"), walk_up(cast, plate=cast.vehicle.plate))
    entry = QueueEntry.objects.get()
    assert (entry.reservation, entry.slot) == (promised, None)
    assert steps.reservation_now(promised).state == "checked_in"


def test_walk_up__reservation_not_due_yet__says_when(cast: Cast, operator: Client) -> None:
    steps.reserved(cast, vehicle=cast.vehicle, slot=cast.slots[7])
    answer = operator.post(at(cast, "console_walk_up"), walk_up(cast, plate=cast.vehicle.plate))
    assert answer.status_code == 409
    assert "Check-in for this slot opens at" in text(answer)


# ---------------------------------------------------------------- lanes, bays, overrides
def test_lane__closed_with_a_reason_and_opened__both_are_recorded(cast: Cast, operator: Client) -> None:
    operator.post(at(cast, "console_lane_close", cast.lane.code), {"reason": "scanner down"})
    assert Lane.objects.get(pk=cast.lane.pk).closed_reason == "scanner down"
    operator.post(at(cast, "console_lane_open", cast.lane.code))
    assert [entry.kind for entry in steps.events("lane.closed", "lane.opened")] == ["lane.closed", "lane.opened"]


def test_auto_call__switched__is_kept(cast: Cast, operator: Client) -> None:
    operator.post(at(cast, "console_auto_call", cast.lane.code), {"on": "1"})
    assert Lane.objects.get(pk=cast.lane.pk).auto_call
    operator.post(at(cast, "console_auto_call", cast.lane.code), {"on": "0"})
    assert not Lane.objects.get(pk=cast.lane.pk).auto_call


def test_bay__blocked_and_unblocked__plan_and_panel_show_it(cast: Cast, operator: Client) -> None:
    operator.post(at(cast, "console_block", "A-01"), {"reason": "pothole"})
    assert "pothole" in text(operator.get(at(cast, "console_bay", "A-01")))
    assert 'class="bay blocked"' in operator.get(console_of(cast)).content.decode()
    operator.post(at(cast, "console_unblock", "A-01"))
    assert 'class="bay blocked" data-key' not in operator.get(console_of(cast)).content.decode()


def test_bay__unknown__is_not_found(cast: Cast, operator: Client) -> None:
    assert operator.get(at(cast, "console_bay", "Z-99")).status_code == 404


def test_override__asked_by_one_and_approved_by_another__is_called_next(cast: Cast) -> None:
    steps.walked_up(cast)
    wanted = steps.walked_up(cast)
    first, second = desk(cast.supervisor), desk(cast.second)
    first.post(at(cast, "console_override", wanted.ref), {"reason": "live animals"})
    override = Override.objects.get()
    own = first.post(at(cast, "console_decide", override.ref, "approve"), follow=True)
    assert "An override is decided by another person" in text(own)
    assert "live animals" in text(second.get(console_of(cast)))
    second.post(at(cast, "console_decide", override.ref, "approve"))
    assert steps.call(cast).ref == wanted.ref


def test_override__operator__may_ask_and_not_decide(cast: Cast, operator: Client) -> None:
    entry = steps.walked_up(cast)
    operator.post(at(cast, "console_override", entry.ref), {"reason": "live animals"})
    override = Override.objects.get()
    assert operator.post(at(cast, "console_decide", override.ref, "approve")).status_code == 403
    assert "Approve" not in text(operator.get(console_of(cast)))
