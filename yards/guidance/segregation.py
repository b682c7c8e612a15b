"""PURE. How far dangerous goods of two classes are kept apart.

Source: IMDG Code, table 7.2.4 (general segregation between classes), grades 1 to 4, reduced to the horizontal distances the code gives
them for open stowage: away from 3 m, separated from 6 m, by a compartment 12 m, longitudinally 24 m. Where editions differ (class 4.3
against 2.1, 2.3 and 3) the greater is taken; explosives, whose compatibility groups nobody names here, keep the greatest distance from
each other. The table's X and class 9 leave it to the substance's own schedule: 0 here. Segregation groups and subsidiary hazards are
not known. A yard is no ship: a port that wants more says so bay by bay (`segregation_m` of the plan).
"""

from __future__ import annotations

GRADE_M = {"x": 0.0, "1": 3.0, "2": 6.0, "3": 12.0, "4": 24.0}
FARTHEST_M = GRADE_M["4"]

_SAME = {"1.2": "1.1", "1.5": "1.1", "1.6": "1.3"}  # divisions that share a row
_TABLE = """
1.1  4 4 4 4 2 2 4 4 4 4 4 4 2 4 2 4 x
1.3  4 4 4 4 2 2 4 3 3 4 4 4 2 4 2 2 x
1.4  4 4 4 2 1 1 2 2 2 2 2 2 x 4 2 2 x
2.1  4 4 2 x x x 2 1 2 2 2 2 x 4 2 1 x
2.2  2 2 1 x x x 1 x 1 x x 1 x 2 1 x x
2.3  2 2 1 x x x 2 x 2 2 x 2 x 2 1 x x
3    4 4 2 2 1 2 x x 2 2 2 2 x 3 2 x x
4.1  4 3 2 1 x x x x 1 x 1 2 x 3 2 1 x
4.2  4 3 2 2 1 2 2 1 x 1 2 2 1 3 2 1 x
4.3  4 4 2 2 x 2 2 x 1 x 2 2 x 2 2 1 x
5.1  4 4 2 2 x x 2 1 2 2 x 2 1 3 1 2 x
5.2  4 4 2 2 1 2 2 2 2 2 2 x 1 3 2 2 x
6.1  2 2 x x x x x x 1 x 1 1 x 1 x x x
6.2  4 4 4 4 2 2 3 3 3 2 3 3 1 x 3 3 x
7    2 2 2 2 1 1 2 2 2 2 1 2 x 3 x 2 x
8    4 2 2 1 x x x 1 1 1 2 2 x 3 2 x x
9    x x x x x x x x x x x x x x x x x
"""
_ROWS = {row: grades for row, *grades in map(str.split, _TABLE.strip().splitlines())}
_ORDER = tuple(_ROWS)  # the columns are in the order of the rows
_GRADES = {(row, column): grade for row, grades in _ROWS.items() for column, grade in zip(_ORDER, grades, strict=True)}
CLASSES: tuple[str, ...] = tuple(sorted({*_ORDER, *_SAME}))


def known(hazard: str) -> bool:
    """This will say whether a class of dangerous goods is one of the table (a whole class such as "4" is not: it says too little)."""
    return hazard in CLASSES


def least_m(mine: str, other: str) -> float:
    """This will return the least distance between two classes, 0 when they may stand side by side or one is no dangerous goods ("").

    A class that is not named ("?") or not in the table is kept the greatest distance from every other, another unnamed one included.
    """
    if not mine or not other:
        return 0.0
    grade = _GRADES.get((_SAME.get(mine, mine), _SAME.get(other, other)))
    return FARTHEST_M if grade is None else GRADE_M[grade]
