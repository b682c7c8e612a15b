"""The base of every API view: parse, make one domain call, translate the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from core import clock
from core.actors import Actor
from core.api import idempotency, problems
from core.api.answers import MEDIA_TYPE, dumps, fields_of, sent, shaped
from core.api.pagination import CursorPagination
from core.api.parsing import JsonParser
from core.errors import NotFound
from core.once import Replayed

Serializer = type[serializers.Serializer[Any]]


class View(APIView):
    """A view names its `verb` (or `verbs` per method) of accounts/policy.py; nobody is let in by one that does not."""

    verb: ClassVar[str] = ""
    verbs: ClassVar[dict[str, str]] = {}
    parser_classes = (JsonParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        handler = getattr(self, (request.method or "").lower(), None)
        needs_key = getattr(handler, "needs_key", None)
        if needs_key is not None:
            idempotency.key_of(request, required=needs_key)

    def handle_exception(self, exc: Exception) -> Any:
        """A repetition is answered alike, though what it was about is out of reach by now: handed over, say."""
        again = idempotency.answered(self.request) if isinstance(exc, NotFound) else None
        return idempotency.replayed(again) if again else super().handle_exception(exc)

    def parsed(self, serializer: Serializer, request: Request) -> dict[str, Any]:
        """This will return the body's checked values. Raises ValidationError (422, each field named)."""
        return _valid(serializer(data=request.data))

    def asked(self, serializer: Serializer, request: Request) -> dict[str, Any]:
        """This will return the query string's checked values. Raises ValidationError (422, each field named).

        A name without a value is a value, and most fields do not take it: read as a form, it would pass for left out.
        """
        lists = {name for name, field in fields_of(serializer).items() if isinstance(field, serializers.ListField)}
        asked = request.query_params
        return _valid(serializer(data={name: asked.getlist(name) if name in lists else asked[name] for name in asked}))

    def do(
        self,
        request: Request,
        act: Callable[..., Any],
        /,
        *,
        shape: Serializer,
        status: int = 200,
        key: bool = False,
        keep: Callable[[Any], datetime] | None = None,
        before: Callable[[], None] | None = None,
        headers: Callable[[Any], dict[str, str]] | None = None,
        **inputs: Any,
    ) -> HttpResponse:
        """This will carry out one operation in the name of the signed-in and answer with its result in `shape`.

        `key`: an Idempotency-Key is required (without it, one that is sent holds all the same). `keep(result)` says until
        when the answer must be kept, `before()` checks a precondition inside the transaction, `headers(result)` says what goes
        with a fresh answer.
        """
        now = clock.now()
        spelt = _Spelling(shape, status)
        once = idempotency.once(request, required=key, now=now, render=spelt, keep=keep, before=before)
        try:
            result = act(now=now, actor=self.actor(request), once=once, **inputs)
        except Replayed as again:
            return idempotency.replayed(again)
        return sent(spelt(result)[1], status=status, headers=headers(result) if headers else None)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[Any, str]:
        """The API speaks one language per path, whatever an Accept header wishes for."""
        return self.get_renderers()[0], MEDIA_TYPE

    def actor(self, request: Request) -> Actor:
        return request.user.actor  # type: ignore[union-attr]

    def page(self, request: Request, rows: Any, shape: Serializer, **options: Any) -> dict[str, Any]:
        """This will return one page of a queryset; `options` are those of CursorPagination."""
        paginator = CursorPagination()
        for name, value in options.items():
            setattr(paginator, name, value)
        return paginator.body([shaped(shape, row) for row in paginator.paginate_queryset(rows, request)])


class _Spelling:
    """Spells a result once, though both the stored answer and the sent one need it."""

    def __init__(self, shape: Serializer, status: int) -> None:
        self.shape, self.status = shape, status
        self.text: str | None = None

    def __call__(self, result: Any) -> tuple[int, str]:
        if self.text is None:
            self.text = dumps(shaped(self.shape, result))
        return self.status, self.text


class Unknown(View):
    """Any path under the API that leads nowhere."""

    verb = "public.read"
    schema = None
    authentication_classes = ()

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return problems.not_found(request)


def _valid(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    vars(serializer)["fields"] = fields_of(type(serializer))  # in the place of copies of its own
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values
