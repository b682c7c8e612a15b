"""Aisles that are proposed for a plan while it is being drawn."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from web.pages import action
from web.staff.views_layout_editor import document_of, refused
from web.staff.views_layouts import CHANGE, layout_for
from yards.layouts import geojson, propose
from yards.layouts.plan import Plan


@action(CHANGE)
def proposed(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    """Aisles along the rows of bays of the document that is sent; nothing is kept."""
    layout_for(request, yard_code, ref, CHANGE)
    data, problem = document_of(request)
    if problem:
        return problem
    plan = geojson.read(data).plan
    if plan is None:
        return refused(_("Nothing can be proposed: the plan cannot be read."), "layout_not_valid")
    try:
        aisles = propose.aisles(plan)
    except propose.TooIrregular:
        return refused(
            _("Nothing can be proposed: the bays stand in too few rows. Draw the aisles."), "layout_not_valid"
        )
    drawn = Plan(plan.origin, plan.width_m, plan.depth_m, aisles=aisles)
    return JsonResponse({"features": geojson.write(drawn)["features"]})
