"""Only core/machine.py writes `state`: every move goes through the table of its machine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts.source import ROOMS, ROOT, called_name, place, python_files, tree

WRITERS = {"update", "create", "acreate", "aupdate", "get_or_create", "update_or_create"}
MACHINES = {"Reservation", "QueueEntry", "Stay", "Override"}
RAW = re.compile(r"\bset\b[^;]*\bstate\s*=", re.IGNORECASE)


def writes_of_state(module: ast.Module) -> Iterator[ast.AST]:
    """This will yield every place that sets a row's `state`: by attribute, by query, by constructor, by raw SQL."""
    for node in ast.walk(module):
        match node:
            case ast.Attribute(attr="state", ctx=ast.Store()):
                yield node
            case ast.Call() if _call_writes(node):
                yield node
            case ast.Constant(value=str(text)) if _is_sql(text):
                yield node


def _call_writes(call: ast.Call) -> bool:
    name = called_name(call)
    keywords = {keyword.arg for keyword in call.keywords}
    constants = {leaf.value for leaf in ast.walk(call) if isinstance(leaf, ast.Constant)}
    if name == "setattr":
        return "state" in constants
    if name in {"bulk_update", "save"}:
        return "state" in constants
    if name in WRITERS and "defaults" in keywords and "state" in constants:
        return True
    return "state" in keywords and (name in WRITERS or name in MACHINES)


def _is_sql(text: str) -> bool:
    return "update" in text.lower() and bool(RAW.search(text))


def test_state__outside_core_machine__is_written_nowhere() -> None:
    allowed = ROOT / "platform" / "core" / "machine.py"
    sources = [path for path in python_files(*ROOMS) if path != allowed and "migrations" not in path.parts]
    assert [place(path, node) for path in sources for node in writes_of_state(tree(path))] == []


def test_state__core_machine__is_seen_writing_it() -> None:
    """The scan can find a writer: it finds the allowed one."""
    assert list(writes_of_state(tree(Path(ROOT / "platform" / "core" / "machine.py"))))


@pytest.mark.parametrize(
    "text",
    [
        "row.state = 'called'",
        "rows.filter(pk=1).update(state='called')",
        "Stay.objects.create(state='held')",
        "Stay(state='held')",
        "setattr(row, 'state', 'called')",
        "Stay.objects.bulk_update(rows, ['state'])",
        "row.save(update_fields=['state'])",
        "Stay.objects.update_or_create(ref='x', defaults={'state': 'held'})",
        "cursor.execute('UPDATE yards_stay SET state = %s', [x])",
    ],
)
def test_scan__forbidden_writing__is_found(text: str) -> None:
    assert list(writes_of_state(ast.parse(text)))


@pytest.mark.parametrize(
    "text", ["rows.filter(state='called')", "raise WrongState(state=x)", "if row.state == 'called': pass"]
)
def test_scan__reading__is_left_alone(text: str) -> None:
    assert not list(writes_of_state(ast.parse(text)))
