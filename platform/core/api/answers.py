"""JSON on the wire: one spelling for every answer, so that a stored answer and a fresh one are the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from rest_framework import serializers
from rest_framework.utils.encoders import JSONEncoder

MEDIA_TYPE = "application/json"


def dumps(body: Any) -> str:
    """This will spell a body as compact JSON; datetimes, decimals and translated texts included."""
    return json.dumps(body, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def answer(body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """This will send a body as JSON. Answers are a person's own unless a view says otherwise: no cache keeps them."""
    return sent(dumps(body), status=status, headers=headers)


def sent(text: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """This will send JSON text that is already spelt."""
    return HttpResponse(
        text, status=status, content_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"} | dict(headers or {})
    )


def _shape(serializer: type[serializers.BaseSerializer[Any]]) -> serializers.BaseSerializer[Any]:
    if serializer not in _shapes:
        _shapes[serializer] = serializer()
    return _shapes[serializer]


_shapes: dict[type[serializers.BaseSerializer[Any]], serializers.BaseSerializer[Any]] = {}


def shaped(serializer: type[serializers.BaseSerializer[Any]], value: Any) -> Any:
    """This will turn a value into what `serializer` shows of it. Its fields are set up once per process, not per answer."""
    return _shape(serializer).to_representation(value)


def fields_of(serializer: type[serializers.Serializer[Any]]) -> Any:
    """This will return a serializer's fields by name, set up once per process and language: what they check leaves nothing in them
    but the words of a fault, which a limit of REST framework keeps in the language it was first told in."""
    return _fields(serializer, translation.get_language())


@cache
def _fields(serializer: type[serializers.Serializer[Any]], language: str | None) -> Any:
    return serializer().fields


def all_shaped(serializer: type[serializers.BaseSerializer[Any]], values: Any) -> list[Any]:
    """This will do the same for each of many."""
    shape = _shape(serializer).to_representation
    return [shape(value) for value in values]
