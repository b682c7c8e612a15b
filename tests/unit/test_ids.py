"""Public references: hard to guess, easy to read out over a radio."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import ALPHABET, LENGTH, new_ref, normalise_ref


def test_new_ref__many__are_distinct_and_of_one_form() -> None:
    refs = {new_ref("R") for _ in range(2000)}
    assert len(refs) == 2000
    assert all(re.fullmatch(rf"R-[{ALPHABET}]{{{LENGTH}}}", ref) for ref in refs)


def test_alphabet__letters_that_look_like_digits__are_left_out() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


@given(st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH))
def test_normalise_ref__as_stored__stays(body: str) -> None:
    assert normalise_ref(f"R-{body}") == f"R-{body}"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" r-7k3m9qxd2 ", "R-7K3M9QXD2"),
        ("q-oil000000", "Q-011000000"),
        ("O-OOOO", "O-0000"),
        ("", ""),
        ("nodash", "NODASH"),
    ],
)
def test_normalise_ref__as_a_person_types_it__is_the_stored_spelling(typed: str, stored: str) -> None:
    assert normalise_ref(typed) == stored
