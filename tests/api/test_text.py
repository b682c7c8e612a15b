"""Hostile and odd text in every field that takes text: normalised, kept inert, or refused with the field's name."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.exceptions import ValidationError

from core.api.fields import Code, PlainText, Ref, plain
from core.models import LedgerEntry

BIDI = "\u202eTSET\u202c"
INERT = [
    "<script>alert(1)</script>",
    "'; DROP TABLE reservations_slot; --",
    "=cmd|' /C calc'!A0",
    "🚚🥬 durian",
    "{{ 7*7 }}",
    "%s %(x)s",
]
REFUSED = [BIDI, "a\x00b", "a\x1bb", "a\ud800b", "a\u2066b", "\u200f", "x" * 10_000, "\U00100000"]


@pytest.fixture
def close(cast: Any, operator: Any) -> Any:
    return lambda reason: operator.post(f"/staff/lanes/{cast.lane.code}/close/", {"reason": reason})


@pytest.mark.parametrize("text", INERT)
def test_reason__code_in_it__is_kept_as_text(close: Any, text: str) -> None:
    answer = close(text)

    assert (answer.status_code, answer.json()["closed_reason"]) == (200, text)
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert LedgerEntry.objects.get(kind="lane.closed").reason == text


@pytest.mark.parametrize("text", REFUSED, ids=ascii)
def test_reason__control_marks_or_too_long__is_422_and_changes_nothing(close: Any, text: str) -> None:
    answer = close(text)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize("text", REFUSED, ids=ascii)
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/driver/reservations/R-000000000/cancel/", "reason"),
        ("/driver/turn/Q-000000000/withdraw/", "reason"),
        ("/driver/check-in/", "port"),
        ("/driver/walk-up/", "lane"),
        ("/driver/reservations/", "slot"),
    ],
)
def test_driver__hostile_text_in_a_field__is_never_a_fault_of_ours(
    driver: Any, path: str, field: str, text: str
) -> None:
    answer = driver.post(path, {field: text})

    assert answer.status_code in (404, 422)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("text", [*INERT, *REFUSED], ids=ascii)
def test_plate__hostile_text__is_never_a_fault_of_ours(cast: Any, operator: Any, text: str) -> None:
    body = {"lane": cast.lane.code, "country": "CN", "plate": text, "cargo_kind": "general"}

    answer = operator.post("/staff/walk-ups/", body)

    assert answer.status_code in (201, 422)
    if answer.status_code == 201:
        assert answer.json()["vehicle"]["plate"] == text


@pytest.mark.parametrize("text", ["\x00", "a\x00", "\ud800", "x" * 5000, "' OR 1=1 --", BIDI], ids=ascii)
@pytest.mark.parametrize("name", ["kind", "visit", "cursor", "page_size", "since", "oldest_first"])
def test_query__hostile_text__is_never_a_fault_of_ours(cast: Any, supervisor: Any, name: str, text: str) -> None:
    answer = supervisor.get(f"/staff/yards/{cast.yard.code}/ledger/", {name: text.encode("utf-8", "surrogatepass")})

    assert answer.status_code in (200, 422)


@pytest.mark.parametrize("wrong", [None, 7, [], {}, True, 1e300])
def test_reason__not_a_text__is_422(close: Any, wrong: Any) -> None:
    assert close(wrong).status_code == 422


def test_plain__two_spellings__become_one() -> None:
    assert plain("  Khảo\u0301  sát\n\n2\u00ad ") == plain("Khả\u006f\u0301 sát 2")
    assert PlainText().run_validation("e\u0301  \t x") == "é x"


def test_plain__scripts_of_all_five_languages__stay() -> None:
    for text in ("磨憨口岸", "Lối vào", "ດ່ານບໍ່ເຕັນ", "မူဆယ်", "ด่าน", "👨‍👩‍👧 family"):
        assert PlainText().run_validation(text) == text


@pytest.mark.parametrize(
    ("field", "value"), [(Ref("T"), "T-1"), (Ref("T"), "V-000000000"), (Code(), "a b"), (Code(), "../x")]
)
def test_reference__of_another_kind__is_refused(field: Any, value: str) -> None:
    with pytest.raises(ValidationError):
        field.run_validation(value)


def test_fault_of_a_field__asked_in_two_languages_in_turn__is_told_in_each(enterprise: Any) -> None:
    def told(language: str) -> str:
        refused = enterprise.post(
            "/enterprise/vehicles/", {"country": "CN", "plate": "A" * 200}, Accept_Language=language
        )
        return str(next(error["detail"] for error in refused.json()["errors"] if error["field"] == "plate"))

    chinese, english = told("zh-hans"), told("en")
    assert english.isascii()
    assert not chinese.isascii()
    assert (told("zh-hans"), told("en")) == (chinese, english)
