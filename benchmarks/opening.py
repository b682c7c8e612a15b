"""An opening with resellers in the crowd: 200 carriers against 50 accounts and 500 plates that click in a millisecond.

The same people on the same days, served by a round with a standby order (the real allocation), by lot, and by the fastest click.
The fair share is the resellers' part of the vehicles that asked. Whether speed pays is tested among equals of one day: the rank of the
click against having been given a place, each less its mean over the equals; the sum of their products by account has mean 0 if speed
says nothing, and p is two-sided by the normal law with the accounts as clusters (an organisation's plates share its history). Equals
are all of one class; or, where resellers ask for other hours than carriers do, those who asked for exactly the same.
Rounds carry on from day to day what an organisation was given and was refused, and no organisation gets more than a tenth of a place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import numpy as np
from scipy import stats

from benchmarks import opening_day
from benchmarks.opening_day import Day
from benchmarks.opening_people import DISGUISES, Wish, population, wishes
from reservations.allocation import Rule

PLACES_PER_LANE_HOUR = 7
RULE = Rule(organisation_share_percent=10)
RESELLERS_RANK = 2  # the class of all resellers' plates and of most carriers
Stratum = tuple[list[str], list[int], list[bool]]  # of equals: the account, when it clicked, whether it won
TARGETS = {
    "round_share_off_fair_points_at_most": 5.0,
    "round_p_above": 0.01,
    "click_share_over_fair_points_above": 5.0,
    "click_p_below": 0.001,
}


@dataclass
class Tally:
    """What several days of one way of giving out add up to."""

    asked: int = 0
    asked_resellers: int = 0
    given: int = 0
    given_resellers: int = 0
    carriers_crossed: int = 0
    places: int = 0
    sold: int = 0
    won: list[tuple[Wish, int, bool, bool]] = field(
        default_factory=list
    )  # who, on which day, given a place at once, or ever

    def add(self, number: int, people: Sequence[Wish], day: Day) -> None:
        self.asked += len(people)
        self.asked_resellers += sum(wish.vehicle.is_reseller for wish in people)
        self.given += len(day.given)
        self.given_resellers += sum(wish.plate in day.given for wish in people if wish.vehicle.is_reseller)
        self.carriers_crossed += len(day.crosses)
        self.places += day.places
        self.sold += day.sold
        self.won += [(w, number, w.plate in day.given, w.plate in day.had) for w in people if w.rank == RESELLERS_RANK]

    def figures(self) -> dict[str, float]:
        fair, share = self.asked_resellers / self.asked, self.given_resellers / self.given
        return {
            "fair_share_percent": round(100 * fair, 1),
            "share_percent": round(100 * share, 1),
            "over_fair_points": round(100 * (share - fair), 1),
            "p_class": speed_pays_p(self._strata(lambda wish: wish.rank, ever=False)),
            "p_class_ever": speed_pays_p(self._strata(lambda wish: wish.rank, ever=True)),
            "p_same_wish": speed_pays_p(self._strata(_wished, ever=False)),
            "crossed_percent_of_places": round(100 * self.carriers_crossed / self.places, 1),
            "sold": self.sold,
        }

    def _strata(self, equal: Callable[[Wish], Hashable], *, ever: bool) -> list[Stratum]:
        strata: dict[Hashable, Stratum] = {}
        for wish, day, at_once, at_all in self.won:
            accounts, clicks, won = strata.setdefault((day, equal(wish)), ([], [], []))
            accounts.append(wish.vehicle.account)
            clicks.append(wish.clicks_after_ms)
            won.append(at_all if ever else at_once)
        return list(strata.values())


def _wished(wish: Wish) -> tuple[int, int, int]:
    return wish.earliest_min, wish.latest_min, wish.preferred_min


def speed_pays_p(strata: Iterable[Stratum]) -> float:
    """This will return the two-sided p that the click's rank among its equals says nothing about the outcome."""
    scores: dict[str, float] = {}
    for accounts, clicks, won in strata:
        ranks = stats.rankdata(clicks) / len(clicks)
        parts = (ranks - ranks.mean()) * (np.array(won) - np.mean(won))
        for account, part in zip(accounts, parts.tolist(), strict=True):
            scores[account] = scores.get(account, 0.0) + part
    spread = sum(score**2 for score in scores.values()) ** 0.5
    return float(2 * stats.norm.sf(abs(sum(scores.values())) / spread)) if spread else 1.0


