"""Every word the editor of plans says: its script has none of its own."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS: dict[str, Promise] = {
    # kinds of things
    "aisle": _("Aisle"),
    "gate": _("Gate"),
    "inspection": _("Inspection"),
    "dock": _("Loading dock"),
    "weighbridge": _("Weighbridge"),
    "post": _("QR post"),
    "sign": pgettext_lazy("in a yard", "Sign"),
    "wall": _("Wall"),
    "bay": _("Bay"),
    "zone": _("Zone"),
    "feature": _("Feature no."),
    "point": _("Point"),
    # their properties
    "code": _("Code"),
    "name_en": _("English name"),
    "name_zh": _("Chinese name"),
    "one_way": _("One way, as drawn"),
    "width_m": _("Width (m)"),
    "height_m": _("Height limit (m, 0: none; shown, not used for ways)"),
    "max_length_m": _("Longest vehicle (m, 0: any)"),
    "speed_kmh": _("Speed (km/h; shown, not used for ways)"),
    "length_m": _("Length (m)"),
    "heading_deg": _("Nose towards (° from north)"),
    "entry": _("Entry"),
    "exit": _("Exit"),
    "back_in": _("backed into"),
    "drive_through": _("driven through"),
    "equipment": _("Equipment"),
    "reefer": _("reefer power"),
    "hazmat": _("hazardous goods stand"),
    "behind": _("Behind bay (must be empty)"),
    "segregation_m": _("Distance to other dangerous goods (m)"),
    # what can be done
    "remove": _("Remove"),
    "reverse": _("Reverse direction"),
    "turn_round": _("Turn round (180°)"),
    "nothing_chosen": _("Nothing is chosen. Click something on the plan, or choose it in the list."),
    "many_chosen": _("{n} bays"),
    "no_such_bay": _("There is no bay with that code."),
    "scale": _("Scale:"),
    # what is going on
    "help_move": _("Drag the ground to move, a point to shift it. Shift and click choose several bays."),
    "help_line": _("Click point after point; Enter or a double click ends the line."),
    "help_point": _("Click where it stands."),
    "saving": _("Saving …"),
    "saved": _("Saved as a draft. What was found stands beside the plan."),
    "not_saved": _("Not saved: the server could not be reached. Your work is still here; try again."),
    "conflict": _(
        "Not saved: somebody else changed this draft in the meantime. Your work is still here. Open the draft in "
        "another tab to see theirs."
    ),
    "proposing": _("Looking for aisles …"),
    "proposed": _("{n} aisles were proposed. Undo takes them back."),
}
