"""The run behind benchmarks/webhooks.py, on a database of its own: `python -m benchmarks.webhooks_day --seconds 20`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import close_old_connections, connection  # noqa: E402
from django.db.models import Max, Min  # noqa: E402
from standardwebhooks import Webhook, WebhookVerificationError  # noqa: E402

from accounts.models import Organisation  # noqa: E402
from core import clock  # noqa: E402
from core.actors import system  # noqa: E402
from notifications.webhooks import delivery, post  # noqa: E402
from notifications.webhooks.models import Delivery, Endpoint, Event  # noqa: E402
from notifications.webhooks.operations import create_endpoint  # noqa: E402
from notifications.webhooks.relay import relay_all  # noqa: E402
from tests import factories as make  # noqa: E402
from yards.operations import switch_lane  # noqa: E402

ACTOR = system("benchmark")
HEALTHY, BAD = 28, ("hangs", "drips", "fails", "elsewhere", "gone", "pours") * 2
SWITCHES_PER_S = 2.0
STEP, STEPS_MOST = timedelta(hours=2), 200
HASTE_S = 0.3  # a try in the second part, where days pass in minutes


class _Forward:
    """Stands in for the demo clock in the second part: it shows what it is put to."""

    speed = 1.0

    def __init__(self) -> None:
        self.moment = clock.real_now()

    def now(self) -> datetime:
        return self.moment


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, required=True)
    seconds = parser.parse_args().seconds
    call_command("migrate", interactive=False, verbosity=0)
    argv = [sys.executable, "-m", "benchmarks.webhooks_receivers"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as receivers:
        assert receivers.stdout
        assert receivers.stdin
        where = f"http://127.0.0.1:{int(receivers.stdout.readline())}"
        secrets = _endpoints(where)
        switched = _live(seconds)
        live = _report(where)
        print(f"{switched} entries told; now the clock goes forward", file=sys.stderr, flush=True)
        _to_the_end()
        found = _figures(secrets, switched, live, _report(where))
        receivers.stdin.close()
    print(json.dumps(found))


def _endpoints(where: str) -> dict[str, str]:
    """Each organisation has one; returns the secret of each path."""
    secrets = {}
    for number, manner in enumerate((*("well",) * HEALTHY, *BAD)):
        carrier = Organisation.objects.create(name=f"Carrier {number}", country="CN")
        path = f"/{manner}/{number}"
        _, secrets[path] = create_endpoint(
            organisation=carrier, url=where + path, kinds=["lane.*"], now=clock.now(), actor=ACTOR
        )
    return secrets


def _live(seconds: float) -> int:
    """Lanes are switched while two workers tick; returns how many entries were made."""
    lane = make.a_lane(make.a_yard(make.a_port()))
    ends, done = threading.Event(), 0
    acts: tuple[Callable[..., object], ...] = (relay_all, delivery.deliver_all, delivery.deliver_all)
    workers = [threading.Thread(target=_tick, args=(act, ends), daemon=True) for act in acts]
    for worker in workers:
        worker.start()
    stop_s = time.monotonic() + seconds
    while time.monotonic() < stop_s:
        switch_lane(lane_code=lane.code, is_open=bool(done % 2), reason="benchmark", now=clock.now(), actor=ACTOR)
        done += 1
        time.sleep(1 / SWITCHES_PER_S)
    time.sleep(8)  # the last ones arrive
    ends.set()
    for worker in workers:
        worker.join()
    return done


def _tick(act: Callable[..., object], ends: threading.Event) -> None:
    try:
        while not ends.wait(1.0):
            close_old_connections()
            act(now=clock.now())
    finally:
        connection.close()


def _to_the_end() -> None:
    """The clock goes on, two hours or to the next try, until nothing waits."""
    post.ANSWER_WITHIN_S = HASTE_S
    forward = _Forward()
    clock._demo = forward  # type: ignore[assignment]
    for _ in range(STEPS_MOST):
        waiting = Delivery.objects.filter(state="pending")
        if not waiting.exists():
            return
        soonest = waiting.aggregate(at=Min("next_attempt_at"))["at"] or forward.moment
        forward.moment = max(forward.moment + STEP, soonest)
        delivery.deliver_all(now=forward.moment)


def _report(where: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{where}/report", timeout=60) as answer:
        got: list[dict[str, Any]] = json.load(answer)
    return got


def _figures(secrets: dict[str, str], switched: int, live: list[Any], got: list[Any]) -> dict[str, Any]:
    well = [each for each in live if each["path"].startswith("/well/")]
    waits = sorted(
        each["at"] - datetime.fromisoformat(json.loads(each["body"])["timestamp"]).timestamp() for each in well
    )
    seqs: dict[str, list[int]] = {}
    for each in well:
        seqs.setdefault(each["path"], []).append(json.loads(each["body"])["seq"])
    ended = Counter(Delivery.objects.values_list("state", flat=True))
    return {
        "endpoints": len(secrets),
        "bad": len(BAD),
        "entries": switched,
        "deliveries": sum(ended.values()),
        "ended": dict(ended),
        "waiting_at_the_end": ended.get("pending", 0),
        "lost": switched * len(secrets)
        - sum(ended.values())
        + HEALTHY * switched
        - len({each["headers"]["webhook-id"] for each in well}),
        "unverified": sum(not _genuine(each, secrets) for each in live),
        "out_of_order": sum(seq != sorted(seq) for seq in seqs.values()),
        "healthy_s": {"p50": _at(waits, 0.5), "p99": _at(waits, 0.99), "most": round(waits[-1], 2)},
        "tries": len(got),
        "tries_most": Delivery.objects.aggregate(most=Max("tries"))["most"],
        "switched_off": Endpoint.objects.filter(state="disabled").count(),
        "events": Event.objects.count(),
    }


def _genuine(each: dict[str, Any], secrets: dict[str, str]) -> bool:
    with suppress(WebhookVerificationError):
        Webhook(secrets[each["path"]]).verify(each["body"], each["headers"])
        return True
    return False


def _at(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)


if __name__ == "__main__":
    main()
