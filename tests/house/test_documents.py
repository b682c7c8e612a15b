"""The pages under docs/ that must not fall behind the code: settings, events, states, dependencies."""

from __future__ import annotations

import re

from tests.house.test_compose import OF_COMPOSE, settings_read
from tests.parts.source import ROOT, tracked

USERS = {"Makefile", "Dockerfile", "docker-compose.yml"}
#: packages whose module or program goes by another name
MODULES = {
    "babel": "pybabel",
    "channels-redis": "channels_redis",
    "django-allauth": "allauth",
    "django-csp": "csp",
    "django-environ": "environ",
    "django-filter": "django_filters",
    "django-simple-history": "simple_history",
    "djangorestframework": "rest_framework",
    "psycopg": "postgres",
    "python-stdnum": "stdnum",
    "tzdata": "zoneinfo",
}


def _document(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


def _first_cells(text: str) -> set[str]:
    """The `names` in the first column of the tables of a page."""
    return {
        name for cell in re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE) for name in re.findall(r"`([^`]+)`", cell)
    }


def test_settings_page__every_setting__has_its_row_and_no_row_is_stale() -> None:
    assert _first_cells(_document("settings.md")) == settings_read() | OF_COMPOSE


def test_settings_page__every_deployment_check__is_explained() -> None:
    numbers = re.findall(r"\"(E\d{3})\"", (ROOT / "platform/core/checks.py").read_text())
    assert numbers
    assert [number for number in numbers if f"portlane.{number}" not in _document("settings.md")] == []


def test_events_page__every_kind__has_its_row_as_declared() -> None:
    from core.events import kinds

    page = _document("events.md")
    rows = [
        f"| `{kind.name}` | {kind.meaning} | {' '.join(sorted(kind.public)) or '–'} | {' '.join(sorted(kind.own)) or '–'} |"
        for kind in kinds().values()
    ]
    missing = [row for row in rows if row not in page]
    assert missing == [], "put these rows into docs/events.md:\n" + "\n".join(missing)
    assert {name for name in _first_cells(page) if "." in name} == set(kinds())


def test_journey_page__every_state_and_move__is_named() -> None:
    from reservations import states as demand
    from reservations.declarations.states import DECLARATION
    from yards import states as supply

    page = _document("journey.md")
    machines = [demand.RESERVATION, demand.QUEUE_ENTRY, demand.OVERRIDE, demand.GATE_EVENT, supply.STAY, DECLARATION]
    moves = [
        f"`{old}` → `{new}`"
        for machine in machines
        for old, targets in machine.moves.items()
        for new in sorted(targets)
    ]
    missing = [move for move in moves if move not in page]
    assert missing == [], "docs/journey.md does not draw:\n" + "\n".join(missing)


def test_dependencies_page__every_requirement__has_its_reason() -> None:
    names: set[str] = set()
    for name in ("requirements.in", "requirements-dev.in"):
        names |= set(re.findall(r"^([a-z][a-z0-9-]*)", (ROOT / name).read_text(), re.MULTILINE))
    assert _first_cells(_document("dependencies.md")) == names


def test_requirements__every_runtime_package__is_used_by_somebody() -> None:
    """A package nobody imports, starts or names in the settings is weight and risk for nothing."""
    asked = set(re.findall(r"^([a-z][a-z0-9-]*)", (ROOT / "requirements.in").read_text(), re.MULTILINE))
    words = "\n".join(
        path.read_text()
        for path in tracked()
        if path.name in USERS or (path.suffix == ".py" and "tests" not in path.parts)
    )
    unused = {name for name in asked if not re.search(rf"\b{MODULES.get(name, name.replace('-', '_'))}\b", words)}
    assert unused == set()
