"""Deadlines are rows, swept every few seconds: holds, no-shows, missed calls, offers, freed places, automatic calls, slots ahead.

Each row is its own operation, so one that fails, however it fails, leaves the others alone; a lost tick is made up by the next.
Who has been due longest comes first: a batch that is full never puts the same row off again and again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from core import worlds
from core.actors import Actor, system
from core.db import operation
from core.errors import DomainError
from reservations.inbox.queries import seen_inside
from reservations.models import QueueEntry, Request, Reservation, Round, Slot
from reservations.operations import arrival, booking, call_next, generate_slots_of
from reservations.operations.calling import miss_expired
from reservations.operations.offering import MOST_AT_ONCE, expire_request, lapse_offer, offer_returned
from reservations.operations.offers import end_wish_for_better, outlived
from reservations.operations.sensing import forget_ended, settle_doubts
from reservations.queries.faults import grace_ends_at
from reservations.states import ROUND
from yards.models import Lane, Yard
from yards.queries import lane_state, openings_around

log = logging.getLogger(__name__)
SWEEPER = system("sweeper")
CALLER = system("caller")
BATCH = 500


def sweep_holds(now: datetime) -> int:
    """This will free the places whose hold is over (requested → unplaced)."""
    due = seen(Reservation.objects.filter(state="requested", hold_until__lte=now)).order_by("hold_until")
    return each(due.values_list("ref", flat=True), lambda ref: expire_hold(ref=ref, now=now, actor=SWEEPER))


def sweep_no_shows(now: datetime) -> int:
    """This will end reservations whose vehicle did not come within slot and grace: no_show, or revoked when the lane was shut meanwhile."""
    past = seen(Reservation.objects.filter(state="confirmed", slot__ends_at__lte=now)).select_related("slot__policy")
    due = [r.ref for r in past.order_by("slot__ends_at") if grace_ends_at(r) <= now]
    return each(due, lambda ref: end_unarrived(ref=ref, now=now, actor=SWEEPER))


def sweep_missed_calls(now: datetime) -> int:
    """This will note calls that nobody answered in time; who was seen inside or leaving since has answered."""
    due = seen(QueueEntry.objects.filter(state="called", call_expires_at__lte=now)).order_by("call_expires_at")
    due = due.exclude(seen_inside())
    return each(due.values_list("ref", flat=True), lambda ref: miss_expired(entry_ref=ref, now=now, actor=SWEEPER))


def lapse_offers(now: datetime) -> int:
    """This will end the offers that nobody answered in time; their places go to the next in the standby order."""
    due = seen(Request.objects.filter(state="offered", offer_until__lte=now), "port").order_by("offer_until")
    return each(due.values_list("ref", flat=True), lambda ref: lapse_offer(ref=ref, now=now, actor=SWEEPER))


def end_outlived_wishes(now: datetime) -> int:
    """This will end the wishes for better whose reservation is over (standby → withdrawn)."""
    due = seen(outlived().filter(state="standby"), "port").order_by("pk").values_list("ref", flat=True)
    return each(due, lambda ref: end_wish_for_better(ref=ref, now=now, actor=SWEEPER))


def offer_places(now: datetime) -> int:
    """This will offer returned places in the standby order, the soonest slots first; returns how many offers were made.

    Places of a day whose round is still to come go into the round. Wishes that have outlived their reservation end before.
    """
    end_outlived_wishes(now)
    undecided = Round.objects.filter(port=OuterRef("lane__port"), service_date=OuterRef("service_date"))
    undecided = undecided.exclude(state__in=ROUND.ends)
    due = seen(Slot.objects.not_over(now).filter(~Exists(undecided), returned__gt=0, is_frozen=False))
    rows = due.select_related("lane__port").order_by("starts_at", "pk")
    made: list[int] = []
    refs = [slot.ref for slot in rows if slot.gives(now)]
    each(refs, lambda ref: made.append(_offer_all(ref, now, most=BATCH - sum(made))))
    return sum(made)


def expire_requests(now: datetime) -> int:
    """This will end the requests whose time has passed: no slot that they could use is left (requested or standby → unplaced)."""
    usable = Slot.objects.not_over(now).filter(
        lane__requests=OuterRef("pk"), starts_at__gte=OuterRef("earliest_at"), starts_at__lte=OuterRef("latest_at")
    )
    late = Request.objects.filter(~Exists(usable), state__in=["requested", "standby"], latest_at__lt=now)
    due = seen(late, "port").order_by("latest_at").values_list("ref", flat=True)
    return each(due, lambda ref: expire_request(ref=ref, now=now, actor=SWEEPER))


def call_lanes(now: datetime) -> int:
    """This will call in every lane that calls automatically and is open, as long as bays are free."""
    lanes = list(
        Lane.objects.filter(auto_call=True, is_open=True, entries__state="waiting").distinct().select_related("port")
    )
    openings = openings_around(lanes, now, days=1)
    open_lanes = [lane for lane in lanes if lane_state(lane, openings, now).is_open]
    return sum(_call_while_possible(lane.code, now) for lane in open_lanes)


def settle_all_doubts(now: datetime) -> int:
    """This will end the doubts about sensors that the books agree with by now, yard by yard."""
    yards = Yard.objects.filter(sensed__doubted_at__isnull=False).distinct().order_by("code")
    codes = yards.values_list("code", flat=True)
    return each(codes, lambda code: settle_doubts(yard_code=code, now=now, actor=SWEEPER))


def forget_sightings(now: datetime) -> int:
    """This will delete where ended visits were last seen, yard by yard."""
    codes = Yard.objects.filter(sightings__isnull=False).distinct().order_by("code").values_list("code", flat=True)
    return each(codes, lambda code: forget_ended(yard_code=code, now=now, actor=SWEEPER))


def generate_all_slots(now: datetime) -> int:
    """This will bring every lane's slots up to the horizon; returns how many were added."""
    added = 0
    for code in Lane.objects.values_list("code", flat=True):
        try:
            added += generate_slots_of(lane_code=code, now=now, actor=system("generator")).added
        except Exception:
            log.exception("slots of lane %s could not be generated", code)
    return added


