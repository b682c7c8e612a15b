"""`python -m tests.parts [COMMAND…]`: bring the real parts, say what is missing, run the command with them.

COMMAND finds a PostgreSQL in TEST_DATABASE_URL and a browser in TEST_CHROMIUM, both for as long as it runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack

from tests.parts import chromium, postgres, valkey
from tests.parts.missing import PartMissing


def main(command: list[str]) -> int:
    with ExitStack() as stack:
        parts = {
            "TEST_DATABASE_URL": lambda: stack.enter_context(postgres.running()),
            "TEST_CHROMIUM": chromium.obtain,
            "": lambda: str(valkey.server_binary()),
        }
        for name, bring in parts.items():
            try:
                found = bring()
            except PartMissing as problem:
                print(f"missing: {problem} — its tests are skipped by name", file=sys.stderr)
                continue
            if name:
                os.environ[name] = found
        return subprocess.run(command).returncode if command else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
