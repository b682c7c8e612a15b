"""One day played truck by truck against a rule that chooses the bays. What it cost is counted here, not believed of the rule. Metres."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.guidance_day import NEEDS, Day
from benchmarks.guidance_yard import GATES, STEPS
from yards.guidance.bays import Bays, Floats
from yards.guidance.choice import BLOCKING_M, TRAFFIC_M, Ask, Weighed, choose, weigh
from yards.guidance.needs import Need
from yards.guidance.prices import NO_BAY_M, Prices
from yards.guidance.roads import Roads
from yards.guidance.state import Standing, State
from yards.guidance.ways import Network, Size
from yards.layouts.plan import Plan

MOVING_MIN = 2.0

Rule = Callable[[Ask, Bays, State, Roads], str | None]


class Ground:
    """A plan ready to be played on: its bays as columns and the roads of every need, gate and step."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.bays = plan, Bays.of_plan(plan)
        network = Network(plan)
        sizes = {need: Size(need.length_m, need.width_m) for need in NEEDS}
        ways = {size: network.ways(size) for size in set(sizes.values())}
        self.roads = {
            (need, gate, step): Roads.by_ways(ways[size], gate=gate, next_step=step)
            for need, size in sizes.items()
            for gate in GATES
            for step in STEPS
        }

    def roads_of(self, need: Need, gate: int, step: int) -> Roads:
        return self.roads[need, GATES[gate], STEPS[step]]


@dataclass
class Outcome:
    """What a day cost, in metres and by what it is made of. `stood`: (truck, bay code, from, to), for the checker."""

    trucks: int = 0
    drive_m: float = 0.0
    blocked: int = 0
    conflicts: int = 0
    no_bay: int = 0
    choice_s: list[float] = field(default_factory=list)
    stood: list[tuple[int, str, float, float]] = field(default_factory=list)

    @property
    def cost_m(self) -> float:
        return self.drive_m + BLOCKING_M * self.blocked + TRAFFIC_M * self.conflicts + NO_BAY_M * self.no_bay


class Play:
    """The yard while the day goes on."""

    def __init__(self, ground: Ground, day: Day) -> None:
        self.ground, self.bays, self.day = ground, ground.bays, day
        self.state = State(ground.bays)
        self.moved_at_min: Floats = np.full(len(self.state.moving), -np.inf)
        self.leaving: list[tuple[float, int]] = []
        self.outcome = Outcome(trucks=len(day))

    def run(self, rule: Rule) -> Outcome:
        """This will play the day: everybody asks for a bay once, when he comes; who finds none goes away."""
        for truck in range(len(self.day)):
            now_min = float(self.day.at_min[truck])
            self._until(now_min)
            self._arrive(truck, now_min, rule)
        return self.outcome

    def _arrive(self, truck: int, now_min: float, rule: Rule) -> None:
        need = NEEDS[self.day.need[truck]]
        roads = self.ground.roads_of(need, self.day.gate[truck], self.day.step[truck])
        ask = Ask(need, "", "", int(now_min // 60) % 24, float(self.day.mean_min[truck]))
        started = time.perf_counter()
        code = rule(ask, self.bays, self.state, roads)
        self.outcome.choice_s.append(time.perf_counter() - started)
        if code is None:
            self.outcome.no_bay += 1
            return
        self._take(truck, self.bays.index[code], now_min, float((roads.in_m + roads.on_m)[self.bays.index[code]]))

    def _take(self, truck: int, at: int, now_min: float, drive_m: float) -> None:
        code, stay_min = self.bays.codes[at], float(self.day.stay_min[truck])
        need = NEEDS[self.day.need[truck]]
        self.outcome.drive_m += drive_m
        self.outcome.conflicts += int(self.state.moving[self.bays.aisle[at]])
        self.outcome.stood.append((truck, code, now_min, now_min + stay_min))
        self.state.take(Standing(code, need.hazard_class, 0.0, float(self.day.mean_min[truck])))
        self.moved_at_min[self.bays.aisle[at]] = now_min
        heapq.heappush(self.leaving, (now_min + stay_min, at))

    def _until(self, now_min: float) -> None:
        """Those whose time has come leave; who stands behind somebody has him move first."""
        while self.leaving and self.leaving[0][0] <= now_min:
            left_min, at = heapq.heappop(self.leaving)
            self.outcome.blocked += int(self.state.taken[self.bays.front_of[at]])
            self.state.leave(self.bays.codes[at])
            self.moved_at_min[self.bays.aisle[at]] = left_min
        self.state.now_min = now_min
        self.state.moving = now_min - self.moved_at_min < MOVING_MIN


def ours(prices: Prices) -> Rule:
    """The rule under measurement."""

    def rule(ask: Ask, bays: Bays, state: State, roads: Roads) -> str | None:
        choice = choose(ask, bays, state, roads, prices)
        return choice.code if choice else None

    return rule


def by_cost(cost: Callable[[Weighed], Floats], bays: Bays) -> Rule:
    """A rule to compare with: the least of another cost among the bays that may be taken."""
    none = Prices.of(bays, None)

    def rule(ask: Ask, bays: Bays, state: State, roads: Roads) -> str | None:
        weighed = weigh(ask, bays, state, roads, none)
        return bays.codes[int(np.argmin(np.where(weighed.may, cost(weighed), np.inf)))] if weighed.may.any() else None

    return rule


def random_rule(bays: Bays, seed: int) -> Rule:
    random = np.random.default_rng(seed)
    return by_cost(lambda weighed: random.random(len(weighed.cost_m)), bays)


def nearest_rule(bays: Bays) -> Rule:
    return by_cost(lambda weighed: weighed.roads.in_m, bays)


def best_fit_rule(bays: Bays) -> Rule:
    return ours(Prices.of(bays, None))