@operation
def expire_hold(*, ref: str, now: datetime, actor: Actor) -> None:
    """This will free one held place (requested → unplaced). Raises WrongState when it was confirmed meanwhile."""
    booking.end(booking.found(ref), "unplaced", now=now)


@operation
def end_unarrived(*, ref: str, now: datetime, actor: Actor) -> None:
    """This will end one reservation nobody came for (confirmed → no_show, or revoked when its lane was shut in its time)."""
    arrival.end_unarrived(booking.found(ref), now=now)


def _offer_all(slot_ref: str, now: datetime, *, most: int) -> int:
    """A slot that many gave up at once takes several operations: none of them holds the slot and the ledger for long.

    `most`: when a tick has made so many offers, the next one goes on.
    """
    made = 0
    while made < most:
        offered = offer_returned(slot_ref=slot_ref, now=now, actor=SWEEPER)
        made += offered
        if offered < MOST_AT_ONCE:
            break
    return made


def _call_while_possible(lane_code: str, now: datetime) -> int:
    calls = 0
    while calls < BATCH:
        try:
            call_next(lane_code=lane_code, now=now, actor=CALLER)
        except DomainError:
            return calls
        except Exception:
            log.exception("lane %s could not be called", lane_code)
            return calls
        calls += 1
    return calls


def seen(rows: Any, to_port: str = "lane__port") -> Any:
    """This will keep the rows of the present world: a sandbox has a clock of its own and is swept by it (reservations/sandbox)."""
    return worlds.narrowed(rows, f"{to_port}__sandbox_of")


def each(refs: Iterable[str], act: Callable[[str], Any]) -> int:
    """This will do one operation for each row that is due and count those done; one that fails leaves the others alone."""
    done = 0
    for ref in list(refs)[:BATCH]:
        try:
            act(ref)
            done += 1
        except DomainError as reason:
            log.info("sweep left %s alone: %s", ref, reason.code)
        except Exception:
            log.exception("sweep failed at %s", ref)
    return done
