"""Why a bay was chosen, or is not, in the reader's language. Reads what `yards.guidance` stored with a stay, older forms of it too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yards.models import Equipment, NextStep

Words = str | Promise

PARTS: dict[str, Words] = {
    "drive_in": gettext_lazy("drive in"),
    "drive_on": gettext_lazy("drive on to the next step"),
    "traffic": gettext_lazy("a truck is moving in the aisle"),
    "blocking": gettext_lazy("may keep the one behind from leaving"),
    "scarcity": gettext_lazy("kept for those who need such a bay"),
    "lock": gettext_lazy("shuts in an empty bay behind it"),
}
REFUSED: dict[str, Words] = {
    "too_short": gettext_lazy("too short"),
    "too_narrow": gettext_lazy("too narrow"),
    "equipment": gettext_lazy("lacks what the vehicle needs"),
    "not_hazmat": gettext_lazy("no stand for dangerous goods"),
    "hazmat_only": gettext_lazy("kept for dangerous goods"),
    "no_way": gettext_lazy("no way there or out again"),
    "blocked": gettext_lazy("blocked"),
    "zone_blocked": gettext_lazy("its zone is blocked"),
    "retired": gettext_lazy("not on the plan any more"),
    "taken": gettext_lazy("held or occupied"),
    "behind_taken": gettext_lazy("shut in by the bay in front of it"),
    "segregation": gettext_lazy("too near to other dangerous goods"),
}
LOST: dict[str, Words] = {
    "longer_way": gettext_lazy("a longer way"),
    "more_traffic": gettext_lazy("a truck was moving in its aisle"),
    "would_block": gettext_lazy("it might have kept the one behind from leaving"),
    "scarcer": gettext_lazy("it was kept for those who need such a bay"),
    "would_lock": gettext_lazy("it would have shut in an empty bay"),
    "higher_code": gettext_lazy("the same cost, a later number"),
}


def words_of(why: Mapping[str, Any]) -> list[str]:
    """This will tell how a stay's bay came to be chosen, one sentence an item; nothing for what nobody noted."""
    tell = {
        "least_total_cost": _by_cost,
        "cheapest_that_fits": _by_line,
        "named_by_a_person": _by_person,
        "stands_there": _stands_there,
    }.get(str(why.get("rule", "")))
    if tell is None:
        return []
    instead = why.get("instead_of")
    return [*tell(why), *([_("Before it had bay %(bay)s.") % {"bay": instead}] if instead else [])]


def refusal_words(codes: Iterable[str]) -> list[str]:
    """This will say what speaks against a bay."""
    return [str(REFUSED.get(code, code)) for code in codes]


def part_words(parts: Mapping[str, float]) -> list[tuple[str, int]]:
    """This will name the parts of a bay's cost with their metres; what counts for nothing is left out."""
    return [(str(PARTS.get(name, name)), round(metres)) for name, metres in parts.items() if round(metres)]


def _by_cost(why: Mapping[str, Any]) -> list[str]:
    return [
        _need(why["need"]),
        _("Chosen for the least total cost: %(cost)s.") % {"cost": _cost(why["cost_m"], why["parts"])},
        _for_whom(why),
        *(_alternative(*row) for row in why.get("alternatives", ())),
    ]


def _by_line(why: Mapping[str, Any]) -> list[str]:
    """As stays were chosen before yards had plans: [[code, metres]]."""
    chosen = _("The cheapest bay that fitted: %(metres)s m.") % {"metres": round(why.get("cost_m", 0))}
    others = [_("Next best: bay %(bay)s, %(metres)s m.") % _of(row) for row in why.get("alternatives", ())]
    return [chosen, *others]


def _by_person(why: Mapping[str, Any]) -> list[str]:
    reason = why.get("reason")
    named = _("Named by a person: %(reason)s.") % {"reason": reason} if reason else _("Named by a person.")
    return [named, *_although(why)]


def _stands_there(why: Mapping[str, Any]) -> list[str]:
    return [_("It was found standing in this bay and may stay there."), *_although(why)]


def _although(why: Mapping[str, Any]) -> list[str]:
    """What spoke against the bay, and was overruled."""
    against = ", ".join(refusal_words(why.get("against", ())))
    return [_("What spoke against it: %(reasons)s.") % {"reasons": against}] if against else []


def _of(row: Sequence[Any]) -> dict[str, Any]:
    return {"bay": row[0], "metres": round(row[1])}


def _need(need: Mapping[str, Any]) -> str:
    size = {"length": need["length_m"], "width": need["width_m"]}
    said = [_("%(length)s m long and %(width)s m wide") % size]
    said += [str(Equipment(item).label) if item in Equipment.values else item for item in need["equipment"]]
    if need["hazard"] == "?":
        said.append(_("dangerous goods of a class nobody named"))
    elif need["hazard"]:
        said.append(_("dangerous goods of class %(class)s") % {"class": need["hazard"]})
    return _("Needed: %(needs)s.") % {"needs": ", ".join(said)}


def _cost(cost_m: float, parts: Mapping[str, float]) -> str:
    told = ", ".join(f"{name} {metres} m" for name, metres in part_words(parts))
    return f"{round(cost_m)} m ({told})" if told else f"{round(cost_m)} m"


def _for_whom(why: Mapping[str, Any]) -> str:
    step = why["next_step"]
    facts = {
        "gate": why["gate"],
        "step": NextStep(step).label if step in NextStep.values else step,
        "minutes": why["stay_min"],
    }
    return _("In by gate %(gate)s, then %(step)s; expected to stand %(minutes)s min.") % facts


def _alternative(code: str, cost_m: float, parts: Mapping[str, float], lost: str) -> str:
    facts = {"bay": code, "metres": round(cost_m), "why": LOST.get(lost, lost)}
    return _("Next best: bay %(bay)s, %(metres)s m: %(why)s.") % facts
