"""A yard's plans in a real browser: a file with faults, mended, given a moment, in force; an aisle drawn by mouse and by keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core import clock
from tests.browser.looking import DESK, a_living_port, faults_on, sign_in
from tests.cast import Cast
from tests.operations.test_pages_layouts import a_bay, a_yard, saved
from yards.models import Bay, Layout
from yards.operations.layouts import edit_layout
from yards.operations.taking_effect import put_in_force

pytestmark = [pytest.mark.browser, pytest.mark.stack]
FRAMES = 60  # of panning, to tell whether it is smooth


@pytest.fixture
def cast(page: Any) -> Cast:
    return a_living_port()


@pytest.fixture
def desk(page: Any, cast: Cast) -> Any:
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    sign_in(page, cast.port_admin)
    return page


def at(cast: Cast, name: str, row: Layout | None = None) -> str:
    return reverse(f"web:{name}", args=[cast.yard.code, *([row.ref] if row else [])])


def written(folder: Path, name: str, document: Any) -> str:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return str(path)


def centre_of(page: Any, x: float, y: float) -> tuple[float, float]:
    """A place of the editor's plan, as parts of its width and height, on the screen."""
    box = page.locator("[data-plan]").bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def test_plan__uploaded_with_faults_then_mended__takes_effect(desk: Any, cast: Cast, tmp_path: Path) -> None:
    desk.goto(at(cast, "layouts"))
    desk.get_by_role("link", name="Upload a plan").click()
    desk.get_by_label("GeoJSON file").set_input_files(written(tmp_path, "map.kml", "<kml/>"))
    desk.get_by_label("What changes and why").fill("new north row")
    expect(desk.locator(".errorlist")).to_contain_text("cannot be read as JSON")

    wrong = a_yard()
    del wrong["features"][0]  # no entry gate, though lanes lead to it
    desk.get_by_label("GeoJSON file").set_input_files(written(tmp_path, "wrong.geojson", wrong))
    expect(desk.locator(".errorlist")).to_have_count(0)
    expect(desk.get_by_label("What changes and why")).to_have_value("new north row")
    desk.get_by_role("button", name="Read the file").click()
    expect(desk.locator(".notice.bad")).to_contain_text("must be mended")
    expect(desk.get_by_role("link", name="Put in force …")).to_have_count(0)

    desk.goto(at(cast, "layout_upload"))
    desk.get_by_label("GeoJSON file").set_input_files(written(tmp_path, "right.geojson", a_yard()))
    desk.get_by_role("button", name="Read the file").click()
    desk.get_by_role("link", name="Put in force …").click()
    expect(desk.locator(".facts")).to_contain_text("Bays that go")
    desk.get_by_label("at once").check()
    desk.get_by_role("button", name="Put it in force").click()
    expect(desk.locator("#messages")).to_contain_text("is in force")
    assert Layout.objects.get(state="in_force").version == 2
    assert Bay.objects.in_use().filter(yard=cast.yard).count() == 3


def test_finding__pressed__marks_its_bay_on_the_plan(desk: Any, cast: Cast) -> None:
    row = saved(cast, a_yard())
    found = [["warning", "missing_heading", f"bay A-0{n}", {"heading_deg": 90}] for n in (1, 2)]
    Layout.objects.filter(pk=row.pk).update(findings=found)
    desk.goto(at(cast, "layout", row))
    desk.locator("details summary", has_text="2 ×").click()
    desk.locator('a[data-feature][href="#bay-A-02"]').click()
    expect(desk.locator("#bay-A-02")).to_have_class("bay marked")
    expect(desk.locator(".marked")).to_have_count(1)