def run(*, full: bool) -> dict[str, Any]:
    """This will play the days and return figures, targets and `met`."""
    seeds, days = (range(1, 6), 7) if full else (range(1, 4), 4)
    rows = {disguise: play(seeds=seeds, days=days, disguise=disguise) for disguise in DISGUISES}
    _table(rows)
    checks = judged(rows[DISGUISES[0]])
    for disguise, row in rows.items():
        name, by_round = disguise.replace(" ", "_"), row["round"]
        checks[f"share_{name}"] = by_round["over_fair_points"] <= TARGETS["round_share_off_fair_points_at_most"]
        checks[f"speed_says_nothing_{name}"] = by_round["p_same_wish"] > TARGETS["round_p_above"]
    return {"met": all(checks.values()), "checks": checks, "figures": rows, "targets": TARGETS}


def play(
    *, seeds: Sequence[int], days: int, disguise: str = DISGUISES[0], scale: float = 1.0
) -> dict[str, dict[str, float]]:
    """This will play days of each seed in all ways and return each way's figures."""
    tallies = {"round": Tally(), "lot": Tally(), "click": Tally()}
    for number, (people, outcomes) in enumerate(_days(seeds, days, disguise, scale)):
        for way, day in outcomes.items():
            tallies[way].add(number, people, day)
    return {way: tally.figures() for way, tally in tallies.items()}


def _days(seeds: Sequence[int], days: int, disguise: str, scale: float) -> Iterator[tuple[list[Wish], dict[str, Day]]]:
    offered = opening_day.places(max(1, round(PLACES_PER_LANE_HOUR * scale)))
    for seed in seeds:
        rng = Random(seed)
        vehicles = population(rng, scale=scale)
        given: Counter[str] = Counter()
        missed: Counter[str] = Counter()
        for number in range(days):
            people = wishes(rng, vehicles, disguise=disguise)
            rule = replace(RULE, used_before=dict(given), missed_before=dict(missed))
            chance = {way: Random(f"{way} {seed} {number}") for way in ("round", "lot", "click")}
            by_round = opening_day.by_round(
                people, offered, rule, key=f"opening {seed}/{number}".encode(), rng=chance["round"]
            )
            by_lot = opening_day.by_lot(people, offered, rng=chance["lot"])
            by_click = opening_day.by_click(people, offered, rng=chance["click"])
            yield people, {"round": by_round, "lot": by_lot, "click": by_click}
            for wish in people:
                (given if wish.plate in by_round.given else missed)[wish.vehicle.account] += 1


def judged(row: dict[str, dict[str, float]]) -> dict[str, bool]:
    """This will say what holds of resellers who ask as carriers do."""
    by_round, by_click = row["round"], row["click"]
    return {
        "round_share": abs(by_round["over_fair_points"]) <= TARGETS["round_share_off_fair_points_at_most"],
        "round_speed_says_nothing": min(by_round["p_class"], by_round["p_class_ever"]) > TARGETS["round_p_above"],
        "lot_speed_says_nothing": row["lot"]["p_class"] > TARGETS["round_p_above"],
        "click_resellers_win": by_click["over_fair_points"] > TARGETS["click_share_over_fair_points_above"],
        "click_speed_wins": by_click["p_class"] < TARGETS["click_p_below"],
    }


def _table(rows: dict[str, dict[str, dict[str, float]]]) -> None:
    heads = ("fair %", "got %", "p class", "p ever", "p same", "crossed %", "sold")
    print(f"{'resellers ask':>16} {'way':>6} " + " ".join(f"{head:>9}" for head in heads))
    for disguise, ways in rows.items():
        for way, row in ways.items():
            shares = f"{row['fair_share_percent']:>9} {row['share_percent']:>9}"
            chances = " ".join(f"{row[name]:>9.2g}" for name in ("p_class", "p_class_ever", "p_same_wish"))
            print(f"{disguise:>16} {way:>6} {shares} {chances} {row['crossed_percent_of_places']:>9} {row['sold']:>9}")
