"""One day at a port's gates on the database named by DATABASE_URL: `python -m benchmarks.devices_day`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trucks", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--line", choices=["order", "bad"], required=True)
    parser.add_argument("--forged", type=int, default=0)
    print(json.dumps(_day(parser.parse_args()), default=str))
    return 0


def _day(options: argparse.Namespace) -> dict[str, Any]:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    call_command("migrate", verbosity=0)
    from audit.auditor import Auditor
    from tests.parts.gate_day import BAD, IN_ORDER, GateDay

    day = GateDay(trucks=options.trucks, seed=options.seed)
    day.lay_out()
    began_s = time.monotonic()
    end = day.play(BAD if options.line == "bad" else IN_ORDER)
    took_s = time.monotonic() - began_s
    findings = [str(each) for each in Auditor().findings()]
    for line in findings[:5]:
        print(line, file=sys.stderr)
    told = {"seconds": round(took_s, 1), "audit_findings": len(findings), "left": _left(end), "ends": end["ends"]}
    opened = {"opened_on_doubt": day.counts["opened in doubt"]}
    return told | end["nobody"] | opened | _forged(day, options.forged) | {"counts": dict(sorted(day.counts.items()))}


def _left(end: dict[str, Any]) -> int:
    return sum(each["states"] == ["exited"] and each["promise"] == "kept" for each in end["ends"].values())


def _forged(day: Any, times: int) -> dict[str, Any]:
    from accounts.models import Device
    from tests.parts.forger import Forger

    if not times:
        return {}
    forger = Forger(day.devices["G1"].signer, Device.objects.get(gate_code="G2"))
    forger.listen()
    accepted = forger.attack(times=times)
    answers = {f"{trick}: {status} {code}": count for (trick, status, code), count in sorted(forger.answers.items())}
    return {"forged": times, "forged_accepted": accepted, "forged_answers": answers}


if __name__ == "__main__":
    sys.exit(main())
