"""`manage.py up`: the whole installation on one machine, as the processes that production runs (docs/running.md names the differences)."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connections
from django.urls import reverse

from core import clock, embedded
from core.apart import EndedEarly, apart
from core.supervisor import Service, Supervisor

ROOT = Path(settings.BASE_DIR)
#: handed from the first half of the command to the second: the port of the Valkey that is ours to start
OWN_VALKEY = "PORTLANE_OWN_VALKEY_PORT"
READY_WITHIN_S = 60.0
REMEMBER_CLOCK_EVERY_S = 5.0
DEMO_SPEED = 60.0
DEMO_TRUCKS = 600
DEMO_ZONE = ZoneInfo("Asia/Shanghai")
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  listened on: where this machine itself finds it
DEMO_MAIL = "@demo.example"
OUTBOX = "web:outbox"
OUT_OF_REACH = (OperationalError, InterfaceError)
#: what strangers must find closed; each may be given otherwise in the environment
CLOSED = {"PORTLANE_OUTBOX_PAGE": "false", "STAFF_MFA_REQUIRED": "true", "SIGN_IN_CODES_PER_ADDRESS_HOUR": "30"}
#: what a newcomer wants to open, by the name of its path
PAGES = {
    "drivers": "web:sign_in",
    "staff": "account_login",
    "one-time codes": OUTBOX,
    "back office": "admin:index",
}


class Command(BaseCommand):
    """Settles the environment, starts itself again in it, then prepares the data and looks after the children."""

    help = "Serve everything on this machine: pages, sockets, worker, beat and, unless REDIS_URL is given, Valkey."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")
        parser.add_argument("--speed", type=float, default=None, help="let time run this many times faster")
        parser.add_argument("--data-dir", default=None, help="where database, Valkey and secrets live (default var/)")
        parser.add_argument(
            "--demo", action="store_true", help="fresh data in DATA_DIR/demo, 60 times the speed, a simulated day"
        )

    def handle(self, **options: Any) -> None:
        try:
            if os.environ.get("PORTLANE_UP") != str(os.getpid()):
                _refuse_early(options)
                _start_again_with(_environment(options))
            self._run(options)
        except embedded.CannotStart as problem:
            raise CommandError(str(problem)) from None

    # ---------------------------------------------------------------- in the settled environment
    def _run(self, options: dict[str, Any]) -> None:
        folder = Path(settings.PORTLANE_DATA_DIR)
        host, port = options["host"], options["port"]
        with embedded.lock(folder) as held:
            if options["demo"] and not _database_given():
                embedded.empty(folder)
            keeper = Supervisor(say=self._say, environment=os.environ, cwd=ROOT, keep_fds=[held.fileno()])
            keeper.listen_to_signals()
            try:
                code = self._serve(keeper, host=host, port=port, lock_fd=held.fileno(), demo=options["demo"])
            finally:
                self._say("stopping …")
                keeper.stop()
                _remember_clock()
        self._say("stopped")
        sys.exit(code)

    def _serve(self, keeper: Supervisor, *, host: str, port: int, lock_fd: int, demo: bool) -> int:
        if os.environ.get(OWN_VALKEY):
            keeper.start(_valkey(lock_fd))
        place = "that of DATABASE_URL" if _database_given() else f"in {settings.PORTLANE_DATA_DIR}"
        self._say(f"bringing the database up to date: {place}")
        held_fd, release_fd = os.pipe()
        keeper.start(_web(host, port, held_fd=held_fd))  # imports on the other core meanwhile, and serves nothing yet
        try:
            prepare = partial(_prepare_data, demo_people=demo or not _shared(host))
            pages, sign_ins = apart(prepare, expected=(*OUT_OF_REACH, CommandError))
            if not (demo or embedded.is_loopback(host)):
                _refuse_known_passwords()
        except EndedEarly:
            return self._not_ready(keeper, "the data could not be prepared")
        except OUT_OF_REACH as problem:
            raise embedded.CannotStart(f"the database does not answer: {str(problem).splitlines()[0]}") from None
        if os.environ.get(OWN_VALKEY) and not keeper.wait(_valkey_answers, within_s=READY_WITHIN_S):
            return self._not_ready(keeper, "Valkey does not answer")
        os.close(release_fd)
        if not keeper.wait(lambda: embedded.answers(host, port), within_s=READY_WITHIN_S):
            return self._not_ready(keeper, "the pages do not answer")
        self._welcome(_address(host, port), pages, sign_ins)
        for line in _warnings(host, demo=demo):
            self._say(f"WARNING: {line}")
        self._say("press Ctrl-C to stop")
        for service in (_worker(), _beat()):
            keeper.start(service)
        if demo:
            keeper.start(_simulated_day(host, port))
        return keeper.watch(do=_remember_clock, every_s=REMEMBER_CLOCK_EVERY_S)

    def _not_ready(self, keeper: Supervisor, what: str) -> int:
        if keeper.stopping:
            return 0
        self._say(f"{what}; giving up")
        return 1

    # ---------------------------------------------------------------- words
    def _say(self, line: str) -> None:
        self.stdout.write(f"portlane: {line}")
        self.stdout.flush()

    def _welcome(self, address: str, pages: dict[str, str], sign_ins: list[str]) -> None:
        self._say(f"ready: {address}/")
        for what, path in pages.items():
            self._say(f"{what:<14} {address}{path}")
        for line in sign_ins:
            self._say(line)
        if clock.speed() != 1:
            self._say(f"time runs {clock.speed():g} times as fast; it is now {clock.now():%Y-%m-%d %H:%M} UTC")


# ---------------------------------------------------------------- the environment
def _environment(options: dict[str, Any]) -> dict[str, str]:
    """What is given in the environment stays; the rest is made for the data directory.

    Only what Python compiles is kept whatever was given: five processes would compile the same 2,000 modules, each for itself.
    """
    folder = _folder(options)
    found = {
        "PORTLANE_UP": str(os.getpid()),
        "PORTLANE_EMBEDDED": "1",
        "PORTLANE_DATA_DIR": str(folder),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")]),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
        "C_FORCE_ROOT": "1",
    }
    made = {
        "SECRET_KEY": embedded.secret(folder, "secret_key"),
        "PORTLANE_PUBLIC_URL": _address(options["host"], options["port"]),
        "PORTLANE_CLOCK": _clock(options, folder),
        "ALLOWED_HOSTS": _hosts(options["host"]),
        "LOG_LEVEL": "WARNING" if options["demo"] else "INFO",  # six hundred codes by text message would hide the day
    }
    if _shared(options["host"]) and not options["demo"]:
        made |= CLOSED
    if not os.environ.get("REDIS_URL"):
        port = embedded.any_free_port()
        found[OWN_VALKEY] = str(port)
        found["REDIS_URL"] = f"redis://:{embedded.secret(folder, 'valkey_password')}@127.0.0.1:{port}/0"
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return given | {name: given.get(name) or value for name, value in made.items()} | found


def _hosts(host: str) -> str:
    """Whoever listens on every address of a machine is asked for under names only the network knows."""
    return "*" if host in ANY_ADDRESS else f"127.0.0.1,localhost,[::1],{host}"


def _address(host: str, port: int) -> str:
    host = ANY_ADDRESS.get(host, host)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _folder(options: dict[str, Any]) -> Path:
    """A demo empties its data, so it has a folder of its own wherever it runs."""
    folder = Path(options["data_dir"] or settings.PORTLANE_DATA_DIR).resolve()
    return folder / "demo" if options["demo"] else folder


def _clock(options: dict[str, Any], folder: Path) -> str:
    now = clock.now()
    if options["demo"] and not _database_given():
        return embedded.clock_setting(
            folder, now=now, speed=options["speed"] or DEMO_SPEED, start_at=_demo_morning(now)
        )
    speed = options["speed"] or (DEMO_SPEED if options["demo"] else 1)
    return embedded.clock_setting(folder, now=now, speed=speed)


def _demo_morning(now: datetime) -> datetime:
    """A demo's day begins shortly before the lanes open, whatever the hour of who looks on."""
    return now.astimezone(DEMO_ZONE).replace(hour=7, minute=0, second=0, microsecond=0)


