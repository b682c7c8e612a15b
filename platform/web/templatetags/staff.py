"""Small pieces of the staff pages: short times of the port."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from web.staff.rounds import SHAPES
from web.templatetags.web import shape
from web.words import span

register = template.Library()


@register.simple_tag(takes_context=True)
def short_time(context: template.Context, moment: datetime | None, port: Any) -> SafeString | str:
    """This will show a moment in the port's time: the hour alone when it is today, with the date otherwise."""
    if moment is None:
        return "–"
    here, today = moment.astimezone(port.tz), context["now"].astimezone(port.tz).date()
    text = f"{here:%H:%M}" if here.date() == today else f"{here:%m-%d %H:%M}"
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)


@register.simple_tag
def long_time(moment: datetime, port: Any) -> SafeString:
    """This will show a moment in the port's time with its date and seconds."""
    text = f"{moment.astimezone(port.tz):%Y-%m-%d %H:%M:%S}"
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)


@register.simple_tag
def round_state(row: Any) -> SafeString:
    """This will show a round's state as a shape and its word."""
    name, look = SHAPES[row.state]
    return format_html('<span class="state {}">{}{}</span>', look, shape(name), row.get_state_display())


@register.simple_tag(takes_context=True)
def closure_state(context: template.Context, row: Any) -> SafeString:
    """This will show what the clock makes of a closure, as a shape and its word: to come, shut now, opens at …, over or undone."""
    name, words = _phase(row, context["now"])
    if row.state == "lifted" and name == "closed":
        words = format_html("{} {}", _("opens at"), short_time(context, row.ends_at, row.port))
    return format_html('<span class="state {}">{}{}</span>', name, shape(name), words)


def _phase(row: Any, now: datetime) -> tuple[str, str]:
    if row.state == "undone":
        return "none", row.get_state_display()
    if row.is_over(now):
        return "open", _("over")
    return ("none", _("to come")) if row.starts_at > now else ("closed", _("shut now"))


@register.simple_tag
def appeal_state(row: Any) -> SafeString:
    """This will show an appeal's state as a shape and its word."""
    name, look = {"granted": ("done", "good"), "rejected": ("bad", "bad")}.get(row.state, ("todo", "none"))
    return format_html('<span class="state {}">{}{}</span>', look, shape(name), row.get_state_display())


@register.filter
def minutes(value: float) -> str:
    """This will say a mean number of minutes as a length of time."""
    return span(round(value))
