"""The supervisor's pages: slots, rules, people, devices, the record, the day in figures."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Device, Membership
from core import events
from core.cells import harmless
from core.models import LedgerEntry
from reservations.models import Policy, Slot
from tests.cast import Cast
from tests.operations import steps
from tests.operations.test_staff_pages import desk, text
from web.staff.ledger_words import SENTENCES


@pytest.fixture
def head(cast: Cast) -> Client:
    return desk(cast.supervisor)


def at(cast: Cast, name: str, *args: str) -> str:
    return reverse(f"web:{name}", args=[cast.port.code, *args])


# ---------------------------------------------------------------- rights
@pytest.mark.parametrize(
    "name", ["staff_slots", "staff_policy_new", "staff_people", "staff_devices", "staff_ledger", "staff_grant"]
)
def test_page__operator_or_another_ports_supervisor__gets_nothing(cast: Cast, name: str) -> None:
    assert desk(cast.operator).get(at(cast, name)).status_code == 403
    assert desk(cast.other_supervisor).get(at(cast, name)).status_code == 404


def test_slot__of_another_port__is_not_found(cast: Cast, head: Client) -> None:
    assert head.get(at(cast, "staff_slot", cast.other_slots[0].ref)).status_code == 404


# ---------------------------------------------------------------- slots
def test_slots__a_day__shows_taken_of_capacity_and_survives_a_nonsense_day(cast: Cast, head: Client) -> None:
    steps.reserved(cast)
    shown = text(head.get(at(cast, "staff_slots")))
    assert "1 / 2" in shown
    assert text(head.get(at(cast, "staff_slots"), {"day": "2026-13-45"})) == shown


def test_slot__plan_below_what_is_taken__is_explained_first_and_set_after_confirming(cast: Cast, head: Client) -> None:
    steps.reserved(cast)
    steps.reserved(cast)
    change = {"planned": "1", "reason": "scanner down"}
    with steps.changes_nothing():
        preview = head.post(at(cast, "staff_slot", cast.slot.ref), change)
    assert "2 places are taken. Nobody loses one" in text(preview)
    head.post(at(cast, "staff_slot", cast.slot.ref), change | {"confirm": "1"})
    slot = Slot.objects.get(pk=cast.slot.pk)
    assert (slot.planned, slot.capacity, slot.taken) == (1, 2, 2)
    assert steps.last_event().reason == "scanner down"


def test_slot__more_places_than_allowed__says_so_and_keeps_the_reason(cast: Cast, head: Client) -> None:
    change = {"planned": "10001", "reason": "fair", "confirm": "1"}
    answer = head.post(at(cast, "staff_slot", cast.slot.ref), change)
    assert answer.status_code == 422
    assert "Capacity is a whole number from 0 to 10000." in text(answer)
    assert 'value="fair"' in answer.content.decode()


def test_freeze__and_again__stops_and_resumes(cast: Cast, head: Client) -> None:
    for wanted in (True, False):
        head.post(at(cast, "staff_slot_freeze", cast.slot.ref), {"reason": "far side slow"})
        assert Slot.objects.get(pk=cast.slot.pk).is_frozen is wanted


# ---------------------------------------------------------------- rules
def rules(cast: Cast, head: Client, **changed: str) -> dict[str, Any]:
    form = head.get(at(cast, "staff_policy_new")).context["form"]
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return values | {"effective_from": "2026-03-03T08:00", "note": "busier season"} | changed


def test_publish__changed_rule__is_shown_in_words_then_published_in_port_time(cast: Cast, head: Client) -> None:
    change = rules(cast, head, grace_minutes="45", class_pattern="general priority")
    with steps.changes_nothing():
        preview = text(head.post(at(cast, "staff_policy_new"), change))
    assert "grace after the slot's end (min): from 30 to 45" in preview
    assert "→ priority" in preview
    head.post(at(cast, "staff_policy_new"), change | {"confirm": "1"})
    policy = Policy.objects.get(port=cast.port, version=2)
    assert (policy.grace_minutes, policy.class_pattern) == (45, ["general", "priority"])
    assert policy.effective_from.isoformat() == "2026-03-03T00:00:00+00:00"
    assert policy.call_minutes == cast.policy.call_minutes
    assert "busier season" in text(head.get(at(cast, "staff_policy")))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"effective_from": "2026-03-01T08:00"}, "A policy takes effect at a future moment"),
        ({"class_pattern": "priority"}, "The input is not valid."),
        ({"note": " "}, "This field is required."),
        ({"hold_minutes": "9"}, ""),
    ],
)
def test_publish__not_allowed__says_so_and_publishes_nothing(
    cast: Cast, head: Client, wrong: dict[str, str], words: str
) -> None:
    answer = head.post(at(cast, "staff_policy_new"), rules(cast, head, **wrong) | {"confirm": "1"})
    assert answer.status_code in (409, 422)
    assert words in text(answer)
    assert Policy.objects.filter(port=cast.port).count() == 1


# ---------------------------------------------------------------- people and devices
def test_people__role_given_and_taken__by_the_table_of_grants(cast: Cast, head: Client) -> None:
    given = {"email": "new@example.test", "name": "新同事", "role": "operator"}
    head.post(at(cast, "staff_grant"), given)
    held = Membership.objects.get(user__email="new@example.test")
    assert "新同事" in text(head.get(at(cast, "staff_people")))
    head.post(at(cast, "staff_revoke", held.user.ref, "operator"))
    assert not Membership.objects.filter(pk=held.pk).exists()


def test_people__role_above_ones_own__is_not_given(cast: Cast, head: Client) -> None:
    given = {"email": "new@example.test", "name": "x", "role": "port_admin"}
    assert head.post(at(cast, "staff_grant"), given).status_code == 422
    revoke = at(cast, "staff_revoke", cast.port_admin.ref, "port_admin")
    assert head.post(revoke).status_code == 403
    assert Membership.objects.filter(user=cast.port_admin).exists()


def test_enrol__device__shows_its_secret_once_and_never_in_the_list(cast: Cast, head: Client) -> None:
    answer = head.post(at(cast, "staff_enrol"), {"name": "Gate 1 camera", "kind": "gate", "gate_code": "G1"})
    secret = answer.context["secret"]
    device = Device.objects.get(name="Gate 1 camera")
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert secret not in head.get(at(cast, "staff_devices")).content.decode()
    head.post(at(cast, "staff_device_switch", device.ref))
    assert not Device.objects.get(pk=device.pk).is_active


def test_device__of_another_port__is_not_found(cast: Cast, head: Client) -> None:
    assert head.get(at(cast, "staff_device_renew", cast.other_device.ref)).status_code == 404


# ---------------------------------------------------------------- the record
def test_ledger__filters__find_by_kind_plate_and_day(cast: Cast, head: Client) -> None:
    entry = steps.called(cast)
    steps.walked_up(cast)
    url = at(cast, "staff_ledger")
    lines = head.get(url).context["lines"]
    assert [line.entry.seq for line in lines] == sorted((line.entry.seq for line in lines), reverse=True)
    by_kind = head.get(url, {"kind": "queue.called"}).context["lines"]
    assert [line.words for line in by_kind] == [
        f"Ticket 1 of MOHAN-IN1 called to gate G1, bay {steps.live_stay(entry).bay.code}"
    ]
    by_plate = head.get(url, {"visit": entry.vehicle.plate}).context["lines"]
    assert {line.entry.visit_ref for line in by_plate} == {entry.visit_ref}
    assert not head.get(url, {"day": "2026-03-01"}).context["lines"]
    assert len(head.get(url, {"day": "2026-03-02"}).context["lines"]) == len(lines)


def test_ledger__more_than_a_page__goes_on_where_it_stopped(cast: Cast, head: Client) -> None:
    for _ in range(30):
        entry = steps.walked_up(cast)
        head.post(reverse("web:console_withdraw", args=[cast.yard.code, entry.ref]), {"reason": "x"})
    first = head.get(at(cast, "staff_ledger"))
    rest = head.get(at(cast, "staff_ledger") + "?" + first.context["older"])
    seqs = [line.entry.seq for page in (first, rest) for line in page.context["lines"]]
    assert seqs == list(range(len(seqs), 0, -1))


def test_ledger__entry_altered_in_the_database__page_says_the_chain_is_broken(cast: Cast, head: Client) -> None:
    steps.called(cast)
    assert "The chain holds" in text(head.get(at(cast, "staff_ledger")))
    LedgerEntry.objects.filter(kind="queue.called").update(reason="nothing to see")
    seq = LedgerEntry.objects.get(kind="queue.called").seq
    assert head.get(at(cast, "staff_ledger")).context["broken"] == [seq]


def test_ledger__every_kind_of_entry__has_a_sentence() -> None:
    assert set(SENTENCES) == set(events.kinds())


# ---------------------------------------------------------------- the day
def test_day__figures__stand_in_page_file_and_pictures(cast: Cast, head: Client) -> None:
    entry = steps.parked(cast)
    cast.clock.forward(minutes=30)
    head.post(reverse("web:console_exit", args=[cast.yard.code, entry.ref]))
    shown = text(head.get(at(cast, "staff_day")))
    assert "Arrivals 1" in shown
    assert "Exits 1" in shown
    rows = list(csv.reader(io.StringIO(head.get(at(cast, "staff_day_csv")).content.decode("utf-8-sig"))))
    assert ["MOHAN", "2026-03-02", "arrivals", "10:00", "1"] in rows
    assert ["MOHAN", "2026-03-02", "time in the yard (min) p50", "all", "30"] in rows
    for name in ("hours", "waits", "slots"):
        picture = head.get(at(cast, "staff_day_chart", name))
        assert picture["Content-Type"] == "image/svg+xml"
        assert b"<script" not in picture.content.replace(b'<script type="text/javascript">window.pygal', b"")
        assert "default-src 'none'" in picture["Content-Security-Policy"]
    assert head.get(at(cast, "staff_day_chart", "other")).status_code == 404


def test_day__nothing_happened__shows_dashes(cast: Cast, head: Client) -> None:
    day = (cast.now + timedelta(days=300)).date()
    assert "Wait, half of all –" in text(head.get(at(cast, "staff_day"), {"day": str(day)}))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_export__text_that_a_spreadsheet_would_run__is_quoted(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_export__numbers_and_plain_text__stay_as_they_are() -> None:
    assert [harmless(-3), harmless("云A12345"), harmless(None)] == [-3, "云A12345", ""]


# ---------------------------------------------------------------- places of a slot, taken back
def test_slot__places_taken__are_listed_with_plate_state_and_driver(cast: Cast, head: Client) -> None:
    held, promised = steps.reserved(cast, confirm=False), steps.reserved(cast, slot=cast.slots[1])
    shown = head.get(at(cast, "staff_slot", cast.slot.ref))
    assert re.search(rf"{held.vehicle.plate} held, not confirmed yet {cast.driver.name}", text(shown))
    assert promised.vehicle.plate not in text(shown)
    assert at(cast, "staff_revoke_place", held.ref) in shown.content.decode()


def test_slot__place_of_a_truck_without_a_reservation__is_listed_and_not_revocable(cast: Cast, head: Client) -> None:
    entry = steps.walked_up(cast)
    shown = head.get(at(cast, "staff_slot", cast.slot.ref))
    assert f"{entry.vehicle.plate} without a reservation" in text(shown)
    assert "/revoke/" not in shown.content.decode()


def test_revoke__without_then_with_a_reason__asks_then_takes_the_place_back_once(cast: Cast, head: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[2])
    address = at(cast, "staff_revoke_place", mine.ref)
    asked = head.get(address)
    assert mine.vehicle.plate in text(asked)
    with steps.changes_nothing():
        assert head.post(address, {"reason": " "}).status_code == 422
    fields = {"reason": "scanner down", "once": re.search(r'name="once" value="([^"]+)"', asked.content.decode())[1]}  # type: ignore[index]
    answers = [head.post(address, fields, follow=True) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert steps.reservation_now(mine).state == "revoked"
    assert steps.taken(cast.slots[2]) == 0
    assert [event.reason for event in steps.events("reservation.revoked")] == ["scanner down"]


def test_revoke__checked_in_already__says_so_and_changes_nothing(cast: Cast, head: Client) -> None:
    mine = steps.reserved(cast)
    steps.arrived(cast, mine)
    with steps.changes_nothing():
        answer = head.post(at(cast, "staff_revoke_place", mine.ref), {"reason": "scanner down"})
    assert answer.status_code == 409


def test_revoke__operator_stranger_or_another_port__may_not(cast: Cast, head: Client) -> None:
    mine = steps.reserved(cast)
    address, reason = at(cast, "staff_revoke_place", mine.ref), {"reason": "x"}
    assert desk(cast.operator).post(address, reason).status_code == 403
    assert desk(cast.other_supervisor).post(address, reason).status_code == 404
    assert desk(cast.driver).post(address, reason).status_code == 403
    elsewhere = reverse("web:staff_revoke_place", args=[cast.other_port.code, mine.ref])
    assert head.post(elsewhere, reason).status_code == 404
    assert steps.reservation_now(mine).state == "confirmed"


@pytest.mark.parametrize(
    "name",
    ["slots", "slot", "policy", "policy_new", "people", "devices", "ledger", "day", "rounds", "closures", "far_side"],
)
def test_page__of_the_port__offers_the_whole_menu(cast: Cast, head: Client, name: str) -> None:
    shown = head.get(at(cast, f"staff_{name}", *([cast.slot.ref] if name == "slot" else []))).content.decode()
    menu = shown.split('class="desk-nav"')[1].split("</nav>")[0]
    listed = ("slots", "policy", "day", "ledger", "people", "devices", "rounds", "closures", "far_side", "appeals")
    assert all(at(cast, f"staff_{each}") in menu for each in listed)


# ---------------------------------------------------------------- words
def test_ledger__filter__names_each_kind_in_words_with_its_code(cast: Cast, head: Client) -> None:
    shown = text(head.get(at(cast, "staff_ledger")))
    assert "Ticket … of … called to gate …, bay … · queue.called" in shown
    assert "Lane … was opened · lane.opened" in shown


def test_publish__preview__says_which_places_keep_the_rules_they_were_published_with(cast: Cast, head: Client) -> None:
    preview = text(head.post(at(cast, "staff_policy_new"), rules(cast, head, grace_minutes="45")))
    assert "Slots that are published already keep the rules they were published with" in preview
