"""Plates and phones: spelling is taken away, nothing is guessed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import plates, texts
from accounts.errors import PhoneCountryNotServed, PhoneNotMobile, PhoneNotValid
from accounts.phones import e164

RLO, ZWSP, BOM, LRI, PDI = "\u202e", "\u200b", "\ufeff", "\u2066", "\u2069"


# ---------------------------------------------------------------- plates
@pytest.mark.parametrize(
    "typed",
    [
        "云A·12345",
        "云A12345",
        "云a 123-45",
        "  云Ａ•１２３４５ ",
        f"{LRI}云A{ZWSP}12345{PDI}",
        f"{BOM}云A_123.45",
        "云A/12345\n",
        f"云{RLO}A12345",
    ],
)
def test_normalise__spellings_of_one_plate__one_key(typed: str) -> None:
    assert plates.normalise(typed) == "云A12345"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("29C-123.45", "29C12345"),  # Viet Nam
        ("ກຂ 1234", "ກຂ1234"),  # Laos
        ("ບຈ ໑໒໓໔", "ບຈ໑໒໓໔"),  # Lao digits stay Lao digits
        ("1A/1234 ရန်ကုန်", "1A1234ရန်ကုန်"),  # Myanmar: marks are part of the letters
        ("1กข 234 กรุงเทพมหานคร", "1กข234กรุงเทพมหานคร"),
        ("粤Z·K123港", "粤ZK123港"),
        ("'; DROP TABLE accounts_vehicle; --", "DROPTABLEACCOUNTSVEHICLE"),
        ("<script>alert(1)</script>", "SCRIPTALERT1SCRIPT"),
        ("🚚🚛", ""),
        ("❤\ufe0f", ""),
        ("\u3164\u115f", ""),
        ("\u0e31\u0eb1", ""),
        ("… — ·", ""),
    ],
)
def test_normalise__any_format__letters_marks_and_digits_only(typed: str, key: str) -> None:
    assert plates.normalise(typed) == key


def test_normalise__look_alikes__stay_apart() -> None:
    assert len({plates.normalise(text) for text in ("云AO1", "云A01", "云AІ1", "云AI1")}) == 4


def test_identity__same_text_in_two_countries_or_classes__three_vehicles() -> None:
    seen = {
        plates.identity(country=country, plate_class=kind, plate="AB-1234")
        for country, kind in (("cn", "truck"), ("LA", "truck"), ("LA", "trailer"))
    }
    assert seen == {("CN", "truck", "AB1234"), ("LA", "truck", "AB1234"), ("LA", "trailer", "AB1234")}


@settings(max_examples=500)
@given(st.text(max_size=60))
def test_normalise__any_text__twice_is_once_and_nothing_invisible_stays(text: str) -> None:
    key = plates.normalise(text)
    assert plates.normalise(key) == key
    assert all(unicodedata.category(c)[0] in "LMN" for c in key)


@pytest.mark.parametrize(
    ("plate", "masked"),
    [
        ("云A·12345", "云A***45"),
        ("29C-123.45", "29****45"),
        ("AB123", "AB**3"),
        ("ABCD", "A**D"),
        ("AB", "**"),
        ("A", "*"),
        ("", ""),
    ],
)
def test_mask__plate__first_two_and_last_two_at_most(plate: str, masked: str) -> None:
    assert plates.mask(plate) == masked


@given(st.text(max_size=40))
def test_mask__any_text__hides_two_characters_or_all(text: str) -> None:
    key = plates.normalise(text)
    assert plates.mask(text).count("*") >= min(2, len(plates._clusters(key)))


# ---------------------------------------------------------------- text
def test_one_line__marks_and_controls__gone() -> None:
    assert texts.one_line(f" a\tb\x00{RLO}c{ZWSP}\r\n d ") == "a bc d"
    assert texts.one_line("<b>'; DROP TABLE x; --</b> 🚚") == "<b>'; DROP TABLE x; --</b> 🚚"


# ---------------------------------------------------------------- phones
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("+86 138 0000 0001", "+8613800000001"),
        ("13800000001", "+8613800000001"),  # no country code: the home region's
        ("0086-138-0000-0001", "+8613800000001"),
        ("+８６１３８００００００01", "+8613800000001"),
        (f"{LRI}+86 138 0000 0001{PDI}", "+8613800000001"),  # as copied out of a chat
        ("+84 91 234 56 78", "+84912345678"),
        ("+856 20 5551 2345", "+8562055512345"),
        ("+95 9 420 123 456", "+959420123456"),
        ("+66 81 234 5678", "+66812345678"),
    ],
)
def test_e164__five_countries__one_spelling(typed: str, stored: str) -> None:
    assert e164(typed) == stored


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("+1 650 253 0000", PhoneCountryNotServed),
        ("+44 7400 123456", PhoneCountryNotServed),
        ("+86 138 0000 000", PhoneNotValid),
        ("+84 12345", PhoneNotValid),
        ("+86 10 1234 5678", PhoneNotMobile),
        ("+86 138 0000 0001 ext. 5", PhoneNotValid),
        ("", PhoneNotValid),
        ("🚚", PhoneNotValid),
        ("'; DROP TABLE accounts_user; --", PhoneNotValid),
        ("<b>138</b>", PhoneNotValid),
        ("1" * 10_000, PhoneNotValid),
        ("+86" + "\x00" * 10, PhoneNotValid),
    ],
)
def test_e164__anything_else__says_what_is_wrong(typed: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        e164(typed)
