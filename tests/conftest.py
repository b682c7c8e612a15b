"""The real parts of the tests: a database file or server, Valkey, a running installation, a browser.

Which database is under test is said by DATABASE_URL, as everywhere else: none given = SQLite.
A part that cannot be had skips its tests by name; PORTLANE_TEST_NO_SKIPS=1 turns any skip into a failure.
"""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from config.celery import app as celery
from tests.parts import chromium, postgres, processes, valkey
from tests.parts.missing import PartMissing
from tests.parts.wire import Wire, wired_to

pytest_plugins = ["tests.parts.stack", "tests.cast"]
TESTS = Path(__file__).resolve().parent
LONG = {"journeys", "house", "browser", "races"}
#: What waits for other processes can run out of patience on a busy machine. The summary names who needed it ("RERUN"): that is
#: a fault in the test or in what it tests, and `TEST_SLOW_WIRE` (tests/parts/wire.py) finds it. No other test has a second try.
SECOND_TRY = pytest.mark.flaky(reruns=1)

# A busy neighbour makes any example slow: what is slow is seen in benchmarks, not here.
hypothesis_settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("shared")

# Tests sign in with `force_login`; those of the second factor switch it on.
django_settings.STAFF_MFA_REQUIRED = False
# Hashing is slow on purpose, and tests do it by the hundred. A hash names its own cost, so a real server reads these too.
ScryptPasswordHasher.work_factor = 2**4
# A manifest of static files is made for an installation, not for a test.
django_settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
if not os.environ.get("SECRET_KEY"):
    django_settings.SECRET_KEY = "a-key-for-tests-only-" + "x" * 40


# ---------------------------------------------------------------- what runs where
def on_sqlite() -> bool:
    return str(django_settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """This will leave the tests of the other database to the other run of `make test`, and put the longest files first."""
    other = "postgres" if on_sqlite() else "sqlite"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker(other)]
    for item in items:
        if item.get_closest_marker("stack"):
            item.add_marker(SECOND_TRY)
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> tuple[bool, str]:
    """What starts installations and browsers is long: begun last, one of two processes would end alone with it."""
    room = item.path.relative_to(TESTS).parts[0]
    return room not in LONG, room


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Modules and tests stay to the end: the garbage collector need not walk through them again and again (a tenth of the time)."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _forbidden_skips(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    skips = _forbidden_skips(config)
    if skips:
        terminalreporter.write_line(
            f"{len(skips)} tests were skipped where PORTLANE_TEST_NO_SKIPS allows none", red=True
        )


def _forbidden_skips(config: pytest.Config) -> list[Any]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    allowed = os.environ.get("PORTLANE_TEST_NO_SKIPS") != "1"
    return [] if allowed or reporter is None else list(reporter.stats.get("skipped", []))


@contextmanager
def _or_skip() -> Iterator[None]:
    try:
        yield
    except PartMissing as problem:
        pytest.skip(str(problem))


# ---------------------------------------------------------------- words
@pytest.fixture(autouse=True)
def _in_english() -> None:
    """A request leaves its language to the thread: every test begins in English, whatever ran before it."""
    translation.activate("en")


# ---------------------------------------------------------------- databases
@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """SQLite is tested as a file: a database in memory has no WAL and no second connection."""
    with tempfile.TemporaryDirectory(prefix="portlane-db-", dir=processes.quick_folder()) as folder:
        if on_sqlite():
            django_settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"{folder}/portlane.sqlite3"
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A connection that a test's thread has left open must not keep the database from being dropped."""
    yield
    if not on_sqlite():
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server beside the database under test."""
    with _or_skip(), postgres.running() as url:
        yield url


# ---------------------------------------------------------------- Valkey
@pytest.fixture(scope="session", autouse=True)
def _own_valkey() -> Iterator[str | PartMissing]:
    """No test may reach a Redis that happens to run on this machine: the settings name ours or none."""
    with ExitStack() as stack:
        try:
            url: str | PartMissing = stack.enter_context(valkey.running())
        except PartMissing as problem:
            url = problem
        _point_at(url if isinstance(url, str) else "redis://127.0.0.1:1/0")
        yield url


@pytest.fixture(scope="session")
def valkey_url(_own_valkey: str | PartMissing) -> str:
    """The Valkey that the settings of this process point at."""
    if isinstance(_own_valkey, PartMissing):
        pytest.skip(str(_own_valkey))
    return _own_valkey


def _point_at(url: str) -> None:
    django_settings.REDIS_URL = url
    layers: dict[str, Any] = django_settings.CHANNEL_LAYERS
    layers["default"]["CONFIG"]["hosts"][0]["address"] = url
    celery.conf.broker_url = url


# ---------------------------------------------------------------- browser
#: For a busy machine. What a page only asks for each 15 s comes later: what is seen in time was pushed to it.
SEEN_WITHIN_MS = 10_000


@pytest.fixture(scope="session")
def chromium_path() -> str:
    with _or_skip():
        return os.environ.get("TEST_CHROMIUM") or chromium.obtain()
    raise AssertionError("unreachable: a missing browser skips")


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Any]:
    """A headless Chromium for one module. Playwright keeps an event loop running: hence the switch for
    Django's ORM, and no `async def` test may stand in a module that uses it."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=SEEN_WITHIN_MS)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=list(chromium.FLAGS))
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def wire(live_stack: Any) -> Iterator[Wire]:
    """What lies between the page and the installation: `wire.cut(page)`, `wire.mend(page)`."""
    with wired_to(live_stack.url) as line:
        yield line


@pytest.fixture
def page(browser: Any, wire: Wire) -> Iterator[Any]:
    """A phone-sized page of the running installation; `page.goto("/")` is enough."""
    context = browser.new_context(base_url=wire.url, viewport={"width": 360, "height": 780}, locale="en")
    yield context.new_page()
    context.close()
