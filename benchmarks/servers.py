"""Servers under measurement: started on a free port, stopped by their own id, their CPU read from the operating system."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
WORKERS = 2


class Server:
    """A gunicorn with two sync workers, as production runs the pages and the API."""

    def __init__(self, name: str, application: str, environment: dict[str, str]) -> None:
        self.name, self.port = name, _free_port()
        argv = [sys.executable, "-m", "gunicorn", application, "--workers", str(WORKERS), "--log-level", "warning"]
        argv += ["--bind", f"127.0.0.1:{self.port}", "--backlog", "1024"]
        self.child = subprocess.Popen(argv, cwd=ROOT, env=environment)

    def wait(self, *, within_s: float = 60) -> None:
        """This will wait until the server accepts a connection; raises RuntimeError when it ended or took too long."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline and self.child.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not start")

    def cpu_s(self) -> float:
        """User and system seconds of the server and its workers so far."""
        return sum(_cpu_of(pid) for pid in (self.child.pid, *_children(self.child.pid)))

    def stop(self) -> None:
        self.child.terminate()
        self.child.wait(timeout=15)


@contextmanager
def serving(name: str, application: str, environment: dict[str, str]) -> Iterator[Server]:
    server = Server(name, application, environment)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def _cpu_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
