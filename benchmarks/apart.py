"""A part of a benchmark in a process of its own, on a database of its own: settings are read once, and memory is counted alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOBODY = "redis://127.0.0.1:1/0"  # where nobody listens: nothing that is measured must need Redis


def environment(database: str, **more: str) -> dict[str, str]:
    """This will return the environment of a process that works on `database` (a DATABASE_URL), with settings of its own in `more`."""
    own = {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "benchmark" * 8,
        "DATABASE_URL": database,
        "REDIS_URL": NOBODY,
        "LOG_LEVEL": "ERROR",
    }
    return {**os.environ, **own, **more}


def in_folder(folder: str, name: str) -> dict[str, str]:
    """This will return the environment of a process that works on a SQLite file in `folder`."""
    return environment(f"sqlite:///{folder}/{name}.sqlite3", PORTLANE_DATA_DIR=folder)


def run(module: str, *arguments: object, within: dict[str, str]) -> dict[str, Any]:
    """This will run `python -m module arguments` in an environment and return the JSON object that its last line is.

    Raises CalledProcessError where it ends in any other way than well.
    """
    argv = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(argv, cwd=ROOT, env=within, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
