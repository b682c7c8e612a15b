"""Words that pages put together themselves: as each language writes them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.operations import steps


def page_in(cast: Cast, language: str, name: str, *args: str) -> str:
    client = Client(headers={"Accept-Language": language})
    client.force_login(cast.driver, backend="accounts.backends.PeopleBackend")
    return client.get(reverse(f"web:{name}", args=args)).content.decode()


def test_turn__read_in_chinese_and_english__is_punctuated_as_each_writes(cast: Cast) -> None:
    entry = steps.walked_up(cast)
    chinese, english = (page_in(cast, language, "turn", entry.ref) for language in ("zh-hans", "en"))
    promised = "<b><time"
    assert (f"：{promised}" in chinese, "</time></b>。" in chinese, f": {promised}" in chinese) == (True, True, False)
    assert (f": {promised}" in english, "</time></b>. " in english, "：" in english) == (True, True, False)


@pytest.mark.parametrize(("language", "between"), [("zh-hans", "、"), ("en", ", ")])
def test_lane__several_kinds_of_cargo__are_listed_as_the_language_does(cast: Cast, language: str, between: str) -> None:
    labels = cast.lane.cargo_labels
    page = page_in(cast, language, "reserve_slot", cast.lane.code)
    assert page.count(between) >= len(labels) - 1 > 0


def test_extension__no_room_later__says_no_price_for_what_cannot_be_had(cast: Cast) -> None:
    mine = steps.reserved(cast, slot=cast.slots[-1])
    page = page_in(cast, "en", "reservation_extend", mine.ref)
    assert 'class="empty"' in page
    assert "data-cost" not in page
