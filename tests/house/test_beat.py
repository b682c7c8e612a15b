"""What processes of `manage.py up` load: beat knows what runs when and nothing of what that is, no process what is seldom worked out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.parts.source import ROOT

#: a process of its own: Celery has one current application in each
LOOK = """
import json, sys
from {module} import app
app.loader.init_worker()
app.finalize()
names = ("broker_url", "broker_transport_options", "task_default_queue", "task_serializer", "timezone")
told = {{
    "table": {{name: row["task"] for name, row in app.conf.beat_schedule.items()}},
    "sends": {{name: app.conf[name] for name in names}},
    "loaded": [name for name in ("django.db.models", "reservations", "numpy", "scipy.sparse", "scipy.optimize") if name in sys.modules],
    "knows": [name for name in app.tasks if not name.startswith("celery.")],
}}
print(json.dumps(told))
"""


def _look(module: str) -> dict[str, Any]:
    argv = [sys.executable, "-c", LOOK.format(module=module)]
    paths = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    environment = os.environ | {"PYTHONPATH": paths, "SECRET_KEY": "of this test alone"}
    told = subprocess.run(argv, env=environment, check=True, capture_output=True, text=True, timeout=120)
    found: dict[str, Any] = json.loads(told.stdout)
    return found


@pytest.fixture(scope="module")
def beat() -> dict[str, Any]:
    return _look("config.beat")


def test_beat__ready_to_send__has_the_table_and_no_models(beat: dict[str, Any]) -> None:
    assert beat["table"]
    assert (beat["loaded"], beat["knows"]) == ([], [])


def test_beat__what_it_sends__is_known_to_the_worker_and_goes_where_it_listens(beat: dict[str, Any]) -> None:
    listening = _look("config.celery")
    assert set(beat["table"].values()) <= set(listening["knows"])
    assert (beat["sends"], beat["table"]) == (listening["sends"], listening["table"])


def test_worker__nothing_to_work_out_yet__has_not_loaded_what_solves() -> None:
    assert _look("config.celery")["loaded"] == ["django.db.models", "reservations", "numpy"]
