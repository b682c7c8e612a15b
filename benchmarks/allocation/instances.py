"""Made-up days of demand, the same for the same seed: who asks for what, the places, the bays, and the order in which they asked.

The law: five kinds of cargo with their own peaks, four classes, four habits of naming a window, consignments of two to eight vehicles,
organisations of very unequal size, lanes of which some are dedicated, nights and meals with less capacity, short closures.
`load` is requests ÷ places of the whole horizon; the peaks are above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reservations.allocation import Place, Request, YardRow

KINDS = ("general", "fruit", "hazmat", "empty", "parcels")
LANE_TAKES = {
    "general": ("general", "fruit", "empty", "parcels"),
    "fruit": ("fruit", "general"),
    "hazmat": ("hazmat", "empty"),
    "empty": ("empty",),
    "parcels": ("parcels", "empty"),
}
HOUR_MIN = 60
BACK_H, FORTH_H = (
    np.array([2, 2, 1, 24]),
    np.array([3, 8, 24, 48]),
)  # the four habits: how much earlier and later will do
PEAKS_H = np.array([[9, 14.5, 19], [6, 8, 16], [10, 13, 15], [8, 12, 17], [13, 20, 22]])
DWELLS_H = np.array([1, 2, 3, 4, 6, 8, 12, 18, 24, 30])
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Size:
    requests: int
    days: int
    lanes: int


SIZES = {"1k": Size(1_000, 1, 4), "10k": Size(10_000, 3, 8), "100k": Size(100_000, 7, 20)}


@dataclass(frozen=True)
class Demand:
    """Columns, one entry a request; times in whole hours since the epoch; bundle −1 = alone."""

    kind: Ints
    rank: Ints
    organisation: Ints
    earliest: Ints
    latest: Ints
    preferred: Ints
    dwell: Ints
    bundle: Ints

    def __len__(self) -> int:
        return len(self.kind)

    def columns(self) -> dict[str, Ints]:
        return dict(vars(self))

    def take(self, which: Any) -> Demand:
        return Demand(**{name: column[which] for name, column in vars(self).items()})


@dataclass(frozen=True)
class Instance:
    """What a round is given, and beside it the order in which first-come would serve (indices of requests)."""

    hours: int
    demand: Demand
    lanes: tuple[str, ...]  # lane number → its type
    capacity: Ints  # [lane, hour]
    requests: list[Request]
    places: list[Place]
    yard: list[YardRow]
    came: Ints
    key: bytes


def make(size: Size, *, load: float, seed: int, bays: float | None = None, bundles: bool = False) -> Instance:
    """This will make an instance; `bays` scales the yard rows (1 = a tenth too few at the peaks, None = no rows)."""
    rng = np.random.default_rng(seed)
    demand = draw_demand(rng, size, bundles=bundles)
    lanes, capacity = draw_lanes(rng, size, load=load)
    return Instance(
        hours=size.days * 24,
        demand=demand,
        lanes=lanes,
        capacity=capacity,
        requests=as_requests(demand, lanes),
        places=as_places(lanes, capacity),
        yard=[] if bays is None else _yard(demand, size.days * 24, bays),
        came=rng.permutation(len(demand)),
        key=f"draw {seed}".encode(),
    )


def draw_demand(rng: np.random.Generator, size: Size, *, bundles: bool) -> Demand:
    """This will draw who asks for what; members of a consignment ask for the same."""
    n, hours = size.requests, size.days * 24
    kind = rng.choice(5, n, p=[0.52, 0.16, 0.05, 0.17, 0.10])
    fresh = rng.choice(4, n, p=[0.06, 0.74, 0.18, 0.02])
    rank = np.where(kind == 1, fresh, rng.choice(4, n, p=[0.04, 0.06, 0.70, 0.20]))
    count = max(10, int(2 * n**0.5))
    organisation = rng.choice(count, n, p=_shares(1 / np.arange(1, count + 1) ** 0.9))
    day = rng.choice(size.days, n, p=_shares(1 + 0.35 * np.sin(np.arange(size.days) * 1.3)))
    hour = np.clip(PEAKS_H[kind, rng.integers(0, 3, n)] + rng.normal(0, 1.7, n), 0, 23.9)
    preferred = (day * 24 + hour).astype(np.int64)
    habit = rng.choice(4, n, p=[0.25, 0.35, 0.30, 0.10])
    dwell = np.clip(rng.lognormal(np.log(np.array([5, 3, 6, 2, 3])[kind]), 0.6), 1, 30)
    drawn = Demand(
        kind=kind,
        rank=rank,
        organisation=organisation,
        earliest=np.maximum(0, preferred - BACK_H[habit]),
        latest=np.minimum(hours - 1, preferred + FORTH_H[habit]),
        preferred=preferred,
        dwell=DWELLS_H[np.searchsorted(DWELLS_H[:-1], dwell)],
        bundle=np.full(n, -1),
    )
    return _bundled(rng, drawn) if bundles else drawn


def _bundled(rng: np.random.Generator, demand: Demand) -> Demand:
    """Some requests take the next ones with them: all of a consignment ask for what its first vehicle asks for."""
    bundle, source = np.full(len(demand), -1), np.arange(len(demand))
    at = number = 0
    while at < len(demand):
        size = int(rng.integers(2, 9)) if rng.random() < 0.045 else 1
        if size > 1 and at + size <= len(demand):
            bundle[at : at + size], source[at : at + size] = number, at
            number += 1
        at += size
    return Demand(**{**demand.take(source).columns(), "bundle": bundle})


def draw_lanes(rng: np.random.Generator, size: Size, *, load: float) -> tuple[tuple[str, ...], Ints]:
    """This will draw the lanes' types and their places per hour, which sum to about requests ÷ load."""
    lanes, hours = _lane_types(size.lanes), size.days * 24
    of_day = np.arange(hours) % 24
    profile = np.where((of_day < 6) | (of_day >= 22), 0.4, 1.0) * np.where(np.isin(of_day, [8, 16]), 0.85, 1.0)
    wanted = rng.uniform(0.8, 1.2, size.lanes)[:, None] * profile[None, :]
    capacity = np.round(wanted * (size.requests / load) / wanted.sum()).astype(np.int64)
    for _ in range(max(1, size.lanes * size.days // 6)):
        lane, hour = rng.integers(size.lanes), rng.integers(hours)
        capacity[lane, hour : hour + 2] //= 3
    return lanes, capacity


def _lane_types(lanes: int) -> tuple[str, ...]:
    shares = {"fruit": 0.18, "hazmat": 0.08, **({"empty": 0.12, "parcels": 0.10} if lanes >= 8 else {})}
    dedicated = [name for name, share in shares.items() for _ in range(max(1, round(share * lanes)))]
    return ("general",) * (lanes - len(dedicated)) + tuple(dedicated)


def lane_code(number: int) -> str:
    return f"L{number:02d}"


def as_requests(demand: Demand, lanes: tuple[str, ...], *, prefix: str = "q", phantoms: bool = False) -> list[Request]:
    """This will turn columns into requests; request i has the ref prefix + i."""
    fitting = [frozenset(lane_code(at) for at, name in enumerate(lanes) if kind in LANE_TAKES[name]) for kind in KINDS]
    rows = zip(*(column.tolist() for column in demand.columns().values()), strict=True)
    return [
        Request(
            ref=f"{prefix}{at}",
            kind=KINDS[kind],
            rank=rank,
            lanes=fitting[kind],
            earliest_min=earliest * HOUR_MIN,
            latest_min=latest * HOUR_MIN,
            preferred_min=preferred * HOUR_MIN,
            organisation=f"o{organisation}",
            bundle=f"{prefix}b{bundle}" if bundle >= 0 else "",
            dwell_min=dwell * HOUR_MIN,
            bay_type=KINDS[kind],
            is_phantom=phantoms,
        )
        for at, (kind, rank, organisation, earliest, latest, preferred, dwell, bundle) in enumerate(rows)
    ]


def as_places(lanes: tuple[str, ...], capacity: Ints, room: Ints | None = None) -> list[Place]:
    """This will turn capacities per lane and hour into places; `room` (default: all) is what may be given."""
    free = capacity if room is None else room
    return [
        Place(
            ref=place_ref(lane, hour),
            lane=lane_code(lane),
            starts_min=hour * HOUR_MIN,
            ends_min=(hour + 1) * HOUR_MIN,
            capacity=int(capacity[lane, hour]),
            room=int(free[lane, hour]),
        )
        for lane in range(len(lanes))
        for hour in range(capacity.shape[1])
    ]


def place_ref(lane: int, hour: int) -> str:
    return f"{lane_code(lane)}@{hour:03d}"


def _yard(demand: Demand, hours: int, bays: float) -> list[YardRow]:
    """Bays per kind, so that everybody at the preferred time would overfill them at the peaks by a tenth (bays = 1)."""
    rows = []
    for number, kind in enumerate(KINDS):
        change = np.zeros(hours + DWELLS_H[-1] + 1, dtype=np.int64)
        mine = demand.kind == number
        np.add.at(change, demand.preferred[mine], 1)
        np.subtract.at(change, demand.preferred[mine] + demand.dwell[mine], 1)
        free = max(3, int(bays * 0.92 * change.cumsum()[:hours].max(initial=0)))
        rows.append(YardRow(bay_type=kind, free=(free,) * hours))
    return rows


def _shares(weights: NDArray[Any]) -> NDArray[Any]:
    return weights / weights.sum()
