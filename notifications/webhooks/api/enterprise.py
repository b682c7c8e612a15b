"""Enterprise audience: an organisation's webhook endpoints, below /api/v1/enterprise/webhooks/."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from core import clock
from core.api import paths  # noqa: F401  registers the path converters
from core.api.answers import answer, shaped
from core.api.schema import Paging, operation, paged
from core.errors import WrongState
from notifications.webhooks import operations as do
from notifications.webhooks.api import shapes
from notifications.webhooks.api.deliveries import Deliveries, OneDelivery, ReplayOne, ReplayRange, Try, WebhookView
from notifications.webhooks.errors import (
    KindsNotValid,
    TooManyEndpoints,
    TooManySecrets,
    UnknownEndpoint,
    UrlNotAllowed,
)
from notifications.webhooks.models import Endpoint
from notifications.webhooks.queries import endpoint_of, live_secrets


class Endpoints(WebhookView):
    @operation(
        name="enterprise_webhook_endpoints_list",
        summary="My webhook endpoints, newest first",
        audience="enterprise",
        query=[Paging],
        answer=paged(shapes.EndpointShape),
    )
    def get(self, request: Request) -> HttpResponse:
        rows = Endpoint.objects.filter(organisation=self.organisation(request))
        return answer(self.page(request, rows, shapes.EndpointShape))

    @operation(
        name="enterprise_webhook_endpoints_create",
        summary="Be told of events at an address",
        description="Its signing secret is at …/secrets/.",
        audience="enterprise",
        request=shapes.EndpointIn,
        answer=shapes.EndpointShape,
        status=201,
        key=True,
        problems=(UrlNotAllowed, KindsNotValid, TooManyEndpoints),
    )
    def post(self, request: Request) -> HttpResponse:
        said = self.parsed(shapes.EndpointIn, request)
        mine = self.organisation(request)
        return self.do(
            request, do.create_endpoint, shape=shapes.NewEndpoint, status=201, key=True, organisation=mine, **said
        )


class OneEndpoint(WebhookView):
    @operation(
        name="enterprise_webhook_endpoint",
        summary="One of my webhook endpoints",
        audience="enterprise",
        answer=shapes.EndpointShape,
        problems=(UnknownEndpoint,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        return answer(shaped(shapes.EndpointShape, endpoint_of(ref, self.organisation(request))))


class Change(WebhookView):
    @operation(
        name="enterprise_webhook_endpoint_change",
        summary="Change an endpoint's address and events",
        description="What waits goes to the new address.",
        audience="enterprise",
        request=shapes.EndpointIn,
        answer=shapes.EndpointShape,
        key=False,
        problems=(UnknownEndpoint, UrlNotAllowed, KindsNotValid),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.EndpointIn, request)
        mine = self.organisation(request)
        return self.do(request, do.change_endpoint, shape=shapes.EndpointShape, organisation=mine, ref=ref, **said)


class Enable(WebhookView):
    @operation(
        name="enterprise_webhook_endpoint_enable",
        summary="Switch an endpoint on again",
        description="What happened meanwhile waits in its dead letters: replay it.",
        audience="enterprise",
        answer=shapes.EndpointShape,
        key=False,
        problems=(UnknownEndpoint, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        mine = self.organisation(request)
        return self.do(request, do.enable_endpoint, shape=shapes.EndpointShape, organisation=mine, ref=ref)


class Disable(WebhookView):
    @operation(
        name="enterprise_webhook_endpoint_disable",
        summary="Switch an endpoint off",
        description="What happens meanwhile is kept for 30 days in its dead letters.",
        audience="enterprise",
        answer=shapes.EndpointShape,
        key=False,
        problems=(UnknownEndpoint, WrongState),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        mine = self.organisation(request)
        return self.do(request, do.disable_endpoint, shape=shapes.EndpointShape, organisation=mine, ref=ref)


class Remove(WebhookView):
    @operation(
        name="enterprise_webhook_endpoint_remove",
        summary="Remove an endpoint with its secrets and deliveries",
        audience="enterprise",
        answer=shapes.NothingLeft,
        key=False,
        problems=(UnknownEndpoint,),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        mine = self.organisation(request)
        return self.do(request, do.remove_endpoint, shape=shapes.NothingLeft, organisation=mine, ref=ref)


class Secrets(WebhookView):
    @operation(
        name="enterprise_webhook_secrets",
        summary="The secrets that sign now, the newest first",
        audience="enterprise",
        answer=shapes.SecretsShape,
        problems=(UnknownEndpoint,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        endpoint = endpoint_of(ref, self.organisation(request))
        return answer(shaped(shapes.SecretsShape, {"secrets": live_secrets(endpoint, now=clock.now())}))


class Rotate(WebhookView):
    @operation(
        name="enterprise_webhook_secret_rotate",
        summary="Give an endpoint a new secret",
        description="Old secrets go on signing beside it for the overlap, so a receiver changes over without a pause.",
        audience="enterprise",
        request=shapes.RotateIn,
        answer=shapes.EndpointShape,
        key=True,
        problems=(UnknownEndpoint, TooManySecrets),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        said = self.parsed(shapes.RotateIn, request)
        mine = self.organisation(request)
        return self.do(
            request, do.rotate_secret, shape=shapes.NewEndpoint, key=True, organisation=mine, ref=ref, **said
        )


urlpatterns = [
    path("webhooks/endpoints/", Endpoints.as_view(), name="webhook_endpoints"),
    path("webhooks/endpoints/<ref:ref>/", OneEndpoint.as_view(), name="webhook_endpoint"),
    path("webhooks/endpoints/<ref:ref>/change/", Change.as_view(), name="webhook_endpoint_change"),
    path("webhooks/endpoints/<ref:ref>/enable/", Enable.as_view(), name="webhook_endpoint_enable"),
    path("webhooks/endpoints/<ref:ref>/disable/", Disable.as_view(), name="webhook_endpoint_disable"),
    path("webhooks/endpoints/<ref:ref>/remove/", Remove.as_view(), name="webhook_endpoint_remove"),
    path("webhooks/endpoints/<ref:ref>/secrets/", Secrets.as_view(), name="webhook_secrets"),
    path("webhooks/endpoints/<ref:ref>/rotate/", Rotate.as_view(), name="webhook_rotate"),
    path("webhooks/endpoints/<ref:ref>/test/", Try.as_view(), name="webhook_test"),
    path("webhooks/endpoints/<ref:ref>/deliveries/", Deliveries.as_view(), name="webhook_deliveries"),
    path("webhooks/endpoints/<ref:ref>/replay/", ReplayRange.as_view(), name="webhook_replay_range"),
    path("webhooks/deliveries/<ref:ref>/", OneDelivery.as_view(), name="webhook_delivery"),
    path("webhooks/deliveries/<ref:ref>/replay/", ReplayOne.as_view(), name="webhook_replay"),
]
