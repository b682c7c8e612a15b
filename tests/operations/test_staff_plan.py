"""The live plan as a browser without JavaScript uses it, and the small answers its script asks for."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.ledger import head_of
from reservations.models import QueueEntry
from reservations.operations import block_aisle, block_zone, note_reading, order_evacuation
from tests.cast import Cast
from tests.operations import drawn, steps
from tests.operations.test_staff_pages import desk, text
from web.staff.occupancy import Day
from web.staff.plan import LivePlan
from yards.models import Bay, Block, Evacuation, Sensed, Stay
from yards.operations import block_bay, unblock_bay


def at(cast: Cast, name: str, *args: str) -> str:
    return reverse(f"web:{name}", args=[cast.yard.code, *args])


def states(cast: Cast) -> dict[str, str]:
    return {code: spot.look for code, spot in LivePlan(cast.yard).spots.items()}


def patch_of(answer: Any) -> dict[str, Any]:
    found = re.search(r'id="plan-patch"[^>]*>(.*?)</script>', answer.content.decode())
    assert found
    patch: dict[str, Any] = json.loads(html.unescape(found[1]))
    return patch


def seq_of(cast: Cast) -> int:
    return head_of(cast.yard.stream)


def bay_of(entry: QueueEntry) -> str:
    return Stay.objects.get(visit_ref=entry.visit_ref, state__in=["held", "occupied"]).bay.code


@pytest.fixture
def operator(cast: Cast) -> Client:
    drawn.in_force(cast)
    return desk(cast.operator)


# ---------------------------------------------------------------- states
def test_plan__a_truck_called_let_in_parked_and_overdue__changes_its_bay_each_time(
    cast: Cast, operator: Client
) -> None:
    entry = steps.called(cast)
    bay = bay_of(entry)
    seen = [states(cast)[bay]]
    for step in ("console_admit", "console_in_bay"):
        operator.post(at(cast, step, entry.ref))
        seen.append(states(cast)[bay])
    Stay.objects.filter(visit_ref=entry.visit_ref).update(overstayed_at=cast.now)
    assert [*seen, states(cast)[bay]] == ["held", "heading", "occupied", "overstaying"]


def test_plan__bay_and_zone_blocked__are_marked_and_counted(cast: Cast, operator: Client) -> None:
    block_bay(yard_code=cast.yard.code, bay_code="A-02", reason="pothole", **cast.by(cast.operator))
    block_zone(yard_code=cast.yard.code, zone_code="C", reason="leak", **cast.by(cast.operator))
    now = states(cast)
    assert (now["A-02"], now["C-01"], now["A-03"]) == ("blocked", "blocked", "free")
    assert "blocked 2" in text(operator.get(at(cast, "console_plan")))


def test_plan__only_aisle_to_the_bays_blocked__they_have_no_way(cast: Cast, operator: Client) -> None:
    block_aisle(yard_code=cast.yard.code, aisle_code="M1", reason="oil", **cast.by(cast.operator))
    now = states(cast)
    assert {code for code, look in now.items() if look == "cut_off"} == {"A-01", "A-02", "A-03"}
    assert "3 bays have no way in or out" in text(operator.get(at(cast, "console_plan")))


def test_plan__sensor_differs__marks_the_bay(cast: Cast, operator: Client) -> None:
    a_reading(cast, taken=1)
    assert states(cast)["A-03"] == "free doubted"


def test_plan__search_by_plate__highlights_its_bay(cast: Cast, operator: Client) -> None:
    entry = steps.parked(cast)
    answer = operator.get(at(cast, "console_plan"), {"q": entry.vehicle.plate}).content.decode()
    assert re.findall(r'class="bay occupied found" data-key="([^"]+)"', answer) == [bay_of(entry)]
    assert "Found: 1" in answer
    assert "Nobody." in re.findall(
        r"data-plan-said>(.*?)<", operator.get(at(cast, "console_plan"), {"q": "ZZ 1"}).content.decode()
    )


def test_plan__yard_without_a_plan__is_drawn_by_its_rows(cast: Cast) -> None:
    answer = desk(cast.operator).get(at(cast, "console_plan")).content.decode()
    assert set(re.findall(r'class="bay free" data-key="([^"]+)"', answer)) == {"A-01", "A-02", "A-03", "B-01", "C-01"}


# ---------------------------------------------------------------- what changed
def test_patch__one_bay_since__names_that_bay_alone(cast: Cast, operator: Client) -> None:
    steps.parked(cast)
    before = seq_of(cast)
    entry = steps.called(cast)
    answer = operator.get(at(cast, "console_plan"), {"since": before}, headers={"X-Live-Region": "plan"})
    patch = patch_of(answer)
    assert list(patch["bays"]) == [bay_of(entry)]
    assert patch["bays"][bay_of(entry)] == ["held", "", str(entry.vehicle)]
    assert (patch["whole"], patch["seq"]) == (False, seq_of(cast))
    assert '<svg class="yard-plan' not in answer.content.decode()


def test_patch__bay_came_free__is_named_as_free(cast: Cast, operator: Client) -> None:
    entry = steps.parked(cast)
    bay, before = bay_of(entry), seq_of(cast)
    operator.post(at(cast, "console_exit", entry.ref))
    patch = patch_of(operator.get(at(cast, "console_plan"), {"since": before}, headers={"X-Live-Region": "plan"}))
    assert patch["bays"][bay] == ["free", "", ""]


def test_patch__zone_blocked_since__tells_everything(cast: Cast, operator: Client) -> None:
    before = seq_of(cast)
    block_zone(yard_code=cast.yard.code, zone_code="A", reason="leak", **cast.by(cast.operator))
    patch = patch_of(operator.get(at(cast, "console_plan"), {"since": before}, headers={"X-Live-Region": "plan"}))
    assert patch["whole"]
    assert patch["closed"] == ["zone A"]
    assert set(patch["bays"]) == {"A-01", "A-02", "A-03"}


@pytest.mark.parametrize("since", ["-1", "x", "9" * 40, "١٢"])
def test_patch__nonsense_for_since__tells_everything(cast: Cast, operator: Client, since: str) -> None:
    answer = operator.get(at(cast, "console_plan"), {"since": since}, headers={"X-Live-Region": "plan"})
    assert patch_of(answer)["whole"]


# ---------------------------------------------------------------- cards, costs, moving
def test_card__bay_taken__says_who_since_when_then_and_why(cast: Cast, operator: Client) -> None:
    entry = steps.parked(cast)
    shown = text(operator.get(at(cast, "console_bay_card", bay_of(entry))))
    for words in (entry.vehicle.plate, "Since 10:00", "Expected until", "to the exit", "Why this bay"):
        assert words in shown


@pytest.mark.parametrize("panel", ["console_bay_card", "console_bay"])
def test_card_and_panel__zone_blocked_or_aisle_blocked__say_what_is_drawn(
    cast: Cast, operator: Client, panel: str
) -> None:
    block_zone(yard_code=cast.yard.code, zone_code="C", reason="leak", **cast.by(cast.operator))
    block_aisle(yard_code=cast.yard.code, aisle_code="M1", reason="oil", **cast.by(cast.operator))
    said = {code: operator.get(at(cast, panel, code)).context["state"] for code in ("A-01", "B-01", "C-01")}
    assert said == {"A-01": "cut_off", "B-01": "free", "C-01": "blocked"} == {code: states(cast)[code] for code in said}


def test_card__truck_heading_to_its_bay__has_its_way_on_the_plan(cast: Cast, operator: Client) -> None:
    entry = steps.admitted(cast)
    answer = operator.get(at(cast, "console_bay_card", bay_of(entry))).content.decode()
    assert re.search(r'data-way="M0 45', answer)


def test_costs__of_a_parked_truck__says_metres_for_each_bay_and_why_not(cast: Cast, operator: Client) -> None:
    entry = steps.parked(cast)
    here = bay_of(entry)
    answer = operator.get(at(cast, "console_bay_costs", here)).json()
    fits = {code for code, (fitting, *_) in answer["bays"].items() if fitting}
    assert here not in answer["bays"]
    assert "C-01" not in fits, "a stand for dangerous goods is kept for them"
    assert any(re.search(r"\d m", words) for code, (_fitting, words, *_) in answer["bays"].items() if code in fits)
    assert answer["move"] == at(cast, "console_move", entry.ref)


def test_costs_and_taken__bay_came_free_meanwhile__say_nothing_and_do_nothing(cast: Cast, operator: Client) -> None:
    assert operator.get(at(cast, "console_bay_costs", "A-03")).json()["bays"] == {}
    assert operator.post(at(cast, "console_bay_taken", "A-03")).status_code == 409
    assert states(cast)["A-03"] == "free"


def test_move__to_a_named_bay__is_done_and_offers_the_way_back(cast: Cast, operator: Client) -> None:
    entry = steps.parked(cast)
    left = bay_of(entry)
    to = next(code for code in ("A-02", "A-03") if code != left)
    asked = text(operator.get(at(cast, "console_move", entry.ref), {"bay": to}))
    assert f"To bay {to}" in asked
    answer = operator.post(at(cast, "console_move", entry.ref), {"bay_code": to, "reason": "works"}, follow=True)
    assert bay_of(entry) == to
    undo = re.search(r'href="([^"]*/move/\?bay=[^"]*)"[^>]*>Move it back to', answer.content.decode())
    assert undo
    assert f"bay={left}" in undo[1]


def test_move__bay_that_something_speaks_against__takes_a_reason(cast: Cast, operator: Client) -> None:
    entry = steps.parked(cast)
    url = at(cast, "console_move", entry.ref)
    refused = operator.post(url, {"bay_code": "C-01", "reason": ""})
    assert refused.status_code == 409
    assert operator.post(url, {"bay_code": "C-01", "reason": "fire drill"}).status_code == 302
    assert bay_of(entry) == "C-01"


def test_measure__bigger_than_declared__is_written_down(cast: Cast, operator: Client) -> None:
    entry = steps.walked_up(cast)
    url = at(cast, "console_measure", entry.ref)
    assert operator.post(url, {"length_m": "17.8", "width_m": "2.6", "hazard_class": ""}).status_code == 302
    assert float(steps.entry_now(entry).length_m) == 17.8
    assert operator.post(url, {"length_m": "400", "width_m": "2.6"}).status_code == 422


def test_stands__in_another_bay__moves_its_stay_there(cast: Cast, operator: Client) -> None:
    entry = steps.admitted(cast)
    to = next(code for code in ("A-02", "A-03") if code != bay_of(entry))
    operator.post(at(cast, "console_stands", entry.ref), {"bay_code": to})
    assert states(cast)[to] == "occupied"


def test_taken__by_somebody_unknown__blocks_it_and_sends_the_truck_elsewhere(cast: Cast, operator: Client) -> None:
    entry = steps.admitted(cast)
    bay = bay_of(entry)
    operator.post(at(cast, "console_bay_taken", bay))
    assert states(cast)[bay] == "blocked"
    assert bay_of(entry) != bay


# ---------------------------------------------------------------- aisles, zones, evacuation
def test_block_aisle__asked_first__says_what_it_costs(cast: Cast, operator: Client) -> None:
    entry = steps.admitted(cast)
    url = at(cast, "console_aisle_block", "M1")
    shown = text(operator.get(url))
    assert re.search(r"Bays without a way then 3 ", shown)
    assert re.search(r"On the way, given another bay 1 ", shown)
    assert not Block.objects.exists()
    operator.post(url, {"reason": "oil"})
    assert Block.objects.get().code == "M1"
    operator.post(at(cast, "console_aisle_unblock", "M1"))
    assert Block.objects.filter(unblocked_at=None).count() == 0
    assert steps.entry_now(entry).state == "admitted"


def test_aisle_and_zone__panels__say_their_limits_and_counts(cast: Cast, operator: Client) -> None:
    assert "both ways" in text(operator.get(at(cast, "console_aisle", "M1")))
    assert "free 3" in text(operator.get(at(cast, "console_zone", "A")))
    for name in ("console_aisle", "console_zone"):
        assert operator.get(at(cast, name, "nowhere")).status_code == 404


def test_evacuate__letter_not_typed__changes_nothing(cast: Cast, operator: Client) -> None:
    url = at(cast, "console_evacuate", "A")
    assert operator.post(url, {"reason": "leak", "zone": "B"}).status_code == 422
    assert not Evacuation.objects.exists()


def test_evacuate__zone_with_trucks__lists_them_until_they_are_out(cast: Cast, operator: Client) -> None:
    entry = steps.parked(cast)
    zone = bay_of(entry)[0]
    operator.post(at(cast, "console_evacuate", zone), {"reason": "leak", "zone": zone.lower()})
    row = Evacuation.objects.get()
    url = at(cast, "console_evacuation", row.ref)
    assert "Still there 1 " in text(operator.get(url))
    assert "leaving" in states(cast)[bay_of(entry)]
    operator.post(at(cast, "console_exit", entry.ref))
    shown = text(operator.get(url))
    assert "Still there 0 " in shown
    assert entry.vehicle.plate in shown
    operator.post(at(cast, "console_evacuation_end", row.ref))
    assert Evacuation.objects.get().state == "ended"


def test_evacuation__of_another_yard__is_not_found(cast: Cast, operator: Client) -> None:
    order_evacuation(yard_code=cast.other_yard.code, zone_code="A", reason="leak", **cast.by(cast.other_operator))
    assert operator.get(at(cast, "console_evacuation", Evacuation.objects.get().ref)).status_code == 404


# ---------------------------------------------------------------- sensors, occupancy
def a_reading(cast: Cast, *, taken: int, kind: str = "bay", code: str = "A-03", capacity: int | None = None) -> Sensed:
    now = cast.by(cast.operator)
    return note_reading(
        yard_code=cast.yard.code, kind=kind, code=code, taken=taken, capacity=capacity, seen_at=cast.now, **now
    )


def test_doubts__sensor_differs__is_listed_and_settled_after_a_look(cast: Cast, operator: Client) -> None:
    a_reading(cast, taken=1)
    a_reading(cast, kind="zone", code="A", taken=22, capacity=627)
    shown = text(operator.get(at(cast, "console_doubts")))
    assert "The sensor says: taken . By the books it is free." in shown
    assert "627" in shown
    url = at(cast, "console_dismiss", "bay", "A-03")
    assert operator.post(url, {"reason": ""}).status_code == 422
    operator.post(url, {"reason": "looked, a tarpaulin"})
    assert Sensed.objects.get(kind="bay").doubted_at is None


def test_occupancy__parked_truck_and_waiting_one__are_counted_now_and_to_come(cast: Cast, operator: Client) -> None:
    steps.parked(cast)
    steps.walked_up(cast)
    rows = re.findall(
        r"<tr><th scope=\"row\">(\d\d)</th>(.*?)</tr>", operator.get(at(cast, "console_occupancy")).content.decode()
    )
    figures = {hour: re.findall(r"<td>(\d*)</td>", cells) for hour, cells in rows}
    assert figures["10"] == ["1", "0", "0", "", ""]
    assert figures["11"][3:] == ["1", "1"]
    assert figures["08"] == ["0", "0", "0", "", ""]


@pytest.mark.parametrize("of", ["zone:A", "kind:reefer", "kind:plain", "zone:nowhere", "<script>"])
def test_occupancy__of_some_bays__answers(cast: Cast, operator: Client, of: str) -> None:
    assert operator.get(at(cast, "console_occupancy"), {"of": of}).status_code == 200


def test_occupancy__blocked_twice_retired_and_taken__each_bay_counts_once_and_while_it_was_so(
    cast: Cast, operator: Client
) -> None:
    by = {"yard_code": cast.yard.code, "bay_code": "A-02"}
    for minutes in (0, 60):  # at 10:00 and at 11:00, half an hour each
        cast.clock.forward(minutes=minutes)
        block_bay(**by, reason="pothole", **cast.by(cast.operator))
        cast.clock.forward(minutes=30)
        unblock_bay(**by, **cast.by(cast.operator))
    found = Day(cast.yard, now=cast.now).occupancy()
    assert [hour.blocked for hour in found.hours[10:13]] == [0, 0, 0]
    assert (
        sorted(end - begin for _bay, begin, end in Day(cast.yard, now=cast.now)._blocked() if end)
        == [timedelta(minutes=30)] * 2
    )


def test_occupancy__zone_blocked__counts_its_empty_bays_that_are_in_use(cast: Cast, operator: Client) -> None:
    entry = steps.parked(cast)
    zone = bay_of(entry)[0]
    block_zone(yard_code=cast.yard.code, zone_code=zone, reason="leak", **cast.by(cast.operator))
    empty = Bay.objects.filter(yard=cast.yard, zone__code=zone).exclude(code=bay_of(entry))
    assert Day(cast.yard, now=cast.now).occupancy().hours[cast_hour(cast)].blocked == len(empty) == 2
    Bay.objects.filter(pk=empty[0].pk).update(retired_at=cast.now)
    assert Day(cast.yard, now=cast.now).occupancy().hours[cast_hour(cast)].blocked == 1


def cast_hour(cast: Cast) -> int:
    return cast.now.astimezone(cast.yard.port.tz).hour


def test_move__typed_code__is_taken_whatever_is_chosen_and_an_unknown_one_is_told(cast: Cast, operator: Client) -> None:
    entry = steps.parked(cast)
    url = at(cast, "console_move", entry.ref)
    assert operator.post(url, {"bay_code": "A-02", "typed": "z-99"}).status_code == 422
    assert operator.post(url, {"bay_code": "C-01", "typed": "b-01", "reason": "power"}).status_code == 302
    assert bay_of(entry) == "B-01"