def _refuse_early(options: dict[str, Any]) -> None:
    host, port = options["host"], options["port"]
    embedded.lock(_folder(options)).close()
    if not embedded.port_is_free(host, port):
        raise embedded.CannotStart(f"port {port} of {host} is taken; choose another with --port")


def _start_again_with(environment: dict[str, str]) -> None:
    """Settings are read once, so the command replaces itself by one that sees the settled environment (same process id)."""
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)  # noqa: S606


# ---------------------------------------------------------------- who else can come in
def _database_given() -> bool:
    return bool(os.environ.get("DATABASE_URL"))


def _shared(host: str) -> bool:
    """Others than who started it may be here: no known password and no open outbox, unless a demo was asked for."""
    return _database_given() or not embedded.is_loopback(host)


def _warnings(host: str, *, demo: bool) -> Iterator[str]:
    outbox = "on, one-time codes included" if settings.PORTLANE_OUTBOX_PAGE else "off"
    people = "demo people with a known password are in it" if demo else "no demo people were made"
    if not embedded.is_loopback(host):
        kind = "open to the network as a demo" if demo else "open to the network"
        yield f"{kind}, without TLS: {people}, the outbox page is {outbox} (docs/running.md)"
    elif _database_given():
        yield f"the database of DATABASE_URL is in use: {people}, the outbox page is {outbox} (docs/running.md)"


