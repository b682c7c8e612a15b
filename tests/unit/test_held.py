"""A server that waits for its data: nothing of it runs before the pipe closes, and all of it afterwards."""

from __future__ import annotations

import os
import select
import subprocess
import sys

from tests.parts.source import ROOT

PATIENCE_S = 1.0


def _start(held_fd: int, *arguments: str) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "core.held", str(held_fd), "json", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "platform")}
    return subprocess.Popen(argv, env=environment, pass_fds=[held_fd], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_held__pipe_open__says_nothing_until_it_closes() -> None:
    held_fd, release_fd = os.pipe()
    child = _start(held_fd, "this")  # prints as soon as it runs
    said, _, _ = select.select([child.stdout], [], [], PATIENCE_S)
    assert not said
    assert child.poll() is None
    os.close(release_fd)
    assert b"Beautiful is better than ugly." in child.communicate(timeout=60)[0]
    os.close(held_fd)


def test_held__pipe_closed_long_ago__starts_at_once_with_its_arguments() -> None:
    held_fd, release_fd = os.pipe()
    os.close(release_fd)
    assert _start(held_fd, "json.tool", "--compact").communicate(b"[1]", timeout=60)[0] == b"[1]\n"
    os.close(held_fd)
