"""Who is called stands above the order of the lanes: the earliest calls are shown, the others counted and found by their plate."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.api.forms import reader, text
from tests.cast import Cast
from tests.operations import steps


@pytest.fixture(autouse=True)
def _one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.staff.console.CALLED_ROWS", 1)


def called(cast: Cast, search: str = "") -> str:
    """What the console's part for the called ones says."""
    address = reverse("web:console", args=[cast.yard.code])
    return text(reader(cast.operator).get(address, {"q": search}, headers={"X-Live-Region": "called"}))


def test_called__more_than_are_shown__are_counted(cast: Cast) -> None:
    first, second = steps.called(cast), steps.called(cast)
    shown = called(cast)
    assert "Called 2" in shown
    assert "1 more: find it by its plate" in shown
    assert (first.vehicle.plate in shown, second.vehicle.plate in shown) == (True, False)


def test_called__searched_by_plate__is_shown_though_others_were_called_before(cast: Cast) -> None:
    first, second = steps.called(cast), steps.called(cast)
    found = called(cast, second.vehicle.plate)
    assert (first.vehicle.plate in found, second.vehicle.plate in found) == (False, True)


def test_called__nobody_matches__says_so_and_not_that_nobody_is_called(cast: Cast) -> None:
    steps.called(cast)
    assert "Nobody who is called matches the search." in called(cast, "XX 999")
