"""What needs a person in a yard that differs from its plan: codes of alarms with what each is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from reservations.queries.obstructions import homeless, visits_of, without_way_out
from reservations.queries.reported import too_many_reported
from yards import plans
from yards.models import Bay, Block, Evacuation, Layout, Sensed, Stay, Yard

NONE = ("evacuation", "no_way_out", "bay_lost", "layout_overdue", "place_doubted", "bays_reported")
LATE = timedelta(minutes=1)  # a plan that could take effect has done so by then


def yard_alarms(yard: Yard, stays: Iterable[Stay], *, now: datetime) -> dict[str, list[str]]:
    """This will return a yard's alarms by code. `stays` are the live ones, their bays loaded.

    Ways are read only while an aisle is blocked.
    """
    stays = list(stays)
    lost, shut_in = _without_ways(yard) if _is_any_aisle_blocked(yard) else (_lost(stays), [])
    overdue = Layout.objects.filter(yard=yard, state="scheduled", takes_effect_at__lt=now - LATE)
    doubted = Sensed.objects.filter(yard=yard, doubted_at__isnull=False).order_by("kind", "code")
    emptied = Evacuation.objects.filter(yard=yard, state="ordered").order_by("zone_code")
    return {
        "evacuation": list(emptied.values_list("zone_code", flat=True)),
        "no_way_out": shut_in,
        "bay_lost": lost,
        "layout_overdue": list(overdue.order_by("version").values_list("ref", flat=True)),
        "place_doubted": list(doubted.values_list("code", flat=True)),
        "bays_reported": too_many_reported(yard.pk),
    }


def _is_any_aisle_blocked(yard: Yard) -> bool:
    return Block.objects.filter(yard=yard, kind="aisle", unblocked_at=None).exists()


def _without_ways(yard: Yard) -> tuple[list[str], list[str]]:
    """Held bays that are lost, and taken ones that nobody gets out of."""
    visits = visits_of(yard)
    shut_in = without_way_out(visits, plans.blocked_aisles(yard.pk))
    return sorted(v.stay.bay.code for v in homeless(yard, visits)), sorted(v.stay.bay.code for v in shut_in)


def _lost(stays: list[Stay]) -> list[str]:
    held = {stay.bay_id: stay.bay.code for stay in stays if stay.state == "held"}
    served = set(Bay.objects.filter(pk__in=held).servable().values_list("pk", flat=True)) if held else set()
    return sorted(code for pk, code in held.items() if pk not in served)
