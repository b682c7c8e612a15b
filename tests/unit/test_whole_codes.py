"""Codes in running text: whole on one line, whatever stands round them; what was typed by people stays escaped."""

from __future__ import annotations

import pytest

from web.templatetags.web import whole

KEPT = '<span class="nowrap">{}</span>'


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("In 50 metres, bay A-02 is on your left.", "A-02"),
        ("50 米后，泊位A-389在您左侧。", "A-389"),
        ("lane: MOHAN-IN1, inbound", "MOHAN-IN1"),
    ],
)
def test_whole__code_in_a_sentence__keeps_one_line(said: str, code: str) -> None:
    assert whole(said) == said.replace(code, KEPT.format(code))


@pytest.mark.parametrize("said", ["G2", "turn left - now", "BAY-WITH-A-LONG-NAME-7", "-5 m", ""])
def test_whole__no_code_or_one_too_long_for_a_phone__is_left_as_it_is(said: str) -> None:
    assert whole(said) == said


def test_whole__typed_markup__is_escaped() -> None:
    assert whole("<b>A-1</b>") == f"&lt;b&gt;{KEPT.format('A-1')}&lt;/b&gt;"
