"""Many rows, each with values of its own, in few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models

ROWS_AT_ONCE = 1000


def update_each(
    rows: Sequence[models.Model],
    columns: Sequence[str],
    *,
    still: Mapping[str, Any] | None = None,
    same: Mapping[str, Any] | None = None,
) -> int:
    """This will write each row's own `columns` (as set on the instance) and the `same` values to all; returns how many rows it found.

    `still`: columns that must be as named, or the row is left alone. A thousand rows take one UPDATE … FROM (VALUES …), on both
    databases: a CASE per row and column, Django's way, takes thirty times as long.
    """
    return sum(
        _update(rows[start : start + ROWS_AT_ONCE], columns, still or {}, same or {})
        for start in range(0, len(rows), ROWS_AT_ONCE)
    )


def _update(
    rows: Sequence[models.Model], names: Sequence[str], still: Mapping[str, Any], same: Mapping[str, Any]
) -> int:
    meta = rows[0]._meta
    own: list[Any] = [meta.get_field(name) for name in names]
    sets = [f"{_quoted(field)} = {_cast(f'v.column{at}', field)}" for at, field in enumerate(own, start=2)]
    sets += [f"{_quoted(meta.get_field(name))} = %s" for name in same]
    where = [f"t.{_quoted(meta.pk)} = {_cast('v.column1', meta.pk)}"]
    where += [f"t.{_quoted(meta.get_field(name))} = %s" for name in still]
    places = ", ".join(["(" + ", ".join(["%s"] * (1 + len(own))) + ")"] * len(rows))
    table = connection.ops.quote_name(meta.db_table)
    sql = f"UPDATE {table} AS t SET {', '.join(sets)} FROM (VALUES {places}) AS v WHERE {' AND '.join(where)}"  # noqa: S608
    values = [_value(field, getattr(row, field.attname)) for row in rows for field in (meta.pk, *own)]
    fixed = [[_value(meta.get_field(name), value) for name, value in each.items()] for each in (same, still)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*fixed[0], *values, *fixed[1]])
        return int(cursor.rowcount)


def _quoted(field: Any) -> str:
    return connection.ops.quote_name(field.column)


def _cast(value: str, field: Any) -> str:
    """PostgreSQL takes a bare list of values for text; SQLite has no types to name."""
    if connection.vendor != "postgresql":
        return value
    # A serial key's own type is no type to cast to; what refers to it is.
    kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return f"CAST({value} AS {kind})"


def _value(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(value.pk if isinstance(value, models.Model) else value, connection)
