"""The way to a bay inside one text message: gate, bay and zone first, then as many turns as the message still holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yards.models.places import Shape

# One segment of a text message (3GPP TS 23.038): 160 characters of the 7-bit alphabet, else 70.
GSM_CHARS, OTHER_CHARS = 160, 70
GSM_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)

TURNS: dict[str, str | Promise] = {
    "slight_left": pgettext_lazy("turn", "half left"),
    "left": pgettext_lazy("turn", "left"),
    "sharp_left": pgettext_lazy("turn", "sharp left"),
    "slight_right": pgettext_lazy("turn", "half right"),
    "right": pgettext_lazy("turn", "right"),
    "sharp_right": pgettext_lazy("turn", "sharp right"),
    "arrive_left": pgettext_lazy("turn", "on your left"),
    "arrive_right": pgettext_lazy("turn", "on your right"),
    "arrive_ahead": pgettext_lazy("turn", "ahead"),
}
COLOURS: dict[str, str | Promise] = {
    "blue": _("blue"),
    "green": _("green"),
    "red": _("red"),
    "amber": _("amber"),
    "yellow": _("yellow"),
    "orange": _("orange"),
    "violet": _("violet"),
    "white": _("white"),
}


def room_for(text: str) -> int:
    """This will return how many characters one segment holds of a text in the alphabet that it needs."""
    return GSM_CHARS if set(text) <= GSM_ALPHABET else OTHER_CHARS


def with_way(body: str, way: Sequence[Sequence[Any]]) -> str:
    """This will add the turns ([turn, metres], in the order driven) to a message, in its language, while it stays one segment.

    A turn that no longer fits ends it with three dots, so that nobody takes the last one named for the bay; a body that is too
    long by itself stays as it is.
    """
    told = body
    for at, (turn, metres) in enumerate(way):
        more = f"{' ' if at == 0 else ', '}{turn_words(str(turn), int(metres))}"
        tail = "" if at == len(way) - 1 else " ..."
        if len(told + more + tail) > room_for(told + more + tail):
            return f"{told} ..." if at and len(told) + 4 <= room_for(told) else told
        told += more
    return told


def turn_words(turn: str, metres: int) -> str:
    words = str(TURNS.get(turn, turn))
    return now_("%(metres)s m %(turn)s") % {"metres": metres, "turn": words} if metres else words


def zone_words(facts: dict[str, Any], language: str) -> str:
    """This will name a zone as its sign looks: letter, colour, shape."""
    if not facts.get("zone_code"):
        return ""
    colour, shape = facts.get("zone_colour", ""), facts.get("zone_shape", "")
    named = {"colour": COLOURS.get(colour, colour), "shape": Shape(shape).label if shape in Shape.values else shape}
    return now_("%(zone)s (%(colour)s %(shape)s)") % ({"zone": facts["zone_code"]} | named)
