"""`manage.py verify_round REF`: a published round is run again; what is not as it was told is said in one line each, with exit code 1."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reservations import checking
from reservations.errors import UnknownRound
from reservations.queries.proofs import ledger_faults, proof_of


class Command(BaseCommand):
    """With `--file` it needs no database: the proof of the public page is all there is to know."""

    help = "Run a published round again from its inputs, seed and rule, and compare. Exit 1 when something differs."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ref", nargs="?", default="", help="the round, such as L-7K3M9QXD2")
        parser.add_argument(
            "--file", type=Path, help="a proof as the public page gives it, instead of a round of this database"
        )
        parser.add_argument(
            "--save", type=Path, help="write the round's proof to a file, to be verified on another machine"
        )
        parser.add_argument("--progress", action="store_true", help="say how far the run is")

    def handle(self, **options: Any) -> None:
        if bool(options["ref"]) == bool(options["file"]):
            raise CommandError("Name a round, or a proof with --file.")
        proof = self._proof(options["ref"], options["file"])
        if options["save"]:
            options["save"].write_text(json.dumps(proof), encoding="utf-8")
        found = self._faults(proof, options["ref"], progress=self._tell if options["progress"] else None)
        for fault in found:
            self.stdout.write(fault)
        if found:
            sys.exit(1)
        self._sum_up(proof)

    def _proof(self, ref: str, path: Path | None) -> dict[str, Any]:
        try:
            return json.loads(path.read_text(encoding="utf-8")) if path else proof_of(ref)
        except (OSError, ValueError) as problem:
            raise CommandError(f"{path} cannot be read: {problem}") from None
        except UnknownRound:
            raise CommandError(f"There is no published round {ref}.") from None

    def _faults(self, proof: dict[str, Any], ref: str, *, progress: Any) -> list[str]:
        try:
            found = list(checking.faults(proof, progress=progress))
        except (KeyError, TypeError, ValueError) as problem:
            raise CommandError(f"This is no proof of a round: {problem!r}") from None
        return found + (list(ledger_faults(ref)) if ref else [])

    def _sum_up(self, proof: dict[str, Any]) -> None:
        outcome = proof["outcome"]
        asked, placed = len(outcome["draw"]), len(outcome["placed"])
        self.stdout.write(f"true: {proof['round']['ref']} placed {placed} of {asked}, and does so again")

    def _tell(self, stage: str, share: float) -> None:
        self.stderr.write(f"{share:4.0%} {stage}")
