"""Words of the OpenAPI description: what every operation of the API says of itself."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import override
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from core.api.etag import PreconditionFailed, PreconditionNeeded
from core.api.idempotency import HEADER, MAX_LENGTH, KeyMissing, KeyNotValid
from core.api.pagination import Paging as Paging
from core.api.parsing import BodyTooLarge, NotJson
from core.api.problems import MEDIA_TYPE
from core.errors import Busy, DomainError, Forbidden, Invalid
from core.once import KeyInFlight, KeyReused

Errors = Iterable[type[DomainError]]


class NotSignedIn(DomainError):
    """Said by the framework; named here so that the description lists it."""

    code, status = "not_authenticated", 401
    title = "Not signed in"
    message = "Sign in first."


class OtherMediaType(DomainError):
    """Said by the framework, as above."""

    code, status = "unsupported_media_type", 415
    title = "Not a media type of this operation"
    message = "Send application/json."


class SessionCookie(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "core.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        words = "The cookie of a signed-in person. Anything but GET also needs the header X-CSRFToken with the cookie csrftoken's value."
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME, "description": words}


class Problem(serializers.Serializer[Any]):
    """RFC 9457. `code` is stable and never translated; further members are the facts of the problem."""

    type = serializers.CharField(help_text="urn:portlane:problem:<code>")
    status = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField()
    field = serializers.CharField(required=False, help_text="The input it concerns.")
    errors = serializers.ListField(  # type: ignore[assignment]
        required=False,
        child=inline_serializer(
            "ProblemOfAField",
            {"field": serializers.CharField(), "code": serializers.CharField(), "detail": serializers.CharField()},
        ),
        help_text="For `invalid`: one item per field.",
    )


def operation(
    *,
    name: str,
    summary: str,
    answer: Any,
    audience: str,
    status: int = 200,
    request: Any = None,
    problems: Errors = (),
    key: bool | None = None,
    if_match: bool | None = None,
    query: Any = None,
    description: str = "",
    examples: Iterable[OpenApiExample] = (),
) -> Callable[[Any], Any]:
    """This will describe one method of a view.

    `key` and `if_match`: True = the header is required, False = it may be sent, None = there is none. `problems` are the
    domain errors a caller must be ready for; those every operation of the audience can meet are added here.
    """
    errors = [*problems, *_common(audience, request, query), *_of_headers(key, if_match)]
    with override("en"):  # said once, when it is read in: not in the language of whoever came first
        described_errors = _responses(errors)
    described = extend_schema(
        auth=[] if audience == "public" else None,
        operation_id=name,
        summary=summary,
        description=description or None,
        tags=[audience],
        request=request,
        parameters=[*_listed(query), *_headers(key, if_match)],
        responses=_success(answer, status) | described_errors,
        examples=list(examples) or None,
    )

    def wrap(method: Any) -> Any:
        method.needs_key = key  # looked at before anything else is: core/api/views.py
        return described(method)

    return wrap


@functools.cache
def paged(shape: type[serializers.Serializer[Any]]) -> Any:
    """This will describe one page of a list of `shape`."""
    name = shape.__name__.removesuffix("Shape")
    fields = {
        "results": shape(many=True),
        "next": serializers.URLField(allow_null=True, help_text="The next page, null on the last."),
    }
    return inline_serializer(f"PageOf{name}", fields)


def _listed(query: Any) -> list[Any]:
    return query if isinstance(query, list) else [query] if query else []


def _success(answer: Any, status: int) -> dict[Any, Any]:
    """`answer` is a shape, or {(status, media type): type} for what is not JSON."""
    if isinstance(answer, dict):
        return answer
    return {status: OpenApiResponse(response=answer, description="Made." if status == 201 else "Done.")}


def _common(audience: str, request: Any, query: Any) -> list[type[DomainError]]:
    signed_in: list[type[DomainError]] = [] if audience == "public" else [NotSignedIn, Forbidden]
    body: list[type[DomainError]] = [NotJson, BodyTooLarge, OtherMediaType] if request else []
    return [*signed_in, *body, *([Invalid] if request or query else []), Busy]


def _of_headers(key: bool | None, if_match: bool | None) -> list[type[DomainError]]:
    of_key: list[type[DomainError]] = [] if key is None else [KeyNotValid, KeyReused, KeyInFlight]
    of_match: list[type[DomainError]] = [] if if_match is None else [PreconditionFailed]
    return [*of_key, *([KeyMissing] if key else []), *of_match, *([PreconditionNeeded] if if_match else [])]


def _headers(key: bool | None, if_match: bool | None) -> list[OpenApiParameter]:
    listed = []
    if key is not None:
        words = "A fresh random id of this wish. A repetition with the same id and body gets the same answer and has no second effect."
        text = {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH}
        listed.append(OpenApiParameter(HEADER, text, OpenApiParameter.HEADER, required=key, description=words))
    if if_match is not None:
        words = "The ETag of the version you saw."
        listed.append(
            OpenApiParameter(
                "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, required=if_match, description=words
            )
        )
    return listed


def _responses(errors: Errors) -> dict[Any, OpenApiResponse]:
    by_status: dict[int, dict[str, type[DomainError]]] = {}
    for error in errors:
        by_status.setdefault(error.status, {})[error.code] = error
    return {(status, MEDIA_TYPE): _response(list(by_status[status].values())) for status in sorted(by_status)}


def _response(errors: list[type[DomainError]]) -> OpenApiResponse:
    words = "; ".join(f"`{error.code}`: {error.message}" for error in errors)
    return OpenApiResponse(response=Problem, description=words, examples=[_example(error) for error in errors])


def _example(error: type[DomainError]) -> OpenApiExample:
    value = {"type": f"urn:portlane:problem:{error.code}", "status": error.status, "code": error.code}
    value |= {"title": str(error.title), "detail": str(error.message)} | ({"field": error.field} if error.field else {})
    return OpenApiExample(
        error.code, value=value, response_only=True, status_codes=[str(error.status)], media_type=MEDIA_TYPE
    )
