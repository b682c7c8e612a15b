"""A whole installation, one busy hour of trucks as HTTP and WebSocket clients, its processes killed meanwhile; then the audit."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MIDNIGHT_IN_KYIV = datetime(2026, 7, 6, 21, tzinfo=UTC)
TRUCKS = 30


@pytest.fixture
def one_hour(tmp_path: Path) -> Path:
    """Observations by which everybody comes between eight and nine."""
    queue = {0: 0, 8: 0, 9: 60, 17: 60, 24: 60}
    rows = [f"{(MIDNIGHT_IN_KYIV + timedelta(hours=hour)).isoformat()},here,{trucks}" for hour, trucks in queue.items()]
    path = tmp_path / "queues.csv"
    path.write_text("\n".join(["observed_at,crossing,trucks_waiting", *rows]) + "\n")
    return path


@pytest.mark.stack
def test_simulate__an_hour_with_processes_killed__every_truck_accounted_for_and_audit_clean(one_hour: Path) -> None:
    argv = [sys.executable, "scripts/simulate.py", "--arrivals", str(one_hour), "--trucks", str(TRUCKS), "--seed", "3"]
    argv += ["--speed", "90", "--begin-h", "7.2", "--minutes", "900", "--chaos"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.stdout.strip(), done.stderr[-3000:]
    outcome = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0, (outcome, done.stderr[-3000:])
    assert outcome["held"] is True
    assert (outcome["unaccounted"], outcome["double_effects"], outcome["audit_findings"]) == (0, 0, 0)
    assert outcome["trucks"] == TRUCKS
    assert outcome["out"] > TRUCKS / 2
    assert {"worker", "web"} <= set(outcome["killed"])
    assert outcome["ledger_entries"] > 5 * outcome["out"]
