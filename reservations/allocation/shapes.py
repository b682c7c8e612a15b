"""PURE. What goes into an allocation and what comes out. Minutes count from an epoch that the caller chooses for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """A wish for one place. It fits a place on one of `lanes` whose start lies within [earliest_min, latest_min].

    `rank`: 0 is the first class. `bundle`: members of the same text are placed all or none, close together; "" stands alone.
    `dwell_min`, `bay_type`: how long it will hold which kind of bay once it is in. `tickets`: draws it has, the best one counts.
    `held`: the place confirmed to it now, even if that place is gone; "" for none. `stood_min`: the start of the place it stood at,
    for the order among those that must move (None: the start of `held`). `is_phantom`: a forecast; it takes room, nothing else.
    """

    ref: str
    kind: str
    rank: int
    lanes: frozenset[str]
    earliest_min: int
    latest_min: int
    preferred_min: int
    organisation: str
    bundle: str = ""
    dwell_min: int = 0
    bay_type: str = ""
    tickets: int = 1
    held: str = ""
    is_phantom: bool = False
    stood_min: int | None = None


@dataclass(frozen=True)
class Place:
    """An interval [starts_min, ends_min) on one lane. `capacity`: all its seats; `room`: how many may be given now."""

    ref: str
    lane: str
    starts_min: int
    ends_min: int
    capacity: int
    room: int


@dataclass(frozen=True)
class YardRow:
    """Free bays of one type in each hour since the epoch; None, and every hour beyond the row, is without limit."""

    bay_type: str
    free: tuple[int | None, ...]


@dataclass(frozen=True)
class Rule:
    """The published rule: whole numbers only.

    `refuse_cost` and `displacement_cost_per_hour` go by rank. `fill_steps`: (up to this percent of the capacity, cost of a seat).
    `general_share_percent`: that share of the room of the lanes that `general_kinds` can use is guaranteed to them: so many of
    them, first in the draw, are refused no sooner than rank 0.
    `organisation_share_percent`: no organisation gets more than this share of a place's capacity (but one seat always);
    `taken` counts what (organisation, place) holds already outside this allocation.
    `move_cost`, `held_refuse_cost`: for moving, and on top for refusing, a request that held a place: dearer than any new request's.
    `used_before`, `missed_before`: places an organisation was given, and asked for in vain, in earlier rounds. An organisation's
    level is how many standard deviations of luck its misses but one lie above the share missed by all, rounded down, less two, at
    most `fairness_steps` (`history_levels`): common luck leaves everybody to the draw, whatever their size. Each level raises its
    displacement cost by `fairness_raise_percent` and its refusal cost by `fairness_cost`, so it goes before the others of its class.
    Afterwards up to `fairness_rounds` further rounds raise the worst tenth of the organisations with `fairness_least_requests` or
    more, as long as displacement grows by `fairness_extra_percent` at most.
    """

    refuse_cost: tuple[int, ...] = (8_000_000, 4_000_000, 2_000_000, 1_000_000)
    displacement_cost_per_hour: tuple[int, ...] = (80, 40, 20, 10)
    fill_steps: tuple[tuple[int, int], ...] = ((75, 0), (90, 2), (100, 5))
    general_share_percent: int = 0
    general_kinds: frozenset[str] = frozenset()
    organisation_share_percent: int = 100
    taken: Mapping[tuple[str, str], int] = field(default_factory=dict)
    bundle_span_min: int = 60
    move_cost: int = 1_000
    held_refuse_cost: int = 10_000_000
    fairness_steps: int = 8
    fairness_cost: int = 6
    fairness_raise_percent: int = 25
    fairness_rounds: int = 0
    fairness_extra_percent: int = 1
    fairness_least_requests: int = 20
    used_before: Mapping[str, int] = field(default_factory=dict)
    missed_before: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Reason:
    """Why a request got what it got: a code and true figures (`reasons.py` names both)."""

    code: str
    facts: Mapping[str, str | int | None]


@dataclass(frozen=True)
class Certificate:
    """What the outcome costs (`value`, phantoms included), what nothing can undercut (`bound`), and by which solver.

    `gap` is (value - bound) over the part of the value that is not refusals. `refused_by_rank`, `moves`: of real requests.
    """

    value: int
    bound: float
    gap: float
    refused_by_rank: tuple[int, ...]
    moves: int
    seconds: float = field(compare=False)
    solver: str = "scipy"


@dataclass(frozen=True)
class Outcome:
    """`draw`: 1 was drawn first. `prices`: what one more seat there would save. `raised`: extra levels of organisations (fairness)."""

    placed: Mapping[str, str]
    refused: tuple[str, ...]
    draw: Mapping[str, int]
    reasons: Mapping[str, Reason]
    certificate: Certificate
    prices: Mapping[str, int]
    room_left: Mapping[str, int]
    phantoms_in: Mapping[str, int]
    raised: Mapping[str, int]


@dataclass(frozen=True)
class Verdict:
    """`problems` is empty when the outcome obeys every law; `value` is its cost (real requests only)."""

    problems: tuple[str, ...]
    value: int
    refused_by_rank: tuple[int, ...]

    @property
    def is_lawful(self) -> bool:
        return not self.problems
