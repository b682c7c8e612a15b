"""The editor's server: the whole document in, what is found in it out; somebody else's save is never overwritten."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.operations.test_pages_layouts import a_bay, a_client, a_yard, at, feature, file_of, in_force, saved, spot
from yards.models import Layout
from yards.operations.layouts import edit_layout


@pytest.fixture
def head(cast: Cast) -> Client:
    return a_client(cast.port_admin)


def save(client: Client, row: Layout, document: Any, *, seen: str = "") -> Any:
    said = {"document": file_of(document), "changed_at": seen or row.changed_at.isoformat()}
    return client.post(at("layout_edit", row), said)


def test_editor__a_draft__offers_its_document_and_every_word_of_its_script(cast: Cast, head: Client) -> None:
    row = saved(cast, a_yard())
    text = head.get(at("layout_edit", row)).content.decode()
    assert at("layout_download", row) in text
    assert f'data-changed-at="{row.changed_at.isoformat()}"' in text
    assert '"turn_round": "Turn round' in text


def test_editor__a_plan_in_force__is_only_looked_at(cast: Cast, head: Client) -> None:
    row = in_force(cast, a_yard())
    assert head.get(at("layout_edit", row))["Location"] == at("layout", row)
    assert save(head, row, a_yard()).status_code == 409


def test_save__an_aisle_was_drawn__is_in_the_draft_and_findings_come_back(cast: Cast, head: Client) -> None:
    row, document = saved(cast, a_yard()), a_yard()
    document["features"].append(feature("LineString", [spot(80, 10), spot(80, 60)], {"kind": "aisle", "code": "R2"}))
    answer = save(head, row, document)
    assert answer.status_code == 200
    row.refresh_from_db()
    assert answer.json()["changed_at"] == row.changed_at.isoformat()
    assert row.document == document
    assert [aisle["code"] for aisle in row.plan["aisles"]] == ["R1", "R2"]
    assert all({"title", "count", "items"} == set(level) for level in answer.json()["findings"])


def test_save__changed_by_somebody_else__is_a_conflict_and_changes_nothing(cast: Cast, head: Client) -> None:
    row = saved(cast, a_yard())
    theirs = a_yard(a_bay("A-01", 40))
    edit_layout(ref=row.ref, document=theirs, expected_changed_at=row.changed_at, **cast.by(cast.supervisor))
    answer = save(head, row, a_yard(a_bay("A-77", 44)))
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert Layout.objects.get().document == theirs


@pytest.mark.parametrize("data", [b"", b"no json", b"[" * 100_000, b"[]", b"null"])
def test_save__no_document__is_refused_in_words(cast: Cast, head: Client, data: bytes) -> None:
    row = saved(cast, a_yard())
    answer = save(head, row, data)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert head.post(at("layout_edit", row), {}).status_code == 422
    assert save(head, row, a_yard(), seen="yesterday").status_code == 422


def test_propose__bays_without_aisles__returns_lines_and_keeps_nothing(cast: Cast, head: Client) -> None:
    bare = {"type": "FeatureCollection", "features": [a_bay(f"A-0{n}", 4.0 * n) for n in range(8)]}
    row = saved(cast, bare)
    answer = head.post(at("layout_propose", row), {"document": file_of(bare)})
    found = answer.json()["features"]
    assert {each["properties"]["kind"] for each in found} == {"aisle"}
    assert Layout.objects.get().document == bare
