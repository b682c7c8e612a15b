"""What the way to a bay is drawn with: an arrow per turn, and the words that the phone shows by itself."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()

# Strokes in a box of 24 × 24; the right-hand ones are these, mirrored. A filled box is the bay.
_LEFT = {
    "slight_left": '<path d="M15 22v-8L7 5m0 7V4h8"/>',
    "left": '<path d="M18 22V11H5m6-6-6 6 6 6"/>',
    "sharp_left": '<path d="M18 22V4L6 16m0-8v8h8"/>',
    "arrive_left": '<path d="M17 22V4m-5 5 5-6 5 6"/><path class="box" d="M2 9h8v12H2z"/>',
}
_MIRROR = "matrix(-1 0 0 1 24 0)"
ARROWS = {
    "start": '<circle cx="12" cy="12" r="9"/><circle class="box" cx="12" cy="12" r="3"/>',
    "straight": '<path d="M12 22V4m-7 7 7-8 7 8"/>',
    "exit": '<path d="M12 22V3m-5 6 5-6 5 6M3 12v10m18-10v10"/>',
    "arrive_ahead": '<path d="M12 22v-9m-5 5 5-6 5 6"/><path class="box" d="M5 2h14v6H5z"/>',
    **_LEFT,
    **{name.replace("left", "right"): f'<g transform="{_MIRROR}">{drawing}</g>' for name, drawing in _LEFT.items()},
}


@register.simple_tag
def arrow(turn: str) -> SafeString:
    """This will draw a turn large enough to be understood without reading; the sentence beside it is what is read aloud."""
    drawing = mark_safe(ARROWS.get(turn, ARROWS["straight"]))  # noqa: S308  drawn above
    return format_html('<svg viewBox="0 0 24 24" class="arrow" aria-hidden="true" focusable="false">{}</svg>', drawing)


@register.simple_tag
def guide_words() -> SafeString:
    """This will write the JSON block `#guide-words` for guide.js and its parts."""
    words = {
        "kept": _("“{act}” is kept on this phone since {time}. It is sent by itself as soon as there is a connection."),
        "sent": _("“{act}” has been sent."),
        "signIn": _("“{act}” is kept on this phone. Sign in again and it is sent."),
        "noVoice": _("This phone has no voice for this language. Follow the arrows."),
        "stop": _("Stop"),
        "seeking": _("Looking for your position …"),
        "denied": _("This phone does not give its position. Follow the steps."),
        "coarse": _("GPS is not good enough here, follow the steps."),
        "onWay": _("You are on your way."),
        "offWay": _("You seem to be off your way. Look at the map, or scan the next code on a post."),
        "arrived": _("You are at the end of this way."),
        "shown": _("Your position is shown on the map. It stays on this phone."),
    }
    return json_script(words, "guide-words")
