"""What counts against a vehicle, along the ledger: allowances hold at every position, appeals are answered by another person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from audit.findings import Said
from audit.moves import APPEAL, Track
from audit.rows import Entry

#: Kinds of marks that use up an allowance, and the rule that names its limit and its days.
ALLOWANCES = {
    "change": "changes",
    "extension": "extensions",
    "vehicle_change": "substitutions",
    "driver_change": "substitutions",
}


@dataclass
class Mark:
    """As the ledger tells it."""

    kind: str
    vehicle: str
    at: datetime
    excused: bool = False


class Appeal(NamedTuple):
    """As the ledger tells it; `asked_by` is a person's ref."""

    mark: str
    asked_by: str


class Credit(NamedTuple):
    """As the ledger tells it."""

    vehicle: str
    reservation: str


class Conduct:
    """Marks, appeals and credits told in one yard's stream. Marks count over all ports: what one stream shows is the least."""

    def __init__(self, rules: dict[int, dict[str, Any]]) -> None:
        self.rules = rules
        self.marks: dict[str, Mark] = {}
        self._of_vehicle: dict[str, list[Mark]] = {}
        self.appeals: dict[str, Appeal] = {}
        self.credits: dict[str, Credit] = {}
        self._appealed: set[str] = set()  # marks
        self._credited: set[str] = set()  # reservations
        self.track = Track("appeal", APPEAL)
        self.on = {
            "mark.made": self.made,
            "mark.excused": self.excused,
            "appeal.asked": self.asked,
            "appeal.granted": self.decided,
            "appeal.rejected": self.decided,
            "credit.given": self.credited,
        }

    def made(self, entry: Entry) -> Iterator[Said]:
        data = entry.data
        mark = self.marks[data["mark"]] = Mark(data["kind"], data["vehicle"], entry.at)
        self._of_vehicle.setdefault(mark.vehicle, []).append(mark)
        rule = ALLOWANCES.get(data["kind"])
        if not rule:
            return
        rules = self.rules[entry.policy_version]
        since, limit = entry.at - timedelta(days=rules[f"{rule}_days"]), rules[f"{rule}_limit"]
        used = sum(self._counts(mark, rule, since) for mark in self._of_vehicle[mark.vehicle])
        if used > limit:
            yield "quota", f"vehicle {data['vehicle']} used {used} {rule} of {limit}"

    @staticmethod
    def _counts(mark: Mark, rule: str, since: datetime) -> bool:
        return ALLOWANCES.get(mark.kind) == rule and mark.at > since and not mark.excused

    def excused(self, entry: Entry) -> Iterator[Said]:
        mark = self.marks[entry.data["mark"]]
        if mark.excused:
            yield "quota", f"mark {entry.data['mark']} was excused twice"
        if not entry.reason.strip():
            yield "quota", f"mark {entry.data['mark']} was excused without a reason"
        mark.excused = True

    def asked(self, entry: Entry) -> Iterator[Said]:
        ref, mark = entry.data["appeal"], entry.data["mark"]
        yield from self.track.move(ref, "pending")
        if mark in self._appealed:
            yield "appeal", f"mark {mark} was appealed against twice"
        self._appealed.add(mark)
        self.appeals[ref] = Appeal(mark, entry.actor)

    def decided(self, entry: Entry) -> Iterator[Said]:
        ref = entry.data["appeal"]
        yield from self.track.move(ref, entry.kind.removeprefix("appeal."))
        if entry.actor == self.appeals[ref].asked_by:
            yield "appeal", f"appeal {ref} was decided by {entry.actor}, who asked for it"
        if not entry.reason.strip():
            yield "appeal", f"appeal {ref} was decided without a reason"

    def credited(self, entry: Entry) -> Iterator[Said]:
        reservation = entry.data["reservation"]
        if reservation in self._credited:
            yield "credit", f"reservation {reservation} was credited twice"
        self._credited.add(reservation)
        self.credits[entry.data["credit"]] = Credit(entry.data["vehicle"], reservation)
