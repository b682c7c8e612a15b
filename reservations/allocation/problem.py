"""PURE. The same allocation as arrays: what the solver works on, and what large instances may be given as directly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isqrt

import numpy as np
import numpy.typing as npt

from reservations.allocation.draw import draw_numbers
from reservations.allocation.shapes import Place, Request, Rule, YardRow

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NOBODY = -1
UNBOUNDED = 1 << 40
MINUTES_PER_HOUR = 60
LUCK = 2  # standard deviations that are nobody's due


@dataclass(frozen=True)
class Problem:
    """n requests, p places, S sets of lanes, L lanes, K organisations, B types of bay. int64 unless told otherwise.

    Of requests, each [n]: `lane_set` (row of `fits`, bool [S, L]); `rank`; `earliest`, `latest`, `preferred` (minutes);
    `organisation` (0..K-1); `bundle` (-1 alone); `dwell` (minutes); `bay` (row of `yard`, -1 none); `draw` (distinct, lower is earlier);
    `held` (place, -1 none or gone); `is_held`, `is_phantom`, `is_general` (bool); `stood` (minutes).
    Of places, each [p]: `lane` (0..L-1), `starts`, `ends`, `capacity`, `room`.
    `yard` [B, H]: free bays in each hour (UNBOUNDED: no limit). `levels` [K]: fairness levels of the organisations.
    `taken`: (organisation, place) -> seats held outside. Codes must be given in an order that does not hang on the input's.
    """

    lane_set: Ints
    fits: Flags
    rank: Ints
    earliest: Ints
    latest: Ints
    preferred: Ints
    organisation: Ints
    bundle: Ints
    dwell: Ints
    bay: Ints
    draw: Ints
    held: Ints
    is_held: Flags
    stood: Ints
    is_phantom: Flags
    is_general: Flags
    lane: Ints
    starts: Ints
    ends: Ints
    capacity: Ints
    room: Ints
    yard: Ints
    levels: Ints
    rule: Rule
    taken: Mapping[tuple[int, int], int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.rank)


@dataclass(frozen=True)
class Coded:
    """A problem and the names behind its rows: `requests` and `places` in the order of the arrays."""

    problem: Problem
    requests: list[Request]
    places: list[Place]
    draw: dict[str, int]


def code(
    requests: Sequence[Request], places: Sequence[Place], rule: Rule, *, key: bytes, yard: Sequence[YardRow] | None
) -> Coded:
    """This will turn the named shapes into arrays, in an order that only their content decides.

    Raises ValueError for two requests or two places of one ref, and for a rank without a cost.
    """
    requests = sorted(requests, key=lambda r: r.ref)
    places = sorted(places, key=lambda p: (p.starts_min, p.ends_min, p.lane, p.ref))
    _refuse_twins([r.ref for r in requests], "request")
    _refuse_twins([p.ref for p in places], "place")
    if any(not 0 <= r.rank < len(rule.refuse_cost) for r in requests):
        raise ValueError("A request's rank has no cost in the rule.")
    draw = draw_numbers(requests, key=key)
    coder = _Coder(requests, places, rule, yard or ())
    return Coded(coder.problem(draw), requests, places, draw)


def _refuse_twins(refs: list[str], what: str) -> None:
    if len(set(refs)) != len(refs):
        raise ValueError(f"Two of one {what} ref.")


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def _flags(values: Iterable[bool]) -> Flags:
    return np.array(list(values), dtype=np.bool_)


class _Coder:
    """Gives every name its number, by the alphabet."""

    def __init__(self, requests: list[Request], places: list[Place], rule: Rule, yard: Sequence[YardRow]) -> None:
        self.requests, self.places, self.rule = requests, places, rule
        self.lanes = _numbered({p.lane for p in places} | {lane for r in requests for lane in r.lanes})
        self.place_of = {p.ref: number for number, p in enumerate(places)}
        self.start_of = {p.ref: p.starts_min for p in places}
        self.organisations = _numbered({r.organisation for r in requests})
        self.bundles = _numbered({r.bundle for r in requests if r.bundle})
        self.rows = {row.bay_type: row.free for row in sorted(yard, key=lambda row: row.bay_type)}
        self.bays = _numbered(set(self.rows))
        sets = sorted({r.lanes for r in requests}, key=sorted)
        self.lane_sets = {lanes: number for number, lanes in enumerate(sets)}

    def problem(self, draw: Mapping[str, int]) -> Problem:
        requests, places, rule = self.requests, self.places, self.rule
        return Problem(
            lane_set=_ints(self.lane_sets[r.lanes] for r in requests),
            fits=self._fits(),
            rank=_ints(r.rank for r in requests),
            earliest=_ints(r.earliest_min for r in requests),
            latest=_ints(r.latest_min for r in requests),
            preferred=_ints(r.preferred_min for r in requests),
            organisation=_ints(self.organisations[r.organisation] for r in requests),
            bundle=_ints(self.bundles.get(r.bundle, NOBODY) for r in requests),
            dwell=_ints(r.dwell_min for r in requests),
            bay=_ints(self.bays.get(r.bay_type, NOBODY) for r in requests),
            draw=self._draw(draw),
            held=_ints(self.place_of.get(r.held, NOBODY) for r in requests),
            is_held=_flags(r.held != "" for r in requests),
            stood=_ints(self._stood(r) for r in requests),
            is_phantom=_flags(r.is_phantom for r in requests),
            is_general=_flags(r.kind in rule.general_kinds for r in requests),
            lane=_ints(self.lanes[p.lane] for p in places),
            starts=_ints(p.starts_min for p in places),
            ends=_ints(p.ends_min for p in places),
            capacity=_ints(p.capacity for p in places),
            room=_ints(max(0, min(p.room, p.capacity)) for p in places),
            yard=self._yard(),
            levels=_ints(history_levels(rule, self.organisations)),
            rule=rule,
            taken=self._taken(),
        )

    def _fits(self) -> Flags:
        fits = np.zeros((len(self.lane_sets), len(self.lanes)), dtype=bool)
        for lanes, row in self.lane_sets.items():
            fits[row, [self.lanes[lane] for lane in sorted(lanes)]] = True
        return fits

    def _draw(self, draw: Mapping[str, int]) -> Ints:
        """Phantoms come after everybody, by ref."""
        return _ints(draw.get(r.ref, len(self.requests) + row + 1) for row, r in enumerate(self.requests))

    def _stood(self, request: Request) -> int:
        known = request.stood_min if request.stood_min is not None else self.start_of.get(request.held)
        return request.preferred_min if known is None else known

    def _yard(self) -> Ints:
        hours = max((len(free) for free in self.rows.values()), default=0)
        table = np.full((len(self.bays), hours), UNBOUNDED, dtype=np.int64)
        for name, row in self.bays.items():
            for hour, free in enumerate(self.rows[name]):
                table[row, hour] = UNBOUNDED if free is None else max(0, free)
        return table

    def _taken(self) -> dict[tuple[int, int], int]:
        known = {
            (self.organisations[organisation], self.place_of[place]): count
            for (organisation, place), count in self.rule.taken.items()
            if organisation in self.organisations and place in self.place_of
        }
        return dict(sorted(known.items()))


def _numbered(names: set[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted(names))}


def history_levels(rule: Rule, organisations: Iterable[str]) -> Iterator[int]:
    """This will yield the fairness level that each organisation brings from earlier rounds.

    Behind what its luck should have been: e = missed - 1 - share missed by all · asked. The level is e in standard deviations of luck
    (√(asked · share · (1 - share))), rounded down, less LUCK. So equal luck gives no level to large or small, and the draw decides.
    The one that is not counted: where few are missed, a single miss of somebody who asks seldom is already many deviations.
    """
    all_missed, all_used = sum(rule.missed_before.values()), sum(rule.used_before.values())
    for organisation in organisations:
        missed, used = rule.missed_before.get(organisation, 0), rule.used_before.get(organisation, 0)
        behind = missed * all_used - used * all_missed - (all_missed + all_used)  # e, times all that was asked
        luck = (missed + used) * all_missed * all_used
        deviations = isqrt(behind * behind // luck) if behind > 0 and luck > 0 else 0
        yield min(max(0, deviations - LUCK), rule.fairness_steps)
