"""What a plan must suit among the rows it will change: lanes that use a gate, and how long a code may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from yards.layouts.plan import Finding, Plan
from yards.models import Bay, Gate, Lane, Yard, Zone

#: judged again when a plan is scheduled and when it takes effect: lanes change meanwhile
GATE_IN_USE = "gate_in_use"
#: what is kept as the plan of a file that no plan could be read from; its own findings say why
NOTHING = Plan(origin=(0.0, 0.0), width_m=0.0, depth_m=0.0)


def beside_rows(yard: Yard, plan: Plan) -> list[Finding]:
    """This will tell what the yard's rows do not allow: a gate that a lane uses is not on the plan, a code is too long to keep."""
    parts = (("bay", plan.bays, Bay), ("gate", plan.gates, Gate), ("zone", plan.zones, Zone))
    return [*gates_in_use(yard, plan), *(finding for part in parts for finding in _too_long(*part))]


def gates_in_use(yard: Yard, plan: Plan) -> list[Finding]:
    """This will name each gate that a lane of the yard uses and the plan does not have as an entry."""
    if plan == NOTHING:
        return []
    entries = {gate.code for gate in plan.gates if gate.kind == "entry"}
    used: dict[str, list[str]] = {}
    for gate, lane in Lane.objects.filter(yard=yard).order_by("code").values_list("gate__code", "code"):
        used.setdefault(gate, []).append(lane)
    return [
        Finding("error", GATE_IN_USE, f"gate {gate}", {"lanes": ", ".join(lanes)})
        for gate, lanes in sorted(used.items())
        if gate not in entries
    ]


def _too_long(what: str, parts: Iterable[Any], model: type[Bay] | type[Gate] | type[Zone]) -> Iterator[Finding]:
    most = model._meta.get_field("code").max_length
    for part in parts:
        if len(part.code) > (most or 0):
            yield Finding("error", "code_too_long", f"{what} {part.code[:40]}", {"most": most})
