"""What is to be done about one thing a gate saw of one vehicle. Pure: told in any order, the same events come to the same end.

Moments are evidence here, the device's word: they say which visit an event belongs to, never who stands before whom. The steps of a visit
are arrive → called → in → out. An event whose step before is not known yet waits; one of a visit that is over changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

#: One vehicle read twice at one gate within this is one reading.
SAME = timedelta(seconds=60)
#: Two devices' clocks may differ by so much: a reading that long before an arrival may be that arrival.
SLACK = timedelta(minutes=5)
#: The exit's camera reads who drives off slowly again and again.
JUST_LEFT = timedelta(minutes=10)


class Step(Enum):
    """What an event says that its vehicle did."""

    ARRIVE, COME_IN, GO_OUT, WEIGH, BE_SEEN = range(5)


class Act(Enum):
    """The one thing to be done, if any."""

    CHECK_IN, ADMIT, EXIT, MEASURE, SIGHT = range(5)


@dataclass(frozen=True)
class Visit:
    """A visit as the books and the events before tell of it. `came_at` and `in_at` are the earliest word, `left_at` the exit's own."""

    ref: str
    state: str  # of the queue entry
    yard_id: int
    came_at: datetime
    in_at: datetime | None = None
    left_at: datetime | None = None
    weighed_at: datetime | None = None  # the latest weighing that counts

    def began_by(self, at: datetime) -> bool:
        """Whether its vehicle may have been there at a moment, as far as its arrival goes."""
        return self.came_at - SLACK <= at

    def is_over_after(self, at: datetime) -> bool:
        """Whether it ended, and not before a moment."""
        return self.left_at is not None and at <= self.left_at + SAME


@dataclass(frozen=True)
class Promise:
    """A reservation that the vehicle has not come by: live, or taken for missed. In time is in [opens_at, ends_at)."""

    ref: str
    is_live: bool
    opens_at: datetime
    ends_at: datetime

    def meant(self, at: datetime) -> bool:
        return self.opens_at <= at and (self.is_live or at < self.ends_at)


@dataclass(frozen=True)
class Known:
    """All that is known of a vehicle at a port: its open visit, those that are over (the latest first), what it is promised."""

    open: Visit | None = None
    over: Sequence[Visit] = ()
    promises: Sequence[Promise] = ()


@dataclass(frozen=True)
class Verdict:
    """One of: something to do (`act`, to `ref`), something to wait for or to ask (`lacks`), or nothing any more. `outcome` is told."""

    outcome: str = ""
    act: Act | None = None
    ref: str = ""
    lacks: str = ""


def decide(step: Step, at: datetime, known: Known, *, yard_id: int) -> Verdict:
    """This will say what an event of a surely known vehicle, seen at `at` in a yard, leads to."""
    here, past = known.open, _past(at, known)
    if past:
        return Verdict("late", ref=past.ref)
    if here and not here.began_by(at) and step is not Step.ARRIVE:
        return Verdict("late")  # of a visit before that nobody told of
    if step is Step.ARRIVE:
        return _arrive(at, known)
    if here is None:
        left = next(iter(known.over), None)
        is_echo = step is Step.GO_OUT and left and left.left_at and left.left_at <= at <= left.left_at + JUST_LEFT
        return Verdict("late", ref=left.ref) if left and is_echo else Verdict(lacks="not_arrived")
    if here.yard_id != yard_id:
        return Verdict(lacks="other_yard", ref=here.ref)
    return _OF_STEP[step](at, here)


def _past(at: datetime, known: Known) -> Visit | None:
    """The visit that is over and was going on then, else the first one after: who has come and left since stands there no more, and how it
    came and left is known. Not so where a promise was taken for missed: that visit may still be told, piece by piece."""
    after = [visit for visit in known.over if visit.is_over_after(at)]
    going_on = next((visit for visit in after if visit.began_by(at)), None)
    if going_on or (known.open and known.open.began_by(at)):
        return going_on
    promise = promise_at(at, known.promises)
    return None if promise and not promise.is_live else next(reversed(after), None)


def _arrive(at: datetime, known: Known) -> Verdict:
    here = known.open
    promise = promise_at(at, known.promises)
    if here and here.state != "admitted":
        return Verdict("here", ref=here.ref)
    if here:
        is_next = promise and at > (here.in_at or here.came_at) + SAME
        return Verdict(lacks="exit_not_told", ref=here.ref) if is_next else Verdict("inside", ref=here.ref)
    if promise:
        return Verdict("checked_in", Act.CHECK_IN, promise.ref)
    return Verdict("too_early") if any(each.is_live for each in known.promises) else Verdict(lacks="nobody_expected")


def promise_at(at: datetime, promises: Sequence[Promise]) -> Promise | None:
    """This will return the promise that a vehicle seen at a moment came by: a live one before one that was taken for missed."""
    meant = [each for each in promises if each.meant(at)]
    return min(meant, key=lambda each: (not each.is_live, each.opens_at), default=None)


def _come_in(at: datetime, here: Visit) -> Verdict:
    if here.state == "called":
        return Verdict("admitted", Act.ADMIT, here.ref)
    return Verdict("inside", ref=here.ref) if here.state == "admitted" else Verdict(lacks="not_called", ref=here.ref)


def _go_out(at: datetime, here: Visit) -> Verdict:
    if here.state == "admitted":
        return Verdict("exited", Act.EXIT, here.ref)
    return Verdict(lacks="not_admitted", ref=here.ref)


def _weigh(at: datetime, here: Visit) -> Verdict:
    if here.weighed_at and here.weighed_at > at:
        return Verdict("overtaken", ref=here.ref)
    return Verdict("weighed", Act.MEASURE, here.ref)


def _be_seen(at: datetime, here: Visit) -> Verdict:
    if here.state in ("called", "admitted"):
        return Verdict("seen", Act.SIGHT, here.ref)
    return Verdict(lacks="not_called", ref=here.ref)


_OF_STEP = {Step.COME_IN: _come_in, Step.GO_OUT: _go_out, Step.WEIGH: _weigh, Step.BE_SEEN: _be_seen}
