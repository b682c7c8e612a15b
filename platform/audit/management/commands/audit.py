"""`manage.py audit`: what holds is said in one line; what does not, in one line each, with exit code 1."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.auditor import Auditor


class Command(BaseCommand):
    """Reads ledger and tables by SQL alone; shares no code with what wrote them (docs/audit.md)."""

    help = "Check ledger and tables against each other and against the published rules. Exit 1 when something is wrong."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yard", default="", help="audit the ledger of one yard only")
        parser.add_argument("--json", action="store_true", help="one JSON object per line, the summary last")

    def handle(self, **options: Any) -> None:
        auditor = Auditor(yard_code=options["yard"], say=self._progress)
        found = 0
        try:
            for finding in auditor.findings():
                found += 1
                self.stdout.write(json.dumps(finding.as_json()) if options["json"] else str(finding))
        except LookupError as problem:
            raise CommandError(str(problem)) from None
        self._sum_up(auditor, found, as_json=options["json"])
        if found:
            sys.exit(1)

    def _sum_up(self, auditor: Auditor, found: int, *, as_json: bool) -> None:
        extent = auditor.extent
        if as_json:
            self.stdout.write(json.dumps({"entries": extent.entries, "streams": extent.streams, "findings": found}))
        elif found:
            self.stderr.write(f"{found} findings in {extent.entries} entries of {extent.streams} ledgers")
        else:
            self.stdout.write(f"clean: {extent.entries} entries of {extent.streams} ledgers, and the tables they tell")

    def _progress(self, line: str) -> None:
        self.stderr.write(line)
