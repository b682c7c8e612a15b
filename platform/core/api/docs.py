"""The API's own description (OpenAPI 3.1) and a page to read it; both served from here, nothing from another host."""

from __future__ import annotations

import functools
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response


class Schema(SpectacularAPIView):
    verb = "public.read"
    authentication_classes = ()

    def _get_schema_response(self, request: Request) -> Response:
        return Response(_described(get_language() or ""), headers={"Cache-Control": "public, max-age=300"})


class Docs(SpectacularSwaggerSplitView):
    verb = "public.read"
    authentication_classes = ()
    url_name = "api:schema"
    template_name = "core/api_docs.html"


@functools.lru_cache(maxsize=8)
def _described(language: str) -> Any:
    """Made once per process and language: it takes most of a second and never changes."""
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
