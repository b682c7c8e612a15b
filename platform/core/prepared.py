"""ORM queries compiled once: for the few reads of the reservation path, where building the SQL costs ten times running it.

The query stays written in the ORM; only its compilation is kept. The compiler's own conversion and hydration are used
(as django.db.models.query.ModelIterable does), so rows are whole model instances with their related rows and annotations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=models.Model)


@contextmanager
def cursor() -> Iterator[CursorWrapper]:
    """This will open a cursor for a statement that is run again and again, the same text with other values each time.

    On PostgreSQL such a statement is planned once for its connection when it has come a few times (DATABASE_PREPARE_AFTER): to plan
    a join costs eight times what running it does. Django's own cursors write the values into the text, so that no two are alike;
    while statements are logged (DEBUG, tests that count them) they do it here too, since the log is to show the values.
    """
    with connection.cursor() as opened:
        if connection.vendor == "postgresql" and not connection.queries_logged:
            opened.cursor = connection.Database.Cursor(connection.connection)  # type: ignore[attr-defined]
        yield opened


class Prepared(Generic[Row]):
    """A query for one row. `build(**samples)` makes the queryset; each sample must be a value that occurs nowhere else in it."""

    def __init__(self, build: Callable[..., models.QuerySet[Row]], **samples: Any) -> None:
        self._build, self._samples = build, samples
        self._by_vendor: dict[str, _Compiled[Row]] = {}

    def get(self, **values: Any) -> Row | None:
        """This will run the query with `values` in the place of the samples and return its first row, None when there is none."""
        compiled = self._by_vendor.get(connection.vendor)
        if compiled is None:
            compiled = self._by_vendor[connection.vendor] = _Compiled(self._build(**self._samples), self._samples)
        return compiled.first(values)


class _Compiled(Generic[Row]):
    def __init__(self, rows: models.QuerySet[Row], samples: dict[str, Any]) -> None:
        compiler = rows.query.clone().get_compiler(using=connection.alias)
        self.sql, params = compiler.as_sql()
        self.names = [next((name for name, sample in samples.items() if sample == param), None) for param in params]
        self.fixed = params
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        self.annotations = compiler.annotation_col_map
        fields = compiler.klass_info["select_fields"]
        self.start, self.stop = fields[0], fields[-1] + 1
        self.attributes = [column[0].target.attname for column in compiler.select[self.start : self.stop]]
        self.populators = get_related_populators(  # type: ignore[call-arg]  # the type stubs describe a newer Django
            compiler.klass_info, compiler.select, connection.alias
        )
        self.model: type[Row] = rows.model

    def first(self, values: dict[str, Any]) -> Row | None:
        params = [fixed if name is None else values[name] for fixed, name in zip(self.fixed, self.names, strict=True)]
        with cursor() as opened:
            opened.execute(self.sql, params)
            found = opened.fetchone()
        return None if found is None else self._hydrate(list(found))

    def _hydrate(self, row: list[Any]) -> Row:
        for at, (convert, expression) in self.converters.items():
            for each in convert:
                row[at] = each(row[at], expression, connection)
        instance: Row = self.model.from_db(connection.alias, self.attributes, row[self.start : self.stop])
        for populator in self.populators:
            populator.populate(row, instance)
        for name, at in self.annotations.items():
            setattr(instance, name, row[at])
        return instance
