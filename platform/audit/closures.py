"""Closures along the ledger: one answer for everybody inside, the old order kept, nobody promised or called into a closed interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from audit.findings import Finding, Said
from audit.moves import CLOSURE, Track
from audit.places import Slot
from audit.rows import Entry, moment
from audit.visits import Visits

DEADLINE = timedelta(seconds=60)
WAITING_FOR_IT = {"requested", "confirmed", "checked_in"}


@dataclass
class Answer:
    """A reservation's disposition; `old`, `new`: the starts of its slots, `new` None where it lost its place or stays."""

    reservation: str
    kind: str
    alike: tuple[str, str]  # lane and class of those who asked for the same
    old: datetime
    new: datetime | None


@dataclass
class Closure:
    """As the ledger tells it; `inside`: the reservations that are owed an answer."""

    lanes: frozenset[str]
    starts_at: datetime
    ends_at: datetime | None
    declared_at: datetime
    undone: bool = False
    inside: set[str] = field(default_factory=set)
    answers: dict[str, Answer] = field(default_factory=dict)

    def covers(self, lane: str, at: datetime) -> bool:
        return lane in self.lanes and self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    def meets(self, slot: Slot) -> bool:
        begun = self.ends_at is None or slot.starts_at < self.ends_at
        return slot.lane in self.lanes and begun and slot.ends_at > self.starts_at


