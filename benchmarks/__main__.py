"""Runs one benchmark, or all of them in short form; one JSON line each, the last line of its output; exit 1 when one falls short."""

from __future__ import annotations

import argparse
import importlib
import json
import sys

ALL = ("allocation", "devices", "disruption", "guidance", "opening", "reservation", "round", "visits", "webhooks")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=ALL, help="which one (default: all)")
    parser.add_argument("--full", action="store_true", help="at length, for docs/benchmarks.md")
    options = parser.parse_args()
    met = True
    for name in [options.name] if options.name else ALL:
        result = importlib.import_module(f"benchmarks.{name}").run(full=options.full)
        print(json.dumps({"benchmark": name, **result}), flush=True)
        met = met and bool(result["met"])
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
