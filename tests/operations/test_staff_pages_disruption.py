"""The supervisor's pages for a bad day: closures looked at, declared and taken back; the far side's rate; appeals."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reservations.models import Appeal, Disposition, Mark, Slot
from reservations.operations import ask_appeal
from tests.cast import Cast
from tests.operations import closing_steps, steps
from tests.operations.test_staff_pages import desk, text
from yards.models import Closure, FarSideRate
from yards.operations import enter_far_side_rate


@pytest.fixture
def head(cast: Cast) -> Client:
    return desk(cast.supervisor)


def at(cast: Cast, name: str, *args: str) -> str:
    return reverse(f"web:{name}", args=[cast.port.code, *args])


def closing(cast: Cast, **changed: Any) -> dict[str, Any]:
    """What the form of a closure sends: the cast's lane, from the second slot on, for two hours. Times are the port's."""
    said = {
        "scope": "lane",
        "lanes": [cast.lane.code],
        "starts_at": "2026-03-02T11:00",
        "ends_at": "2026-03-02T13:00",
        "reason": "landslide on the access road",
    }
    return said | changed


# ---------------------------------------------------------------- closures
def test_close__looked_at__says_who_goes_where_and_changes_nothing(cast: Cast, head: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[1])
    with steps.changes_nothing():
        shown = head.post(at(cast, "staff_closure_new"), closing(cast))
    assert "Affected 1 Get another slot 1" in text(shown)
    assert f"{mine.vehicle} {mine.ref}" in text(shown)
    assert "→ MOHAN-IN1 13:00" in text(shown)
    assert "How the next days fill" in text(shown)
    assert b'src="data:image/svg+xml;base64,' in shown.content


def test_close__confirmed__is_carried_out_once_and_leads_to_its_result(cast: Cast, head: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[1])
    looked = head.post(at(cast, "staff_closure_new"), closing(cast))
    key = re.search(r'name="once" value="([^"]+)"', looked.content.decode())[1]  # type: ignore[index]
    for _ in range(2):
        answer = head.post(at(cast, "staff_closure_new"), closing(cast, confirm="1", once=key))
        assert answer.status_code == 302
    closure = Closure.objects.get()
    assert (closure.reason, closure.declared_by) == ("landslide on the access road", cast.supervisor)
    assert Disposition.objects.get().reservation == mine
    shown = text(head.get(at(cast, "staff_closure", closure.ref)))
    assert "to come landslide on the access road" in shown
    assert "Who went where 1" in shown


def test_close__until_further_notice_with_nowhere_to_go__names_who_cannot_be_placed(cast: Cast, head: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[1])
    shown = text(head.post(at(cast, "staff_closure_new"), closing(cast, ends_at="", scope="port")))
    assert "Cannot be placed 1" in shown
    assert f"{mine.vehicle}" in shown


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"lanes": []}, "Tick at least one lane."),
        ({"lanes": ["HEKOU-IN1"]}, "HEKOU-IN1 is not one of the available choices"),
        ({"ends_at": "2026-03-02T11:00"}, "The end lies after the start."),
        ({"starts_at": "2026-03-01T11:00"}, "A closure begins now or later"),
        ({"reason": " "}, "This field is required."),
        ({"starts_at": "soon"}, "Enter a valid date/time."),
        ({"scope": "moon"}, "moon is not one of the available choices"),
        ({"ends_at": "", "stage_1_hours": "2", "stage_1_rate": "5"}, "Stages begin at the end"),
        ({"stage_1_hours": "2"}, "Give both: how long, and how many an hour."),
        ({"stage_1_hours": "-1", "stage_1_rate": "5"}, "greater than or equal to 1"),
        ({"stage_1_hours": "200", "stage_1_rate": "5"}, "within 7 days"),
    ],
)
def test_close__not_valid__says_so_and_closes_nothing(
    cast: Cast, head: Client, wrong: dict[str, Any], words: str
) -> None:
    for more in ({}, {"confirm": "1"}):
        answer = head.post(at(cast, "staff_closure_new"), closing(cast, **wrong) | more)
        assert answer.status_code == 422
        assert words in text(answer)
    assert not Closure.objects.exists()


def test_close__stages__follow_the_end_one_after_the_other(cast: Cast, head: Client) -> None:
    stages = {"stage_1_hours": "1", "stage_1_rate": "1", "stage_2_hours": "2", "stage_2_rate": "2"}
    head.post(at(cast, "staff_closure_new"), closing(cast, confirm="1", **stages))
    closure = Closure.objects.get()
    assert closure.stages == [
        ["2026-03-02T13:00:00+08:00", "2026-03-02T14:00:00+08:00", 1],
        ["2026-03-02T14:00:00+08:00", "2026-03-02T16:00:00+08:00", 2],
    ]
    assert "13:00 – 14:00 : 1 vehicle an hour" in text(head.get(at(cast, "staff_closure", closure.ref)))


def test_undo__nobody_called_yet__gives_the_old_slot_back(cast: Cast, head: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[1])
    closure = closing_steps.shut(cast, 1, 3)
    assert closing_steps.slot_of(mine) != cast.slots[1]
    head.post(at(cast, "staff_closure_undo", closure.ref), {"reason": "false alarm"})
    assert Closure.objects.get().state == "undone"
    assert closing_steps.slot_of(mine) == cast.slots[1]


def test_lift__at_once_and_in_a_stage__opens_the_lane_again(cast: Cast, head: Client) -> None:
    closure = closing_steps.shut(cast, 0, None)
    said = {"ends_at": "", "reason": "road is clear", "stage_1_hours": "2", "stage_1_rate": "1"}
    cast.clock.forward(minutes=5)
    head.post(at(cast, "staff_closure_lift", closure.ref), said)
    lifted = Closure.objects.get()
    assert (lifted.state, lifted.ends_at) == ("lifted", cast.now)
    assert [stage[2] for stage in lifted.stages] == [1]


def test_closure__as_the_clock_goes__says_what_is_so_and_offers_what_can_be_done(cast: Cast, head: Client) -> None:
    closure = closing_steps.shut(cast, 1, 4)

    def seen() -> tuple[str, bool, bool]:
        shown = head.get(at(cast, "staff_closure", closure.ref)).content.decode()
        state = " ".join(re.sub("<[^>]+>", " ", re.search(r'class="state.*', shown)[0]).split()[1:])  # type: ignore[index]
        ways = (at(cast, f"staff_closure_{name}", closure.ref) in shown for name in ("lift", "undo"))
        return (state.split(">")[-1].strip(), *ways)  # type: ignore[return-value]

    assert seen() == ("to come", True, True)
    cast.clock.forward(hours=1)
    assert seen() == ("shut now", True, True)
    closing_steps.lift(cast, closure, 3)
    assert seen() == ("opens at 13:00", True, False)
    cast.clock.forward(hours=2)
    assert seen() == ("over", False, False)


def test_lift__stages_were_announced__stand_in_the_form(cast: Cast, head: Client) -> None:
    stages = [[closing_steps.hour(cast, 3).isoformat(), closing_steps.hour(cast, 5).isoformat(), 1]]
    closure = closing_steps.shut(cast, 1, 3, stages=stages)
    shown = head.get(at(cast, "staff_closure_lift", closure.ref)).content.decode()
    for name, value in (("stage_1_hours", "2"), ("stage_1_rate", "1")):
        field = re.search(rf'<input[^>]*name="{name}"[^>]*>', shown)
        assert field
        assert f'value="{value}"' in field[0]
    assert "All stages empty: the full rate at once." in shown


def test_lift__longer_than_declared__says_so(cast: Cast, head: Client) -> None:
    closure = closing_steps.shut(cast, 1, 3)
    answer = head.post(at(cast, "staff_closure_lift", closure.ref), {"ends_at": "2026-03-02T18:00", "reason": "x"})
    assert answer.status_code == 422
    assert "For a longer one declare another closure" in text(answer)


def test_closures__operator_reads_and_declares_nothing__another_port_sees_nothing(cast: Cast) -> None:
    closure = closing_steps.shut(cast, 1, 3)
    assert desk(cast.operator).get(at(cast, "staff_closure", closure.ref)).status_code == 200
    assert "Close something" not in text(desk(cast.operator).get(at(cast, "staff_closures")))
    assert desk(cast.operator).post(at(cast, "staff_closure_new"), closing(cast)).status_code == 403
    foreign = desk(cast.other_supervisor)
    assert foreign.get(at(cast, "staff_closures")).status_code == 404
    elsewhere = reverse("web:staff_closure_undo", args=[cast.other_port.code, closure.ref])
    assert foreign.post(elsewhere, {"reason": "x"}).status_code == 404
    assert Closure.objects.get().state == "in_force"


# ---------------------------------------------------------------- the far side
def rate(cast: Cast, units: int | None, **more: Any) -> FarSideRate:
    given: dict[str, Any] = {"lane_code": cast.lane.code, "units_per_hour": units, "valid_from": cast.now}
    return enter_far_side_rate(**(given | more), **cast.by(cast.operator))


def test_far_side__rate_source_and_age__stand_beside_each_lane(cast: Cast, head: Client) -> None:
    rate(cast, 1, source="counterpart")
    cast.clock.forward(minutes=40)
    shown = text(head.get(at(cast, "staff_far_side")))
    assert "1 vehicle an hour sent by the far side itself · 40 min ago" in shown
    assert "nothing said yet" in shown  # the other lane


def test_far_side__silent_for_long__is_flagged_on_its_page_and_as_an_alarm(cast: Cast, head: Client) -> None:
    rate(cast, 50)
    console = reverse("web:console", args=[cast.yard.code])
    assert "The far side has said nothing for long" not in text(head.get(console))
    cast.clock.forward(hours=25)
    assert "old: ask again" in text(head.get(at(cast, "staff_far_side")))
    assert "The far side has said nothing for long: MOHAN-IN1" in text(head.get(console))


def test_far_side__less_than_promised__is_an_alarm_that_leads_to_closing(cast: Cast, head: Client) -> None:
    for _ in range(2):
        steps.reserved(cast, slot=cast.slots[2])
    said = {"lane_code": cast.lane.code, "units_per_hour": 1, "valid_from": cast.now}
    enter_far_side_rate(**said, **cast.by(cast.supervisor))
    shown = head.get(reverse("web:console", args=[cast.yard.code]))
    assert "More is promised than the far side takes: MOHAN-IN1." in text(shown)
    assert f"{at(cast, 'staff_closure_new')}?lane=MOHAN-IN1" in shown.content.decode()


def test_far_side__slot_planned_by_hand_above_it__is_named_and_an_alarm(cast: Cast, head: Client) -> None:
    Slot.objects.filter(pk=cast.slots[2].pk).update(set_by_hand=True, planned=9, capacity=9)
    rate(cast, 1)
    shown = head.get(at(cast, "staff_far_side"))
    assert "These slots still promise more than the far side takes" in text(shown)
    assert at(cast, "staff_slot", cast.slots[2].ref) in shown.content.decode()
    assert "More is planned than the far side takes: MOHAN-IN1" in text(
        head.get(reverse("web:console", args=[cast.yard.code]))
    )


def test_far_side__entered__is_in_force_and_in_the_history(cast: Cast) -> None:
    operator = desk(cast.operator)
    said = {"lane_code": cast.lane.code, "units_per_hour": "0", "valid_from": "2026-03-02T10:00", "note": "phone call"}
    operator.post(at(cast, "staff_far_side_enter"), said)
    row = FarSideRate.objects.get()
    assert (row.units_per_hour, row.note, row.source, row.entered_by) == (0, "phone call", "staff", cast.operator.ref)
    shown = operator.get(at(cast, "staff_far_side_lane", cast.lane.code))
    assert "0 entered by staff" in text(shown)
    assert b'src="data:image/svg+xml;base64,' in shown.content


def test_far_side__no_limit_any_more__is_said_in_words_of_its_own(cast: Cast, head: Client) -> None:
    said = {"lane_code": cast.lane.code, "units_per_hour": "", "no_limit": "on", "valid_from": "2026-03-02T10:00"}
    head.post(at(cast, "staff_far_side_enter"), said)
    assert FarSideRate.objects.get().units_per_hour is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"units_per_hour": "1000001"}, "a whole number of vehicles an hour from 0 to 1000"),
        ({"units_per_hour": "-1"}, "a whole number of vehicles an hour from 0 to 1000"),
        ({"units_per_hour": "many"}, "Enter a whole number."),
        ({"units_per_hour": ""}, "Give a number, or say that no limit is known"),
        ({"no_limit": "on"}, "Give a number, or say that no limit is known"),
        ({"valid_from": "2026-03-01T10:00"}, "A rate counts from now or later"),
        ({"valid_from": "2027-03-01T10:00"}, "at most 60 days ahead"),
        ({"lane_code": "HEKOU-IN1"}, "HEKOU-IN1 is not one of the available choices"),
    ],
)
def test_far_side__not_valid__stands_beside_the_field_and_enters_nothing(
    cast: Cast, head: Client, wrong: dict[str, str], words: str
) -> None:
    said = {"lane_code": cast.lane.code, "units_per_hour": "5", "valid_from": "2026-03-02T10:00", "note": ""}
    answer = head.post(at(cast, "staff_far_side_enter"), said | wrong)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not FarSideRate.objects.exists()


def test_far_side__lane_of_another_port__is_not_found(cast: Cast, head: Client) -> None:
    assert head.get(at(cast, "staff_far_side_lane", cast.other_lane.code)).status_code == 404


# ---------------------------------------------------------------- appeals
def an_appeal(cast: Cast) -> Appeal:
    mine = steps.reserved(cast, slot=cast.slots[1])
    mark = Mark.objects.create(kind="no_show", vehicle=mine.vehicle, reservation=mine, at=cast.now)
    return ask_appeal(mark_ref=mark.ref, text="The road was shut", user=cast.driver, **cast.by(cast.driver))


def test_appeal__page__shows_words_rule_and_record(cast: Cast, head: Client) -> None:
    appeal = an_appeal(cast)
    listed = head.get(at(cast, "staff_appeals"))
    assert at(cast, "staff_appeal", appeal.ref) in listed.content.decode()
    shown = text(head.get(at(cast, "staff_appeal", appeal.ref)))
    assert "The road was shut" in shown
    assert "Not there until 30 min after the slot's end. 2 of them in 30 days pause reserving for 14 days." in shown
    assert f"Reservation {appeal.mark.reservation.ref} in MOHAN-IN1 confirmed" in shown


@pytest.mark.parametrize(("answer", "state"), [("approve", "granted"), ("reject", "rejected")])
def test_appeal__answered_with_a_reason__is_decided_once(cast: Cast, head: Client, answer: str, state: str) -> None:
    appeal = an_appeal(cast)
    address = at(cast, "staff_appeal_decide", appeal.ref, answer)
    with steps.changes_nothing():
        assert head.post(address, {"answer": " "}).status_code == 422
    head.post(address, {"answer": "We looked at the camera"})
    decided = Appeal.objects.get()
    assert (decided.state, decided.answer, decided.decided_by) == (state, "We looked at the camera", cast.supervisor)
    assert bool(Mark.objects.get().excused_at) is (state == "granted")
    assert head.post(address, {"answer": "again"}).status_code == 409


def test_appeal__by_the_one_who_asked__is_not_offered_and_not_taken(cast: Cast, head: Client) -> None:
    appeal = an_appeal(cast)
    Appeal.objects.update(asked_by=cast.supervisor)
    page = head.get(at(cast, "staff_appeal", appeal.ref))
    assert "somebody else decides" in text(page)
    assert "/approve/" not in page.content.decode()
    assert head.post(at(cast, "staff_appeal_decide", appeal.ref, "approve"), {"answer": "x"}).status_code == 403
    assert Appeal.objects.get().state == "pending"


def test_appeal__operator_or_another_port__may_not(cast: Cast) -> None:
    appeal = an_appeal(cast)
    assert desk(cast.operator).get(at(cast, "staff_appeals")).status_code == 403
    assert desk(cast.other_supervisor).get(at(cast, "staff_appeal", appeal.ref)).status_code == 404
    elsewhere = reverse("web:staff_appeal_decide", args=[cast.other_port.code, appeal.ref, "approve"])
    assert desk(cast.other_supervisor).post(elsewhere, {"answer": "x"}).status_code == 404
    assert Appeal.objects.get().state == "pending"


def test_pages__nothing_yet__say_so(cast: Cast, head: Client) -> None:
    assert "Nothing is closed, and nothing was." in text(head.get(at(cast, "staff_closures")))
    assert "No appeal waits for an answer." in text(head.get(at(cast, "staff_appeals")))
    assert "Nothing was said in this time." in text(head.get(at(cast, "staff_far_side_lane", cast.lane.code)))
