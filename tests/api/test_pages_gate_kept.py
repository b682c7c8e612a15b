"""What a page keeps for when the net is gone: each file its modules ask for, by the name they ask for, as an installation serves it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings
from django.urls import reverse

from reservations import passes
from tests.api.forms import reader
from tests.cast import Cast
from tests.operations import steps

KEEP = re.compile(r'data-keep="([^"]*)"')
#: A driver has nothing of a gate to lose, and nobody signs out without a net.
NOT_FOR_A_DRIVER = "sign-out.js"
IMPORT = re.compile(r'(?:from|import|import\()\s*"\./([\w-]+\.js)"')


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """Static files under the names an installation gives them."""
    passes.signing_key.cache_clear()
    manifest = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=django_settings.STORAGES | {"staticfiles": manifest}):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield tmp_path
    passes.signing_key.cache_clear()


def kept_by(response: Any) -> list[str]:
    found = KEEP.search(response.content.decode())
    assert found
    return found[1].split(" ")


@pytest.mark.parametrize("page", ["turn", "gate"])
def test_page__kept__holds_each_module_by_the_name_it_is_imported_by(cast: Cast, root: Path, page: str) -> None:
    if page == "turn":
        answer = reader(cast.driver).get(reverse("web:turn", args=[steps.called(cast).ref]))
    else:
        answer = reader(cast.operator).get(reverse("web:gate", args=[cast.yard.code, cast.gate.code]))
    kept, missing = kept_by(answer), []

    assert staticfiles_storage.url("web/js/page.js") in kept
    for name in kept:
        file = root / name.removeprefix("/static/")
        assert file.is_file(), name
        if file.suffix == ".js":
            folder = name.rsplit("/", 1)[0]
            missing += [
                f"{folder}/{each}" for each in IMPORT.findall(file.read_text()) if f"{folder}/{each}" not in kept
            ]
    assert [name for name in missing if page == "gate" or not name.endswith(NOT_FOR_A_DRIVER)] == []
