"""How a version of a plan shows its state."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from web.templatetags.web import shape

register = template.Library()

# Each state's shape and look beside its word.
STATE_SHAPES = {
    "draft": ("todo", "none"),
    "scheduled": ("call", "call"),
    "in_force": ("open", "good"),
    "replaced": ("none", "none"),
    "discarded": ("bad", "none"),
}


@register.simple_tag
def layout_state(row: Any) -> SafeString:
    """This will show a version's state as a shape and its word."""
    name, look = STATE_SHAPES[row.state]
    return format_html('<span class="state {}">{}{}</span>', look, shape(name), row.get_state_display())
