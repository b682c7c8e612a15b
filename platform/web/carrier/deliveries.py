"""One webhook delivery: what was sent, every try at it, and sending it again."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.webhooks import operations
from notifications.webhooks.queries import delivery_of
from web import once
from web.carrier.endpoints import VERB
from web.carrier.office import organisation_of
from web.pages import action, page
from web.staff.pages import press


@page(VERB)
def delivery(request: HttpRequest, ref: str) -> HttpResponse:
    """What was sent, word for word, and what was answered. Raises UnknownDelivery."""
    row = delivery_of(ref, organisation_of(request, VERB))
    body = json.dumps(json.loads(row.event.body), ensure_ascii=False, indent=2)
    return render(request, "web/carrier/delivery.html", {"delivery": row, "body": body, "once": once.fresh()})


@action(VERB)
def replay(request: HttpRequest, ref: str) -> HttpResponse:
    """Sends it again under its own id. Raises UnknownDelivery."""
    organisation = organisation_of(request, VERB)
    row = delivery_of(ref, organisation)

    def run(**inputs: Any) -> Any:
        return operations.replay(organisation=organisation, delivery_ref=row.ref, **inputs)

    return press(request, run=run, done=_again, back=reverse("web:carrier_delivery", args=[row.ref]))


def _again(_result: Any) -> str:
    return _("It is sent again.")
