"""PURE. Why each request got what it got, as a code and figures that anybody can count again.

preferred: a place that holds the preferred time · nearest: another one · kept, moved: of those that held a place ·
full_for_class: refused, all that fits went to a better class or an earlier draw · bundle_does_not_fit: refused, its bundle could not
come together · organisation_cap, yard_full: refused, this law kept it from a place · no_place_fits: nothing in its window.

Facts: `wanted` place, `places` (room of all places of that time that fit), `asked` (real requests of the same class and lanes that
wanted that time), `drawn` (its place in the draw among them), `before` (places of that time given to better classes), `later` (how
many of those drawn after it, not equal to it, have a place of that time), `given` place, `nearest` place with room left on a lane
that fits. Who is equal has the same class, lanes, window and best time; between others the sum over all comes before the draw.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from reservations.allocation.costs import Costs
from reservations.allocation.grouping import codes
from reservations.allocation.network import cap_per_place
from reservations.allocation.problem import NOBODY, Coded, Flags, Ints
from reservations.allocation.seating import rank_in_run
from reservations.allocation.shapes import Reason
from reservations.allocation.stock import seats_of_organisations
from reservations.allocation.wishes import NONE, Wishes


class Explainer:
    """Counts what the sentences need. `given` [n]: the place of each request."""

    def __init__(self, coded: Coded, wishes: Wishes, costs: Costs, given: Ints) -> None:
        self.coded, self.problem, self.wishes, self.costs, self.given = coded, coded.problem, wishes, costs, given
        taken = np.bincount(given[given != NOBODY], minlength=len(self.problem.room))
        self.left = self.problem.room - taken
        self._near: dict[tuple[int, int], int] = {}
        self._wanted: dict[tuple[int, int], int] = {}
        self._better: dict[tuple[int, int, int], int] = {}

    def reasons(self) -> dict[str, Reason]:
        """This will return the reason of every real request by its ref."""
        refs, drawn, asked = self.coded.requests, self.drawn.tolist(), self.asked.tolist()
        real = np.flatnonzero(~self.problem.is_phantom).tolist()
        return {refs[row].ref: self._reason(row, drawn[row], asked[row]) for row in real}

    def _reason(self, row: int, drawn: int, asked: int) -> Reason:
        given = int(self.given[row])
        code = self._code(row, given)
        wanted = self._wanted_place(row, given)
        nearest = given if code == "nearest" else self._nearest(row)
        facts: dict[str, str | int | None] = {
            "wanted": self._ref(wanted),
            "places": int(self._room_at[self.problem.lane_set[row], self.wishes.of_place[wanted]])
            if wanted >= 0
            else 0,
            "asked": asked,
            "drawn": drawn,
            "before": self._before(row),
            "later": self._later(row),
            "given": self._ref(given),
            "nearest": self._ref(nearest),
        }
        return Reason(code, facts)

    def _ref(self, place: int) -> str | None:
        return None if place == NOBODY else self.coded.places[place].ref

    # ---------------------------------------------------------------- the contest

    @cached_property
    def _contest(self) -> Ints:
        """[n]: class, lanes and wanted time as one number."""
        wishes = self.wishes
        minute = np.where(wishes.wanted == NONE, wishes.asked, 0)
        return codes([self.problem.lane_set, self.problem.rank, wishes.wanted, minute])

    @cached_property
    def asked(self) -> Ints:
        """[n]: real requests in the same contest."""
        counts = np.bincount(self._contest[~self.problem.is_phantom], minlength=int(self._contest.max(initial=0)) + 1)
        return counts[self._contest]

    @cached_property
    def drawn(self) -> Ints:
        """[n]: place in the draw among them, from 1."""
        order = np.lexsort((self.problem.draw, self.problem.is_phantom, self._contest))
        place = np.zeros(self.problem.size, dtype=np.int64)
        place[order] = rank_in_run(self._contest[order]) + 1
        return place

    def _before(self, row: int) -> int:
        """Places of the wanted time, on the lanes that fit, that went to requests of better classes."""
        problem, interval = self.problem, int(self.wishes.wanted[row])
        if interval == NONE:
            return 0
        key = (int(problem.lane_set[row]), interval, int(problem.rank[row]))
        if key not in self._better:
            on_lanes = problem.fits[key[0]][problem.lane[self._seated_places]]
            at_that_time = self.wishes.of_place[self._seated_places] == interval
            self._better[key] = int((on_lanes & at_that_time & (problem.rank[self._seated] < key[2])).sum())
        return self._better[key]

    def _later(self, row: int) -> int:
        """How many of its contest, drawn after it and not equal to it, have a place of the time it wanted and did not get."""
        given, interval = int(self.given[row]), int(self.wishes.wanted[row])
        if interval == NONE or (given != NOBODY and self.wishes.of_place[given] == interval):
            return 0
        rows = self._winners.get(int(self._contest[row]), self._seated[:0])
        return int(((self.drawn[rows] > self.drawn[row]) & (self._equals[rows] != self._equals[row])).sum())

    @cached_property
    def _seated(self) -> Ints:
        """Real requests that have a place."""
        return np.flatnonzero((self.given != NOBODY) & ~self.problem.is_phantom)

    @cached_property
    def _seated_places(self) -> Ints:
        return self.given[self._seated]

    @cached_property
    def _winners(self) -> dict[int, Ints]:
        """Of each contest those who have the time they wanted."""
        rows = self._seated[self.wishes.of_place[self._seated_places] == self.wishes.wanted[self._seated]]
        order = rows[np.argsort(self._contest[rows], kind="stable")]
        contests, starts = np.unique(self._contest[order], return_index=True)
        return dict(zip(contests.tolist(), np.split(order, starts[1:]), strict=True)) if len(rows) else {}

    @cached_property
    def _room_at(self) -> Ints:
        """[S, I]: room of the places of each interval on the lanes of each set."""
        table = np.zeros((self.problem.fits.shape[1], len(self.wishes.starts)), dtype=np.int64)
        np.add.at(table, (self.problem.lane, self.wishes.of_place), self.problem.room)
        return self.problem.fits.astype(np.int64) @ table

    # ---------------------------------------------------------------- places

    def _wanted_place(self, row: int, given: int) -> int:
        """The given place if it is of the wanted time; else the first by lane; where none holds the preferred minute, the nearest."""
        interval = int(self.wishes.wanted[row])
        if given != NOBODY and self.wishes.of_place[given] == interval:
            return given
        key = (int(self.problem.lane_set[row]), int(self.wishes.asked[row]) if interval == NONE else -1 - interval)
        if key not in self._wanted:
            fits = self._on_lane[key[0]] & (True if interval == NONE else self.wishes.of_place == interval)
            self._wanted[key] = self._closest(fits, int(self.wishes.anchor[row]))
        return self._wanted[key]

    def _nearest(self, row: int) -> int:
        key = (int(self.problem.lane_set[row]), int(self.wishes.anchor[row]))
        if key not in self._near:
            self._near[key] = self._closest(self._on_lane[key[0]] & (self.left > 0), key[1])
        return self._near[key]

    @cached_property
    def _on_lane(self) -> Flags:
        """bool [S, p]."""
        return self.problem.fits[:, self.problem.lane]

    def _closest(self, fits: Flags, minute: int) -> int:
        rows = np.flatnonzero(fits)
        return int(rows[np.argmin(np.abs(self.problem.starts[rows] - minute))]) if len(rows) else NOBODY

    # ---------------------------------------------------------------- codes

    def _code(self, row: int, given: int) -> str:
        problem, wishes = self.problem, self.wishes
        if given == NOBODY:
            return self._why_refused(row)
        if problem.is_held[row]:
            return "kept" if given == problem.held[row] else "moved"
        interval, asked = wishes.of_place[given], wishes.asked[row]
        return "preferred" if wishes.starts[interval] <= asked < wishes.ends[interval] else "nearest"

    def _why_refused(self, row: int) -> str:
        if not self.wishes.was_there[row]:
            return "no_place_fits"
        if self.problem.bundle[row] != NOBODY:
            return "bundle_does_not_fit"
        if self._passed_over[row]:
            return "organisation_cap"
        in_window = (self.problem.starts >= self.problem.earliest[row]) & (
            self.problem.starts <= self.problem.latest[row]
        )
        still_open = np.flatnonzero(self._on_lane[self.problem.lane_set[row]] & in_window & (self.left > 0))
        if not len(still_open):
            return "full_for_class"
        return "organisation_cap" if self._all_capped(row, still_open) else "yard_full"

    def _all_capped(self, row: int, places: Ints) -> bool:
        owner = int(self.problem.organisation[row])
        has = np.array([self._has.get((owner, place), 0) for place in places.tolist()])
        return bool((has >= cap_per_place(self.problem)[places]).all())

    @cached_property
    def _has(self) -> dict[tuple[int, int], int]:
        return seats_of_organisations(self.problem, self.given)

    @cached_property
    def _equals(self) -> Ints:
        """[n]: one number for those between whom only the draw decides."""
        problem, wishes = self.problem, self.wishes
        return codes(
            [
                problem.lane_set,
                problem.rank,
                wishes.first,
                wishes.last,
                wishes.asked,
                wishes.anchor,
                self.costs.factor,
                problem.held,
                problem.is_general.astype(np.int64),
                problem.bay,
                problem.dwell,
            ]
        )

    @cached_property
    def _passed_over(self) -> Flags:
        """bool [n]: refused although an equal drawn later was placed. Only a cap does that."""
        problem, same = self.problem, self._equals
        placed = (self.given != NOBODY) & (problem.bundle == NOBODY) & ~problem.is_phantom
        latest = np.full(int(same.max(initial=0)) + 1, -1, dtype=np.int64)
        np.maximum.at(latest, same[placed], problem.draw[placed])
        passed: Flags = (self.given == NOBODY) & (latest[same] > problem.draw)
        return passed
