"""`manage.py up` from outside: what a person with a terminal, or an unkind operator, sees of it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from core import embedded
from tests.parts import processes
from tests.parts.source import ROOT

pytestmark = [pytest.mark.stack, pytest.mark.valkey, pytest.mark.sqlite]
DEMO_STAFF = "operator@demo.example"
GIVEN_ELSEWHERE = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEBUG", "PORTLANE_CLOCK", "PORTLANE_DATA_DIR"}


@dataclass
class Up:
    """One running `manage.py up`."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    log: Path

    def words(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_for(self, what: Callable[[], object], within_s: float = 120) -> None:
        deadline = time.monotonic() + within_s
        while not what():
            in_time = time.monotonic() < deadline and self.process.poll() is None
            assert in_time, f"waited in vain:\n{self.words()[-3000:]}"
            time.sleep(0.1)

    def child(self, mark: str) -> psutil.Process | None:
        for process in psutil.Process(self.process.pid).children():
            if mark in " ".join(process.cmdline()):
                return process
        return None

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


def _start(folder: Path, *options: str, port: int | None = None, given: dict[str, str] | None = None) -> Up:
    port = port or processes.free_port()
    folder.mkdir(exist_ok=True)
    log = folder / "log"
    environment = {name: value for name, value in os.environ.items() if name not in GIVEN_ELSEWHERE} | (given or {})
    argv = [sys.executable, "manage.py", "up", "--data-dir", folder / "data", "--port", str(port), *options]
    with log.open("wb") as words:
        child = processes.start(argv, cwd=ROOT, env=environment, stdout=words, stderr=words)
    return Up(child, folder / "data", port, log)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = _start(tmp_path_factory.mktemp("up"))
    running.wait_for(lambda: "ready:" in running.words())
    running.wait_for(lambda: running.child("beat") and running.child("worker"))
    yield running
    processes.stop(running.process, within_s=30)


def test_up__fresh_directory__serves_pages_and_names_the_sign_ins(up: Up) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{up.port}/", timeout=20) as answer:
        assert answer.status == 200
    assert f"ready: http://127.0.0.1:{up.port}/" in up.words()
    assert re.search(r"\+86", up.words()), "the demo driver's phone number is told"
    assert (up.folder / "portlane.sqlite3").exists()
    for secret in ("secret_key", "valkey_password", "valkey.conf"):
        assert (up.folder / secret).stat().st_mode & 0o077 == 0, f"{secret} is readable by others"


def test_up__same_directory_again__is_refused_in_one_line(up: Up) -> None:
    second = _start(up.folder.parent / "again", "--data-dir", str(up.folder))
    assert second.process.wait(120) == 1
    assert f"already runs on {up.folder} (process {up.process.pid})" in second.words()
    assert "Traceback" not in second.words()


def test_up__port_taken__is_refused_in_one_line(up: Up, tmp_path: Path) -> None:
    second = _start(tmp_path / "other", port=up.port)
    assert second.process.wait(120) == 1
    assert f"port {up.port} of 127.0.0.1 is taken" in second.words()
    assert "Traceback" not in second.words()


@pytest.mark.parametrize(("name", "mark"), [("worker", "worker"), ("web", "uvicorn"), ("valkey", "valkey-server")])
def test_up__child_killed__is_started_again_and_said_so(up: Up, name: str, mark: str) -> None:
    before = up.child(mark)
    assert before
    before.kill()
    up.wait_for(lambda: f"{name} died (killed by SIGKILL)" in up.words() and f"{name} started again" in up.words())
    after = up.child(mark)
    assert after
    assert after.pid != before.pid
    up.wait_for(lambda: embedded.answers("127.0.0.1", up.port))
    assert up.process.poll() is None


# ---------------------------------------------------------------- a demo's own folder
def test_up__demo_in_a_folder_of_mine__leaves_what_is_mine(tmp_path: Path) -> None:
    mine = tmp_path / "data"
    for name in ("letter.txt", "photos/one.jpg", "demo/notes.txt", "demo/photos/two.txt"):
        (mine / name).parent.mkdir(parents=True, exist_ok=True)
        (mine / name).write_text("mine")
    (mine / "portlane.sqlite3").write_text("my installation's")
    (mine / "demo" / "portlane.sqlite3-wal").write_text("of the last demo")
    running = _start(tmp_path, "--demo")
    running.wait_for(lambda: "ready:" in running.words())
    processes.stop(running.process, within_s=30)
    for name in ("letter.txt", "photos/one.jpg", "demo/notes.txt", "demo/photos/two.txt"):
        assert (mine / name).read_text() == "mine"
    assert (mine / "portlane.sqlite3").read_text() == "my installation's"
    assert (mine / "demo" / "portlane.sqlite3").exists()


def test_empty__folder_of_a_demo__takes_only_what_portlane_made(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").write_text("mine")
    folder = tmp_path / "demo"
    (folder / "appendonlydir").mkdir(parents=True)
    for name in ("portlane.sqlite3", "clock", "beat-schedule", "valkey.log", "secret_key", "thesis.odt"):
        (folder / name).write_text("x")
    embedded.empty(folder)
    assert {path.name for path in folder.iterdir()} == {"secret_key", "thesis.odt"}
    (folder / "appendonlydir").symlink_to(tmp_path / "elsewhere")
    embedded.empty(folder)
    assert (tmp_path / "elsewhere" / "kept").exists()


# ---------------------------------------------------------------- who else can come in
def _status(up: Up, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{up.port}{path}", timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def _staff(database: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return [email for (email,) in connection.execute("SELECT email FROM accounts_user WHERE email LIKE '%@demo.%'")]


def test_up__loopback__has_demo_people_and_the_outbox_and_no_warning(up: Up) -> None:
    assert DEMO_STAFF in _staff(up.folder / "portlane.sqlite3")
    assert DEMO_STAFF in up.words()
    assert _status(up, "/outbox/") == 200
    assert "WARNING: open" not in up.words()  # the worker warns, too, when its broker is killed


def test_up__open_to_the_network__has_neither_demo_people_nor_outbox_and_says_so(tmp_path: Path) -> None:
    running = _start(tmp_path, "--host", "0.0.0.0")
    running.wait_for(lambda: "press Ctrl-C" in running.words())
    assert _status(running, "/") == 200
    assert _status(running, "/outbox/") == 404
    processes.stop(running.process, within_s=30)
    words = running.words()
    assert _staff(running.folder / "portlane.sqlite3") == []
    assert len(re.findall("WARNING: open to the network", words)) == 1
    assert "/outbox/" not in words.partition("press Ctrl-C")[0]
    assert "@demo." not in words
    assert "0.0.0.0:" not in words, "an address nobody can open"


def test_up__open_to_the_network_as_a_demo__is_open_and_says_how_open(tmp_path: Path) -> None:
    running = _start(tmp_path, "--host", "0.0.0.0", "--demo")
    running.wait_for(lambda: "press Ctrl-C" in running.words())
    assert _status(running, "/outbox/") == 200
    processes.stop(running.process, within_s=30)
    assert DEMO_STAFF in _staff(running.folder / "demo" / "portlane.sqlite3")
    assert len(re.findall("WARNING: open to the network as a demo", running.words())) == 1


def test_up__demo_people_of_before__are_not_opened_to_the_network(up: Up, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with contextlib.closing(sqlite3.connect(up.folder / "portlane.sqlite3")) as before:
        before.execute("VACUUM INTO ?", [str(tmp_path / "data" / "portlane.sqlite3")])
    running = _start(tmp_path, "--host", "0.0.0.0")
    assert running.process.wait(60) == 1
    assert "demo people" in running.words()
    assert "ready:" not in running.words()
    assert "Traceback" not in running.words()


def test_up__database_given__gets_no_demo_people(tmp_path: Path) -> None:
    database = tmp_path / "given.sqlite3"
    running = _start(tmp_path, given={"DATABASE_URL": f"sqlite:///{database}"})
    running.wait_for(lambda: "press Ctrl-C" in running.words())
    assert _status(running, "/outbox/") == 404
    processes.stop(running.process, within_s=30)
    assert _staff(database) == []
    assert len(re.findall("WARNING: the database of DATABASE_URL", running.words())) == 1
    assert not (running.folder / "portlane.sqlite3").exists()


def test_up__killed_itself__leaves_no_orphan_and_frees_the_directory(up: Up) -> None:
    left = up.descendants()
    assert len(left) >= 5, "web, worker, beat, Valkey and the guard"
    up.process.kill()
    up.process.wait()
    _, alive = psutil.wait_procs(left, timeout=20)
    assert alive == []
    third = _start(up.folder.parent / "third", "--data-dir", str(up.folder))
    third.wait_for(lambda: "ready:" in third.words())
    third.process.send_signal(signal.SIGINT)
    assert third.process.wait(30) == 0, third.words()
    assert "stopped" in third.words()
    assert "Traceback" not in third.words()
