"""What sweeps do with freed places and open offers: the next one's turn, an offer that ran out, a request whose time is over.

A freed place goes to the first in the standby order who can use it; whoever stood before is named in the ledger, with why not.
"""

from __future__ import annotations

from datetime import datetime

from core.actors import Actor
from core.db import operation
from core.errors import Conflict
from core.ledger import record
from core.machine import advance, advance_many
from reservations.errors import UnknownSlot
from reservations.models import Request, Slot
from reservations.operations import offers
from reservations.operations.requests import record_request
from reservations.operations.turns import Turn, turns_of
from reservations.streams import port_stream

MOST_AT_ONCE = 100


@operation
def offer_returned(*, slot_ref: str, now: datetime, actor: Actor) -> int:
    """This will offer a slot's returned places in the standby order (standby → offered) and free those nobody there can use.

    At most MOST_AT_ONCE offers; returns how many. Raises UnknownSlot, Conflict (somebody left the order meanwhile: sweep again).
    """
    slot = _locked(slot_ref)
    if slot.is_frozen or slot.ends_at <= now:
        return 0
    usable = min(slot.returned, slot.room)
    places = min(usable, MOST_AT_ONCE)
    turns, passed = turns_of(slot, places=places, now=now)
    if turns and not Slot.objects.take_kept(slot.pk, units=len(turns)):
        raise Conflict
    over = usable - len(turns) if len(turns) < places else 0  # nobody can use them
    if over or usable < slot.returned:  # nor is kept what is no room any more, because the plan was cut
        Slot.objects.filter(pk=slot.pk).update(returned=usable - len(turns) - over)
    _offer(turns, slot, now)
    if over:
        _tell_released(slot, over, passed)
    return len(turns)


@operation
def lapse_offer(*, ref: str, now: datetime, actor: Actor) -> Request:
    """This will end an offer nobody answered (offered → standby); its place goes to the next.

    Raises NotFound, Conflict (no longer due).
    """
    request = offers.found(ref)
    if request.state != "offered" or not offers.is_over(request, now):
        raise Conflict
    offers.hand_back(request, "offer.lapsed", now=now)
    return request


@operation
def expire_request(*, ref: str, now: datetime, actor: Actor) -> Request:
    """This will end a request whose time has passed (requested or standby → unplaced). Raises NotFound, WrongState, Conflict."""
    request = offers.found(ref)
    advance(request, "unplaced", ended_at=now, changed_at=now)
    record_request(request, "request.unplaced", round=request.round.ref if request.round else None)
    return request


def _locked(ref: str) -> Slot:
    related = ("policy", "lane__port", "lane__yard")
    slot = Slot.objects.select_for_update(of=("self",)).select_related(*related).filter(ref=ref).first()
    if slot is None:
        raise UnknownSlot
    return slot


def _tell_released(slot: Slot, places: int, passed: list[list[str]]) -> None:
    """Everybody who stands by for it is named, with why he cannot use it."""
    lane, version = slot.lane, slot.policy.version
    told = {"lane": lane.code, "slot": slot.ref}
    record(lane.yard.stream, "slot.released", policy_version=version, places=places, passed=passed, **told)


def _offer(turns: list[Turn], slot: Slot, now: datetime) -> None:
    """All in one statement, and the next entries of the port's stream. Raises Conflict when one of them has left the order meanwhile."""
    for turn in turns:
        turn.request.offer_until, turn.request.offers = turn.until, turn.request.offers + 1
    requests = [turn.request for turn in turns]
    advance_many(requests, "offered", each=["offer_until", "offers"], slot=slot, changed_at=now)
    stream = port_stream(slot.lane.port)
    for turn in turns:
        record(
            stream,
            "offer.made",
            policy_version=slot.policy.version,
            request=turn.request.ref,
            lane=slot.lane.code,
            slot=slot.ref,
            offer_until=turn.until.isoformat(),
            passed=turn.passed,
        )
