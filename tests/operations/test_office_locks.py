"""The back office beside the console: an edit of what a bay or a lane is leaves what the console switched meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.office import edit
from core.models import LedgerEntry
from tests.cast import Cast
from tests.operations.test_locking_order import lawful
from yards.models import Bay, Lane, Window
from yards.operations import block_bay, set_auto_call, switch_lane


def saving(cast: Cast, stale: Any, **changes: Any) -> Callable[[], HttpResponse]:
    """The office's save of a form that was filled in over a row as it was read before."""
    page = admin.site._registry[type(stale)]
    request = RequestFactory().post("/")
    request.user = cast.supervisor
    form_class = page.get_form(request, stale, change=True)
    shown = form_class(instance=stale)
    values = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()}
    form = form_class(values | changes, instance=stale)
    assert form.is_valid(), form.errors

    def act() -> HttpResponse:
        page.save_model(request, form.save(commit=False), form, change=True)
        page.save_related(request, form, [], change=True)
        return HttpResponse()

    return act


def test_edit__lane_switched_meanwhile__stays_switched(cast: Cast) -> None:
    read_before = Lane.objects.get(pk=cast.lane.pk)
    act = saving(cast, read_before, name_en="Renamed")
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    set_auto_call(lane_code=cast.lane.code, on=True, **cast.by(cast.operator))
    edit(act=act, **cast.by(cast.supervisor))
    lane = Lane.objects.get(pk=cast.lane.pk)
    assert (lane.name_en, lane.is_open, lane.closed_reason, lane.auto_call) == ("Renamed", False, "fog", True)
    version = lane.history.first()
    assert (version.name_en, version.is_open, version.closed_reason) == ("Renamed", False, "fog")


def test_edit__bay_blocked_and_edited_meanwhile__keeps_both(cast: Cast) -> None:
    read_before = Bay.objects.get(pk=cast.bays[0].pk)
    act = saving(cast, read_before, length_m=21.5)
    block_bay(yard_code=cast.yard.code, bay_code="A-01", reason="oil", **cast.by(cast.operator))
    edit(act=saving(cast, Bay.objects.get(pk=read_before.pk), width_m=4.5), **cast.by(cast.supervisor))
    edit(act=act, **cast.by(cast.supervisor))
    bay = Bay.objects.get(pk=read_before.pk)
    assert (bay.length_m, bay.width_m, bay.blocked_at, bay.blocked_reason) == (21.5, 4.5, cast.now, "oil")
    assert (bay.history.first().blocked_at, bay.history.first().width_m) == (cast.now, 4.5)
    told = LedgerEntry.objects.filter(kind="bay.configured").order_by("seq").last()
    assert told is not None
    assert (told.data["length_m"], told.data["width_m"]) == (21.5, 4.5)


@pytest.mark.parametrize(("row", "change"), [("lane", {"cargo_kinds": ["bulk"]}), ("bay", {"length_m": 19})])
def test_edit__of_a_lane_or_a_bay__locks_in_the_order_of_the_law(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, row: str, change: dict[str, Any]
) -> None:
    act = saving(cast, cast.lane if row == "lane" else cast.bays[0], **change)
    with lawful(monkeypatch):
        edit(act=act, **cast.by(cast.supervisor))


def test_edit__nothing_changed__no_row_written(cast: Cast) -> None:
    act = saving(cast, Lane.objects.get(pk=cast.lane.pk))
    with CaptureQueriesContext(connection) as captured:
        edit(act=act, **cast.by(cast.supervisor))
    assert [sql for sql in (each["sql"] for each in captured.captured_queries) if 'UPDATE "yards_lane"' in sql] == []
    assert Window.objects.filter(lane=cast.lane).exists()
