"""Enterprise audience: an organisation's webhook endpoints, below /api/v1/enterprise/webhooks/."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from core import clock
from core.api import paths  # noqa: F401  registers the path converters
from core.api.answers import answer, shaped
from core.api.schema import Errors, Paging, operation, paged
from core.api.views import Serializer, View
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


def _act(
    name: str,
    *,
    act: Callable[..., Any],
    summary: str,
    problems: Errors,
    description: str = "",
    shape: Serializer = shapes.EndpointShape,
) -> type[View]:
    """This will make the view of one act on an endpoint that takes nothing but its reference."""

    class Act(WebhookView):
        @operation(
            name=f"enterprise_webhook_endpoint_{name}",
            summary=summary,
            description=description,
            audience="enterprise",
            answer=shape,
            key=False,
            problems=(UnknownEndpoint, *problems),
        )
        def post(self, request: Request, ref: str) -> HttpResponse:
            return self.do(request, act, shape=shape, organisation=self.organisation(request), ref=ref)

    Act.__name__ = Act.__qualname__ = name.title()
    return Act


Enable = _act(
    "enable",
    act=do.enable_endpoint,
    summary="Switch an endpoint on again",
    description="What happened meanwhile waits in its dead letters: replay it.",
    problems=(WrongState,),
)
Disable = _act(
    "disable",
    act=do.disable_endpoint,
    summary="Switch an endpoint off",
    description="What happens meanwhile is kept for 30 days in its dead letters.",
    problems=(WrongState,),
)
Remove = _act(
    "remove",
    act=do.remove_endpoint,
    summary="Remove an endpoint with its secrets and deliveries",
    shape=shapes.NothingLeft,
    problems=(),
)


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