def test_editor__an_aisle_drawn_moved_undone_and_saved__is_in_the_draft(desk: Any, cast: Cast) -> None:
    row = saved(cast, a_yard())
    desk.goto(at(cast, "layout_edit", row))
    plan = desk.locator("[data-plan]")
    expect(desk.locator("[data-list] option")).to_have_count(3)

    desk.get_by_role("button", name="Aisle", exact=True).click()
    for x, y in ((0.3, 0.3), (0.3, 0.15)):
        desk.mouse.click(*centre_of(desk, x, y))
    plan.press("Enter")
    expect(desk.locator("[data-list] option")).to_have_count(4)
    desk.get_by_label("One way, as drawn").check()
    desk.get_by_label("Width (m)").fill("9")
    desk.get_by_label("Width (m)").press("Tab")
    desk.get_by_role("button", name="Choose and move").click()
    plan.press("ArrowRight")
    desk.keyboard.press("Control+z")
    desk.keyboard.press("Control+y")

    desk.get_by_role("button", name="Save the draft").click()
    expect(desk.locator("[data-status]")).to_contain_text("Saved")
    row.refresh_from_db()
    assert row.document["features"][:6] == a_yard()["features"]
    drawn = row.document["features"][6]
    assert drawn["properties"] == {"kind": "aisle", "code": "R2", "one_way": True, "width_m": 9}
    assert len(drawn["geometry"]["coordinates"]) == 2
    assert [aisle["code"] for aisle in row.plan["aisles"]] == ["R1", "R2"]
    assert desk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_editor__by_keys_alone__a_gate_is_moved_and_taken_away(desk: Any, cast: Cast) -> None:
    row = saved(cast, a_yard())
    desk.goto(at(cast, "layout_edit", row))
    gates = desk.locator("[data-list]")
    gates.select_option(label="Gate G2")
    before = row.document["features"][1]["geometry"]["coordinates"]
    desk.locator("[data-plan]").focus()
    desk.keyboard.press("Shift+ArrowUp")
    desk.get_by_role("button", name="Save the draft").press("Enter")
    expect(desk.locator("[data-status]")).to_contain_text("Saved")
    row.refresh_from_db()
    moved = row.document["features"][1]["geometry"]["coordinates"]
    assert (moved[1] - before[1]) * 111_320 == pytest.approx(5, abs=0.1)

    gates.focus()
    desk.keyboard.press("Delete")
    expect(gates.locator("option")).to_have_count(2)


def test_editor__somebody_else_saved__keeps_the_work_and_says_so(desk: Any, cast: Cast) -> None:
    row = saved(cast, a_yard())
    desk.goto(at(cast, "layout_edit", row))
    expect(desk.locator("[data-list] option")).to_have_count(3)  # its script runs
    desk.get_by_role("button", name="QR post").click()
    desk.mouse.click(*centre_of(desk, 0.2, 0.2))
    expect(desk.locator("[data-list] option")).to_have_count(4)
    theirs = a_yard(a_bay("A-01", 40))
    edit_layout(ref=row.ref, document=theirs, expected_changed_at=row.changed_at, **cast.by(cast.supervisor))
    desk.get_by_role("button", name="Save the draft").click()
    expect(desk.locator("[data-status]")).to_contain_text("somebody else")
    expect(desk.locator("[data-list] option")).to_have_count(4)
    with desk.expect_event("dialog") as asked:
        desk.once("dialog", lambda dialog: dialog.accept())
        desk.goto(at(cast, "layouts"))
    assert asked.value.type == "beforeunload"


@pytest.mark.parametrize(("bays", "most_ms"), [(700, 50), (3000, 120)])
def test_editor__many_bays__pans_smoothly(desk: Any, cast: Cast, bays: int, most_ms: int) -> None:
    rows = (a_bay(f"B-{n:04d}", 4.0 * (n % 100)) for n in range(bays))
    row = saved(cast, a_yard(*rows))
    desk.goto(at(cast, "layout_edit", row))
    expect(desk.locator("[data-list] option")).to_have_count(3)
    took = desk.evaluate(
        """async (frames) => {
          const plan = document.querySelector("[data-plan]");
          const times = [];
          for (let n = 0; n < frames; n++) {
            const begun = performance.now();
            const turn = { deltaY: n % 2 ? 100 : -100, clientX: 400, clientY: 400, bubbles: true, cancelable: true };
            plan.dispatchEvent(new WheelEvent("wheel", turn));
            await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            times.push(performance.now() - begun);
          }
          return times.sort((a, b) => a - b)[Math.floor(frames / 2)];
        }""",
        FRAMES,
    )
    assert took / 2 < most_ms, f"{took / 2:.1f} ms a frame"


def test_pages__in_both_languages_sizes_and_screens__have_no_grave_fault(desk: Any, cast: Cast) -> None:
    first, draft = saved(cast, a_yard()), saved(cast, a_yard(a_bay("A-01", 40), a_bay("A-02", 42)), note="closer")
    put_in_force(ref=first.ref, now=clock.now(), actor=cast.port_admin.actor)
    assert faults_on(desk, [at(cast, "layouts"), at(cast, "layout", draft), at(cast, "layout_edit", draft)]) == []
    others = [at(cast, "layout_upload"), at(cast, "layout_schedule", draft), at(cast, "layout_discard", draft)]
    assert faults_on(desk, [*others, at(cast, "qr_sheets"), f"{at(cast, 'qr_sheets')}?zone=A"], everywhere=False) == []
