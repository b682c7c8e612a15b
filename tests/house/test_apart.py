"""What is done apart: the answer comes back, the memory does not; each case in a process without threads, as `manage.py up` is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.parts import processes
from tests.parts.source import ROOT

WORK = """
import os, signal, sys, time
from core.apart import EndedEarly, apart
kept = []
def answer():
    kept.append("much")
    return {"pid": os.getpid()}
def refuse(): raise ValueError("not like this")
def die(): os.kill(os.getpid(), signal.SIGKILL)
def wait():
    print("begun", flush=True)
    time.sleep(5)
    print("done", flush=True)
"""


def _argv(lines: str) -> list[str]:
    return [sys.executable, "-c", WORK + lines]


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT / "platform")}


def _said(lines: str) -> str:
    done = subprocess.run(_argv(lines), env=_environment(), check=True, capture_output=True, text=True, timeout=60)
    return done.stdout.strip()


def test_apart__work_returns__the_answer_comes_and_nothing_else_stays() -> None:
    assert _said("print(apart(answer)['pid'] != os.getpid(), kept)") == "True []"


def test_apart__expected_error__is_raised_here() -> None:
    assert _said("try: apart(refuse, expected=(ValueError,))\nexcept ValueError as it: print(it)") == "not like this"


@pytest.mark.parametrize("work", ["refuse", "die"])
def test_apart__no_answer__ended_early(work: str) -> None:
    assert _said(f"try: apart({work})\nexcept EndedEarly: print('early')") == "early"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_apart__caller_killed__ends_with_it() -> None:
    caller = processes.start(_argv("apart(wait)"), env=_environment(), stdout=subprocess.PIPE)
    assert caller.stdout
    with caller.stdout:
        assert caller.stdout.readline() == b"begun\n"
        os.kill(caller.pid, signal.SIGKILL)
        caller.wait(10)
        assert caller.stdout.read() == b"", "it worked on alone"
