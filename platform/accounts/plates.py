"""Plates. Pure: what was typed is kept, its normal form is what is compared, and nothing is ever guessed.

A vehicle is (country, class, key). The key is what remains of the text when its spelling is taken away: full-width forms,
lower case, spaces, dots, hyphens, direction marks and other invisible characters. Letters that only look alike stay apart
(O is not 0), formats nobody listed are accepted. What looks alike has one `skeleton`: a reason to ask a person, never a match.
"""

from __future__ import annotations

import functools
import unicodedata
from typing import NamedTuple

MAX_LENGTH = 40
_KEPT = frozenset("LMN")  # letters, the vowel and tone marks of Lao, Thai and Burmese, digits
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5"  # letters and marks by category that show nothing
_INVISIBLE = {ord(c) for c in _BLANK_LETTERS} | set(range(0xFE00, 0xFE10)) | set(range(0xE0100, 0xE01F0))


class PlateIdentity(NamedTuple):
    """What makes two plates the same vehicle."""

    country: str
    plate_class: str
    key: str


def normalise(text: str) -> str:
    """This will return the normal form of a plate, "" when nothing readable is in the text. Normalising twice changes nothing."""
    key = _letters(_letters(text))  # what was apart may compose once the separator is gone
    return key if any(unicodedata.category(c)[0] != "M" for c in key) else ""


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    return "".join(c for c in folded if unicodedata.category(c)[0] in _KEPT and ord(c) not in _INVISIBLE)


#: Characters that a camera, or a person in the rain, takes for one another. The second table is of a country's own letters.
CONFUSED = ("O0QD", "I1L", "B8", "Z2", "S5", "G6")
CONFUSED_IN = {
    "LA": ("ດຕ", "ພຟ", "ຜຝ", "ບຍ"),
    "TH": ("ดตค", "พฟ", "ผฝ", "ชซ", "ขฃ", "ฎฏ"),
}


def skeleton(key: str, country: str = "") -> str:
    """This will return a normal form in which characters that look alike are one: equal ones may be misreadings of each other.

    It never says that two plates are the same; a person does. A key that bears a country's own letters is folded by that country's
    table too, and by all of them where the country was not read.
    """
    return key.translate(_folded(country.upper()))


@functools.lru_cache(maxsize=64)
def _folded(country: str) -> dict[int, str]:
    own = CONFUSED_IN.get(country, ()) if country else [group for groups in CONFUSED_IN.values() for group in groups]
    return {ord(each): group[0] for group in (*CONFUSED, *own) for each in group}


def identity(*, country: str, plate_class: str, plate: str) -> PlateIdentity:
    """This will return the identity of a vehicle; `country` is an ISO 3166 alpha-2 code in any case."""
    return PlateIdentity(country.strip().upper(), plate_class, normalise(plate))


def mask(plate: str) -> str:
    """This will return a plate as the public may see it: the first two and last two characters, at least two hidden."""
    clusters = _clusters(normalise(plate))
    shown = max(0, min(4, len(clusters) - 2))
    head, tail = (shown + 1) // 2, shown // 2
    hidden = len(clusters) - head - tail
    return "".join(clusters[:head]) + "*" * hidden + "".join(clusters[len(clusters) - tail :])


def _clusters(text: str) -> list[str]:
    """A letter and the marks that sit on it are one character to a reader."""
    clusters: list[str] = []
    for c in text:
        if clusters and unicodedata.category(c)[0] == "M":
            clusters[-1] += c
        else:
            clusters.append(c)
    return clusters
