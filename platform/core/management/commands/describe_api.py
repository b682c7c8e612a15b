"""`manage.py describe_api AUDIENCE [--file PATH]`: the API's description of one audience as YAML, in English."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand
from django.utils.translation import override

from core.api.answers import dumps
from core.api.docs import WORDS, described


class Command(BaseCommand):
    """What is committed below docs/ is written by it; a test holds the two together."""

    help = "Write the OpenAPI description of one audience, as YAML."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("audience", choices=list(WORDS))
        parser.add_argument("--file", type=Path, help="where to write it; without it, to the terminal")

    def handle(self, *args: Any, audience: str, file: Path | None, **options: Any) -> None:
        text = as_yaml(audience)
        if file is None:
            self.stdout.write(text, ending="")
            return
        file.write_text(text)
        self.stdout.write(f"written: {file}")


def as_yaml(audience: str) -> str:
    """This will return the description of an audience as YAML, the same text for the same API."""
    with override("en"):
        plain: Any = yaml.safe_load(dumps(described("en", audience)))
    return str(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=120))
