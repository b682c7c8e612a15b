"""Rounds along the ledger: their moments, the seed that was committed to, and one answer for everybody who asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from audit.canonical import canonical
from audit.findings import Finding, Said
from audit.moves import ROUND, Track
from audit.requests import Requests
from audit.rows import Entry, decoded, moment, select

PROOFS = (
    "SELECT r.ref, r.state, r.inputs_hash, r.outcome_hash, p.inputs, p.outcome FROM reservations_round r"
    " JOIN reservations_roundproof p ON p.round_id = r.id JOIN yards_yard y ON y.port_id = r.port_id WHERE y.code = %s"
)


@dataclass
class Round:
    """As the ledger tells it. `placed`: request → slot, of those that got a place at publication."""

    service_date: str
    policy_version: int
    opens_at: datetime
    closes_at: datetime
    publishes_at: datetime
    commitment: str
    closed_with: str = ""
    is_closed: bool = False
    seed: str = ""
    inputs_hash: str = ""
    outcome_hash: str = ""
    published_at: datetime | None = None
    stated_placed: int = 0
    placed: dict[str, str] = field(default_factory=dict)


class Rounds:
    """The rounds of one port, in the stream of its first yard."""

    def __init__(self, requests: Requests) -> None:
        self.requests = requests
        self.rounds: dict[str, Round] = {}
        self.late: set[str] = set()  # asked in time, told after the close: not drawn, the batch has them
        self.track = Track("round", ROUND)
        self.on = {
            "round.announced": self.announced,
            "round.opened": self.opened,
            "round.closed": self.closed,
            "round.drawn": self.drawn,
            "round.redrawn": self.redrawn,
            "round.failed": self.moved,
            "round.void": self.moved,
            "round.published": self.published,
            "request.made": self.asked,
            "request.placed": self.placed,
        }

    def announced(self, entry: Entry) -> Iterator[Said]:
        data = entry.data
        yield from self.track.move(data["round"], "announced")
        self.rounds[data["round"]] = Round(
            service_date=data["service_date"],
            policy_version=entry.policy_version,
            opens_at=moment(data["opens_at"]),
            closes_at=moment(data["closes_at"]),
            publishes_at=moment(data["publishes_at"]),
            commitment=data["commitment"],
        )

    def opened(self, entry: Entry) -> Iterator[Said]:
        yield from self._not_before(entry, self.rounds[entry.data["round"]].opens_at, "open")

    def closed(self, entry: Entry) -> Iterator[Said]:
        row = self.rounds[entry.data["round"]]
        row.is_closed, row.closed_with = True, entry.data.get("inputs_hash", "")
        yield from self._not_before(entry, self.rounds[entry.data["round"]].closes_at, "closed")

    def drawn(self, entry: Entry) -> Iterator[Said]:
        yield from self.track.move(entry.data["round"], "drawn")
        row = self.rounds[entry.data["round"]]
        row.inputs_hash, row.outcome_hash = entry.data["inputs_hash"], entry.data["outcome_hash"]
        if row.closed_with not in ("", row.inputs_hash):
            yield "round", f"round {entry.data['round']} was drawn over other inputs than it was closed with"

    def redrawn(self, entry: Entry) -> Iterator[Said]:
        yield from self.track.move(entry.data["round"], "closed")
        row = self.rounds[entry.data["round"]]
        row.inputs_hash = row.outcome_hash = ""
        row.closed_with = entry.data.get("inputs_hash", "")

    def moved(self, entry: Entry) -> Iterator[Said]:
        yield from self.track.move(entry.data["round"], entry.kind.removeprefix("round."))

    def published(self, entry: Entry) -> Iterator[Said]:
        ref, data = entry.data["round"], entry.data
        row = self.rounds[ref]
        yield from self._not_before(entry, row.publishes_at, "published")
        row.seed, row.stated_placed, row.published_at = data["seed"], data["placed"], entry.at
        if hashlib.sha256(bytes.fromhex(row.seed)).hexdigest() != row.commitment:
            yield "round", f"round {ref} shows a seed that is not the one it was committed to"
        if (data["inputs_hash"], data["outcome_hash"]) != (row.inputs_hash, row.outcome_hash):
            yield "round", f"round {ref} was published with other hashes than it was drawn with"

    def asked(self, entry: Entry) -> Iterator[Said]:
        row = self.rounds.get(entry.data["round"] or "")
        if row and row.is_closed:
            self.late.add(entry.data["request"])
        if row and not row.opens_at <= entry.at < row.closes_at:
            yield "round", f"request {entry.data['request']} came into round {entry.data['round']} out of its time"

    def placed(self, entry: Entry) -> Iterator[Said]:
        request = self.requests.requests[entry.data["request"]]
        row = self.rounds.get(request.round)
        if row and row.published_at == entry.at:
            row.placed[entry.data["request"]] = entry.data["slot"]
        elif row and not row.published_at and self.track.states[request.round] != "void":  # then the batch places it
            yield "round", f"request {entry.data['request']} was placed before its round {request.round} was published"

    def end(self, stream: str, yard_code: str) -> Iterator[Finding]:
        """This will say what only the whole ledger shows, and hold the stored proofs against it."""
        waiting = [ref for ref, state in self.requests.track.states.items() if state == "requested"]
        for ref in waiting:
            row = self.rounds.get(self.requests.requests[ref].round)
            if row and row.published_at and ref not in self.late:
                yield Finding("round", stream, 0, f"request {ref} has no answer from its published round")
        for ref, row in self.rounds.items():
            if row.published_at and len(row.placed) != row.stated_placed:
                text = f"round {ref} states {row.stated_placed} placed, the ledger tells of {len(row.placed)}"
                yield Finding("round", stream, 0, text)
        for values in select(PROOFS, yard_code):
            yield from self._proof(stream, *values)

    def _proof(
        self, stream: str, ref: str, state: str, inputs_hash: str, outcome_hash: str, inputs: object, outcome: object
    ) -> Iterator[Finding]:
        row, told = self.rounds.get(ref), decoded(outcome)
        if row is None or state != "published":
            return
        stored = (_hash(decoded(inputs)), _hash(told))
        if {(inputs_hash, outcome_hash), stored} != {(row.inputs_hash, row.outcome_hash)}:
            yield Finding("round", stream, 0, f"the proof of round {ref} is not the one that was published")
        elif any(told.get("placed", {}).get(request) != slot for request, slot in row.placed.items()):
            yield Finding("round", stream, 0, f"round {ref} placed somebody elsewhere than its proof says")

    def _not_before(self, entry: Entry, due: datetime, state: str) -> Iterator[Said]:
        yield from self.track.move(entry.data["round"], state)
        if entry.at < due:
            yield "round", f"round {entry.data['round']} was {state} before its moment"


def _hash(value: object) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()
