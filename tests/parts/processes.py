"""Child processes of the tests: as another user where the server refuses root, and never outliving the run."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


def unprivileged_user() -> pwd.struct_passwd | None:
    """This will name whom servers that refuse root run as; None when we are not root and need nobody else."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def start(argv: Sequence[object], *, user: pwd.struct_passwd | None = None, **options: Any) -> subprocess.Popen[bytes]:
    """This will start a child that dies with us (Linux) and runs as `user` when one is given."""
    identity: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    return subprocess.Popen(
        [str(part) for part in argv], stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent, **identity, **options
    )


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def stop(child: subprocess.Popen[bytes], *, with_signal: int = signal.SIGTERM, within_s: float = 10) -> None:
    """This will end a child politely and, when it does not go within `within_s`, surely."""
    if child.poll() is None:
        child.send_signal(with_signal)
        try:
            child.wait(within_s)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def wait_until(ready: Callable[[], bool], *, child: subprocess.Popen[bytes], within_s: float, log: Path) -> None:
    """This will wait until `ready()`; raises RuntimeError with the child's last words when it dies or takes too long."""
    deadline = time.monotonic() + within_s
    while not ready():
        if child.poll() is not None or time.monotonic() > deadline:
            stop(child)
            words = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise RuntimeError(f"{child.args!r} did not come up:\n{words}")
        time.sleep(0.05)


def quick_folder() -> str | None:
    """This will return where files that need not survive are written fastest: memory, when there is plenty of it."""
    memory = Path("/dev/shm")
    plenty = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 1024**3
    return str(memory) if plenty else None


def free_port() -> int:
    """This will return a TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
