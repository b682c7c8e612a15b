"""Dates in the words of their reader: none can be taken for another day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.formats import date_format

from web.templatetags.web import date_short, day_name

PORT: Any = SimpleNamespace(tz=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("language", "short", "with_year"),
    [
        ("en", "5 Mar", "5 Mar 2026"),
        ("zh-hans", "3月5日", "2026年3月5日"),
        ("vi", "5/3", "5/3/2026"),
        ("lo", "5/3", "5/3/2026"),
        ("my", "5/3", "5/3/2026"),
    ],
)
def test_date__in_each_language__puts_day_and_month_as_its_readers_do(
    language: str, short: str, with_year: str
) -> None:
    with translation.override(language):
        assert (date_short(date(2026, 3, 5)), date_format(date(2026, 3, 5), "SHORT_DATE_FORMAT")) == (short, with_year)


@pytest.mark.parametrize(("language", "named"), [("en", "Sat 7 Mar"), ("zh-hans", "3月7日 星期六")])
def test_day__neither_today_nor_tomorrow__has_its_weekday(language: str, named: str) -> None:
    context: Any = {"now": datetime(2026, 3, 5, tzinfo=UTC)}
    with translation.override(language):
        assert day_name(context, date(2026, 3, 7), PORT) == named
