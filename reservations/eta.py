"""PURE. The wait of a place in the order, as a range.

Work ahead of place n (1 = next) takes n cycles. The cycle is the mean of the lane's recent cycles, shrunk towards the planned one
with SHRINK pseudo-observations; W ~ Normal(n·m, n·s² + (DRIFT·n·m)²), DRIFT being the chance that the whole pace changes. The 10 % and
90 % points of W are laid onto the lane's open hours (a fluid curve: no progress while closed).
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

SHRINK = 5
DRIFT = 0.2
Z80 = 1.2816  # standard normal: 80 % lies within ± this
FEW = 10  # fewer observed cycles than this: the range says "rough"
IDLE_FACTOR = 4.0  # a gap longer than this many planned cycles was an idle lane, not slow service


@dataclass(frozen=True)
class WaitRange:
    """Minutes from now. None as `high_min`: no opening long enough is known.

    `reason` is a code: pace, closed_first, unknown; of a lane that is held back: closure, far_side, reopening, bays.
    """

    low_min: int | None
    high_min: int | None
    is_rough: bool
    reason: str


@dataclass(frozen=True)
class Pace:
    """A lane's service: mean and standard deviation of one cycle in seconds, and how many cycles were seen."""

    mean_s: float
    deviation_s: float
    seen: int


def pace_of(cycles_s: Sequence[float], *, planned_s: float) -> Pace:
    """This will estimate the pace from recent gaps between calls (seconds), leaving out idle ones."""
    busy = [gap for gap in cycles_s if 0 < gap <= IDLE_FACTOR * planned_s]
    mean = (sum(busy) + SHRINK * planned_s) / (len(busy) + SHRINK)
    deviation = statistics.stdev(busy) if len(busy) >= FEW else mean
    return Pace(mean, deviation, len(busy))


def wait_range(
    *, place: int, pace: Pace, open_spans_s: Sequence[tuple[float, float]], speeds: Sequence[float] = ()
) -> WaitRange:
    """This will return the wait of place `place` (1 = next). `open_spans_s`: open intervals as seconds from now, in order.

    `speeds`: how fast work goes on in each of them, 1 = at the lane's pace; those not named go at it.
    """
    speeds = [*speeds, *[1.0] * (len(open_spans_s) - len(speeds))]
    mean = place * pace.mean_s
    spread = Z80 * (place * pace.deviation_s**2 + (DRIFT * mean) ** 2) ** 0.5
    low, high = (_on_the_clock(w, open_spans_s, speeds) for w in (max(0.0, mean - spread), mean + spread))
    rough = pace.seen < FEW
    if low is None:
        return WaitRange(None, None, rough, "unknown")
    closed_now = not open_spans_s or open_spans_s[0][0] > 0
    return WaitRange(
        int(low // 60), None if high is None else -int(-high // 60), rough, "closed_first" if closed_now else "pace"
    )


def _on_the_clock(work_s: float, spans: Sequence[tuple[float, float]], speeds: Sequence[float]) -> float | None:
    left = work_s
    for (start, end), speed in zip(spans, speeds, strict=True):
        if left <= (end - start) * speed:
            return start + (left / speed if left else 0.0)
        left -= (end - start) * speed
    return None
