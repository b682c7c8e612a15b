"""Every path of Portlane."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path
from django.views import defaults

from core.api import problems
from core.api.health import Health

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("config.api_urls")),
    path("office/", admin.site.urls),
    path("healthz", Health.as_view(), name="healthz"),
    path("accounts/", include("accounts.staff_urls")),
    path("", include("web.urls")),
]


def handler500(request: HttpRequest) -> HttpResponseBase:
    """This will answer a fault in the form the caller reads: a problem document under /api/, a page elsewhere."""
    return problems.server_error(request) if request.path.startswith("/api/") else defaults.server_error(request)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """This will do the same for a path that leads nowhere."""
    return (
        problems.not_found(request) if request.path.startswith("/api/") else defaults.page_not_found(request, exception)
    )
