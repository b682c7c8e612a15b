"""Each row of the table: an instance solved beside the bound and the baselines on the same instance, counted here and verified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from benchmarks.allocation import baselines, rolling
from benchmarks.allocation.bound import Bound, lower_bound
from benchmarks.allocation.closure import close, dropped_by_rank, hour_changes, inversions, moves
from benchmarks.allocation.instances import SIZES, Instance, make
from benchmarks.allocation.measures import Worth, cpu_of, least_cpu_of, worst_mean_displacement_h, worth
from reservations.allocation import Rule, allocate, code, solve, verify

PLAIN = Rule()
MOVES_ONLY = replace(PLAIN, displacement_cost_per_hour=(0, 0, 0, 0), fill_steps=((100, 0),), move_cost=1)
CORE_CPU_S = {"ortools": {"1k": 0.2, "10k": 0.2, "100k": 1.0}, "scipy": {"1k": 2.0, "10k": 2.0, "100k": 5.0}}
FULL_CPU_S = {"1k": 3.0, "10k": 3.0, "100k": 5.0}
CLOSURE_CPU_S = {"ortools": {"10k": 0.5, "100k": 0.5}, "scipy": CORE_CPU_S["scipy"]}
SOFT_GAP_PERCENT = {"10k": 0.6, "100k": 0.02}
EXTRA_REFUSED_PERCENT = 0.05
OF_FIRST_COME = {"right": 0.20, "wrong": 0.40}
MOVES_TO_FEWEST = 1.05
WORST_TO_UNAWARE, EXTRA_DISPLACEMENT_PERCENT = 0.75, 1.0
FAIRNESS_ROUNDS = 14
ORDER = "should be no worse than"  # how the verifier words a breach of the order between equals
ROUNDING = 1e-9  # of the bound: HiGHS counts in floating point


@dataclass(frozen=True)
class Row:
    """`shows` for the table; `figures` for the record; `checks`: each must hold."""

    name: str
    shows: str
    figures: dict[str, Any]
    checks: dict[str, bool] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return all(self.checks.values())


def core(size: str, *, load: float, solver: str) -> Row:
    """This will solve the network core: the optimum, to the last unit."""
    instance = make(SIZES[size], load=load, seed=1)
    found, bound, figures, problems = _solved(instance, solver)
    checks = {
        "gap_0": abs(found.value - bound.value) <= max(0.5, ROUNDING * bound.value),
        "cpu": figures["solve_cpu_s"] <= CORE_CPU_S[solver][size],
        "lawful": not problems,
    }
    return Row(f"core {size} load {load} {solver}", _shown(figures), figures, checks)


def full(size: str, *, load: float, bays: float, solver: str) -> Row:
    """This will solve with bays and consignments, against the bound in which consignments may be torn."""
    instance = make(SIZES[size], load=load, seed=1, bays=bays, bundles=True)
    found, bound, figures, problems = _solved(instance, solver)
    extra_percent = 100 * (sum(found.refused) - bound.refused) / len(instance.requests)
    bound_soft = bound.value - bound.refuse_cost
    figures |= {
        "refused_over_bound_percent": round(extra_percent, 4),
        "soft_gap_percent": round(100 * (found.soft - bound_soft) / bound_soft, 4),
        "gap_percent_of_value": round(100 * (found.value / bound.value - 1), 5),
    }
    checks = {
        "refused": extra_percent <= EXTRA_REFUSED_PERCENT + 1e-9,
        "cpu": figures["solve_cpu_s"] <= FULL_CPU_S[size],
        "lawful": not problems,
    }
    if size in SOFT_GAP_PERCENT:
        checks["soft_gap"] = figures["soft_gap_percent"] <= SOFT_GAP_PERCENT[size]
    shows = f"{_shown(figures)}, soft gap {figures['soft_gap_percent']} %"
    return Row(f"full {size} load {load} bays {bays} {solver}", shows, figures, checks)


def _solved(instance: Instance, solver: str) -> tuple[Worth, Bound, dict[str, Any], Sequence[str]]:
    """The worth of the outcome, the bound, the figures both share, and what the verifier found."""
    coded = code(instance.requests, instance.places, PLAIN, key=instance.key, yard=instance.yard)
    _, solve_cpu_s = least_cpu_of(lambda: solve(coded.problem, solver=solver))
    outcome, whole_cpu_s = cpu_of(
        lambda: allocate(instance.requests, instance.places, PLAIN, key=instance.key, yard=instance.yard, solver=solver)
    )
    problems, verify_cpu_s = cpu_of(lambda: _problems(instance, outcome.placed))
    bound, bound_cpu_s = cpu_of(lambda: lower_bound(instance, PLAIN))
    found = worth(instance, outcome.placed, PLAIN)
    figures: dict[str, Any] = {
        "refused": list(found.refused),
        "value": found.value,
        "bound": round(bound.value, 2),
        "bound_refused": round(bound.refused, 2),
        "own_bound": round(outcome.certificate.bound, 2),
        "solver": outcome.certificate.solver,
        "solve_cpu_s": round(solve_cpu_s, 3),
        "whole_cpu_s": round(whole_cpu_s, 3),
        "verify_cpu_s": round(verify_cpu_s, 3),
        "bound_cpu_s": round(bound_cpu_s, 3),
        "problems": list(problems)[:5],
    }
    for name, serve in {"first_come": baselines.first_come, "by_class": baselines.by_class}.items():
        placed, cpu_s = cpu_of(partial(serve, instance))
        figures[name] = {
            "refused": list(worth(instance, placed, PLAIN).refused),
            "cpu_s": round(cpu_s, 3),
            "problems": _problems(instance, placed, drawn=False)[:5],
        }
    problems = [*problems, *figures["first_come"]["problems"], *figures["by_class"]["problems"]]
    return found, bound, figures, problems


def _shown(figures: Mapping[str, Any]) -> str:
    """Refusals by class: ours, the bound's sum, both baselines'; CPU of solving, of all, of the bound."""
    by_class = "/".join(map(str, figures["refused"]))
    others = ", ".join(
        f"{sum(figures[name]['refused'])} {name.replace('_', ' ')}" for name in ("first_come", "by_class")
    )
    return (
        f"refused {by_class} (bound {figures['bound_refused']:g}; {others}), value {figures['value']:,} of {figures['bound']:,.0f},"
        f" CPU {figures['solve_cpu_s']} s (whole {figures['whole_cpu_s']}, bound {figures['bound_cpu_s']})"
    )


def rolled(size: str, *, every_h: int, forecasts: Sequence[str], solver: str, seed: int = 1) -> list[Row]:
    """This will run the rolling batches: without a forecast, and with each of `forecasts`."""
    coming = rolling.stream(SIZES[size], load=0.9, seed=seed)
    clicked = rolling.first_come(coming)
    rows = []
    for name in ("none", *forecasts):
        forecast = rolling.FORECASTS.get(name)
        figures = rolling.batches(
            coming, SIZES[size], seed=seed, every_h=every_h, forecast=forecast, rule=PLAIN, solver=solver
        )
        placed = figures.pop("placed")
        spared = slice(0, rolling.SPARED_RANKS)
        ratio = sum(figures["refused"][spared]) / max(1, int(clicked[spared].sum()))
        problems = _problems(coming.instance, placed, drawn=False)
        figures |= {
            "first_come_refused": clicked.tolist(),
            "of_first_come": round(ratio, 3),
            "problems": problems[:5],
        }
        checks = {"lawful": not problems}
        if forecast:
            checks["of_first_come"] = ratio <= OF_FIRST_COME["right" if name == "right" else "wrong"]
        shows = (
            f"refused {'/'.join(map(str, figures['refused']))} (first come {'/'.join(map(str, clicked.tolist()))}),"
            f" classes 0–2: {ratio:.0%} of first come, CPU {figures['batch_cpu_s']} s a batch"
        )
        rows.append(Row(f"rolling {size} forecast {name}", shows, figures, checks))
    return rows


def closed(size: str, *, load: float, solver: str) -> Row:
    """This will re-allocate after a closure."""
    instance = make(SIZES[size], load=load, seed=1)
    before = allocate(instance.requests, instance.places, PLAIN, key=instance.key, solver=solver).placed
    closure = close(instance, dict(before), seed=1)
    coded = code(closure.requests, closure.places, PLAIN, key=b"closure", yard=None)
    _, solve_cpu_s = least_cpu_of(lambda: solve(coded.problem, solver=solver))
    after = allocate(closure.requests, closure.places, PLAIN, key=b"closure", solver=solver)
    problems = verify(closure.requests, closure.places, PLAIN, after.placed, key=b"closure").problems
    moved, dropped = moves(closure, after.placed), dropped_by_rank(closure, after.placed)
    fewest = allocate(closure.requests, closure.places, MOVES_ONLY, key=b"closure", solver=solver).placed
    figures: dict[str, Any] = {
        "held": len(closure.held),
        "moves": moved,
        "fewest_moves": moves(closure, fewest),
        "stood_in_it": closure.must_move(fewest),
        "hour_changes": hour_changes(closure, after.placed),
        "dropped": dropped,
        "inversions": inversions(closure, after.placed),
        "solve_cpu_s": round(solve_cpu_s, 3),
        "problems": list(problems)[:5],
    }
    checks = {
        "moves": moved <= MOVES_TO_FEWEST * figures["fewest_moves"],
        "fewest_is_possible": figures["fewest_moves"] >= figures["stood_in_it"],
        "classes_0_to_2_kept": not sum(dropped[: rolling.SPARED_RANKS]),
        "order_kept": figures["inversions"] == 0,
        "cpu": solve_cpu_s <= CLOSURE_CPU_S[solver][size],
        "lawful": not problems,
    }
    shows = (
        f"{len(closure.held)} held, {moved} moved (fewest {figures['fewest_moves']}), dropped {'/'.join(map(str, dropped))},"
        f" inversions {figures['inversions']}, CPU {figures['solve_cpu_s']} s"
    )
    return Row(f"closure {size} load {load} {solver}", shows, figures, checks)


def fair(size: str, *, load: float, solver: str) -> Row:
    """This will compare the worst organisation's mean displacement with and without the rounds for fairness."""
    instance = make(SIZES[size], load=load, seed=1)
    outcomes: dict[str, Mapping[str, str]] = {}
    cpu_s: dict[str, float] = {}
    problems: list[str] = []
    for name, rounds in (("unaware", 0), ("aware", FAIRNESS_ROUNDS)):
        rule = replace(PLAIN, fairness_rounds=rounds)
        given = partial(allocate, instance.requests, instance.places, rule, key=instance.key, solver=solver)
        outcome, cpu_s[name] = cpu_of(given)
        outcomes[name] = outcome.placed
        checked = partial(verify, instance.requests, instance.places, rule, outcome.placed, key=instance.key)
        problems += checked(raised=outcome.raised).problems
    worst = {name: worst_mean_displacement_h(instance, placed) for name, placed in outcomes.items()}
    worths = {name: worth(instance, placed, PLAIN) for name, placed in outcomes.items()}
    ratio = worst["aware"] / worst["unaware"]
    extra_percent = 100 * (worths["aware"].displacement_cost / worths["unaware"].displacement_cost - 1)
    figures: dict[str, Any] = {
        "worst_h": {name: round(hours, 3) for name, hours in worst.items()},
        "worst_to_unaware": round(ratio, 3),
        "extra_percent": round(extra_percent, 3),
        "refused": {name: list(found.refused) for name, found in worths.items()},
        "whole_cpu_s": {name: round(seconds, 3) for name, seconds in cpu_s.items()},
        "problems": problems[:5],
    }
    checks = {
        "worst_to_unaware": ratio <= WORST_TO_UNAWARE,
        "extra": extra_percent <= EXTRA_DISPLACEMENT_PERCENT,
        "nobody_more_refused": worths["aware"].refused == worths["unaware"].refused,
        "lawful": not problems,
    }
    shows = (
        f"worst organisation {worst['aware']:.2f} h (unaware {worst['unaware']:.2f} h: {ratio:.2f} ×), displacement"
        f" {extra_percent:+.2f} %, CPU {figures['whole_cpu_s']['aware']} s"
    )
    return Row(f"fairness {size} load {load} {solver}", shows, figures, checks)


def _problems(instance: Instance, placed: Mapping[str, str], *, drawn: bool = True) -> list[str]:
    """What the verifier says; `drawn` False leaves out the order between equals, which who serves by click does not keep."""
    verdict = verify(instance.requests, instance.places, PLAIN, placed, key=instance.key, yard=instance.yard)
    return [problem for problem in verdict.problems if drawn or ORDER not in problem]
