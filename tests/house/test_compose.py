"""docker-compose.yml, the image and the proxy, held against the commands and settings that really exist."""

from __future__ import annotations

import ast
import base64
import importlib
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests.parts.source import ROOT, tree

OURS = ("prepare", "web", "live", "worker", "beat")
LASTING = ("proxy", "web", "live", "worker", "beat", "postgres", "redis")
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
#: what only docker-compose.yml itself and the proxy read
OF_COMPOSE = {
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
    "PORTLANE_SITE",
    "PORTLANE_TLS",
    "PORTLANE_VERSION",
    "WEB_WORKERS",
    "LIVE_WORKERS",
    "WORKER_CONCURRENCY",
}


def settings_read() -> set[str]:
    """The names that config/settings.py reads from the environment."""
    calls = [node for node in ast.walk(tree(ROOT / "platform/config/settings.py")) if isinstance(node, ast.Call)]
    of_env = [call for call in calls if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "env"]
    return {call.args[0].value for call in of_env if call.args and isinstance(call.args[0], ast.Constant)}  # type: ignore[misc]


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))


def filled(parts: list[str]) -> list[str]:
    """The command as the container sees it, defaults and example values filled in."""
    values = example()
    pattern = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
    return [pattern.sub(lambda found: values.get(found[1]) or found[2], part) for part in parts]


def test_compose__services__are_those_of_the_plan() -> None:
    assert set(SERVICES) == {*LASTING, "prepare"}


@pytest.mark.parametrize("name", LASTING)
def test_compose__lasting_service__has_health_check_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_compose__http_servers__run_an_application_that_exists() -> None:
    gunicorn, uvicorn = importlib.import_module("gunicorn.config"), importlib.import_module("uvicorn.main")
    web, live = filled(SERVICES["web"]["command"]), filled(SERVICES["live"]["command"])
    assert (web[0], live[0]) == ("gunicorn", "uvicorn")
    gunicorn.Config().parser().parse_args(web[1:])
    uvicorn.main.make_context("uvicorn", live[1:])
    for target in (web[1], live[1]):
        module, name = target.split(":")
        assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize(("name", "what"), [("worker", "worker"), ("beat", "beat")])
def test_compose__celery_services__use_flags_that_celery_knows(name: str, what: str) -> None:
    from celery.app.utils import find_app
    from celery.bin.celery import celery as command_line

    program, flag, module, verb, *flags = filled(SERVICES[name]["command"])
    assert (program, flag, verb) == ("celery", "-A", what)
    assert find_app(module).main == "portlane"
    command_line.commands[what].make_parser(_context()).parse_args(list(flags))


def _context() -> Any:
    import click

    return click.Context(click.Command("celery"))


def test_compose__beat__is_exactly_one() -> None:
    assert SERVICES["beat"].get("deploy", {}).get("replicas", 1) == 1
    assert all(SERVICES[name]["deploy"]["replicas"] >= 2 for name in ("web", "live"))


def test_compose__prepare__runs_commands_that_exist() -> None:
    from django.core.management import get_commands

    asked = re.findall(r"manage\.py (\w+)", SERVICES["prepare"]["command"][-1])
    assert asked == ["check", "migrate", "collectstatic", "seed", "generate_slots"]
    assert set(asked) <= set(get_commands())


def _first_step_of_prepare(**broken: str) -> subprocess.CompletedProcess[str]:
    """Runs what `prepare` runs first, in the environment that docker-compose.yml gives it, the example's values filled in."""
    values = example() | {name: "made-for-this-test" * 4 for name, value in example().items() if not value}
    values["PORTLANE_PASS_KEY"] = base64.b64encode(bytes(range(32))).decode()
    pattern = re.compile(r"\$\{(\w+)(?::[?-]([^}]*))?\}")
    given = {
        name: pattern.sub(lambda found: values.get(found[1]) or found[2], text).strip('"')
        for name, text in SERVICES["prepare"]["environment"].items()
    }
    own = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"}
    shell, flag, command = SERVICES["prepare"]["command"]
    return subprocess.run(
        [shell, flag, command.split("&&")[0]], cwd=ROOT, env=given | own | broken, capture_output=True, text=True
    )


