"""Keeps a handful of child processes running: restarts what dies, gives up when too much dies, leaves no orphan behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core import guard
from core.clock import monotonic_s

DEATHS_ALLOWED = 5
DEATHS_WINDOW_S = 60.0
COLLATERAL_S = 15.0
BACK_OFF_FIRST_S = 0.5
BACK_OFF_MAX_S = 8.0
STOP_GRACE_S = 15.0
LOOK_EVERY_S = 0.2
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Service:
    """One child to keep running."""

    name: str
    argv: Sequence[str]
    #: the service whose death takes this one along (a Celery worker ends when its broker goes)
    needs: str = ""
    #: False for a job that may end by itself
    lasting: bool = True
    pass_fds: Sequence[int] = ()


@dataclass
class _Running:
    service: Service
    process: subprocess.Popen[bytes] | None = None
    restart_at_s: float = 0.0
    deaths_at_s: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS_ALLOWED))


class Supervisor:
    """Starts services as process groups of their own and watches them until told to stop."""

    def __init__(
        self, *, say: Callable[[str], None], environment: Mapping[str, str], cwd: Path, keep_fds: Sequence[int] = ()
    ):
        """`keep_fds` are held by the guard too: a lock on them ends only when the last child has ended."""
        self.say = say
        self.environment = dict(environment)
        self.cwd = cwd
        self.stopping = False
        self._guard_gone = False
        self._running: dict[str, _Running] = {}
        self._deaths_at_s: deque[float] = deque(maxlen=DEATHS_ALLOWED)
        self._guard = subprocess.Popen(
            [sys.executable, "-I", guard.__file__],
            stdin=subprocess.PIPE,
            bufsize=0,  # nothing stays behind that could not be written, so closing the pipe of a dead guard is no error
            start_new_session=True,
            pass_fds=tuple(keep_fds),
        )

    # ---------------------------------------------------------------- start
    def start(self, service: Service) -> None:
        """This will start a service and keep it running from now on."""
        self._launch(self._running.setdefault(service.name, _Running(service)))

    def _launch(self, one: _Running) -> None:
        one.process = subprocess.Popen(
            list(one.service.argv),
            stdin=subprocess.DEVNULL,
            cwd=self.cwd,
            env=self.environment,
            start_new_session=True,
            pass_fds=tuple(one.service.pass_fds),
            preexec_fn=_die_with_parent,
        )
        self._tell_guard(one.process.pid)

    def pid(self, name: str) -> int | None:
        """This will return the process id of a running service, or None while it is down."""
        process = self._running[name].process if name in self._running else None
        return process.pid if process and process.poll() is None else None

    # ---------------------------------------------------------------- watch
    def listen_to_signals(self) -> None:
        """This will stop everything on Ctrl-C, SIGTERM and when the terminal closes."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def wait(self, ready: Callable[[], bool], *, within_s: float) -> bool:
        """This will look after the services until `ready()`; False when it took too long, too much died or a stop was asked."""
        deadline = monotonic_s() + within_s
        while not ready():
            if self.stopping or monotonic_s() > deadline or not self.look():
                return False
            time.sleep(LOOK_EVERY_S / 4)
        return True

    def watch(self, *, do: Callable[[], None] = lambda: None, every_s: float = 5.0) -> int:
        """This will look after the services, and `do` a small thing now and then, until a stop is asked (0) or too many died (1)."""
        due_at_s = monotonic_s()
        while not self.stopping:
            if not self.look():
                return 1
            if monotonic_s() >= due_at_s:
                do()
                due_at_s = monotonic_s() + every_s
            time.sleep(LOOK_EVERY_S)
        return 0

    def look(self) -> bool:
        """This will notice deaths and restart what is due; False when there were too many deaths within the window."""
        now_s = monotonic_s()
        for one in list(self._running.values()):
            if one.process and one.process.poll() is not None:
                self._bury(one, now_s)
            elif not one.process and one.service.lasting and now_s >= one.restart_at_s:
                self._launch(one)
                self.say(f"{one.service.name} started again")
        if self._too_many(now_s):
            self.say(f"{DEATHS_ALLOWED} deaths within {DEATHS_WINDOW_S:.0f} s: giving up, everything stops")
            return False
        return True

    def _bury(self, one: _Running, now_s: float) -> None:
        assert one.process
        code = one.process.returncode
        self._tell_guard(-one.process.pid)
        one.process = None
        if not one.service.lasting:
            self.say(f"{one.service.name} ended ({_in_words(code)})")
            return
        if not self._is_collateral(one, now_s):
            self._deaths_at_s.append(now_s)
        one.deaths_at_s.append(now_s)
        delay_s = back_off_s(sum(1 for at_s in one.deaths_at_s if now_s - at_s < DEATHS_WINDOW_S))
        one.restart_at_s = now_s + delay_s
        self.say(f"{one.service.name} died ({_in_words(code)}); starting it again in {delay_s:g} s")

    def _is_collateral(self, one: _Running, now_s: float) -> bool:
        """A child that falls because what it stands on fell is one death with it, not two."""
        ground = self._running.get(one.service.needs)
        return bool(ground and ground.deaths_at_s and now_s - ground.deaths_at_s[-1] < COLLATERAL_S)

    def _too_many(self, now_s: float) -> bool:
        return len(self._deaths_at_s) == DEATHS_ALLOWED and now_s - self._deaths_at_s[0] < DEATHS_WINDOW_S

    # ---------------------------------------------------------------- stop
    def stop(self) -> None:
        """This will end all services, the last started first asked; those that others need go last. Safe to repeat."""
        ground = {one.service.needs for one in self._running.values()}
        upper = [one for name, one in self._running.items() if name not in ground]
        lower = [one for name, one in self._running.items() if name in ground]
        for floor in (upper, lower):
            self._end([one.process for one in reversed(floor) if one.process])
        self._running.clear()
        if self._guard.stdin and not self._guard.stdin.closed:
            self._guard.stdin.close()
        self._guard.wait()

    def _end(self, processes: list[subprocess.Popen[bytes]]) -> None:
        deadline = monotonic_s() + STOP_GRACE_S
        for process in processes:
            _signal_group(process, signal.SIGTERM)
        for process in processes:
            try:
                process.wait(max(0.0, deadline - monotonic_s()))
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)
                process.wait()
            self._tell_guard(-process.pid)

    def _tell_guard(self, group: int) -> None:
        assert self._guard.stdin
        try:
            self._guard.stdin.write(f"{group}\n".encode())
        except OSError:
            if not self._guard_gone:
                self.say(
                    "the guard is gone: should this process be killed, Linux ends its children, elsewhere they stay"
                )
            self._guard_gone = True


def back_off_s(deaths: int) -> float:
    """This will return how long to wait before the restart after the n-th recent death (1, 2, …), in seconds."""
    return min(BACK_OFF_MAX_S, BACK_OFF_FIRST_S * 2.0 ** max(0, deaths - 1))


def _in_words(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)


def _die_with_parent() -> None:
    """Should even the guard be killed: Linux itself then ends the child when the supervisor ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
