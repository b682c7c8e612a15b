"""Our own source files, as the house tests read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("platform", "yards", "reservations", "notifications")


@cache
def tracked() -> tuple[Path, ...]:
    """This will list the files git keeps, and those it would keep once added."""
    argv = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, check=True, text=True)
    return tuple(ROOT / name for name in sorted(set(done.stdout.split("\0"))) if name and (ROOT / name).is_file())


def python_files(*rooms: str) -> Iterator[Path]:
    """This will list the tracked Python files under the given folders of the root (all of them when none is given)."""
    for path in tracked():
        if path.suffix == ".py" and (not rooms or path.relative_to(ROOT).parts[0] in rooms):
            yield path


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def place(path: Path, node: ast.AST | None = None) -> str:
    """This will name a line as an editor would open it."""
    line = getattr(node, "lineno", None)
    return f"{path.relative_to(ROOT)}{f':{line}' if line else ''}"


def called_name(call: ast.Call) -> str:
    """This will return the last part of what is called: `update` for `rows.filter(…).update(…)`."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
