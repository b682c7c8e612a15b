"""Cursor pagination: stable while rows are added, and the same cost on page 1 and page 1,000."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core.errors import Invalid

PAGE_SIZE, LARGEST_PAGE = 50, 200


class Paging(serializers.Serializer[Any]):
    cursor = serializers.CharField(
        required=False, allow_blank=True, help_text="As given in `next`; none: the first page."
    )
    page_size = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_PAGE, help_text=f"{PAGE_SIZE} unless told."
    )


class CursorNotValid(Invalid):
    code = "cursor_not_valid"
    title = _("Cursor not valid")
    message = _("This cursor was not given by this list. Begin again without one.")
    field = "cursor"


class CursorPagination(BasePagination):
    """Pages by one whole-number column (`key`), newest first unless `newest_first` is off."""

    key = "pk"
    newest_first = True
    page_size = PAGE_SIZE

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        asked = Paging(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        size = asked.validated_data.get("page_size", self.page_size)
        order, beyond = (f"-{self.key}", "lt") if self.newest_first else (self.key, "gt")
        cursor = asked.validated_data.get("cursor")
        if cursor:
            queryset = queryset.filter(**{f"{self.key}__{beyond}": decoded(cursor)})
        rows = list(queryset.order_by(order)[: size + 1])
        self.last = getattr(rows[size - 1], self.key) if len(rows) > size else None
        return rows[:size]

    def next_link(self) -> str | None:
        """This will return the address of the next page, None on the last."""
        if self.last is None:
            return None
        return str(replace_query_param(self.request.build_absolute_uri(), "cursor", encoded(self.last)))

    def get_paginated_response(self, data: Any) -> Response:
        return Response(self.body(data))

    def body(self, data: list[Any]) -> dict[str, Any]:
        """This will return the page as it goes on the wire."""
        return {"results": data, "next": self.next_link()}

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {"type": "object", "required": ["results", "next"], "properties": {"results": schema, "next": link}}


def encoded(position: int) -> str:
    return base64.urlsafe_b64encode(str(position).encode()).decode().rstrip("=")


def decoded(cursor: str) -> int:
    """This will return the position a cursor names; raises CursorNotValid."""
    try:
        position = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        raise CursorNotValid from None
    if not 0 <= position < 2**63:
        raise CursorNotValid
    return position
