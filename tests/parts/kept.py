"""Rows that many tests begin with, made once by the real ways and then written again as they were: some twenty statements, not hundreds."""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_save
from django.db.models.sql import InsertQuery

Statement = tuple[str, tuple[Any, ...]]


class Kept:
    """What a function made in the database and returned, for an empty database to have again with the same keys.

    Sequences never run behind: the rows were given their keys by this very database, and a rollback gives none back.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        """This will call `make()` and keep its rows and what it returned: as `first` for now, as a copy of it for later."""
        with _watching() as made:
            self.first = make()
        self._returned = pickle.dumps(self.first)
        self._statements = [statement for model, rows in made.items() for statement in _inserts(model, rows)]

    def again(self) -> Any:
        """This will write the rows and return a copy of what was returned. Raises IntegrityError where one is there already."""
        with connection.cursor() as cursor:
            for statement in self._statements:
                cursor.execute(*statement)
        return pickle.loads(self._returned)


@contextmanager
def _watching() -> Iterator[dict[type[Model], list[Model]]]:
    """Yields the rows that are saved meanwhile, those of histories and of many-to-many tables too."""
    made: dict[type[Model], list[Model]] = defaultdict(list)

    def saved(sender: type[Model], instance: Model, created: bool, **_: Any) -> None:
        assert created, "what is kept is made, not changed"
        made[sender].append(instance)

    def joined(sender: type[Model], action: str, **_: Any) -> None:
        if action == "post_add":
            made[sender] = list(sender._base_manager.all())

    post_save.connect(saved, weak=False)
    m2m_changed.connect(joined, weak=False)
    yield made
    post_save.disconnect(saved)
    m2m_changed.disconnect(joined)


def _inserts(model: type[Model], rows: list[Model]) -> list[Statement]:
    query = InsertQuery(model)
    query.insert_values(model._meta.local_concrete_fields, rows, raw=True)
    return [(sql, tuple(values)) for sql, values in query.get_compiler(connection=connection).as_sql()]
