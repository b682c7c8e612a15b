"""A call out of order: one person asks with a reason, another decides."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import NotFound
from reservations import operations, queries
from reservations.models import Override
from web.pages import action, form_page
from web.staff.forms import Reason
from web.staff.pages import press, sent
from web.staff.views_entries import Act, ask_about, entry_at

ASK = Act(
    "override.ask",
    operations.ask_override,
    title=gettext_lazy("Call out of order"),
    button=gettext_lazy("Ask for it"),
    lead=gettext_lazy(
        "A second person decides. The reason and both names stay in the record, and everybody who is passed can read them."
    ),
    done=gettext_lazy("Asked to call %(plate)s out of order. A second person decides."),
    form=Reason,
)


@form_page(ASK.verb)
def ask_for(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    row = entry_at(request, yard_code, ref, ASK.verb)
    return ask_about(request, row, ASK, form=Reason(sent(request)), user=request.user)


@action("override.decide")
def decide(request: HttpRequest, yard_code: str, ref: str, answer: str) -> HttpResponse:
    override = queries.override_for(user=request.user, ref=ref, verb="override.decide")
    if answer not in ("approve", "reject"):
        raise Http404
    if override.entry.lane.yard.code != yard_code:
        raise NotFound(field="override")
    return press(
        request,
        run=operations.decide_override,
        done=_decided,
        back=reverse("web:console", args=[yard_code]),
        ref=override.ref,
        approve=answer == "approve",
        user=request.user,
    )


def _decided(override: Override) -> str:
    if override.state == "approved":
        return _("Approved: it is called next.")
    return _("Refused: the order stays as it is.")
