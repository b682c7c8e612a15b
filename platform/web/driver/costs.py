"""What an act costs, in words, before it is confirmed; counters as "2 of 3 left until 12 Dec"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reservations.models import Mark, MarkKind, Policy, Reservation
from reservations.queries import cost_of
from reservations.queries.conduct import COUNTER_OF, Counter, rule_of
from yards.models import Port

#: The counters of a vehicle: their names on the record page.
COUNTERS: dict[str, Promise] = {
    "changes": gettext_lazy("changes of slot"),
    "extensions": gettext_lazy("extensions"),
    "substitutions": gettext_lazy("changes of vehicle or driver"),
    "strikes": gettext_lazy("late cancellations and no-shows"),
}


#: Why the port does not count something.
EXCUSES: dict[str, Promise] = {
    "lane_was_closed": gettext_lazy("the lane was closed"),
    "gate_was_silent": gettext_lazy("the gate was offline"),
    "port_was_late": gettext_lazy("the port called too late"),
    "moved_by_port": gettext_lazy("the port had moved it"),
    "seen_in_time": gettext_lazy("the vehicle was seen at the gate in time"),
}


@dataclass(frozen=True)
class CostLine:
    """`mark`: good costs nothing, heed uses something up, bad pauses the vehicle; `is_refused`: nothing is left of it now."""

    mark: str
    words: str
    is_refused: bool = False


def excuse_words(code: str) -> str:
    """This will say why something does not count; what a person typed is shown as it is."""
    return str(EXCUSES.get(code, code))


def cost_line(reservation: Reservation, act: str, *, now: datetime) -> CostLine:
    """This will say what an act costs if it is done now."""
    cost, port = cost_of(reservation, act, now), reservation.lane.port
    if cost.excuse:
        return CostLine("good", _("It counts as nothing: %(why)s.") % {"why": excuse_words(cost.excuse)})
    if not cost.counts_as:
        return CostLine("good", _("It costs nothing. It counts as nothing."))
    facts = {"kind": MarkKind(cost.counts_as).label, "left": cost.left, "limit": cost.limit, "days": cost.days}
    if cost.again_at:
        text = _("%(limit)s of %(limit)s are used in %(days)s days. The next is free from %(again)s.")
        return CostLine("bad", text % (facts | {"again": moment_words(cost.again_at, port)}), is_refused=True)
    if cost.pauses_until:
        text = _("It counts as “%(kind)s”, one too many: this vehicle can then not reserve until %(until)s.")
        return CostLine("bad", text % (facts | {"until": moment_words(cost.pauses_until, port)}))
    if act == "cancel":
        text = _("It costs no money, but counts as “%(kind)s”. One more within %(days)s days pauses this vehicle.")
        more = _(
            "It costs no money, but counts as “%(kind)s”. %(left)s more within %(days)s days stay without a pause."
        )
        return CostLine("heed", (more if cost.left else text) % facts)
    text = _("It costs no money, but counts as “%(kind)s”: after it %(left)s of %(limit)s in %(days)s days are left.")
    return CostLine("heed", text % facts)


def rule_words(mark: Mark, policy: Policy) -> str:
    """This will say the published rule by which something counts."""
    counter = COUNTER_OF[mark.kind]
    limit, days = rule_of(policy, counter)
    if counter == "strikes":
        text = _(
            "%(limit)s late cancellations or no-shows within %(days)s days pause a vehicle for %(block)s days. A cancellation is late "
            "from %(cutoff)s minutes before the slot."
        )
        return text % {"limit": limit, "days": days, "block": policy.block_days, "cutoff": policy.cancel_cutoff_minutes}
    text = _(
        "A vehicle has %(limit)s %(what)s within %(days)s days. Each counts for %(days)s days, then it is free again."
    )
    return text % {"limit": limit, "days": days, "what": COUNTERS[counter]}


@dataclass(frozen=True)
class CounterLine:
    """A counter in words and as pips: one square each, used ones empty. `squares`: (x, is it used)."""

    name: str | Promise
    words: str
    rule: str
    squares: list[tuple[int, bool]]

    @property
    def width(self) -> int:
        return 20 * len(self.squares)


MOST_SQUARES = 12


def counter_lines(counters: Iterable[Counter], port: Port) -> list[CounterLine]:
    """This will say of each counter what is left of it, when more comes free and by which rule."""
    return [_line(counter, port) for counter in counters]


def _line(counter: Counter, port: Port) -> CounterLine:
    squares = [(20 * at + 2, at < counter.used) for at in range(counter.limit)] if counter.limit <= MOST_SQUARES else []
    rule = ngettext("%(limit)s in %(days)s day", "%(limit)s in %(days)s days", counter.days)
    facts = {"limit": counter.limit, "days": counter.days}
    if counter.kind == "strikes":
        rule = ngettext("a pause at %(limit)s in %(days)s day", "a pause at %(limit)s in %(days)s days", counter.days)
    return CounterLine(COUNTERS[counter.kind], _left(counter, port), rule % facts, squares)


def _left(counter: Counter, port: Port) -> str:
    facts = {"used": counter.used, "left": counter.left, "limit": counter.limit}
    text = _used(counter) if counter.kind == "strikes" else _("%(left)s of %(limit)s left")
    if counter.frees_at is None:
        return text % facts
    until = date_words(counter.frees_at, port)
    return _("%(text)s until %(until)s") % {"text": text % facts, "until": until}


def _used(counter: Counter) -> str:
    return _("%(used)s of %(limit)s") if counter.used else _("none")


def date_words(moment: datetime, port: Port) -> str:
    return date_format(moment.astimezone(port.tz).date(), "MONTH_DAY_FORMAT")


def moment_words(moment: datetime, port: Port) -> str:
    return f"{date_words(moment, port)} {moment.astimezone(port.tz):%H:%M}"
