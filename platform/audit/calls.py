"""Calls: each took the least of the published order among those a free bay fitted, by the rules in force, or named an override."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from audit.bays import HAZMAT, Bays, Need
from audit.findings import Said
from audit.moves import OVERRIDE, Track
from audit.order import Line, Turn, Waiting
from audit.rows import Entry, moment
from audit.visits import QueueEntry, Visits

APART = frozenset({"segregation"})
PLACED = APART | {"no_way", "behind_taken"}


class Policy(NamedTuple):
    """The rules of a port, one version."""

    version: int
    effective_from: datetime
    classes: dict[str, str]
    pattern: list[str]
    missed_behind: int


@dataclass
class Lane:
    """One lane's line and counters."""

    line: Line = field(default_factory=Line)
    is_open: bool = True
    tickets: int = 0
    calls: int = 0
    pattern_at: int = 0


@dataclass
class Override:
    """`approved_at` is None while nobody approved it, and again once a call has used it up."""

    entry: str
    asked_by: str
    approved_at: datetime | None = None


def need_of(entry: QueueEntry) -> Need:
    """This will tell what a vehicle needs: hazardous goods a stand, perishables in a refrigerated vehicle power (docs/journey.md)."""
    equipment = {"perishable": {"reefer"} if entry.reefer else set()}.get(entry.cargo_kind, set())
    if entry.cargo_kind == "hazardous" or entry.hazard_class:
        equipment = equipment | {HAZMAT}
    return Need(entry.length_m, entry.width_m, frozenset(equipment))


