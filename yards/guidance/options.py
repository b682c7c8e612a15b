"""PURE. What is asked of a choice and what it answers: the bay, what it costs by parts, and what the others lost by. Metres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yards.guidance.dwell import DEFAULT_MIN, DEFAULT_SIGMA
from yards.guidance.needs import Need

RULE = "least_total_cost"
SAME_M = 1e-6

# What a bay lost by, by the part that makes it dearer than the chosen one.
_LOST = {
    "way": "longer_way",
    "traffic": "more_traffic",
    "blocking": "would_block",
    "scarcity": "scarcer",
    "lock": "would_lock",
}


@dataclass(frozen=True)
class Ask:
    """One vehicle and its errand: in by `gate`, on to `next_step`, at this `hour` of the yard's day, to stand about `stay_min`."""

    need: Need
    gate: str
    next_step: str
    hour: int
    stay_min: float = DEFAULT_MIN
    sigma: float = DEFAULT_SIGMA


@dataclass(frozen=True)
class Option:
    """What one bay would cost, by parts, and everything that speaks against it (nothing: it may be taken)."""

    code: str
    cost_m: float
    parts: Mapping[str, float]
    refused: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "bay": self.code,
            "cost_m": _metres(self.cost_m),
            "parts": _rounded(self.parts),
            "refused": [*self.refused],
        }


@dataclass(frozen=True)
class Alternative:
    """A bay that was next best, and the code of what it lost by."""

    code: str
    cost_m: float
    parts: Mapping[str, float]
    lost: str


@dataclass(frozen=True)
class Choice:
    """The chosen bay, its cost by parts, the next best ones, and what the choice was made from."""

    code: str
    cost_m: float
    parts: Mapping[str, float]
    alternatives: tuple[Alternative, ...]
    ask: Ask
    known: Mapping[str, object]

    def as_json(self) -> dict[str, object]:
        """This will say the choice so that it can be told in words, and made again, later."""
        need = self.ask.need
        others = [[a.code, _metres(a.cost_m), _rounded(a.parts), a.lost] for a in self.alternatives]
        return {
            "rule": RULE,
            "cost_m": _metres(self.cost_m),
            "parts": _rounded(self.parts),
            "need": {
                "length_m": need.length_m,
                "width_m": need.width_m,
                "equipment": sorted(need.equipment),
                "hazard": need.hazard_class,
            },
            "gate": self.ask.gate,
            "next_step": self.ask.next_step,
            "hour": self.ask.hour,
            "stay_min": round(self.ask.stay_min),
            **self.known,
            "alternatives": others,
        }


def lost_because(loser: Option, winner: Option) -> str:
    """This will name the part that makes a bay dearer than the chosen one by most; equal costs lose by the code alone."""
    if loser.cost_m - winner.cost_m < SAME_M:
        return "higher_code"
    theirs, best = _by_reason(loser.parts), _by_reason(winner.parts)
    return _LOST[max(theirs, key=lambda part: theirs[part] - best[part])]


def _by_reason(parts: Mapping[str, float]) -> dict[str, float]:
    way = parts["drive_in"] + parts["drive_on"]
    return {"way": way, **{part: parts[part] for part in _LOST if part != "way"}}


def _rounded(parts: Mapping[str, float]) -> dict[str, float]:
    """The parts that count for something; the ways always."""
    return {name: _metres(m) for name, m in parts.items() if m or name.startswith("drive")}


def _metres(metres: float) -> float:
    return round(metres, 1)
