"""The pages of a yard's plans: a file with faults becomes a draft that says so, mended it takes effect; what goes is said before."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.operations import steps
from yards.layouts.plan import Plan
from yards.models import Bay, Layout
from yards.operations.layouts import MOST_MB, save_layout
from yards.operations.taking_effect import put_in_force

KM = 1 / 111.32 / 1000  # degrees of a metre
AT = (101.69, 21.18)


@pytest.fixture
def head(cast: Cast) -> Client:
    return a_client(cast.port_admin)


def a_client(user: Any) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


# ---------------------------------------------------------------- a small yard as GeoJSON
def spot(x_m: float, y_m: float) -> list[float]:
    return [AT[0] + x_m * KM / 0.9325, AT[1] + y_m * KM]  # 0.9325: the cosine of 21.18°


def a_bay(code: str, x_m: float, *, zone: str = "A", **more: Any) -> dict[str, Any]:
    corners = [spot(x_m + dx, 26 + dy) for dx, dy in ((0, 0), (3.5, 0), (3.5, 18), (0, 18), (0, 0))]
    said = {"kind": "bay", "code": code, "zone": zone, "length_m": 18, "width_m": 3.5, "heading_deg": 180}
    return feature("Polygon", [corners], said | more)


def feature(kind: str, coordinates: Any, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def a_yard(*bays: dict[str, Any]) -> dict[str, Any]:
    """One aisle from the entry in the west to the exit in the east; bays on its north side."""
    ends = [spot(0, 10), spot(160, 10)]
    return {
        "type": "FeatureCollection",
        "features": [
            feature("Point", ends[0], {"kind": "gate", "code": "G1", "gate": "entry"}),
            feature("Point", ends[1], {"kind": "gate", "code": "G2", "gate": "exit"}),
            feature("LineString", ends, {"kind": "aisle", "code": "R1", "width_m": 24, "colour_of_paint": "white"}),
            *(bays or [a_bay(f"A-0{n}", 40 + 6 * n) for n in (1, 2, 3)]),
        ],
    }


def file_of(document: Any, name: str = "yard.geojson") -> SimpleUploadedFile:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return SimpleUploadedFile(name, data, "application/geo+json")


def saved(cast: Cast, document: dict[str, Any], *, note: str = "") -> Layout:
    data = json.dumps(document).encode()
    return save_layout(yard_code=cast.yard.code, data=data, note=note, **cast.by(cast.port_admin))


def in_force(cast: Cast, document: dict[str, Any]) -> Layout:
    row = saved(cast, document)
    return put_in_force(ref=row.ref, **cast.by(cast.port_admin))


def at(name: str, row: Layout | None = None) -> str:
    return reverse(f"web:{name}", args=["MOHAN-YARD", *([row.ref] if row else [])])


# ---------------------------------------------------------------- upload
def test_upload__a_plan__becomes_a_draft_that_is_drawn(cast: Cast, head: Client) -> None:
    answer = head.post(at("layout_upload"), {"layout": file_of(a_yard()), "note": "new north row"}, follow=True)
    row = Layout.objects.get()
    assert answer.redirect_chain[-1][0] == at("layout", row)
    assert (row.state, row.note, row.made_by) == ("draft", "new north row", cast.port_admin)
    text = answer.content.decode()
    assert 'id="bay-A-02"' in text
    assert "new north row" in text
    assert Bay.objects.in_use().filter(yard=cast.yard).count() == 5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<kml/>", "cannot be read as JSON"),
        (json.dumps({"type": "FeatureCollection", "features": []}).encode("utf-16"), "cannot be read as JSON"),
        (b"[]", "not a GeoJSON feature collection"),
        (b" " * (MOST_MB * 1_000_000 + 1), f"at most {MOST_MB} MB"),
    ],
)
def test_upload__no_plan_at_all__says_so_by_the_field_and_keeps_what_was_typed(
    cast: Cast, head: Client, data: bytes, words: str
) -> None:
    answer = head.post(at("layout_upload"), {"layout": file_of(data), "note": "new north row"})
    assert answer.status_code == 422
    assert words in answer.context["form"].errors["layout"][0]
    assert "new north row" in answer.content.decode()
    assert not Layout.objects.exists()


def test_upload__with_errors__is_kept_grouped_and_cannot_be_put_in_force(cast: Cast, head: Client) -> None:
    wrong = a_yard(a_bay("A-01", 40), a_bay("A-02", 41), a_bay("A-03", 60))
    wrong["features"] = wrong["features"][1:]  # the entry gate that lanes use is gone, and two bays lie on each other
    answer = head.post(at("layout_upload"), {"layout": file_of(wrong)}, follow=True)
    row = Layout.objects.get()
    levels = {str(level.title)[:5]: level for level in answer.context["levels"]}
    assert levels["Wrong"].count == sum(finding[0] == "error" for finding in row.findings) > 0
    assert "Put in force" not in answer.content.decode()
    assert head.post(at("layout_schedule", row), {"when": "now"}).status_code == 422
    assert Layout.objects.get().state == "draft"


def test_layout__a_finding_about_a_bay__leads_to_it_on_the_plan(cast: Cast, head: Client) -> None:
    row = saved(cast, a_yard())
    Layout.objects.filter(pk=row.pk).update(
        findings=[["warning", "overlap", "bay A-02", {"other": "A-03", "area_m2": 3}]]
    )
    text = head.get(at("layout", row)).content.decode()
    assert 'href="#bay-A-02"' in text
    assert '<g id="bay-A-02"' in text


def test_download__what_was_uploaded__comes_out_exactly(cast: Cast, head: Client) -> None:
    document = a_yard()
    head.post(at("layout_upload"), {"layout": file_of(document)})
    answer = head.get(at("layout_download", Layout.objects.get()))
    assert json.loads(answer.content) == document
    assert answer["Content-Disposition"] == 'attachment; filename="MOHAN-YARD-v1.geojson"'


# ---------------------------------------------------------------- a moment, or at once
def test_schedule__bays_go__says_how_many_and_who_stands_there(cast: Cast, head: Client) -> None:
    old = in_force(cast, a_yard())
    held = steps.live_stay(steps.called(cast)).bay.code
    kept = [bay for bay in a_yard()["features"][3:] if bay["properties"]["code"] != held][:1]
    row = saved(cast, a_yard(*kept, a_bay("A-09", 90)))

    answer = head.get(at("layout_schedule", row))

    effect = answer.context["effect"]
    assert (effect.came, effect.went, [bay for bay, _ in effect.standing]) == (1, 2, [held])
    assert old.state == "in_force"


def test_schedule__at_once__is_in_force_and_the_old_one_replaced(cast: Cast, head: Client) -> None:
    old, row = in_force(cast, a_yard()), saved(cast, a_yard(a_bay("A-01", 40)))
    answer = head.post(at("layout_schedule", row), {"when": "now"}, follow=True)
    assert "Version 2 is in force." in answer.content.decode()
    assert [Layout.objects.get(pk=each.pk).state for each in (old, row)] == ["replaced", "in_force"]
    assert [bay.code for bay in Bay.objects.in_use().filter(yard=cast.yard)] == ["A-01"]


def test_schedule__at_a_moment_of_the_port__and_taken_back(cast: Cast, head: Client) -> None:
    row = saved(cast, a_yard())
    local = (cast.now + timedelta(hours=2)).astimezone(cast.port.tz)
    head.post(at("layout_schedule", row), {"when": "later", "takes_effect_at": f"{local:%Y-%m-%dT%H:%M}"})
    row.refresh_from_db()
    assert (row.state, row.takes_effect_at) == ("scheduled", cast.now + timedelta(hours=2))
    head.post(at("layout_unschedule", row))
    row.refresh_from_db()
    assert (row.state, row.takes_effect_at) == ("draft", None)


@pytest.mark.parametrize("said", [{"when": "later"}, {"when": "later", "takes_effect_at": "2020-01-01T00:00"}, {}])
def test_schedule__no_moment_or_a_past_one__is_said_by_the_field(
    cast: Cast, head: Client, said: dict[str, str]
) -> None:
    row = saved(cast, a_yard())
    answer = head.post(at("layout_schedule", row), said)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) <= {"takes_effect_at", "when"}
    assert Layout.objects.get().state == "draft"


def test_discard__a_draft__is_thrown_away_but_still_listed(cast: Cast, head: Client) -> None:
    row = saved(cast, a_yard())
    assert head.get(at("layout_discard", row)).status_code == 200
    head.post(at("layout_discard", row))
    assert Layout.objects.get().state == "discarded"
    assert "discarded" in head.get(at("layouts")).content.decode()


def test_copy__of_the_one_in_force__is_a_draft_in_the_editor(cast: Cast, head: Client) -> None:
    row = in_force(cast, a_yard())
    answer = head.post(at("layout_copy", row))
    copy = Layout.objects.get(version=2)
    assert answer["Location"] == at("layout_edit", copy)
    assert (copy.state, copy.document) == ("draft", row.document)


def test_layout__compared_with_another__tells_what_came_changed_and_went(cast: Cast, head: Client) -> None:
    first, second = (
        saved(cast, a_yard()),
        saved(cast, a_yard(a_bay("A-01", 40), a_bay("A-02", 52, zone="A", length_m=20))),
    )
    answer = head.get(at("layout", second), {"with": first.ref})
    bays = next(row.change for row in answer.context["effect"].differences if row.change.kind == "bays")
    assert ("A-02" in bays.changed, bays.went, bays.came) == (True, ("A-03",), ())


# ---------------------------------------------------------------- who may, and what is elsewhere
def test_pages__an_operator__reads_and_cannot_change(cast: Cast) -> None:
    row, desk = saved(cast, a_yard()), a_client(cast.operator)
    for name in ("layout", "layout_download"):
        assert desk.get(at(name, row)).status_code == 200
    assert "Draw and change" not in desk.get(at("layout", row)).content.decode()
    for name in ("layout_schedule", "layout_edit", "layout_discard"):
        assert desk.get(at(name, row)).status_code == 403


def test_pages__a_plan_of_another_yard__is_not_found(cast: Cast, head: Client) -> None:
    elsewhere = save_layout(
        yard_code=cast.other_yard.code, data=json.dumps(a_yard()).encode(), **cast.by(cast.other_port_admin)
    )
    for name in ("layout", "layout_download", "layout_edit"):
        assert head.get(at(name, elsewhere)).status_code == 404


def test_layouts__none_yet__says_what_that_means(cast: Cast, head: Client) -> None:
    assert "no plan yet" in head.get(at("layouts")).content.decode()


def test_layout__no_bays_and_three_thousand__are_both_shown(cast: Cast, head: Client) -> None:
    empty = saved(cast, {"type": "FeatureCollection", "features": a_yard()["features"][:3]})
    assert head.get(at("layout", empty)).status_code == 200
    many = saved(cast, a_yard(*(a_bay(f"A-{n:04d}", 4.0 * n) for n in range(3000))))
    assert len(Plan.from_json(many.plan).bays) == 3000
    assert head.get(at("layout", many)).content.decode().count('class="bay"') == 3000


# ---------------------------------------------------------------- printed places
def test_sheets__posts_and_bays__are_eight_to_a_page(cast: Cast, head: Client) -> None:
    posts = feature("Point", spot(20, 12), {"kind": "post", "code": "P1", "name_en": "At the road"})
    document = a_yard(*(a_bay(f"A-0{n}", 20 + 6 * n) for n in range(1, 10)))
    document["features"].append(posts)
    in_force(cast, document)
    assert [len(page) for page in head.get(at("qr_sheets")).context["pages"]] == [1]
    answer = head.get(at("qr_sheets"), {"zone": "A"})
    assert [len(page) for page in answer.context["pages"]] == [8, 1]
    assert answer.content.decode().count('class="qr"') == 9


def test_sheets__a_zone_of_a_hundred_bays__comes_in_parts(cast: Cast, head: Client) -> None:
    in_force(cast, a_yard(*(a_bay(f"A-{n:03d}", 4.0 * n) for n in range(100))))
    first, last = (head.get(at("qr_sheets"), {"zone": "A", "page": page}).content.decode() for page in ("", "2"))
    assert [text.count('class="qr"') for text in (first, last)] == [64, 36]
    assert 'href="?zone=A&amp;page=2"' in first
    assert 'href="?zone=A&amp;page=1"' in last
