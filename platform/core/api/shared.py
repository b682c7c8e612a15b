"""Answers that are the same for everybody, made once for all who ask within a few seconds while nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.core.cache import cache
from django.db.models import Sum
from django.http import HttpResponse
from django.utils.translation import get_language
from rest_framework.request import Request

from core import clock
from core.api import etag
from core.api.answers import dumps
from core.models import Stream

FRESH_S = 5  # waits move with the clock even when nothing happens
BRIEFLY = {"Cache-Control": "public, max-age=2"}


def answer(request: Request, make: Callable[[], dict[str, Any]], *, apart_from: Collection[str] = ()) -> HttpResponse:
    """This will answer with what `make()` returns, or with what it returned moments ago for the same path and language.

    An answer is made anew as soon as any stream of the ledger has grown, and every `FRESH_S` seconds. Its ETag is that of the
    body without the members `apart_from`.
    """

    def spell() -> tuple[str, str]:
        body = make()
        return dumps(body), etag.tag({name: value for name, value in body.items() if name not in apart_from})

    return _kept(request, spell)


def text(request: Request, make: Callable[[], tuple[str, Any]], *, media_type: str) -> HttpResponse:
    """This will do the same with text of another media type: `make()` returns it and the facts that its ETag stands for."""

    def spell() -> tuple[str, str]:
        words, facts = make()
        return words, etag.tag(facts)

    found = _kept(request, spell)
    found.headers["Content-Type"] = media_type
    return found


def _kept(request: Request, spell: Callable[[], tuple[str, str]]) -> HttpResponse:
    key = f"shared:{get_language()}:{request.path}:{_version()}"
    kept: tuple[str, str] | None = cache.get(key)
    if kept is None:
        kept = spell()
        cache.set(key, kept, 2 * FRESH_S)
    words, current = kept
    return etag.spelt(request, words, current=current, headers=BRIEFLY)


def _version() -> str:
    grown = Stream.objects.aggregate(total=Sum("seq"))["total"] or 0
    return f"{grown}:{int(clock.now().timestamp()) // FRESH_S}"
