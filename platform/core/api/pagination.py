"""Cursor pagination: stable while rows are added, and the same cost on page 1 and page 1,000."""

from __future__ import annotations

from rest_framework import pagination


class CursorPagination(pagination.CursorPagination):
    """Newest first unless the view names another unique `ordering`; `page_size` up to 200."""

    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-pk"
