"""What the templates of the live plan need, wherever it stands: on a page of its own or as a panel of the desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from web.drawing import ARROW
from web.pages import live
from web.staff.pages import way_back
from web.staff.plan import LivePlan
from yards.models import Yard

KINDS = (
    "stay. bay. place. aisle. zone. evacuation. layout.in_force yard. "
    "queue.admitted queue.exited queue.missed queue.withdrawn"
)


def plan_context(
    request: HttpRequest, yard: Yard, *, panel: bool, search: str = "", since: int | None = None
) -> dict[str, Any]:
    """This will gather it; links lead back to the page they are on. `panel`: beside other things, so only the plan itself."""
    told = live(yard.stream, "staff")
    plan = LivePlan(yard, search=search)
    return {
        "live": told,
        "yard": yard,
        "port": yard.port,
        "panel": panel,
        "plan": plan,
        "plan_patch": lambda: plan.patch(seq=told["seq"], since=since),
        "plan_words": LivePlan.words(),
        "plan_kinds": KINDS,
        "arrow_path": ARROW,
        "back": way_back(request, request.get_full_path()),
    }
