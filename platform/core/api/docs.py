"""The API's own description (OpenAPI 3.1), whole and by audience, and pages to read it; served from here, nothing from another host."""

from __future__ import annotations

import functools
import re
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

#: By audience: who writes a program finds there only what it can call. Sign-in and public figures are the public's.
WORDS = {
    "public": _("What everybody may read without signing in."),
    "driver": _("What a driver's app calls, signed in by phone."),
    "enterprise": _("What a program of an enterprise calls with a bearer token (docs/enterprise.md)."),
    "staff": _("What the people of a port call, signed in."),
    "gate": _("What gate devices call, each request signed (docs/devices.md)."),
    "counterpart": _(
        "Between the two sides of a border, both ways: each side may serve this very description to the other. Read it as what the "
        "far side calls here; where the far side serves it, it is what this side calls there (docs/counterpart.md)."
    ),
}
#: Whoever serves it: the counterpart's description is one that a foreign port can implement.
SERVERS = {
    "counterpart": [
        {
            "url": "{side}",
            "variables": {"side": {"default": "https://portlane.example", "description": "The side that is called."}},
        }
    ]
}
METHODS = ("get", "put", "post", "patch", "delete", "head", "options", "trace")


class Schema(SpectacularAPIView):
    verb = "public.read"
    authentication_classes = ()

    def _get_schema_response(self, request: Request) -> Response:
        found = described(get_language() or "", known(self.kwargs.get("audience", "")))
        return Response(found, headers={"Cache-Control": "public, max-age=300"})


class Docs(SpectacularSwaggerSplitView):
    verb = "public.read"
    authentication_classes = ()
    url_name = "api:schema"
    template_name = "core/api_docs.html"

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, audience: str = "", **kwargs: Any) -> Any:
        known(audience)
        return super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]

    def _get_schema_url(self, request: Request) -> str:
        audience = known(self.kwargs.get("audience", ""))
        return reverse("api:schema_of", args=[audience]) if audience else reverse("api:schema")


def known(audience: str) -> str:
    """This will return the audience, "" for all of them; raises Http404 for one that does not exist."""
    if audience and audience not in WORDS:
        raise Http404
    return audience


@functools.lru_cache(maxsize=40)
def described(language: str, audience: str = "") -> Any:
    """This will return the description in a language, of one audience or of all. Made once per process: it takes most of a second."""
    if not audience:
        return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return narrowed(described(language), audience)


def narrowed(whole: dict[str, Any], audience: str) -> dict[str, Any]:
    """This will keep the operations of one audience, and of the components those that they lead to."""
    paths = {path: _of(ways, audience) for path, ways in whole["paths"].items()}
    kept = {path: ways for path, ways in paths.items() if ways}
    info = whole["info"] | {"title": f"{whole['info']['title']}: {audience}", "description": str(WORDS[audience])}
    servers = {"servers": SERVERS[audience]} if audience in SERVERS else {}
    return whole | {"info": info, "paths": kept, "components": _reached(whole["components"], kept)} | servers


def _of(ways: dict[str, Any], audience: str) -> dict[str, Any]:
    methods = {name: said for name, said in ways.items() if name in METHODS and audience in said.get("tags", ())}
    others = {name: said for name, said in ways.items() if name not in METHODS}
    return others | methods if methods else {}


def _reached(components: dict[str, Any], paths: dict[str, Any]) -> dict[str, Any]:
    """Whatever is named, and whatever that names."""
    found: set[tuple[str, str]] = set()
    ahead = list(_named(paths))
    while ahead:
        here = ahead.pop()
        if here in found:
            continue
        found.add(here)
        ahead += _named(components[here[0]][here[1]])
    shown = {
        kind: {name: said for name, said in rows.items() if (kind, name) in found} for kind, rows in components.items()
    }
    schemes = {
        name for ways in paths.values() for said in ways.values() for rule in said.get("security", ()) for name in rule
    }
    all_schemes = components.get("securitySchemes", {})
    shown["securitySchemes"] = {name: said for name, said in all_schemes.items() if name in schemes}
    return {kind: rows for kind, rows in shown.items() if rows}


def _named(part: Any) -> set[tuple[str, str]]:
    if isinstance(part, dict):
        own = {_target(part["$ref"])} if isinstance(part.get("$ref"), str) else set()
        return own.union(*(_named(each) for each in part.values()))
    return set().union(*(_named(each) for each in part)) if isinstance(part, list) else set()


def _target(ref: str) -> tuple[str, str]:
    found = re.fullmatch("#/components/([^/]+)/([^/]+)", ref)
    assert found, f"{ref} leads out of the document"
    return found[1], found[2]