def test_prepare__settings_of_the_example__go_on() -> None:
    checked = _first_step_of_prepare()
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("EMAIL_URL", "consolemail://", "portlane.E012"),
        ("PORTLANE_SMS_URL", "", "portlane.E011"),
        ("PORTLANE_SMS_TRANSPORT", "pigeon", "portlane.E010"),
        ("SECRET_KEY", "short", "portlane.E001"),
    ],
)
def test_prepare__unsafe_setting__refuses_before_anything_else(name: str, value: str, said: str) -> None:
    checked = _first_step_of_prepare(**{name: value})
    assert checked.returncode != 0
    assert said in checked.stderr


@pytest.mark.parametrize("name", ["web", "live", "worker", "beat"])
def test_compose__our_lasting_services__start_only_after_prepare_succeeded_with_the_same_settings(name: str) -> None:
    assert SERVICES[name]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}
    assert SERVICES["prepare"]["environment"].items() <= SERVICES[name]["environment"].items()


def test_compose__environment__names_only_settings_that_are_read() -> None:
    given = {name for service in OURS for name in SERVICES[service]["environment"]}
    assert given - settings_read() == set()


def test_compose__variables__are_all_in_the_example() -> None:
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE_TEXT)) | set(
        re.findall(r"\{\$(\w+)\}", (ROOT / "deploy/Caddyfile").read_text())
    )
    assert asked - set(example()) - {"PORTLANE_VERSION"} == set()


def test_example__every_name__is_read_by_somebody() -> None:
    assert set(example()) - settings_read() - OF_COMPOSE == set()


def test_compose__secrets__come_from_outside() -> None:
    secret = re.compile(r"(SECRET|PASSWORD|PASS_KEY$|TOKEN)")
    for name, service in SERVICES.items():
        for variable, value in (service.get("environment") or {}).items():
            if secret.search(variable):
                assert re.fullmatch(r"\$\{\w+:\?\}", str(value)), f"{name}: {variable} is written down"
    empty = {name for name, value in example().items() if secret.search(name) and value}
    assert empty == set(), "the example gives nobody a secret to keep by accident"


def test_compose__data__lies_on_named_volumes() -> None:
    used = {
        mount.split(":")[0] for name in ("postgres", "redis", "web", "proxy") for mount in SERVICES[name]["volumes"]
    }
    named = {source for source in used if not source.startswith(".")}
    assert {"postgres", "redis", "static"} <= named <= set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", ["web", "live", "worker", "beat"])
def test_compose__uploaded_documents__have_a_place_of_their_own_though_the_file_system_is_read_only(name: str) -> None:
    """All containers of a service share it; the image makes it, so that the volume begins as its user's."""
    image = (ROOT / "Dockerfile").read_text()
    folder = str(settings.MEDIA_ROOT).replace(str(settings.PORTLANE_DATA_DIR), "/data")
    written = [mount.split(":")[0] for mount in SERVICES[name]["volumes"] if mount.split(":")[1:] == [folder]]
    assert len(written) == 1
    assert written[0] in COMPOSE["volumes"]
    assert re.search(rf"install -d -o portlane -g portlane .*{folder}\b", image)


def test_compose__stores__keep_what_they_are_given() -> None:
    redis = " ".join(SERVICES["redis"]["command"])
    assert "--appendonly yes" in redis
    assert "--maxmemory-policy noeviction" in redis
    assert int(SERVICES["postgres"]["image"].split(":")[1]) >= 16


def test_image__runs_as__nobody_special() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["10001:10001"]
    assert any("--require-hashes" in line for line in lines)


def test_image__copied_files__exist() -> None:
    sources = [line.split()[1] for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("COPY ")]
    ours = [source for source in sources if not source.startswith("--")]
    assert "platform" in ours
    assert [source for source in ours if not (ROOT / source).exists()] == []


def test_image__our_packages__are_all_copied() -> None:
    copied = re.findall(r"^COPY (\w+) \w+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    rooms = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert rooms | {"platform"} <= set(copied)


def test_proxy__sockets__go_to_live_and_the_rest_to_web() -> None:
    text = (ROOT / "deploy/Caddyfile").read_text()
    live = re.search(r"@live path (.+)", text)
    assert live
    from realtime.routing import urlpatterns

    sockets = [f"/{route.pattern}" for route in urlpatterns if str(route.pattern)]
    assert sockets
    assert all(any(fnmatch(path, pattern) for pattern in live[1].split()) for path in sockets)
    assert re.search(r"handle @live \{\s*reverse_proxy live:8000", text)
    assert re.search(r"handle \{\s*reverse_proxy web:8000", text)
