"""The supervisor with children of a few lines: restarts, giving up, stopping, and the guard that outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core import guard, supervisor
from core.supervisor import Service, Supervisor, back_off_s

DIES = (sys.executable, "-c", "raise SystemExit(3)")
STAYS = (sys.executable, "-c", "import time; time.sleep(60)")
STUBBORN = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
"""
WITHIN_S = 20.0


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def keeper(said: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(supervisor, "BACK_OFF_FIRST_S", 0.01)
    monkeypatch.setattr(supervisor, "LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(supervisor, "STOP_GRACE_S", 0.5)
    made = Supervisor(say=said.append, environment=os.environ, cwd=Path.cwd())
    yield made
    made.stop()


def test_watch__five_deaths_in_a_minute__gives_up(keeper: Supervisor, said: list[str]) -> None:
    keeper.start(Service("worker", DIES))
    assert keeper.watch() == 1
    assert sum("worker died (exit code 3)" in line for line in said) == 5
    assert "giving up" in said[-1]


def test_look__child_killed__starts_it_again(keeper: Supervisor, said: list[str]) -> None:
    keeper.start(Service("web", STAYS))
    first = keeper.pid("web")
    assert first
    os.kill(first, signal.SIGKILL)
    assert keeper.wait(lambda: keeper.pid("web") not in (None, first), within_s=WITHIN_S)
    assert said == ["web died (killed by SIGKILL); starting it again in 0.01 s", "web started again"]


def test_watch__ground_falls_and_takes_others_along__counts_one_death(keeper: Supervisor, said: list[str]) -> None:
    keeper.start(Service("valkey", STAYS))
    keeper.start(Service("worker", STAYS, needs="valkey"))
    for _ in range(3):
        pids = keeper.pid("valkey"), keeper.pid("worker")
        for pid in pids:
            assert pid
            os.kill(pid, signal.SIGKILL)
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            assert keeper.look()
        assert keeper.wait(lambda: bool(keeper.pid("valkey") and keeper.pid("worker")), within_s=WITHIN_S)
    assert sum("died" in line for line in said) == 6


def test_look__job_ends_by_itself__is_no_death(keeper: Supervisor, said: list[str]) -> None:
    keeper.start(Service("simulated day", DIES, lasting=False))
    keeper.wait(lambda: bool(said), within_s=WITHIN_S)
    assert said == ["simulated day ended (exit code 3)"]


def test_stop__child_ignores_the_request__is_killed(keeper: Supervisor, tmp_path: Path) -> None:
    deaf = tmp_path / "deaf"
    keeper.start(Service("worker", (sys.executable, "-c", STUBBORN, str(deaf))))
    assert keeper.wait(deaf.exists, within_s=WITHIN_S)
    pid = keeper.pid("worker")
    assert pid
    keeper.stop()
    assert not psutil.pid_exists(pid)


def test_look_and_stop__guard_was_killed__is_said_once_and_all_goes_on(keeper: Supervisor, said: list[str]) -> None:
    keeper.start(Service("web", STAYS))
    keeper._guard.kill()
    keeper._guard.wait()
    first = keeper.pid("web")
    assert first
    os.kill(first, signal.SIGKILL)
    assert keeper.wait(lambda: keeper.pid("web") not in (None, first), within_s=WITHIN_S)
    second = keeper.pid("web")
    assert second
    keeper.stop()
    assert not psutil.pid_exists(second)
    assert sum("the guard is gone" in line for line in said) == 1


@pytest.mark.parametrize(("deaths", "wait_s"), [(1, 0.5), (2, 1.0), (3, 2.0), (5, 8.0), (50, 8.0)])
def test_back_off__more_deaths__waits_longer_up_to_a_limit(deaths: int, wait_s: float) -> None:
    assert back_off_s(deaths) == wait_s


def test_listen__groups_come_and_go__returns_those_still_running() -> None:
    assert guard.listen(["12\n", "13\n", "-12\n"]) == {13}


def test_end__group_with_a_grandchild__ends_both() -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])",
        ],
        start_new_session=True,
    )
    family = psutil.Process(parent.pid)
    deadline = time.monotonic() + WITHIN_S
    while not family.children() and time.monotonic() < deadline:
        time.sleep(0.02)
    children = family.children()
    assert children
    guard.end({parent.pid}, grace_s=0.2)
    parent.wait(WITHIN_S)
    _, alive = psutil.wait_procs(children, timeout=WITHIN_S)
    assert alive == []