class Closures:
    """The closures of one yard's lanes."""

    def __init__(self, visits: Visits, rules: dict[int, dict[str, Any]]) -> None:
        self.visits, self.rules = visits, rules
        self.closures: dict[str, Closure] = {}
        self.track = Track("closure", CLOSURE)
        self._shut_lanes: dict[str, list[tuple[datetime, datetime | None]]] = {}
        self.on = {
            "closure.declared": self.declared,
            "closure.lifted": self.lifted,
            "closure.undone": self.undone,
            "disposition.made": self.answered,
            "reservation.confirmed": self.promised,
            "reservation.requested": self.promised,
            "reservation.changed": self.promised,
            "reservation.no_show": self.no_show,
            "queue.called": self.called,
            "lane.closed": self.lane_closed,
            "lane.opened": self.lane_opened,
        }

    def declared(self, entry: Entry) -> Iterator[Said]:
        ref, data = entry.data["closure"], entry.data
        yield from self.track.move(ref, "in_force")
        ends_at = moment(data["ends_at"]) if data["ends_at"] else None
        closure = Closure(frozenset(data["lanes"]), moment(data["starts_at"]), ends_at, entry.at)
        states = self.visits.reserved.states
        for reservation, row in self.visits.reservations.items():
            if states.get(reservation) in WAITING_FOR_IT and self._is_inside(closure, row.slot, entry.at):
                closure.inside.add(reservation)
        self.closures[ref] = closure

    def _is_inside(self, closure: Closure, slot_ref: str, now: datetime) -> bool:
        slot = self.visits.places.slots[slot_ref]
        return closure.meets(slot) and slot.ends_at > now

    def lifted(self, entry: Entry) -> Iterator[Said]:
        yield from self.track.move(entry.data["closure"], "lifted")
        self.closures[entry.data["closure"]].ends_at = moment(entry.data["ends_at"])

    def undone(self, entry: Entry) -> Iterator[Said]:
        yield from self.track.move(entry.data["closure"], "undone")
        self.closures[entry.data["closure"]].undone = True

    def answered(self, entry: Entry) -> Iterator[Said]:
        ref, data = entry.data["reservation"], entry.data
        closure, slots = self.closures[data["closure"]], self.visits.places.slots
        if ref in closure.answers:
            yield "closure", f"reservation {ref} got two answers of closure {data['closure']}"
        if ref not in closure.inside:
            yield "closure", f"reservation {ref} was answered by closure {data['closure']}, which did not meet it"
        if entry.at - closure.declared_at > DEADLINE:
            yield "closure", f"reservation {ref} waited longer than a minute for its answer"
        old, row = slots[data["from_slot"]], self.visits.reservations[ref]
        new = slots[data["slot"]].starts_at if data["kind"] == "moved" else None
        closure.answers[ref] = Answer(ref, data["kind"], (old.lane, row.cargo_kind), old.starts_at, new)

    def promised(self, entry: Entry) -> Iterator[Said]:
        """No promise into a closed interval, by whatever way."""
        slot = self.visits.places.slots[entry.data["slot"]]
        if entry.kind == "reservation.confirmed" and "vehicle" not in entry.data:
            return  # a place that was held already: the closure has answered it, or left it no time
        for ref, closure in self.closures.items():
            if not closure.undone and closure.meets(slot):
                yield "closure", f"reservation {entry.data['reservation']} was promised into closure {ref}"

    def no_show(self, entry: Entry) -> Iterator[Said]:
        """Nobody is a no-show whose lane was shut at any time from his slot's start to the end of his grace."""
        slot = self.visits.places.slots[self.visits.reservations[entry.data["reservation"]].slot]
        judged_at = slot.ends_at + timedelta(minutes=self.rules[entry.policy_version]["grace_minutes"])
        for starts_at, ends_at in self._shut(slot.lane):
            if starts_at < judged_at and (ends_at is None or ends_at > slot.starts_at):
                yield "no_show", f"reservation {entry.data['reservation']} is a no-show though its lane was shut"
                return

    def called(self, entry: Entry) -> Iterator[Said]:
        for ref, closure in self.closures.items():
            if not closure.undone and closure.covers(entry.data["lane"], entry.at):
                yield "closure", f"{entry.data['entry']} was called in closure {ref}"

    def lane_closed(self, entry: Entry) -> Iterator[Said]:
        self._shut_lanes.setdefault(entry.data["lane"], []).append((entry.at, None))
        yield from ()

    def lane_opened(self, entry: Entry) -> Iterator[Said]:
        spans = self._shut_lanes.get(entry.data["lane"], [])
        if spans and spans[-1][1] is None:
            spans[-1] = (spans[-1][0], entry.at)
        yield from ()

    def _shut(self, lane: str) -> Iterator[tuple[datetime, datetime | None]]:
        yield from self._shut_lanes.get(lane, [])
        for closure in self.closures.values():
            if lane in closure.lanes and not closure.undone:
                yield closure.starts_at, closure.ends_at

    def end(self, stream: str) -> Iterator[Finding]:
        """This will say who was left without an answer, and where the old order was not kept."""
        for ref, closure in self.closures.items():
            for reservation in sorted(closure.inside - closure.answers.keys()):
                yield Finding("closure", stream, 0, f"closure {ref} gave reservation {reservation} no answer")
            for earlier, later in _inversions(list(closure.answers.values())):
                text = f"closure {ref} put {later} before {earlier}, who was promised earlier"
                yield Finding("closure", stream, 0, text)


def _inversions(answers: list[Answer]) -> Iterator[tuple[str, str]]:
    """Pairs that asked for the same and changed their order; the one who lost his place stands after all who have one."""
    groups: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        if answer.kind != "here":
            groups.setdefault(answer.alike, []).append(answer)
    for group in groups.values():
        best: Answer | None = None  # of those promised strictly earlier: who came off worst
        for start in sorted({answer.old for answer in group}):
            same = [answer for answer in group if answer.old == start]
            if best:
                yield from ((best.reservation, each.reservation) for each in same if _worse(best, each))
            worst = max(same, key=_rank)
            best = worst if best is None or _worse(worst, best) else best


def _rank(answer: Answer) -> tuple[bool, float]:
    return (answer.new is None, answer.new.timestamp() if answer.new else 0.0)


def _worse(one: Answer, other: Answer) -> bool:
    return _rank(one) > _rank(other)
