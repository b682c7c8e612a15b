"""Late requests, placed in rolling batches: read, allocate beside the requests still to come, check, then write in one transaction.

A batch moves nobody who has a place. Equal requests fall by a draw that nobody can know beforehand: being early wins nothing.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from core.actors import system
from core.errors import DomainError
from reservations import batch_inputs
from reservations.allocation import Outcome, Reason, allocate, verify
from reservations.batch_inputs import Batch
from reservations.models import Round
from reservations.operations.batches import Plan, settle_batch
from reservations.operations.supply import ensure_policy
from reservations.proofs import NAMED
from reservations.states import ROUND
from yards.models import Port

log = logging.getLogger(__name__)
BATCHER = system("batches")
KEY_BYTES = 32


def place_late_requests(port_code: str, *, now: datetime) -> int:
    """This will place a port's late requests, or let them stand by, and keep room for those still to come; returns how many were placed.

    Each day is a transaction of its own; one that fails is made up by the next batch.
    """
    port = Port.objects.get(code=port_code)
    return sum(_safely(port, day, round_, now) for day, round_ in _days(port, now))


def _days(port: Port, now: datetime) -> list[tuple[date, Round | None]]:
    """Days with late requests, and days whose round is over: what it left is kept for some, what was kept for one called off is freed.

    A round to come places its own.
    """
    since = now.astimezone(port.tz).date() - timedelta(days=1)  # a slot over midnight belongs to yesterday
    rounds = Round.objects.select_related("policy").filter(port=port, service_date__gte=since)
    published = {row.service_date: row for row in rounds.filter(state="published")}
    void = rounds.filter(state="void").order_by().values_list("service_date", flat=True)
    undecided = set(rounds.exclude(state__in=ROUND.ends).order_by().values_list("service_date", flat=True))
    asked = batch_inputs.pending(port).filter(service_date__gte=since).order_by()
    days = {*asked.values_list("service_date", flat=True), *published, *void} - undecided
    return [(day, published.get(day)) for day in sorted(days)]


def _safely(port: Port, day: date, round_: Round | None, now: datetime) -> int:
    try:
        return _place_day(port, day, round_, now)
    except DomainError as reason:
        log.warning("batch of %s %s left for the next: %s", port.code, day, reason.code)
    except Exception:
        log.exception("batch of %s %s failed", port.code, day)
    return 0


def _place_day(port: Port, day: date, round_: Round | None, now: datetime) -> int:
    policy = round_.policy if round_ else ensure_policy(port, now=now)
    batch = batch_inputs.read(port, day, policy, round_=round_, now=now)
    if not batch.wishes and batch.expected == batch.protected:
        return 0
    plan = plan_of(batch, key=secrets.token_bytes(KEY_BYTES))
    return settle_batch(port_code=port.code, service_date=day, plan=plan, now=now, actor=BATCHER)


def plan_of(batch: Batch, *, key: bytes) -> Plan:
    """This will decide a batch. With nobody to place there is nothing to weigh: all that is expected is kept.

    Raises RuntimeError when the independent verifier finds fault with the allocation: then nothing may be written.
    """
    if not batch.wishes:
        return Plan(placed={}, draw={}, reasons={}, protected=batch.expected)
    everybody = [*batch.wishes, *batch.coming]
    outcome = allocate(everybody, batch.places, batch.rule, key=key)
    verdict = verify(everybody, batch.places, batch.rule, outcome.placed, key=key, raised=outcome.raised)
    if not verdict.is_lawful:
        raise RuntimeError(f"unlawful batch: {'; '.join(verdict.problems[:3])}")
    return _plan(batch, outcome)


def _plan(batch: Batch, outcome: Outcome) -> Plan:
    return Plan(
        placed=dict(outcome.placed),
        draw={wish.ref: outcome.draw[wish.ref] for wish in batch.wishes},
        reasons={ref: _reason(why, batch.starts) for ref, why in outcome.reasons.items()},
        protected={ref: count for ref, count in outcome.phantoms_in.items() if count},
    )


def _reason(why: Reason, starts: Mapping[str, str]) -> dict[str, Any]:
    """As the reasons of a round: places named with their times."""
    moments = {f"{name}_at": starts[str(why.facts[name])] for name in NAMED if why.facts.get(name)}
    return {"code": why.code, "facts": dict(why.facts) | moments}
