"""The code lists of data/, read once. PURE. Where they are from and what they are not: data/ATTRIBUTION.md."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@cache
def hs() -> dict[str, str]:
    """This will return the chapters, headings and subheadings of the HS, edition 2022: code → description."""
    return _pairs("hs_2022.csv")


@cache
def hs_retired() -> dict[str, str]:
    """This will return the codes that edition 2017 had and edition 2022 has no more: code → what it was."""
    return _pairs("hs_2017_retired.csv")


@cache
def un_classes() -> dict[str, frozenset[str]]:
    """This will return the classes of the UN numbers that are listed: "1203" → {"3"}."""
    return {number: frozenset(classes.split()) for number, classes in _pairs("un_numbers.csv").items()}


@cache
def countries() -> frozenset[str]:
    return _words("countries.txt")


@cache
def currencies() -> frozenset[str]:
    return _words("currencies.txt")


def hs_siblings(code: str) -> list[str]:
    """This will return the subheadings that a six-digit code's heading has, at most eight: where to look for the right one."""
    return [each for each in sorted(hs()) if len(each) == 6 and each.startswith(code[:4])][:8]


def _pairs(name: str) -> dict[str, str]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return {row[0]: row[1] for row in rows}


def _words(name: str) -> frozenset[str]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
