"""`make simulate`: starts a fresh installation, plays one day against it, audits it; one JSON line last, exit 1 when it falls short.

python scripts/simulate.py [--speed 60] [--trucks 2000] [--chaos] [--keep FOLDER] [other options of `manage.py simulate`]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MIDNIGHT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # of Tuesday, 24 November in Yunnan: no holiday on either side
SIGN_IN_S = 0.12  # real seconds to sign in and register one driver, on a busy machine
STARTING_S = 30.0
READY_WITHIN_S = 120.0
STOP_WITHIN_S = 30.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", type=float, default=60, help="how many times as fast time runs (default 60)")
    parser.add_argument("--trucks", type=int, default=2000)
    parser.add_argument(
        "--begin-h", type=float, default=None, help="hour at which the clock begins (default: the evening before)"
    )
    parser.add_argument(
        "--chaos", action="store_true", help="kill worker, beat, Valkey and web with -9 in turn meanwhile"
    )
    parser.add_argument("--keep", type=Path, default=None, help="leave the data in this folder")
    options, others = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="portlane-day-", ignore_cleanup_errors=True) as temporary:
        folder = options.keep or Path(temporary)
        environment = _environment(folder, speed=options.speed, begins_at=_beginning(options))
        with _installation(folder, environment) as (url, pid):
            chaos = ["--chaos", str(pid)] if options.chaos else []
            played = _manage(
                "simulate", "--url", url, "--trucks", str(options.trucks), *chaos, *others, environment=environment
            )
        audited = _manage("audit", "--json", environment=environment)
    return _sum_up(played, audited)


def _sum_up(played: subprocess.CompletedProcess[str], audited: subprocess.CompletedProcess[str]) -> int:
    if not played.stdout.strip() or not audited.stdout.strip():
        print("the day or its audit did not come to an end", file=sys.stderr)
        return 1
    *findings, summary = audited.stdout.splitlines()
    print("\n".join(findings[:20]), file=sys.stderr)
    outcome: dict[str, Any] = json.loads(played.stdout.splitlines()[-1])
    outcome |= {"audit_findings": json.loads(summary)["findings"], "ledger_entries": json.loads(summary)["entries"]}
    held = played.returncode == audited.returncode == 0
    print(json.dumps({"held": held, **outcome}, ensure_ascii=False))
    return 0 if held else 1


def _beginning(options: argparse.Namespace) -> datetime:
    """So long before midnight that everybody is signed in by then, with an hour to spare."""
    if options.begin_h is not None:
        return MIDNIGHT + timedelta(hours=options.begin_h)
    evening = timedelta(seconds=(STARTING_S + SIGN_IN_S * options.trucks) * options.speed)
    return MIDNIGHT - evening - timedelta(hours=1)


def _environment(folder: Path, *, speed: float, begins_at: datetime) -> dict[str, str]:
    real_s = time.time()
    clean = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    }
    return clean | {
        "PORTLANE_DATA_DIR": str(folder),
        "PORTLANE_EMBEDDED": "1",
        "PORTLANE_CLOCK": f"{begins_at.isoformat()}|{real_s}|{speed}",
        "SECRET_KEY": "a-key-for-one-simulated-day-" + "x" * 40,
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def _installation(folder: Path, environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Yields address and process id of a running `manage.py up`; its words go to a file in the folder, shown when it fails."""
    folder.mkdir(parents=True, exist_ok=True)
    port, log = _free_port(), folder / "up.log"
    with log.open("wb") as words:
        argv = [sys.executable, "manage.py", "up", "--port", str(port), "--data-dir", str(folder)]
        up = subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=words, stderr=words, stdin=subprocess.DEVNULL)
        try:
            _wait_until_ready(up, log)
            yield f"http://127.0.0.1:{port}", up.pid
        finally:
            up.send_signal(signal.SIGTERM)
            try:
                up.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                up.kill()


def _wait_until_ready(up: subprocess.Popen[bytes], log: Path) -> None:
    deadline_s = time.monotonic() + READY_WITHIN_S
    while "portlane: ready" not in log.read_text(errors="replace"):
        if up.poll() is not None or time.monotonic() > deadline_s:
            raise SystemExit(f"the installation did not start:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.2)


def _manage(*words: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "manage.py", *words]
    return subprocess.run(argv, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
