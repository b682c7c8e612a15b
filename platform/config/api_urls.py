"""The API, by audience. Each app has its part of an audience in `<app>/api/<audience>.py`."""

from __future__ import annotations

from django.urls import include, path, re_path

from core.api import paths  # noqa: F401  registers the path converters
from core.api.docs import Docs, Schema
from core.api.views import Unknown

app_name = "api"

urlpatterns = [
    path("public/", include("reservations.api.public")),
    path("public/", include("reservations.api.public_rounds")),
    path("public/", include("reservations.api.public_parking")),
    path("public/", include("notifications.webhooks.api.public")),
    path("driver/", include("accounts.api.driver")),
    path("driver/", include("reservations.api.driver")),
    path("oauth/", include("accounts.api.oauth")),
    path("enterprise/", include("accounts.api.enterprise_fleet")),
    path("enterprise/", include("reservations.api.enterprise")),
    path("enterprise/", include("reservations.declarations.api.enterprise")),
    path("enterprise/", include("reservations.api.enterprise_sandbox")),
    path("enterprise/", include("notifications.webhooks.api.enterprise")),
    path("staff/", include("reservations.api.staff")),
    path("gate/", include("reservations.api.gate")),
    path("counterpart/", include("reservations.api.counterpart")),
    path("counterpart/", include("reservations.api.counterpart_traffic")),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
    path("schema/<slug:audience>/", Schema.as_view(), name="schema_of"),
    path("docs/<slug:audience>/", Docs.as_view(), name="docs_of"),
    re_path(r"^.*$", Unknown.as_view(), name="unknown"),
]
