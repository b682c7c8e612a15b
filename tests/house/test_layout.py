"""The rooms of the house: what stands where, and how large it may grow."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from tests.parts.source import ROOMS, ROOT, place, python_files, tracked

GROUND_FLOOR = ("config", "core", "accounts", "realtime", "web", "audit", "simulator")
UPPER_FLOORS = ("yards", "reservations", "notifications")
LINES_AT_MOST = 400


def test_layout__platform_folder__is_no_package() -> None:
    """With an __init__.py, even an empty one, it would hide the standard module `platform` from manage.py and celery."""
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert importlib.util.find_spec("platform").origin.endswith("platform.py")  # type: ignore[union-attr]


def test_layout__rooms__all_exist_as_packages() -> None:
    missing = [name for name in GROUND_FLOOR if not (ROOT / "platform" / name / "__init__.py").exists()]
    missing += [name for name in UPPER_FLOORS if not (ROOT / name / "__init__.py").exists()]
    assert missing == []


def test_layout__source_rooms__hold_no_tests() -> None:
    """pytest's importlib mode breaks on test files below platform/."""
    strays = [
        place(path) for path in python_files(*ROOMS) if path.name.startswith("test_") or path.name == "conftest.py"
    ]
    assert strays == []


def test_layout__tests__are_no_packages() -> None:
    """A tests/reservations/__init__.py would collide with the real `reservations`; another package could hide `tests`."""
    assert [place(path) for path in python_files("tests") if path.name == "__init__.py"] == []
    assert importlib.util.find_spec("tests").origin is None  # type: ignore[union-attr]


def test_layout__test_files__stand_in_a_known_room() -> None:
    rooms = {"unit", "operations", "api", "realtime", "races", "journeys", "browser", "house", "parts"}
    paths = [path.relative_to(ROOT / "tests") for path in python_files("tests")]
    strays = [str(path) for path in paths if len(path.parts) > 1 and path.parts[0] not in rooms]
    assert strays == []
    assert {str(path) for path in paths if len(path.parts) == 1} <= {"conftest.py", "cast.py", "factories.py"}


def test_layout__python_files__stay_under_the_limit() -> None:
    """Migrations are written by Django and read by nobody: they alone may be long."""
    written = [path for path in python_files() if "migrations" not in path.parts]
    sizes = {place(path): len(path.read_text().splitlines()) for path in written}
    assert {name: lines for name, lines in sizes.items() if lines > LINES_AT_MOST} == {}


def test_layout__module_names__hide_no_standard_module() -> None:
    """A folder without __init__.py loses to the standard module and hides nothing: platform/, locale/."""
    modules = [path for room in (ROOT, ROOT / "platform") for path in (*room.glob("*.py"), *room.glob("*/__init__.py"))]
    names = {path.parent.name if path.name == "__init__.py" else path.stem for path in modules}
    assert "core" in names
    assert names & set(sys.stdlib_module_names) == set()


def test_layout__house_tests__see_the_real_tree() -> None:
    """Guards the tests here against scanning nothing."""
    assert len(list(python_files(*ROOMS))) > 30
    assert ROOT / "manage.py" in tracked()


def test_layers__import_linter__finds_every_contract_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    paths = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "0 broken" in done.stdout
