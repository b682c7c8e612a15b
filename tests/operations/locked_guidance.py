"""Plans, blocks, evacuations, sightings and sensors as the law of locks sees them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from reservations.models import QueueEntry
from reservations.operations import (
    block_aisle,
    block_zone,
    dismiss_doubt,
    end_evacuation,
    measure,
    note_reading,
    note_sighting,
    order_evacuation,
    report_bay_taken,
    unblock_aisle,
    unblock_zone,
)
from reservations.operations.sensing import settle_doubts
from tests.cast import Cast
from tests.operations.drawn import a_draft, a_plan, in_force
from tests.operations.steps import admitted, call, live_stay, parked, walked_up
from yards.models import Layout
from yards.operations import (
    discard_layout,
    edit_layout,
    put_in_force,
    save_layout,
    schedule_layout,
    unschedule_layout,
)

Act = Callable[[], Any]
A_FILE = b'{"type": "FeatureCollection", "features": []}'


def guidance(cast: Cast) -> dict[str, Callable[[], Act]]:
    desk, head, yard = cast.by(cast.operator), cast.by(cast.supervisor), {"yard_code": cast.yard.code}
    return {
        "save_layout": lambda: lambda: save_layout(**yard, data=A_FILE, **head),
        "edit_layout": lambda: _of_a_draft(cast, lambda row: _edit(cast, row)),
        "schedule_layout": lambda: _of_a_draft(cast, lambda row: _schedule(cast, row)),
        "unschedule_layout": lambda: _of_a_scheduled(cast, lambda row: unschedule_layout(ref=row.ref, **head)),
        "discard_layout": lambda: _of_a_draft(cast, lambda row: discard_layout(ref=row.ref, **head)),
        "put_in_force": lambda: _of_a_draft(cast, lambda row: put_in_force(ref=row.ref, **head)),
        "block_aisle": lambda: _with_visits(cast, lambda _: block_aisle(**yard, aisle_code="M1", reason="ice", **desk)),
        "unblock_aisle": lambda: _blocked(cast, lambda: unblock_aisle(**yard, aisle_code="M1", **desk)),
        "block_zone": lambda: _with_visits(cast, lambda _: block_zone(**yard, zone_code="A", reason="oil", **desk)),
        "unblock_zone": lambda: _blocked(cast, lambda: unblock_zone(**yard, zone_code="B", **desk)),
        "order_evacuation": lambda: _with_visits(
            cast, lambda _: order_evacuation(**yard, zone_code="A", reason="fire", **head)
        ),
        "end_evacuation": lambda: _emptied(cast, lambda ref: end_evacuation(ref=ref, **head)),
        "note_sighting": lambda: _with_visits(cast, lambda entry: _seen(cast, entry)),
        "measure": lambda: _with_visits(cast, lambda entry: measure(entry_ref=entry.ref, length_m=17.5, **desk)),
        "report_bay_taken": lambda: _with_visits(cast, lambda entry: _reported(cast, entry)),
        "note_reading": lambda: lambda: _read(cast),
        "dismiss_doubt": lambda: _doubted(
            cast, lambda: dismiss_doubt(**yard, kind="bay", code="A-02", reason="looked", **desk)
        ),
        "settle_doubts": lambda: _settled(cast),
    }


def _reported(cast: Cast, entry: QueueEntry) -> Any:
    code = live_stay(entry).bay.code
    return report_bay_taken(entry_ref=entry.ref, bay_code=code, **cast.by(cast.operator))


def _of_a_draft(cast: Cast, act: Callable[[Layout], Any]) -> Act:
    in_force(cast)
    draft = a_draft(cast, a_plan(bays=a_plan().bays[1:]))
    return lambda: act(draft)


def _edit(cast: Cast, row: Layout) -> Layout:
    known = {"ref": row.ref, "expected_changed_at": row.changed_at}
    return edit_layout(document=json.loads(A_FILE), **known, **cast.by(cast.supervisor))


def _of_a_scheduled(cast: Cast, act: Callable[[Layout], Any]) -> Act:
    scheduled = _schedule(cast, a_draft(cast))
    return lambda: act(scheduled)


def _schedule(cast: Cast, row: Layout) -> Layout:
    at = cast.now + timedelta(hours=1)
    return schedule_layout(ref=row.ref, takes_effect_at=at, **cast.by(cast.supervisor))


def _with_visits(cast: Cast, act: Callable[[QueueEntry], Any]) -> Act:
    """One stands, one is on the way inside, one is called."""
    in_force(cast)
    parked(cast)
    inside = admitted(cast)
    walked_up(cast)
    call(cast)
    return lambda: act(inside)


def _blocked(cast: Cast, act: Act) -> Act:
    in_force(cast)
    block_aisle(yard_code=cast.yard.code, aisle_code="M1", reason="ice", **cast.by(cast.operator))
    block_zone(yard_code=cast.yard.code, zone_code="B", reason="oil", **cast.by(cast.operator))
    return act


def _emptied(cast: Cast, act: Callable[[str], Any]) -> Act:
    evacuation = order_evacuation(yard_code=cast.yard.code, zone_code="A", reason="fire", **cast.by(cast.supervisor))
    return lambda: act(evacuation.ref)


def _seen(cast: Cast, entry: QueueEntry) -> Any:
    place = {"kind": "bay", "code": "C-01", "source": "device", "seen_at": cast.now}
    return note_sighting(entry_ref=entry.ref, **place, **cast.by(cast.device))


def _read(cast: Cast, taken: int = 1) -> Any:
    place = {"kind": "bay", "code": "A-02", "seen_at": cast.now}
    return note_reading(yard_code=cast.yard.code, taken=taken, **place, **cast.by(cast.device))


def _doubted(cast: Cast, act: Act) -> Act:
    _read(cast)
    return act


def _settled(cast: Cast) -> Act:
    _read(cast)
    in_force(cast, a_plan(bays=tuple(bay for bay in a_plan().bays if bay.code != "A-02")))
    return lambda: settle_doubts(yard_code=cast.yard.code, **cast.by())
