"""Enterprise audience: deliveries of webhooks, dead letters among them; sent again, or made to try an endpoint out."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.api.enterprise import EnterpriseView
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from notifications.webhooks import operations as do
from notifications.webhooks.api import shapes
from notifications.webhooks.errors import EndpointOff, RangeNotValid, StillPending, UnknownDelivery, UnknownEndpoint
from notifications.webhooks.queries import deliveries_of, delivery_of, endpoint_of


class WebhookView(EnterpriseView):
    verb, scope = "webhook.own", "webhooks:write"


class Deliveries(WebhookView):
    @operation(
        name="enterprise_webhook_deliveries_list",
        summary="An endpoint's deliveries, newest first",
        audience="enterprise",
        query=[Paging, shapes.DeliveriesIn],
        answer=paged(shapes.DeliveryShape),
        problems=(UnknownEndpoint,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        state = self.asked(shapes.DeliveriesIn, request)["state"]
        rows = deliveries_of(endpoint_of(ref, self.organisation(request)), state=state)
        return answer(self.page(request, rows, shapes.DeliveryShape))


class Try(WebhookView):
    @operation(
        name="enterprise_webhook_endpoint_test",
        summary="Send an event `webhook.test` to an endpoint",
        audience="enterprise",
        answer=shapes.DeliveryShape,
        status=201,
        key=True,
        problems=(UnknownEndpoint, EndpointOff),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        mine = self.organisation(request)
        return self.do(
            request, do.send_test, shape=shapes.DeliveryShape, status=201, key=True, organisation=mine, ref=ref
        )


class ReplayRange(WebhookView):
    @operation(
        name="enterprise_webhook_replay_range",
        summary="Send again what happened in a range",
        description="Under its own ids and in its order; the dead letters unless `states` says otherwise.",
        audience="enterprise",
        request=shapes.RangeIn,
        answer=shapes.ReplayedShape,
        key=True,
        problems=(UnknownEndpoint, EndpointOff, RangeNotValid),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.RangeIn, request)
        mine = self.organisation(request)
        return self.do(
            request, do.replay_range, shape=shapes.ReplayedShape, key=True, organisation=mine, ref=ref, **said
        )


class OneDelivery(WebhookView):
    @operation(
        name="enterprise_webhook_delivery",
        summary="One delivery with its body and its tries",
        audience="enterprise",
        answer=shapes.WholeDelivery,
        problems=(UnknownDelivery,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        return answer(shaped(shapes.WholeDelivery, delivery_of(ref, self.organisation(request))))


class ReplayOne(WebhookView):
    @operation(
        name="enterprise_webhook_replay",
        summary="Send one delivery again, under its own id",
        audience="enterprise",
        answer=shapes.DeliveryShape,
        key=True,
        problems=(UnknownDelivery, EndpointOff, StillPending),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        mine = self.organisation(request)
        return self.do(request, do.replay, shape=shapes.DeliveryShape, key=True, organisation=mine, delivery_ref=ref)
