"""Races for one bay inside a yard: drivers who stop in the same wrong bay, the bay taken out of use as its truck comes through the gate,
and a taken bay reported while the desk moves the truck. The bay has one vehicle at most, and every truck inside has one bay."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from core.errors import DomainError
from reservations.models import QueueEntry
from reservations.operations import admit, call_next, check_in_walk_up, move, occupy, report_bay_taken
from reservations.yard_sweeps import send_on_the_homeless
from tests.races.world import NOW, PORT, TESTER, register
from yards.models import Bay, Stay
from yards.operations import block_bay

LANE = "MOHAN-IN1"
STRAYS, PAIRS = 12, 8
BY: dict[str, Any] = {"now": NOW, "actor": TESTER}


def run() -> dict[str, int]:
    """This will race on a yard without live stays; returns what must be 0 by rows, and how each race was answered."""
    refs = _called(STRAYS + 2 * PAIRS)
    strays, admitted, moved = refs[:STRAYS], refs[STRAYS : STRAYS + PAIRS], refs[STRAYS + PAIRS :]
    for ref in (*strays, *moved):
        admit(entry_ref=ref, **BY)
    wanted = _free_bays()[0]
    accepted = sum(_at_once([lambda ref=ref: occupy(entry_ref=ref, bay_code=wanted, **BY) for ref in strays]))  # type: ignore[misc]
    _at_once([act for ref in admitted for act in _gate_and_block(ref)])
    free = _free_bays()
    _at_once([act for ref, bay in zip(moved, free, strict=False) for act in _report_and_move(ref, bay)])
    send_on_the_homeless(NOW)
    return {"strays": STRAYS, "accepted": accepted, **_counted(refs, wanted)}


def _called(number: int) -> list[str]:
    for truck in register(number):
        check_in_walk_up(lane_code=LANE, vehicle_ref=truck.ref, cargo_kind="general", driver=None, **BY)
    return [call_next(lane_code=LANE, **BY).ref for _ in range(number)]


def _gate_and_block(ref: str) -> list[Callable[[], object]]:
    bay = _bay_of(ref)
    return [
        lambda: admit(entry_ref=ref, **BY),
        lambda: block_bay(yard_code=PORT, bay_code=bay, reason="oil", **BY),
    ]


def _report_and_move(ref: str, to: str) -> list[Callable[[], object]]:
    bay = _bay_of(ref)
    return [
        lambda: report_bay_taken(entry_ref=ref, bay_code=bay, **BY),
        lambda: move(entry_ref=ref, bay_code=to, reason="a crane", **BY),
    ]


def _bay_of(ref: str) -> str:
    visit = QueueEntry.objects.values_list("visit_ref", flat=True).get(ref=ref)
    return Stay.objects.values_list("bay__code", flat=True).get(visit_ref=visit, state="held")


def _free_bays() -> list[str]:
    rows = Bay.objects.filter(yard__code=PORT).free().order_by("code").values_list("code", "equipment")
    return [code for code, equipment in rows if "hazmat" not in equipment]


def _counted(refs: list[str], wanted: str) -> dict[str, int]:
    live = Stay.objects.filter(state__in=["held", "occupied"])
    visits = list(QueueEntry.objects.filter(ref__in=refs).values_list("visit_ref", flat=True))
    held = live.filter(state="held", bay__blocked_at__isnull=False)
    return {
        "standing_in_it": live.filter(bay__code=wanted, state="occupied").count(),
        "without_a_bay": len(visits) - live.filter(visit_ref__in=visits).values("visit_ref").distinct().count(),
        "doubled": live.count() - live.values("bay").distinct().count(),
        "held_while_blocked": held.filter(visit_ref__in=visits).count(),
    }


def _at_once(acts: list[Callable[[], object]]) -> list[bool]:
    """Whether each succeeded; all start together, and a domain error is an answer."""
    done = [False] * len(acts)
    gate = threading.Barrier(len(acts))

    def one(n: int) -> None:
        gate.wait()
        try:
            acts[n]()
            done[n] = True
        except DomainError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done
