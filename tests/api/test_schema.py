"""The description of the API: complete, valid, served from here."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.policy import POLICY
from core.api.docs import WORDS
from core.api.views import View
from core.management.commands.describe_api import as_yaml

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    from drf_spectacular.generators import SchemaGenerator

    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, said)
        for path, ways in schema["paths"].items()
        for method, said in ways.items()
        if method in METHODS
    ]


def test_schema__validated__has_no_warning() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


def test_schema__served__is_openapi_3_1(anybody: Any) -> None:
    answer = anybody.client.get("/api/v1/schema/?format=json")

    assert (answer.status_code, answer.json()["openapi"]) == (200, "3.1.0")


def test_schema__each_operation__has_summary_tag_answer_and_problems(schema: dict[str, Any]) -> None:
    lacking = [
        f"{method} {path}"
        for path, method, said in operations(schema)
        if not said.get("summary")
        or said["tags"][0] not in ("public", "driver", "enterprise", "staff", "gate", "counterpart")
        or not any(code.startswith("2") for code in said["responses"])
        or "application/problem+json" not in said["responses"].get("503", {}).get("content", {})
    ]

    assert not lacking


def test_schema__each_signed_in_operation__says_401_and_403(schema: dict[str, Any]) -> None:
    signed_in = [(path, said) for path, _, said in operations(schema) if said["tags"][0] != "public"]

    assert not [path for path, said in signed_in if not {"401", "403"} <= set(said["responses"])]


def test_schema__what_makes_something__asks_for_a_key(schema: dict[str, Any]) -> None:
    def key(said: dict[str, Any]) -> bool:
        return any(p["name"] == "Idempotency-Key" and p.get("required") for p in said.get("parameters", []))

    made = [(path, said) for path, _, said in operations(schema) if "201" in said["responses"]]

    assert len(made) >= 7
    assert not [path for path, said in made if not key(said)]


def test_schema__every_path_of_the_api__is_described(schema: dict[str, Any]) -> None:
    known = {re.sub(r"\{[^}]+\}", "{}", path) for path in schema["paths"]}
    routed = {
        re.sub(r"<[^>]+>", "{}", path) for path, _ in api_views() if not re.match("/api/v1/(schema|docs|oauth)/", path)
    }

    assert routed - known == set()


def test_views__every_method__names_a_verb_of_the_policy() -> None:
    nameless = []
    for path, view in api_views():
        for method in METHODS & set(dir(view)):
            verb = view.verbs.get(method.upper()) or view.verb if issubclass(view, View) else view.verb
            nameless += [] if verb in POLICY else [f"{method} {path}"]

    assert not nameless


def test_docs__page__loads_nothing_from_elsewhere_and_nothing_inline(anybody: Any) -> None:
    page = anybody.client.get("/api/v1/docs/")
    text = page.content.decode()

    assert page.status_code == 200
    assert re.findall(r'(?:src|href)="(?!/)[^"]*"', text) == []
    assert re.findall(r"<script(?![^>]*src=)|<style|style=| on\w+=", text) == []
    script = anybody.client.get(re.findall(r'src="(/api[^"]+)"', text)[0].replace("&amp;", "&"))
    assert script["Content-Type"].startswith("application/javascript")
    assert b"/api/v1/schema/" in script.content


def api_views() -> list[tuple[str, Any]]:
    return [
        (path, view)
        for path, view in _walk(get_resolver().url_patterns, "/")
        if path.startswith("/api/v1/") and ".*" not in path
    ]


def _walk(patterns: list[Any], prefix: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for each in patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            found += _walk(each.url_patterns, path)
        elif isinstance(each, URLPattern):
            found.append((path, getattr(each.callback, "view_class", None) or getattr(each.callback, "cls", None)))
    return found


# ---------------------------------------------------------------- by audience
@pytest.mark.parametrize("audience", list(WORDS))
def test_schema_of_an_audience__served__holds_its_own_operations_and_all_they_name(
    anybody: Any, schema: dict[str, Any], audience: str
) -> None:
    told = anybody.client.get(f"/api/v1/schema/{audience}/?format=json").json()
    whole = {(path, method) for path, method, said in operations(schema) if audience in said["tags"]}
    assert {(path, method) for path, method, _ in operations(told)} == whole != set()
    text = json.dumps(told)
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert named == set(told["components"]["schemas"])
    assert {name for _, _, said in operations(told) for rule in said.get("security", []) for name in rule} == set(
        told["components"].get("securitySchemes", {})
    )


def test_schema_of_an_audience__that_does_not_exist__is_not_found(anybody: Any) -> None:
    assert anybody.client.get("/api/v1/schema/nobody/").status_code == 404
    assert anybody.client.get("/api/v1/docs/nobody/").status_code == 404


def test_docs_of_an_audience__its_page__reads_its_description(anybody: Any) -> None:
    page = anybody.client.get("/api/v1/docs/enterprise/").content.decode()
    script = anybody.client.get(re.findall(r'src="(/api[^"]+)"', page)[0].replace("&amp;", "&"))
    assert b"/api/v1/schema/enterprise/" in script.content


def test_schema_of_the_counterpart__committed_file__is_the_same() -> None:
    committed = Path(__file__).parents[2] / "docs" / "counterpart.openapi.yaml"
    assert committed.read_text() == as_yaml("counterpart"), "write it anew: manage.py describe_api counterpart --file …"


def test_schema__every_operation__has_no_words_meant_for_who_writes_views(schema: dict[str, Any]) -> None:
    assert "`verb`" not in json.dumps(schema)