def _refuse_known_passwords() -> None:
    if get_user_model().objects.filter(email__endswith=DEMO_MAIL, is_active=True).exists():
        raise embedded.CannotStart(
            "this data has demo people, whose password everybody knows: not opened to the network; choose another "
            "--data-dir, close their accounts in the back office, or say --demo"
        )


# ---------------------------------------------------------------- the data
def _remember_clock() -> None:
    if settings.PORTLANE_CLOCK:
        embedded.remember_clock(Path(settings.PORTLANE_DATA_DIR), now=clock.now())


def _prepare_data(*, demo_people: bool) -> tuple[dict[str, str], list[str]]:
    """Brings the tables up to date, loads ports and, when asked, demo people; returns the pages to open and how those people sign in."""
    call_command("migrate", interactive=False, verbosity=0)
    words = StringIO()
    call_command("seed", demo=demo_people, stdout=words)
    call_command("generate_slots", stdout=StringIO())  # beat does it every ten minutes; the first visitor is here now
    connections.close_all()
    lines = words.getvalue().splitlines()
    summary = next((at for at, line in enumerate(lines) if line.startswith("seed:")), len(lines) - 1)
    pages = {what: reverse(name) for what, name in PAGES.items() if name != OUTBOX or settings.PORTLANE_OUTBOX_PAGE}
    return pages, lines[summary + 1 :]


# ---------------------------------------------------------------- the children
def _valkey(lock_fd: int) -> Service:
    folder = Path(settings.PORTLANE_DATA_DIR)
    password = embedded.secret(folder, "valkey_password")
    argv = embedded.valkey_argv(folder, port=int(os.environ[OWN_VALKEY]), password=password)
    return Service("valkey", argv, pass_fds=[lock_fd])


def _valkey_answers() -> bool:
    return embedded.valkey_answers(settings.REDIS_URL)


def _web(host: str, port: int, *, held_fd: int) -> Service:
    where = ["--host", host, "--port", str(port)]
    how = ["--lifespan", "off", "--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "5"]
    uvicorn = ["uvicorn", "config.asgi:application", *where, *how]
    return Service(
        "web", [sys.executable, "-m", "core.held", str(held_fd), "config.asgi", *uvicorn], pass_fds=[held_fd]
    )


def _worker() -> Service:
    how = ["--pool", "threads", "--concurrency", "4", "--without-gossip", "--without-mingle"]
    return Service("worker", [*_celery("worker"), *how], needs="valkey")


def _beat() -> Service:
    memory = Path(settings.PORTLANE_DATA_DIR) / "beat-schedule"
    how = ["--schedule", str(memory), "--pidfile", ""]
    return Service("beat", [*_celery("beat", "config.beat"), *how], needs="valkey")


def _celery(what: str, application: str = "config") -> list[str]:
    # The image of docker-compose.yml runs as a user of its own; at home Celery's word about root helps nobody.
    quiet = ["-W", "ignore:You're running the worker"]
    return [sys.executable, *quiet, "-m", "celery", "-A", application, "--quiet", what, "--loglevel", "WARNING"]


def _simulated_day(host: str, port: int) -> Service:
    how = ["--url", _address(host, port), "--trucks", str(DEMO_TRUCKS)]
    return Service("simulated day", [sys.executable, str(ROOT / "manage.py"), "simulate", *how], lasting=False)
