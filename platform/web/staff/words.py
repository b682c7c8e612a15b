"""Codes of the domain in the desk's words: why somebody waits, what a ledger entry says, what a new rule changes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reservations.models import Policy, Slot
from reservations.models.policy import Allocation
from reservations.queries import Explanation
from web.words import queue_class
from yards import capacity
from yards.models import CargoKind, Port
from yards.queries import LaneState

BLOCKED = {
    "no_bay_that_fits": gettext_lazy("no free bay fits"),
    "lane_closed": gettext_lazy("the lane is closed"),
}
CARGO = dict(CargoKind.choices)
ALLOCATIONS: dict[Any, Any] = dict(Allocation.choices)
PASSED = {
    "class_pattern": gettext_lazy("its class was next in the pattern"),
    "override": gettext_lazy("an override signed by two people"),
    "after_missed": gettext_lazy("this vehicle had missed its call"),
    "other_bay": gettext_lazy("a bay was free for it and none for this vehicle"),
    "offline": gettext_lazy("it was let in while the gate had no net"),
}
PLACED = {
    "override": gettext_lazy("Two people signed an override: it is called before the others."),
    "pattern": gettext_lazy(
        "Its class takes its turns in the published pattern; within the class the promised time counts."
    ),
    "after_missed": gettext_lazy("It missed a call and comes again after the next vehicles."),
}


def closed_words(state: LaneState, port: Port) -> str:
    """This will say why a lane is closed and until when, in the port's time."""
    until = f"{state.changes_at.astimezone(port.tz):%m-%d %H:%M}" if state.changes_at else ""
    if state.code == "closed_by_staff":
        return _("closed by staff: %(reason)s") % {"reason": state.reason}
    if state.code == "holiday":
        return _("public holiday (%(holiday)s)") % {"holiday": state.reason}
    if state.code == "closure":
        return _("shut: %(reason)s") % {"reason": state.reason}
    if state.code == "far_side":
        return _("the far side takes nobody now")
    return _("opens %(until)s") % {"until": until} if until else _("no opening is planned")


def why_lines(found: Explanation) -> list[str]:
    """This will answer "why is it here" line by line: the rule, who stands before it, what keeps it."""
    lines = [str(PLACED[found.standing.rule])] if found.standing else []
    for code, count in sorted(found.before_by_class.items()):
        text = ngettext("%(count)s vehicle before it: %(group)s", "%(count)s vehicles before it: %(group)s", count)
        lines.append(text % {"count": count, "group": queue_class(code)})
    if found.blocked_by:
        lines.append(
            _("It cannot be called just now: %(why)s.") % {"why": BLOCKED.get(found.blocked_by, found.blocked_by)}
        )
    return lines


def differences(old: Policy, new: dict[str, Any]) -> list[str]:
    """This will say in words what a new version of the rules changes; `new` holds changed fields only."""
    return [_difference(old, name, value) for name, value in new.items()]


def _difference(old: Policy, name: str, value: Any) -> str:
    label = Policy._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return _("%(rule)s: from %(old)s to %(new)s") % {
        "rule": label,
        "old": _shown(getattr(old, name)),
        "new": _shown(value),
    }


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return " → ".join(queue_class(code) for code in value)
    if isinstance(value, dict):
        return "; ".join(f"{CARGO.get(kind, kind)}: {queue_class(code)}" for kind, code in sorted(value.items()))
    return str(ALLOCATIONS.get(value, value))


def capacity_lines(slot: Slot, planned: int) -> list[str]:
    """This will say what a new plan means for a slot before it is set."""
    lines = [_("Planned places: from %(old)s to %(new)s.") % {"old": slot.planned, "new": planned}]
    if planned < slot.taken:
        text = ngettext(
            "%(taken)s place is taken. Nobody loses it: the slot keeps %(taken)s and shrinks to %(new)s as places come back.",
            "%(taken)s places are taken. Nobody loses one: the slot keeps %(taken)s and shrinks to %(new)s as places come back.",
            slot.taken,
        )
        return [*lines, text % {"taken": slot.taken, "new": planned}]
    free = capacity.in_force(planned=planned, taken=slot.taken) - slot.taken
    text = ngettext(
        "%(taken)s is taken, so %(free)s can still be given.",
        "%(taken)s are taken, so %(free)s can still be given.",
        slot.taken,
    )
    return [*lines, text % {"taken": slot.taken, "free": free}]
