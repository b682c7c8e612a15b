"""What the far side takes of each lane against what the port has planned: flagged before places are promised that it cannot take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from reservations.models import Slot
from reservations.queries.closures import Excess, far_sides_of, slots_above_far_side
from yards.models import FarSideRate, Lane, Port, Window
from yards.queries import FarSide

HISTORY = timedelta(days=14)
AHEAD = timedelta(days=8)  # of windows that are held against the rate


@dataclass(frozen=True)
class LaneFarSide:
    """A lane's far side now. `plan_per_hour`: the most that its opening windows plan."""

    lane: Lane
    said: FarSide | None
    announced: FarSideRate | None  # the next one that is not in force yet
    plan_per_hour: int | None
    above: list[Excess]

    @property
    def is_stale(self) -> bool:
        return bool(self.said and self.said.is_stale)

    @property
    def slots_above(self) -> list[Slot]:
        """Slots that promise more than the far side takes, or may, because staff planned them by hand."""
        return [each.slot for each in self.above if not each.held_back or each.is_promised]

    @property
    def held_back(self) -> int:
        """How many coming slots have fewer places than their hours plan, because the far side takes no more."""
        return sum(each.held_back for each in self.above)

    @property
    def is_plan_above(self) -> bool:
        return bool(self.above)


def far_sides_of_port(port: Port, lanes: Sequence[Lane], *, now: datetime) -> list[LaneFarSide]:
    """This will hold each lane's plan against its far side."""
    said = far_sides_of(port, lanes, now=now)
    announced, plans = _announced(lanes, now), _plans(lanes, now)
    above = slots_above_far_side(lanes, now=now)
    return [
        LaneFarSide(
            lane,
            said.get(lane.pk),
            announced.get(lane.pk),
            plans.get(lane.pk),
            [each for each in above if each.slot.lane_id == lane.pk],
        )
        for lane in lanes
    ]


def far_side_alarms(port: Port, lanes: Sequence[Lane], *, now: datetime) -> dict[str, list[str]]:
    """This will return the codes of the lanes whose far side is silent for too long, or takes less than is planned by hand or promised.

    Who plans by the far side's rate has promised more only where more is taken than planned: nothing else is looked at.
    """
    said = far_sides_of(port, lanes, now=now)
    beyond = Q(set_by_hand=True) | Q(taken__gt=F("planned"))
    rows = Slot.objects.filter(beyond, lane__in=list(said), is_frozen=False, ends_at__gt=now)
    doubtful = set(rows.order_by().values_list("lane_id", flat=True))
    asked = [lane for lane in lanes if lane.pk in doubtful]
    found = slots_above_far_side(asked, now=now) if asked else []
    above = {each.slot.lane_id for each in found if not each.held_back}
    promised = {each.slot.lane_id for each in found if each.is_promised}
    return {
        "promised_above_far_side": [lane.code for lane in lanes if lane.pk in promised],
        "plan_above_far_side": [lane.code for lane in lanes if lane.pk in above],
        "far_side_stale": [lane.code for lane in lanes if lane.pk in said and said[lane.pk].is_stale],
    }


def history_of(lane: Lane, *, now: datetime) -> list[FarSideRate]:
    """This will return the lane's rates of the last weeks, the one in force when they began included, and those to come."""
    rows = FarSideRate.objects.filter(lane=lane)
    before = rows.filter(valid_from__lte=now - HISTORY).order_by("-valid_from", "-pk").first()
    since = rows.filter(valid_from__gt=now - HISTORY).order_by("valid_from", "pk")
    return [*([before] if before else []), *since]


def _announced(lanes: Iterable[Lane], now: datetime) -> dict[int, FarSideRate]:
    rows = FarSideRate.objects.filter(lane__in=lanes, valid_from__gt=now).order_by("-valid_from", "-pk")
    return {row.lane_id: row for row in rows}


def _plans(lanes: Iterable[Lane], now: datetime) -> dict[int, int]:
    today = now.date()
    runs = Q(valid_until=None) | Q(valid_until__gte=today)
    rows = Window.objects.filter(runs, lane__in=lanes, valid_from__lte=today + AHEAD)
    found: dict[int, int] = {}
    for lane_id, rate in rows.values_list("lane_id", "units_per_hour"):
        found[lane_id] = max(rate, found.get(lane_id, 0))
    return found
