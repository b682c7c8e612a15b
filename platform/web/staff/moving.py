"""Where a vehicle could be moved to, and what that costs beside where it is now, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from django.utils.translation import gettext as _

from reservations.models import QueueEntry
from reservations.queries.guidance import costs_of_moves
from yards.choice_words import part_words, refusal_words
from yards.guidance.choice import Option

SHUT = {"taken", "blocked", "zone_blocked", "retired"}  # no word of a person opens these
NOTABLE_M = 1.0  # smaller differences are not worth a word


@dataclass(frozen=True)
class Offer:
    """A bay for a vehicle. `more_m`: how much dearer than its present one, in metres driven; `refused`: why not, "" when it fits."""

    code: str
    more_m: float
    parts: tuple[tuple[str, float], ...]
    refused: str
    is_shut: bool

    @property
    def fits(self) -> bool:
        return not self.refused

    @property
    def words(self) -> str:
        """What the move costs in one line, or why it cannot be."""
        if self.refused:
            return self.refused
        whole = _difference(self.more_m)
        parts = [f"{name} {_signed(metres)}" for name, metres in self.parts if abs(metres) >= NOTABLE_M]
        return f"{whole} ({', '.join(parts)})" if parts else whole


def offers_of(entry: QueueEntry, now: datetime, *, present: str) -> dict[str, Offer]:
    """This will weigh every bay of the yard for a vehicle that has the bay `present`, by code."""
    options = costs_of_moves(entry, now)
    here = options.get(present)
    return {code: _offer(option, here) for code, option in options.items() if code != present}


def cheapest_first(offers: dict[str, Offer]) -> list[Offer]:
    return sorted((offer for offer in offers.values() if offer.fits), key=lambda offer: (offer.more_m, offer.code))


def by_reason_only(offers: dict[str, Offer]) -> list[Offer]:
    """This will return the empty bays that speak against themselves: a person may name one all the same, with a reason."""
    return sorted(
        (offer for offer in offers.values() if offer.refused and not offer.is_shut), key=lambda offer: offer.code
    )


def _offer(option: Option, here: Option | None) -> Offer:
    """Beside where it is now; a bay that no way leads to is endlessly far, so what is refused has no metres."""
    refused = ", ".join(refusal_words(option.refused))
    is_shut = bool(SHUT & {*option.refused})
    if refused:
        return Offer(option.code, 0.0, (), refused, is_shut)
    before = {name: metres for name, metres in (here.parts if here else {}).items() if isfinite(metres)}
    names = {**dict.fromkeys(option.parts), **dict.fromkeys(before)}
    parts = {name: option.parts.get(name, 0.0) - before.get(name, 0.0) for name in names}
    told = tuple((str(name), float(metres)) for name, metres in part_words(parts))
    return Offer(option.code, sum(parts.values()), told, "", is_shut)


def _difference(more_m: float) -> str:
    metres = round(abs(more_m))
    if metres == 0:
        return _("costs the same")
    words = _("costs %(metres)s m more") if more_m > 0 else _("saves %(metres)s m")
    return words % {"metres": metres}


def _signed(metres: float) -> str:
    return f"{round(metres):+d} m".replace("-", "\N{MINUS SIGN}")
