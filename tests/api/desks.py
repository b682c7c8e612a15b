"""What the desk has of each owner in the crawl of rights: a round with its proof, a closure, an appeal, a credit, a rate."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Model

from core.machine import begin
from reservations import proofs, round_inputs
from reservations.commitment import commitment_of
from reservations.models import Appeal, Credit, Disposition, Mark, Request, Reservation, Round, RoundProof
from tests.cast import Cast
from yards.models import Closure, FarSideRate

_day = itertools.count(10)  # days on which no slot is: nothing of it touches what the crawl does


@dataclass
class Desk:
    round: Round
    closure: Closure
    appeal: Appeal
    pks: dict[type[Model], int]


def rows_of(cast: Cast, *, booked: Reservation, mark: Mark, request: Request) -> Desk:
    """This will make one of everything that staff look after of one reservation, at its port."""
    lane, slot = booked.lane, booked.slot
    round_, closure = a_published_round(cast, lane.port), _a_closure(cast, booked)
    asked: dict[str, Any] = {"asked_by": booked.driver, "asked_at": cast.now}
    appeal = begin(Appeal, "pending", mark=mark, text="what happened", **asked)
    until = cast.now + timedelta(days=90)
    credit = Credit.objects.create(vehicle=booked.vehicle, reservation=booked, given_at=cast.now, expires_at=until)
    met = Disposition.objects.create(
        closure=closure, reservation=booked, kind="moved", from_slot=slot, to_slot=slot, at=cast.now
    )
    said = {"valid_from": cast.now, "source": "staff", "entered_by": "U-1", "entered_at": cast.now}
    rate = FarSideRate.objects.create(lane=lane, units_per_hour=None, **said)
    rows: tuple[Model, ...] = (round_, closure, appeal, credit, met, rate, mark, request)
    return Desk(round_, closure, appeal, {type(row): row.pk for row in rows})


def a_published_round(cast: Cast, port: Any) -> Round:
    """This will write a round over a day without places, with the proof that anybody may run again."""
    seed = f"{next(_day):064x}"
    opens_at = cast.now - timedelta(hours=8)
    row = Round.objects.create(
        port=port,
        service_date=cast.now.date() + timedelta(days=int(seed, 16)),
        policy=port.policies.latest("version"),
        state="published",
        opens_at=opens_at,
        closes_at=opens_at + timedelta(hours=3),
        publishes_at=opens_at + timedelta(hours=4),
        instant_at=opens_at + timedelta(hours=5),
        seed=seed,
        commitment=commitment_of(seed),
        drawn_at=cast.now,
        published_at=cast.now,
    )
    inputs = round_inputs.read(row, at=cast.now)
    outcome = proofs.outcome_as_json(proofs.run(inputs, seed), inputs)
    RoundProof.objects.create(round=row, inputs=inputs, outcome=outcome)
    Round.objects.filter(pk=row.pk).update(inputs_hash=proofs.hash_of(inputs), outcome_hash=proofs.hash_of(outcome))
    return row


def _a_closure(cast: Cast, booked: Reservation) -> Closure:
    """Of a month to come: nothing is shut by it now."""
    closure = begin(
        Closure,
        "in_force",
        port=booked.lane.port,
        scope="lane",
        starts_at=cast.now + timedelta(days=40),
        reason="works",
        declared_at=cast.now,
    )
    closure.lanes.set([booked.lane])
    return closure
