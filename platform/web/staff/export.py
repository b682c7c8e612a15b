"""Figures as CSV files that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

from core.cells import harmless


def csv_answer(*, name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """This will answer with a CSV download; the byte order mark makes spreadsheets read Chinese as UTF-8."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([harmless(cell) for cell in head])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return response
