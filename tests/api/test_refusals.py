"""What is refused before a view is reached is told as views tell it: one form of a problem, whoever says no."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from core.middleware import BusyMiddleware, SizeFirst
from core.sizes import MOST_BYTES, is_too_big

API, PAGE = "/api/v1/public/ports/", "/ports/"


def broken(*_: Any, **__: Any) -> HttpResponse:
    raise OperationalError("server closed the connection unexpectedly")


def asked(path: str) -> HttpResponse:
    return BusyMiddleware(broken)(RequestFactory().get(path))


def test_busy__before_any_view__is_the_problem_that_views_tell(anybody: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reservations.api.public.port_summaries", broken)
    of_the_view = anybody.get("/public/ports/")
    early = asked(API)
    assert early.content == of_the_view.content
    assert {name: early[name] for name in ("Content-Type", "Retry-After", "Cache-Control")} == {
        "Content-Type": "application/problem+json",
        "Retry-After": "2",
        "Cache-Control": "no-store",
    }


def test_busy__on_a_page__is_a_page() -> None:
    answer = asked(PAGE)
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert b"<html" in answer.content


def test_body__too_big_by_its_length__is_a_problem_with_its_limit(rf: RequestFactory) -> None:
    request = rf.post(API, data=b"", content_type="application/json", CONTENT_LENGTH=str(MOST_BYTES + 1))
    answer = SizeFirst(broken)(request)
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert b'"code":"body_too_large"' in answer.content.replace(b" ", b"")
    assert b'"most_mb":12' in answer.content.replace(b" ", b"")


@pytest.mark.parametrize(
    ("length", "said"),
    [
        *[(None, False), ("", False), (b"17", False), ("-1", False), ("²", False), (str(MOST_BYTES), False)],
        *[(str(MOST_BYTES + 1), True), (b"999999999999", True), ("9" * 4000, True)],
    ],
)
def test_length__as_stated__is_weighed(length: Any, said: bool) -> None:
    assert is_too_big(length) is said


def test_method_and_media_type__not_of_the_operation__are_refused_in_whole_titles(
    anybody: Any, enterprise: Any
) -> None:
    method = anybody.post("/public/ports/", {})
    media_type = enterprise.client.post("/api/v1/enterprise/bookings/options/", "a", content_type="text/plain")
    assert (method.status_code, method["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert [each.json()["title"] for each in (method, media_type)] == [
        "Not with this method",
        "Not a media type of this operation",
    ]
