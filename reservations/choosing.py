"""Which bay for whom: a yard as it is now, with what its past stays tell, asked for one vehicle after another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from reservations import stays
from reservations.models import QueueEntry
from yards.choosing import Chosen, YardNow
from yards.guidance.choice import Ask, Choice, Option, Weighed
from yards.guidance.needs import Need
from yards.guidance.state import Standing
from yards.layouts.plan import Point
from yards.models import Bay, Gate, Lane, Port, Stay
from yards.operations.bays import need_of

NO_BAY = "no_bay_that_fits"
#: What is said of a bay that is held where the code of a refusal would say too little.
_TROUBLE = {"blocked": "bay_blocked"}


class Chooser:
    """The choices of one yard at one moment. Under the yard's lock what it has read stays true until something is held."""

    def __init__(self, yard_id: int, port: Port, *, now: datetime, without: Collection[str] = ()) -> None:
        """`without`: visits whose own stays do not count."""
        self.now, self.tz = now, port.tz
        self.yard = YardNow(yard_id, now=now, without=without)
        self.past = stays.past_of(yard_id, now, port.tz)
        self.prices = stays.prices_of(yard_id, self.yard.ground, now, port.tz)
        self._refusals: dict[tuple[Need, str, str], str] = {}

    def ask_of(self, entry: QueueEntry, gate: Gate) -> Ask:
        lasts = self.past.dwell.expected(entry.next_step, entry.cargo_kind)
        hour = self.now.astimezone(self.tz).hour
        return Ask(need_of(entry), gate.code, entry.next_step, hour, lasts.minutes, lasts.sigma)

    def weigh(self, entry: QueueEntry, *, near: Point | None = None) -> Weighed:
        """This will weigh every bay for an entry, from its gate or from where it stands. `entry.lane` and its gate must be loaded."""
        gate = entry.gate or entry.lane.gate
        return self.yard.weigh(self.ask_of(entry, gate), self.prices, gate=gate, near=near)

    def option(self, entry: QueueEntry, bay_code: str, *, near: Point | None = None) -> Option:
        """This will say what one bay costs an entry and what speaks against it; a bay that is not on the plan has no way to it."""
        if bay_code not in self.yard.ground.bays.index:
            return Option(bay_code, 0.0, {}, (self.yard.closed.get(bay_code, "no_way"),))
        return self.weigh(entry, near=near).explain(bay_code)

    def options(self, entry: QueueEntry) -> Iterator[tuple[str, Option]]:
        """This will say of every bay what it costs an entry and what speaks against it."""
        weighed = self.weigh(entry)
        for code in self.yard.ground.bays.codes:
            yield code, weighed.explain(code)

    def choose(self, entry: QueueEntry, *, near: Point | None = None) -> Chosen | None:
        """This will choose a bay for an entry; None when none may be taken now."""
        choice = self.weigh(entry, near=near).choose()
        return self.chosen(choice) if choice else None

    def refusal(self, entry: QueueEntry, *, lane: Lane) -> str:
        """This will say by a code why a waiting entry of a lane could be given no bay just now, "" when it could.

        Asked once for each kind of need, however many wait.
        """
        entry.lane = lane
        key = (need_of(entry), (entry.gate or entry.lane.gate).code, entry.next_step)
        if key not in self._refusals:
            self._refusals[key] = why_none(self.weigh(entry))
        return self._refusals[key]

    def chosen(self, choice: Choice, **why: Any) -> Chosen:
        """This will turn a choice into what is held."""
        return self._of(self.yard.ground.ids[choice.code], choice.code, choice.ask, choice.as_json() | why)

    def named(self, entry: QueueEntry, bay: Bay, *, rule: str, against: Sequence[str] = (), **why: Any) -> Chosen:
        """This will turn a bay that was not chosen but named, by a person or by who stands there, into what is held."""
        told = {"rule": rule, **why} | ({"against": list(against)} if against else {})
        return self._of(bay.pk, bay.code, self.ask_of(entry, entry.gate or entry.lane.gate), told)

    def trouble(self, entry: QueueEntry, stay: Stay) -> str:
        """This will answer `trouble_of`; the entry's own stay must be among those left out."""
        overruled = stay.why.get("against", [])
        against = [code for code in self.option(entry, stay.bay.code).refused if code not in overruled]
        if "behind_taken" in against and not self._is_front_parked(stay.bay.code):
            against.remove("behind_taken")
        return _TROUBLE.get(against[0], against[0]) if against else ""

    def trouble_among_all(self, entry: QueueEntry, stay: Stay) -> str:
        """This will answer `trouble_of` where every stay was read: its own is taken out for the question and put back."""
        state, code = self.yard.state, stay.bay.code
        if code not in self.yard.ground.bays.index:
            return self.trouble(entry, stay)
        state.leave(code)
        found = self.trouble(entry, stay)
        state.take(Standing(code, stay.hazard, expected_min=stay.expected_minutes))
        return found

    def _is_front_parked(self, bay_code: str) -> bool:
        """A rear bay whose front one is only held can still be driven to by who comes first."""
        bays = self.yard.ground.bays
        front = bays.codes[bays.front_of[bays.index[bay_code]]]
        return Stay.objects.filter(bay=self.yard.ground.ids[front], state="occupied").exists()

    def _of(self, bay_id: int, code: str, ask: Ask, why: Mapping[str, Any]) -> Chosen:
        layout = self.yard.ground.layout
        hazard, minutes = ask.need.hazard_class, round(ask.stay_min)
        return Chosen(bay_id, code, layout.pk if layout else None, hazard, minutes, why)


def trouble_of(entry: QueueEntry, stay: Stay, *, now: datetime) -> str:
    """This will name by a code what keeps a vehicle from the bay that is held for it, "" when nothing does.

    What a person who named the bay saw and overruled is no trouble any more.
    """
    return Chooser(entry.lane.yard_id, entry.lane.port, now=now, without=(entry.visit_ref,)).trouble(entry, stay)


def why_none(weighed: Weighed) -> str:
    """This will name what keeps a vehicle from every bay: what the free ones that fit it by size fail on, else that none is free."""
    if weighed.may.any():
        return ""
    lasting = {
        code: number for code, number in weighed.refusals().items() if code in ("no_way", "segregation", "behind_taken")
    }
    return max(lasting, key=lambda code: lasting[code]) if lasting else NO_BAY
