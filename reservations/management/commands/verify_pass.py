"""`manage.py verify_pass TOKEN`: what a pass says and whether a gate without a network may let it in; exit code 1 when not,
2 when a person has to look."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.errors import DomainError
from reservations import day_list, passes

#: What a verdict is called here, and the exit code that a script goes by; all others are refusals.
WORDS = {"go": ("admit", 0), "leave": ("leave", 0), "ask": ("ask", 2)}


class Command(BaseCommand):
    """It needs no database and no network, and with `--key` not even the installation's own keys."""

    help = "Verify a gate pass, and with --day-list whether it admits now. Exit 1 when it does not, 2 when a person has to look."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("token", nargs="?", default="", help="the pass as its code holds it: PL1.….…")
        parser.add_argument(
            "--day-list", type=Path, help="a gate's signed day list, bare or as /gate/…/day-list/ answers"
        )
        parser.add_argument(
            "--key", action="append", default=[], help="a public key in base64, instead of this installation's"
        )
        parser.add_argument(
            "--at", default="", help="the moment it is shown, ISO 8601 with offset; now, when it is not given"
        )
        parser.add_argument("--show-keys", action="store_true", help="print the ids and public keys that verify here")

    def handle(self, **options: Any) -> None:
        keys = _keys(options["key"])
        if options["show_keys"]:
            for name, key in keys.items():
                self.stdout.write(f"{name} {passes.public_text(key)}")
            return
        if not options["token"]:
            raise CommandError("Give the pass, or ask for the keys with --show-keys.")
        at = _moment(options["at"])
        try:
            said = passes.read(options["token"], keys=keys)
            listed = _listed(options["day_list"], keys, at)
        except DomainError as problem:
            self._refuse(f"{problem.code}: {problem.detail}")
        self._tell(said)
        if listed is None:
            self.stdout.write("genuine; without a day list nobody knows whether it was used or revoked")
            return
        verdict, why = day_list.decide(said, listed, at=at)
        word, code = WORDS.get(verdict, ("refuse", 1))
        self.stdout.write(f"{word}: {why}")
        if code:
            sys.exit(code)

    def _tell(self, said: passes.Pass) -> None:
        window = " to ".join(
            f"{datetime.fromtimestamp(s, UTC):%Y-%m-%d %H:%M %Z}" for s in (said.starts_at_s, said.ends_at_s)
        )
        self.stdout.write(f"reservation {said.reservation_ref}, vehicle {said.vehicle_ref}, lane {said.lane_code}")
        self.stdout.write(f"slot {window}, serial {said.serial}, key {said.key_id}")

    def _refuse(self, why: str) -> None:
        self.stdout.write(f"refuse: {why}")
        sys.exit(1)


def _keys(texts: list[str]) -> dict[str, Any]:
    try:
        return {passes.key_id(key): key for key in map(passes.public_key, texts)} or passes.verifying_keys()
    except ValueError:
        raise CommandError("--key is no Ed25519 public key in base64.") from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if text else clock.now()
    except ValueError:
        raise CommandError(f"--at {text!r} is no moment in ISO 8601.") from None
    if moment.tzinfo is None:
        raise CommandError("--at needs an offset, such as 2026-03-02T10:00+08:00.")
    return moment


def _listed(path: Path | None, keys: dict[str, Any], at: datetime) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        text = path.read_text(encoding="ascii").strip()
        return day_list.read(json.loads(text)["list"] if text.startswith("{") else text, now=at, keys=keys)
    except (OSError, ValueError, KeyError) as problem:
        raise CommandError(f"{path} cannot be read: {problem}") from None
