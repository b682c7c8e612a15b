"""Small pieces of the pages of rounds: a chance as so many of ten."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def dots(met: int, out_of: int = 10) -> SafeString:
    """This will draw `met` of `out_of` as filled circles; the rest stay rings."""
    places = ((10 + 20 * at, "met" if at < met else "unmet") for at in range(out_of))
    circles = format_html_join("", '<circle cx="{}" cy="10" r="7" class="{}"/>', places)
    words = _("about %(met)s of %(all)s") % {"met": met, "all": out_of}
    picture = '<svg class="dots" viewBox="0 0 {} 20" role="img" aria-label="{}">{}</svg>'
    return format_html(picture, 20 * out_of, words, circles)
