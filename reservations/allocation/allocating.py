"""PURE. The front door: named requests and places in, an outcome with its draw, reasons and certificate out."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from reservations.allocation.problem import NOBODY, Coded, Ints, code
from reservations.allocation.reasons import Explainer
from reservations.allocation.shapes import Certificate, Outcome, Place, Reason, Request, Rule, YardRow
from reservations.allocation.solving import Progress, Solution, solve
from reservations.allocation.worth import moved


def allocate(
    requests: Sequence[Request],
    places: Sequence[Place],
    rule: Rule,
    *,
    key: bytes,
    yard: Sequence[YardRow] | None = None,
    progress: Progress | None = None,
    solver: str = "scipy",
) -> Outcome:
    """This will allocate `places` to `requests` under the published rule; ties fall by the draw of `key` and nothing else.

    The same input in any order gives the same outcome. Raises ValueError for twin refs, a rank without cost, an unknown solver.
    """
    started_s = time.perf_counter()
    coded = code(requests, places, rule, key=key, yard=yard)
    solution = solve(coded.problem, solver=solver, progress=progress)
    reasons = Explainer(coded, solution.wishes, solution.costs, solution.given).reasons()
    return _outcome(coded, solution, reasons, started_s)


def _outcome(coded: Coded, solution: Solution, reasons: dict[str, Reason], started_s: float) -> Outcome:
    problem, given = coded.problem, solution.given
    refs, place_refs = [r.ref for r in coded.requests], [p.ref for p in coded.places]
    real = np.flatnonzero(~problem.is_phantom)
    placed = {refs[row]: place_refs[given[row]] for row in real[given[real] != NOBODY].tolist()}
    refused = tuple(refs[row] for row in real[given[real] == NOBODY].tolist())
    taken = np.bincount(given[given != NOBODY], minlength=len(place_refs))
    forecast = np.bincount(given[(given != NOBODY) & problem.is_phantom], minlength=len(place_refs))
    return Outcome(
        placed=placed,
        refused=refused,
        draw=coded.draw,
        reasons=reasons,
        certificate=_certificate(coded, solution, started_s),
        prices=_by_name(place_refs, np.rint(solution.prices).astype(np.int64)),
        room_left=_by_name(place_refs, problem.room - taken),
        phantoms_in=_by_name(place_refs, forecast),
        raised=_raised(coded, solution),
    )


def _certificate(coded: Coded, solution: Solution, started_s: float) -> Certificate:
    problem, given = coded.problem, solution.given
    refused = (given == NOBODY) & ~problem.is_phantom
    soft = solution.value - int(solution.costs.refuse[given == NOBODY].sum())
    return Certificate(
        value=solution.value,
        bound=solution.bound,
        gap=max(0.0, solution.value - solution.bound) / max(1, soft),
        refused_by_rank=tuple(np.bincount(problem.rank[refused], minlength=len(problem.rule.refuse_cost)).tolist()),
        moves=int(moved(problem, given)[~problem.is_phantom].sum()),
        seconds=time.perf_counter() - started_s,
        solver=solution.solver,
    )


def _by_name(names: list[str], values: Ints) -> dict[str, int]:
    return dict(zip(names, values.tolist(), strict=True))


def _raised(coded: Coded, solution: Solution) -> dict[str, int]:
    extra = solution.raised[coded.problem.organisation].tolist()
    return {r.organisation: level for r, level in zip(coded.requests, extra, strict=True) if level}
