"""What reading and checking a plan found, as sentences. Codes are stable; docs/layouts.md lists them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Promise] = {
    # the file
    "not_json": _("This is not a JSON file."),
    "not_geojson": _("This is not a GeoJSON feature collection."),
    "unsound_values": _("The file holds values that cannot be kept: endless numbers, broken characters, or nesting without end."),
    "too_many_features": _("The file has %(count)s features; at most %(most)s are read."),
    "swapped_coordinates": _("The coordinates are in the wrong order. GeoJSON says longitude first, then latitude: swap them."),
    "not_degrees": _("Its positions are no degrees: they are metres of a projected map. Export it as WGS 84 (EPSG:4326)."),
    "ignored_features": _("%(count)s features are none of a yard's parts and were left out."),
    "ignored_properties": _("These properties are kept in the file and not used: %(names)s."),
    "ignored_members": _("These parts of the file are kept and not used: %(names)s."),
    "codes_given": _("%(count)s bays had no code: they were counted by zone and row."),
    "names_written": _("Kind and code were written into %(count)s features that named none."),
    # one feature
    "bad_geometry": _("It must be drawn as %(wanted)s, not as %(value)s."),
    "bad_coordinates": _("Its coordinates cannot be used: too few different points, or no longitude and latitude."),
    "bad_number": _("“%(name)s” is %(value)s. It must be a number from %(least)s to %(most)s."),
    "bad_text": _("“%(name)s” is %(value)s. It must be a text of at most %(most)s characters."),
    "bad_choice": _("“%(name)s” is %(value)s, which is not known. Taken instead: %(taken)s."),
    "size_from_outline": _("Its size was taken from its outline: %(length_m)s × %(width_m)s m."),
    "missing_heading": _(
        "It does not say where a truck's nose points. Taken from its longest side: %(heading_deg)s° from north. Turn it if that is wrong."
    ),
    "holes_ignored": _("It is drawn with holes. Only its outer line was read."),
    "in_two_zones": _("It names no zone and lies in several that overlap: %(zones)s. Taken into %(taken)s."),
    "gate_without_kind": _("It does not say whether it is an entry or an exit. Taken as an entry."),
    "zone_made": _("Bays name this zone and the file does not draw it. It was added."),
    "code_too_long": _("Its code is too long: at most %(most)s characters."),
    "gate_in_use": _("These lanes lead through this gate, and the plan does not have it as an entry: %(lanes)s."),
    "perhaps_swapped": _("It lies %(distance_km)s km from its port, and beside it with latitude and longitude swapped: swap them."),
    "far_from_port": _("It lies %(distance_km)s km from its port."),
    # the plan as a whole
    "no_bays": _("There is no bay in it."),
    "too_many_bays": _("It has %(count)s bays; at most %(most)s can be guided to."),
    "duplicate_code": _("This code is used %(count)s times. Each needs its own."),
    "bad_code": _("Its code cannot stand in an address: only the letters A–Z and a–z, digits, and - _ . after the first."),
    "self_crossing": _("Its outline crosses itself."),
    "too_large": _("It is drawn %(drawn_m)s m across; at most %(most_m)s m. One of its corners must be wrong."),
    "too_many_meetings": _("Its aisles meet each other %(count)s times; at most %(most)s are worked with."),
    "too_many_corners": _("It is drawn with %(count)s corners; at most %(most)s are read."),
    "too_detailed": _("All features of the kind “%(kind)s” together have more than %(most)s points. The others were left out."),
    "too_crowded": _("More bays overlap or lie close to each other than can be compared. It was stopped here."),
    "and_more": _("%(count)s more findings of this kind (“%(code)s”) are not listed."),
    "overlap": _("It overlaps %(other)s by %(area_m2)s m²."),
    "two_yards": _("Its parts lie %(distance_km)s km apart. One file is one yard: split it."),
    "behind_unknown": _("It names the bay %(behind)s in front of it, which does not exist."),
    "behind_itself": _("It stands behind itself."),
    "size_differs": _("It says %(length_m)s × %(width_m)s m and is drawn with %(drawn_m2)s m²."),
    "no_aisles": _("It has no aisles: trucks are sent to a bay, and nobody is shown the way. Draw them, or let them be proposed."),
    "no_entry": _("It has no entry gate."),
    "no_exit": _("It has no exit gate."),
    "aisle_in_wall": _("It runs through a wall."),
    "aisle_through_bay": _("It runs through bay %(bay)s."),
    "unreachable": _("It cannot be reached by a vehicle of %(length_m)s m, or not left again."),
    "none_reachable": _("No bay can be reached from an entry gate and left again."),
}  # fmt: skip


def words(level: str, code: str, where: str, figures: Mapping[str, Any]) -> str:
    """This will say a finding in the reader's language; one of an older version, whose code is not known any more, by its code."""
    sentence = WORDS.get(code)
    if sentence:
        return str(sentence) % figures
    unknown = gettext("Unknown finding")  # not inside the f-string: what stands there is not collected for translation
    return f"{unknown}: {code}"
