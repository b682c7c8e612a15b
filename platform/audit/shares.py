"""No organisation holds more of a slot than its share, at any position: promises and offers together, however many accounts asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from audit.findings import Said
from audit.rounds import Rounds
from audit.rows import Entry
from audit.visits import Visits

PERCENT = "organisation_share_percent"


class Shares:
    """Places of each slot by organisation. `organisations`: reservation ref → organisation ref, of those that have one."""

    def __init__(
        self, visits: Visits, rounds: Rounds, organisations: dict[str, str], rules: dict[int, dict[str, Any]]
    ) -> None:
        self.visits, self.rounds, self.organisations, self.rules = visits, rounds, organisations, rules
        self.held: Counter[tuple[str, str]] = Counter()
        self._slot_of: dict[str, str] = {}  # reservation or request → the slot it is counted in
        self._asking: dict[str, str] = {}  # request → organisation
        self.on = {
            "request.made": self.asked,
            "reservation.requested": self.promised,
            "reservation.confirmed": self.promised,
            "reservation.changed": self.promised,
            "reservation.cancelled": self.given_up,
            "reservation.revoked": self.given_up,
            "reservation.expired": self.given_up,
            "offer.made": self.offered,
            "offer.accepted": self.passed_on,
            "offer.declined": self.passed_on,
            "offer.lapsed": self.passed_on,
        }

    def asked(self, entry: Entry) -> Iterator[Said]:
        if entry.data["organisation"]:
            self._asking[entry.data["request"]] = entry.data["organisation"]
        yield from ()

    def promised(self, entry: Entry) -> Iterator[Said]:
        data = entry.data
        organisation = self.organisations.get(data["reservation"], "")
        if not organisation or self._slot_of.get(data["reservation"]) == data["slot"]:
            return
        self._leave(data["reservation"], organisation)
        if data.get("request"):
            self._leave(data["request"], self._asking.get(data["request"], ""))
        self._join(data["reservation"], organisation, data["slot"])
        if not data.get("closure") and not data.get("undone"):  # the port moved them: nobody asked for more
            yield from self._within(organisation, entry)

    def given_up(self, entry: Entry) -> Iterator[Said]:
        self._leave(entry.data["reservation"], self.organisations.get(entry.data["reservation"], ""))
        yield from ()

    def offered(self, entry: Entry) -> Iterator[Said]:
        organisation = self._asking.get(entry.data["request"], "")
        if organisation:
            self._join(entry.data["request"], organisation, entry.data["slot"])
            yield from self._within(organisation, entry)

    def passed_on(self, entry: Entry) -> Iterator[Said]:
        self._leave(entry.data["request"], self._asking.get(entry.data["request"], ""))
        yield from ()

    def _join(self, ref: str, organisation: str, slot: str) -> None:
        self._slot_of[ref] = slot
        self.held[slot, organisation] += 1

    def _leave(self, ref: str, organisation: str) -> None:
        slot = self._slot_of.pop(ref, None)
        if slot:
            self.held[slot, organisation] -= 1

    def _within(self, organisation: str, entry: Entry) -> Iterator[Said]:
        slot = entry.data["slot"]
        if slot not in self.visits.places.slots:
            return
        most = max(1, self._percent(entry) * self.visits.places.slots[slot].capacity // 100)
        if self.held[slot, organisation] > most:
            yield (
                "share",
                f"slot {slot}: {organisation} holds {self.held[slot, organisation]} places, its share is {most}",
            )

    def _percent(self, entry: Entry) -> int:
        """By the rules of the slot, or of the round that gave the place."""
        versions = {entry.policy_version}
        request = self.rounds.requests.requests.get(entry.data.get("request") or "")
        if request and request.round in self.rounds.rounds:
            versions.add(self.rounds.rounds[request.round].policy_version)
        return max((self.rules[version][PERCENT] for version in versions if version in self.rules), default=100)
