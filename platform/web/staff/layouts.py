"""What the layout pages show: a version beside the one in force, its findings in groups, and who stands on what would go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from web.drawing import Drawing
from web.staff.editor_words import WORDS
from yards.findings import words
from yards.layouts.changes import Change, changes
from yards.layouts.plan import Plan
from yards.models import Layout, Stay, Yard

COMPARED = 10  # versions whose changes stand in the list
SHOWN = 100  # findings of one group that are listed; the group's number counts them all
LEVELS: dict[str, tuple[str, Promise]] = {
    "error": ("bad", _("Wrong: must be mended before it can be used")),
    "warning": ("call", _("Worth a look")),
    "note": ("none", _("How it was understood, and what was ignored")),
}
KINDS: dict[str, Promise] = {
    "bays": _("bays"),
    "zones": _("zones"),
    "gates": _("gates"),
    "aisles": _("aisles"),
    "points": _("points"),
}


@dataclass(frozen=True)
class Said:
    """One finding: what it is about, its sentence, and the mark on the drawing it belongs to ("" when it is not drawn)."""

    about: str
    text: str
    anchor: str


@dataclass(frozen=True)
class Group:
    """All findings of one code; `more` are not listed."""

    count: int
    first: Said
    items: list[Said]
    more: int


@dataclass(frozen=True)
class Level:
    shape: str
    title: Promise
    count: int
    groups: list[Group]


@dataclass(frozen=True)
class Difference:
    """One kind of thing and what became of it; codes as far as they are listed."""

    word: Promise
    change: Change


@dataclass(frozen=True)
class Effect:
    """What putting a version in force does to the yard as it is now. `standing` are (bay, vehicle) on bays that go."""

    differences: list[Difference]
    came: int
    went: int
    standing: list[tuple[str, str]]


def plan_of(layout: Layout) -> Plan:
    """This will read a version's plan; a draft's changes with every edit, so it is not kept."""
    return Plan.from_json(layout.plan)


def in_force(yard: Yard) -> Layout | None:
    return Layout.objects.filter(yard=yard, state="in_force").first()


def effect_of(layout: Layout, *, beside: Layout | None) -> Effect:
    """This will compare a version with another (`beside`, usually the one in force) and with who is in the yard."""
    found = changes(plan_of(beside) if beside else None, plan_of(layout))
    bays = next(change for change in found if change.kind == "bays")
    rows = Stay.objects.filter(bay__yard=layout.yard, bay__code__in=bays.went, state__in=["held", "occupied"])
    standing = [
        (stay.bay.code, str(stay.vehicle)) for stay in rows.select_related("bay", "vehicle").order_by("bay__code")
    ]
    told = [Difference(KINDS[change.kind], change) for change in found if change]
    return Effect(told, len(bays.came), len(bays.went), standing)


def with_changes(rows: Sequence[Layout]) -> list[list[Difference] | None]:
    """This will tell of the newest versions (`rows`, newest first) what differs from the one before; None for the others,
    whose plans are not read."""
    kept = [row for row in rows if row.state != "discarded"][: COMPARED + 1]
    plans = {row.pk: plan_of(row) for row in kept}
    before = {row.pk: plans[old.pk] for row, old in pairwise(kept)}
    told = {row.pk: changes(before.get(row.pk), plans[row.pk]) for row in kept[:COMPARED]}
    return [
        [Difference(KINDS[each.kind], each) for each in told[row.pk] if each] if row.pk in told else None
        for row in rows
    ]


def findings_of(layout: Layout, drawing: Drawing) -> list[Level]:
    """This will group a version's findings by level and code, the worst first."""
    drawn = anchors(drawing)
    by_level: dict[str, dict[str, list[Said]]] = {level: {} for level in LEVELS}
    for level, code, where, figures in layout.findings:
        anchor = anchor_of(where)
        said = Said(_about(where), words(level, code, where, figures), anchor if anchor in drawn else "")
        by_level[level].setdefault(code, []).append(said)
    return [_level(level, groups) for level, groups in by_level.items() if groups]


def _about(where: str) -> str:
    """`bay C-31` in the reader's language; the code stays as it is."""
    kind, _space, code = where.partition(" ")
    return f"{WORDS[kind]} {code}".strip() if kind in WORDS else where


def anchor_of(where: str) -> str:
    """This will name the mark of what a finding is about: `bay C-31` → `bay-C-31`, as the drawing's ids are made."""
    return "-".join(where.split(" "))


def anchors(drawing: Drawing) -> set[str]:
    """This will return the ids of everything that a drawing shows."""
    named: list[tuple[str, Iterable[str]]] = [
        ("bay", (part.code for part in drawing.bays)),
        ("aisle", (part.code for part in drawing.aisles)),
        ("zone", (part.code for part in drawing.zones)),
        ("gate", (part.code for part in drawing.gates)),
        ("point", (part.code for part in drawing.points)),
    ]
    found = {anchor_of(f"{kind} {code}") for kind, codes in named for code in codes}
    return found | {anchor_of(f"{part.kind} {part.code}") for part in drawing.points}


def _level(level: str, groups: dict[str, list[Said]]) -> Level:
    shape, title = LEVELS[level]
    listed = [Group(len(said), said[0], said[1:SHOWN], max(0, len(said) - SHOWN)) for said in groups.values()]
    return Level(shape, title, sum(group.count for group in listed), sorted(listed, key=lambda group: -group.count))
