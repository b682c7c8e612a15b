"""Why something happened, as the ledger's codes, in words; what a person wrote is said as it was written."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    "starting data": _("starting data"),
    "missed_call": _("missed call"),
    "its declaration was not ready in time": _("its declaration was not ready in time"),
    "missed_calls": _("too many missed calls"),
    "withdrawn": _("withdrawn"),
    "moved": _("moved"),
    "bay_blocked": _("the bay was taken out of use"),
    "other_bay_than_held": _("parked in another bay than the one held"),
    "taken_by_another": _("another vehicle parked in the bay held"),
    "bay_taken": _("somebody unknown stood in the bay"),
    "unknown_vehicle": _("a driver found somebody unknown in it"),
    "zone_blocked": _("its zone was closed"),
    "evacuation": _("its zone is being emptied"),
    "aisle_blocked": _("its aisle was closed"),
    "no_way": _("no way led to the bay any more"),
    "retired": _("the bay was taken off the plan"),
    "too_short": _("the bay is too short for it"),
    "too_narrow": _("the bay is too narrow for it"),
    "equipment": _("the bay has not what its cargo needs"),
    "not_hazmat": _("the bay is no stand for dangerous goods"),
    "hazmat_only": _("the bay is a stand for dangerous goods"),
    "segregation": _("too near to other dangerous goods"),
    "behind_taken": _("somebody stands before the bay"),
    "window_changed": _("opening hours changed"),
    "window_gone": _("opening hours withdrawn"),
    "window_back": _("opening hours are back"),
    "closure": _("closed by the port"),
    "reopened": _("open again"),
    "reopening": _("the lane reopens step by step"),
    "far_side": _("by what the far side takes"),
    "bays": _("by what the bays of the yard turn over"),
    "lane_was_closed": _("the lane was closed"),
    "gate_was_silent": _("the gate was offline"),
    "port_was_late": _("the port called too late"),
    "moved_by_port": _("the port had moved it"),
    "seen_in_time": _("the vehicle was seen at the gate in time"),
}


def reason_words(reason: str) -> str:
    """This will say a reason in the language of the moment."""
    return str(REASONS.get(reason, reason))
