"""Public audience: the events that webhooks tell of, with JSON Schema and examples."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from core.api import shared
from core.api.answers import all_shaped
from core.api.schema import operation
from core.api.views import View
from notifications.webhooks.api import shapes
from notifications.webhooks.catalogue import TYPES


class Events(View):
    verb = "public.read"
    authentication_classes = ()

    @operation(
        name="public_webhook_events",
        summary="The events that webhooks tell of",
        description="Each with the JSON Schema of its body and an example. docs/webhooks.md says how they are sent and verified.",
        audience="public",
        answer=shapes.EventTypesShape,
    )
    def get(self, request: Request) -> HttpResponse:
        return shared.answer(request, lambda: {"results": all_shaped(shapes.EventTypeShape, TYPES.values())})


urlpatterns = [path("webhook-events/", Events.as_view(), name="webhook_events")]
