"""One yard's ledger, replayed: every entry is laid before the parts that understand its kind, in this order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from audit.bays import Bays
from audit.calls import Calls
from audit.closures import Closures
from audit.conduct import Conduct
from audit.declarations import Declarations
from audit.facts import PREFIX, Facts
from audit.findings import Finding, Said
from audit.guidance import Guidance
from audit.places import Places
from audit.requests import Requests
from audit.rounds import Rounds
from audit.rows import Entry, Stream
from audit.shares import Shares
from audit.visits import Visits

#: kinds that change nothing the auditor replays
SILENT = {
    *(
        "policy.published",
        "lane.auto_call",
        "far_side.rate",
        "far_side.crossed",
        "slots.held_for_round",
        "slots.protected",
    ),
    *("reservation.declared", "reservation.undeclared"),
    *("reservation.driver_changed", "credit.used", "gate.doubted", "gate.decided"),
}
Handler = Callable[[Entry], Iterator[Said]]


class Replay:
    """What a yard looks like at a position of its ledger."""

    def __init__(self, stream: Stream, facts: Facts) -> None:
        self.stream = stream
        self.places = Places()
        self.bays = Bays()
        self.requests = Requests(self.places)
        self.rounds = Rounds(self.requests)
        self.visits = Visits(self.places, self.requests)
        self.closures = Closures(self.visits, facts.rules)
        self.conduct = Conduct(facts.rules)
        self.shares = Shares(self.visits, self.rounds, facts.organisations, facts.rules)
        self.calls = Calls(self.visits, self.bays, facts.policies)
        self.guidance = Guidance(self.visits, self.bays)
        self.declarations = Declarations()
        self.last_at: datetime | None = None
        self._handlers: dict[str, list[Handler]] = {}
        parts: list[Any] = [self.places, self.bays, self.visits, self.calls, self.guidance]
        # A promise that takes an offered place is read while the offer still stands: requests after visits, shares last.
        parts += [self.closures, self.requests, self.rounds, self.conduct, self.shares, self.declarations]
        for kind, handler in (pair for part in parts for pair in part.on.items()):
            self._handlers.setdefault(kind, []).append(handler)

    def apply(self, entry: Entry) -> Iterator[Finding]:
        """This will go one position on and yield what is wrong there."""
        if entry.kind not in self._handlers and entry.kind not in SILENT:
            yield self._finding(entry, ("unknown", f"kind {entry.kind} is not in docs/events.md"))
        for handler in self._handlers.get(entry.kind, ()):
            try:
                for said in handler(entry):
                    yield self._finding(entry, said)
            except (KeyError, TypeError, ValueError, AttributeError, AssertionError) as problem:
                text = f"{entry.kind} names what no entry before it made ({type(problem).__name__}: {problem})"
                yield self._finding(entry, ("unknown", text))

    def end(self) -> Iterator[Finding]:
        """This will yield what only the whole ledger shows."""
        yield from self.rounds.end(self.stream.key, self.stream.key.removeprefix(PREFIX))
        yield from self.closures.end(self.stream.key)

    def _finding(self, entry: Entry, said: Said) -> Finding:
        return Finding(said[0], self.stream.key, entry.seq, said[1])
