"""The desk's pages for rounds and bad days in a real browser: a closure from preview to undo, waiting said aloud, no grave fault."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from reservations.models import Mark, Round
from reservations.operations import ask_appeal
from tests import factories as make
from tests.browser.looking import DESK, a_living_port, faults_on, sign_in
from tests.cast import Cast
from tests.operations import closing_steps, steps
from yards.models import Closure
from yards.operations import enter_far_side_rate

pytestmark = [pytest.mark.browser, pytest.mark.stack]


@pytest.fixture
def cast(page: Any) -> Cast:
    return a_living_port()


@pytest.fixture
def desk(page: Any, cast: Cast) -> Any:
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    sign_in(page, cast.supervisor)
    return page


def at(cast: Cast, name: str, *args: str) -> str:
    return reverse(f"web:{name}", args=[cast.port.code, *args])


def fill_in(page: Any, cast: Cast) -> None:
    """Tomorrow's first three hours of the cast's lane."""
    begins_at = cast.slots[8].starts_at.astimezone(cast.port.tz)
    page.get_by_label(f"{cast.lane.code} ").check()
    page.get_by_label("Reason").fill("landslide on the access road")
    page.get_by_label("From (the port's time)").fill(f"{begins_at:%Y-%m-%dT%H:%M}")
    page.get_by_label("Until (the port's time)").fill(f"{begins_at + timedelta(hours=3):%Y-%m-%dT%H:%M}")


# ---------------------------------------------------------------- a closure
def test_closure__looked_at_declared_and_undone__everybody_is_where_he_was(desk: Any, cast: Cast) -> None:
    mine = steps.reserved(cast, slot=cast.slots[8])
    desk.goto(at(cast, "staff_closures"))
    desk.get_by_role("link", name="Close something").click()
    fill_in(desk, cast)
    desk.get_by_role("button", name="Show what it means").click()

    expect(desk.get_by_role("heading", name="What it means")).to_be_visible()
    expect(desk.locator(".moves")).to_contain_text(mine.vehicle.plate)
    expect(desk.get_by_role("img", name=re.compile("How full the next days are"))).to_be_visible()
    assert not Closure.objects.exists()

    desk.get_by_role("button", name="Close it and tell everybody").click()
    expect(desk.locator("#messages")).to_contain_text("1 reservation")
    closure = Closure.objects.get()
    desk.get_by_role("link", name=closure.ref).click()
    expect(desk.locator("#closure")).to_contain_text("to come")
    expect(desk.locator(".moves")).to_contain_text(mine.vehicle.plate)
    assert closing_steps.slot_of(mine) != cast.slots[8]

    desk.get_by_role("link", name="Undo").click()
    desk.locator("dialog").get_by_label("Reason").fill("it was another road")
    desk.keyboard.press("Enter")
    expect(desk.locator("dialog[open]")).to_have_count(0)
    expect(desk.locator("#closure")).to_contain_text("undone")
    assert closing_steps.slot_of(mine) == cast.slots[8]


def test_closure__whole_port__asks_neither_for_lanes_nor_for_a_yard(desk: Any, cast: Cast) -> None:
    desk.goto(at(cast, "staff_closure_new"))
    expect(desk.get_by_role("group", name="Lanes")).to_be_visible()
    desk.get_by_label("port", exact=True).check()
    expect(desk.get_by_role("group", name="Lanes")).to_be_hidden()
    desk.get_by_label("yard", exact=True).check()
    expect(desk.get_by_label("Yard (optional)")).to_be_visible()


def test_closure__declared_by_a_colleague__appears_without_loading_the_page(desk: Any, cast: Cast) -> None:
    desk.goto(at(cast, "staff_closures"))
    expect(desk.get_by_text("Nothing is closed, and nothing was.")).to_be_visible()
    expect(desk.locator("[data-live-status]")).to_have_attribute("data-state", "live")
    closure = closing_steps.shut(cast, 24, 26)
    expect(desk.get_by_role("link", name=closure.ref)).to_be_visible()


def test_what_if__takes_longer_than_two_seconds__says_for_how_long_already(desk: Any, cast: Cast) -> None:
    Round.objects.filter(pk=make.a_round(cast).pk).update(state="published")
    desk.goto(at(cast, "staff_what_if"))
    # An answer that does not come: the page stays what it is.
    desk.evaluate("document.querySelector('[data-waiting]').addEventListener('submit', (e) => e.preventDefault())")
    desk.get_by_role("button", name="Draw it again").click()
    waiting = desk.locator("[data-waiting-place]")
    expect(waiting).to_be_hidden()
    expect(waiting).to_contain_text(re.compile(r"being drawn again … \d s"), timeout=6000)


# ---------------------------------------------------------------- faults
def test_pages__in_both_languages_sizes_and_screens__have_no_grave_fault(desk: Any, cast: Cast) -> None:
    row = a_busy_port(cast)
    closure, appeal = Closure.objects.get(), Mark.objects.get().appeals.get()
    listed = ("staff_rounds", "staff_closures", "staff_far_side", "staff_appeals")
    assert faults_on(desk, [at(cast, name) for name in listed]) == []
    others = [
        at(cast, "staff_round", row.ref),
        at(cast, "staff_what_if"),
        at(cast, "staff_closure_new"),
        at(cast, "staff_closure", closure.ref),
        at(cast, "staff_closure_lift", closure.ref),
        at(cast, "staff_far_side_lane", cast.lane.code),
        at(cast, "staff_far_side_enter"),
        at(cast, "staff_appeal", appeal.ref),
        at(cast, "staff_appeal_decide", appeal.ref, "approve"),
        at(cast, "staff_policy_new"),
        reverse("web:console", args=[cast.yard.code]),
    ]
    assert faults_on(desk, others, everywhere=False) == []


def a_busy_port(cast: Cast) -> Round:
    """A failed round, a closure in force with somebody moved, a far side that takes one an hour, an appeal."""
    steps.reserved(cast, slot=cast.slots[8])
    closing_steps.shut(cast, 24, 26)
    enter_far_side_rate(lane_code=cast.lane.code, units_per_hour=1, valid_from=cast.now, **cast.by(cast.operator))
    mine = steps.reserved(cast, slot=cast.slots[5])
    mark = Mark.objects.create(kind="no_show", vehicle=mine.vehicle, reservation=mine, at=cast.now)
    ask_appeal(mark_ref=mark.ref, text="The road was shut", user=cast.driver, **cast.by(cast.driver))
    row = make.a_round(cast)
    make.a_request(cast)
    Round.objects.filter(pk=row.pk).update(state="failed", failure="ValueError: no such lane")
    return row
