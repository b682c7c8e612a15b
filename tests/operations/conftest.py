"""A round of three requests for two places, brought to a step of its way by the real operations."""

from __future__ import annotations

import pytest

from reservations.models import Round
from reservations.operations import close_round
from reservations.rounds import run_round
from tests import factories as make
from tests.cast import Cast


@pytest.fixture
def closed(cast: Cast) -> Round:
    """Three trucks want noon, two can have it; asking has ended."""
    round_ = make.a_round(cast)
    for _ in range(3):
        make.a_request(cast, window=(2, 2, 2))
    cast.clock.moment = round_.closes_at
    return close_round(ref=round_.ref, **cast.by())


@pytest.fixture
def drawn(cast: Cast, closed: Round) -> Round:
    round_ = run_round(closed.ref, now=cast.now)
    cast.clock.moment = round_.publishes_at
    return round_