class Calls:
    """The order of all lanes of one yard along its ledger."""

    def __init__(self, visits: Visits, bays: Bays, policies: list[Policy]) -> None:
        self.visits, self.bays = visits, bays
        self.policies = {policy.version: policy for policy in policies}
        self.lanes: dict[str, Lane] = {}
        self.overrides: dict[str, Override] = {}
        self.offline: set[str] = set()  # gates that told of a time without a net
        self.track = Track("override", OVERRIDE)
        self.on = {
            "lane.configured": self.lane_of,
            "lane.opened": self.switched,
            "lane.closed": self.switched,
            "queue.checked_in": self.joined,
            "queue.called": self.called,
            "queue.missed": self.missed,
            "queue.withdrawn": self.left,
            "override.asked": self.asked,
            "override.approved": self.decided,
            "override.rejected": self.decided,
            "override.lapsed": self.lapsed,
            "gate.offline": self.cut_off,
        }

    def _lane(self, entry: Entry) -> Lane:
        return self.lanes.setdefault(entry.data["lane"], Lane())

    def lane_of(self, entry: Entry) -> Iterator[Said]:
        self._lane(entry)
        yield from ()

    def switched(self, entry: Entry) -> Iterator[Said]:
        self._lane(entry).is_open = entry.kind == "lane.opened"
        yield from ()

    # ---------------------------------------------------------------- the line
    def joined(self, entry: Entry) -> Iterator[Said]:
        lane, data = self._lane(entry), entry.data
        lane.tickets += 1
        if data["ticket"] != lane.tickets:
            yield "order", f"ticket {data['ticket']} was given where {lane.tickets} was due"
        should = self.policies[entry.policy_version].classes.get(data["cargo_kind"], "general")
        if data["class"] != should:
            yield "order", f"entry {data['entry']} stands in class {data['class']}; the rules put its cargo in {should}"
        self._stand(lane, data["entry"])

    def _stand(self, lane: Lane, ref: str) -> None:
        row = self.visits.entries[ref]
        key = (moment(row.promised_at), moment(row.arrived_at), row.ticket)
        lane.line.add(Waiting(ref, row.queue_class, key, row.not_before, self._approved(ref)))

    def _approved(self, ref: str) -> datetime | None:
        moments = [one.approved_at for one in self.overrides.values() if one.entry == ref and one.approved_at]
        return max(moments, default=None)

    def missed(self, entry: Entry) -> Iterator[Said]:
        lane, ref = self._lane(entry), entry.data["entry"]
        due = lane.calls + self.policies[entry.policy_version].missed_behind + 1
        if entry.data["not_before_call"] != due:
            yield (
                "order",
                f"entry {ref} may be called from call {entry.data['not_before_call']} on; the rules say {due}",
            )
        self._stand(lane, ref)

    def left(self, entry: Entry) -> Iterator[Said]:
        self._lane(entry).line.remove(entry.data["entry"])
        yield from ()

    # ---------------------------------------------------------------- calls
    def called(self, entry: Entry) -> Iterator[Said]:
        lane, data = self._lane(entry), entry.data
        policy = self._in_force(entry.at)
        if not policy or policy.version != entry.policy_version or data["pattern"] != policy.pattern:
            yield "order", f"call of {data['entry']} by rules that were not in force"
        if not lane.is_open:
            yield "order", f"call of {data['entry']} while lane {data['lane']} was closed"
        if data["call"] != lane.calls + 1 or data["pattern_at"] != lane.pattern_at:
            yield (
                "order",
                f"call {data['call']} at pattern {data['pattern_at']}, due was {lane.calls + 1} at {lane.pattern_at}",
            )
        yield from self._was_let_in(entry) if data["rule"] == "offline" else self._was_the_least(lane, entry)
        yield from self._override_of(entry)
        self._count(lane, data["rule"], data["class"], data["pattern"])
        lane.line.remove(data["entry"])

    def cut_off(self, entry: Entry) -> Iterator[Said]:
        self.offline.add(entry.data["gate"])
        yield from ()

    def _was_let_in(self, entry: Entry) -> Iterator[Said]:
        """Out of turn, since it was inside already: only a gate that had told of its time without a net may say so."""
        if entry.data["gate"] not in self.offline:
            yield (
                "order",
                f"{entry.data['entry']} was called as let in without a net, which gate {entry.data['gate']} never told of",
            )

    def _in_force(self, at: datetime) -> Policy | None:
        begun = [policy for policy in self.policies.values() if policy.effective_from <= at]
        return max(begun, key=lambda policy: (policy.effective_from, policy.version), default=None)

    def _was_the_least(self, lane: Lane, entry: Entry) -> Iterator[Said]:
        data = entry.data
        turns = lane.line.turns(pattern=data["pattern"], pattern_at=lane.pattern_at, calls=lane.calls)
        kept_out = self._kept_out(entry)
        for turn in turns:
            if turn.ref == data["entry"]:
                yield from self._by_its_rule(turn, entry)
                return
            if turn.ref in kept_out:
                continue
            bay = self.bays.free_for(need_of(self.visits.entries[turn.ref]))
            if bay:
                yield "order", f"{data['entry']} was called before {turn.ref}, for whom bay {bay} was free"
        yield "order", f"{data['entry']} was called without waiting in lane {data['lane']}"

    def _kept_out(self, entry: Entry) -> set[str]:
        """Whom a free bay that fits was not given: no way leads there, other goods stand too near, a bay before it is taken.

        Ways and distances are not in the ledger; where no plan was ever in force there are no ways and no bays before others.
        """
        told = PLACED if self.bays.has_plan else APART
        return {ref for ref, why in entry.data["passed"] if why in told}

    def _by_its_rule(self, turn: Turn, entry: Entry) -> Iterator[Said]:
        if turn.rule != entry.data["rule"]:
            yield "order", f"{turn.ref} was called by rule {entry.data['rule']}; it stood there by {turn.rule}"

    @staticmethod
    def _count(lane: Lane, rule: str, queue_class: str, pattern: list[str]) -> None:
        lane.calls += 1
        steps = [(lane.pattern_at + n) % len(pattern) for n in range(len(pattern))]
        if rule not in ("override", "offline"):
            here = next((step for step in steps if pattern[step] == queue_class), None)
            lane.pattern_at = 0 if here is None else (here + 1) % len(pattern)

    # ---------------------------------------------------------------- overrides
    def asked(self, entry: Entry) -> Iterator[Said]:
        ref = entry.data["override"]
        yield from self.track.move(ref, "pending")
        self.overrides[ref] = Override(entry.data["entry"], entry.actor)
        if not entry.reason.strip():
            yield "override", f"override {ref} was asked for without a reason"

    def decided(self, entry: Entry) -> Iterator[Said]:
        ref = entry.data["override"]
        yield from self.track.move(ref, entry.kind.removeprefix("override."))
        override = self.overrides[ref]
        if entry.actor == override.asked_by:
            yield "override", f"override {ref} was decided by {entry.actor}, who asked for it"
        if entry.kind == "override.approved":
            override.approved_at = entry.at
            waiting = self._lane(entry).line.waiting.get(override.entry)
            if waiting:
                waiting.approved = entry.at

    def lapsed(self, entry: Entry) -> Iterator[Said]:
        ref = entry.data["override"]
        yield from self.track.move(ref, "lapsed")
        override = self.overrides[ref]
        override.approved_at = None
        waiting = self._lane(entry).line.waiting.get(override.entry)
        if waiting:
            waiting.approved = None

    def _override_of(self, entry: Entry) -> Iterator[Said]:
        ref = entry.data["override"]
        if (entry.data["rule"] == "override") != bool(ref):
            yield "override", f"call of {entry.data['entry']} by rule {entry.data['rule']} names {ref or 'no override'}"
        if not ref:
            return
        yield from self.track.move(ref, "used")
        override = self.overrides[ref]
        if override.entry != entry.data["entry"] or not override.approved_at:
            yield "override", f"call of {entry.data['entry']} names override {ref}, which was not approved for it"
        override.approved_at = None
