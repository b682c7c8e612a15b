"""Small pieces of the pages: shapes that stand beside every colour, times of both sides, waits in words."""

from __future__ import annotations

import re
from datetime import date as date_type
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from web import words

register = template.Library()

# Paths in a box of 24 × 24. A reader who sees no colour tells the states by these.
SHAPES = {
    "open": '<circle cx="12" cy="12" r="10"/><path d="m7 12 4 4 6-8" fill="none" stroke="#fff" stroke-width="3"/>',
    "closed": '<rect x="2" y="2" width="20" height="20" rx="2"/><path d="M6 12h12" fill="none" stroke="#fff" stroke-width="4"/>',
    "none": '<path d="m12 3 9 9-9 9-9-9z" fill="none" stroke="currentColor" stroke-width="3"/>',
    "call": '<path d="M12 1 23 22H1z"/><path d="M12 8v7m0 2v2" fill="none" stroke="#221900" stroke-width="2.5"/>',
    "done": '<circle cx="12" cy="12" r="10"/><path d="m7 12 4 4 6-8" fill="none" stroke="#fff" stroke-width="3"/>',
    "now": '<path d="m12 1 11 11-11 11L1 12z"/>',
    "todo": '<circle cx="12" cy="12" r="8.5" fill="none" stroke="currentColor" stroke-width="3"/>',
    "bad": '<path d="m5 5 14 14M19 5 5 19" fill="none" stroke="currentColor" stroke-width="4"/>',
}


@register.simple_tag
def shape(name: str) -> SafeString:
    """This will draw a state's shape; the word beside it is what a screen reader reads."""
    drawing = f'<svg viewBox="0 0 24 24" fill="currentColor" aria-hidden="true" focusable="false">{SHAPES[name]}</svg>'
    return mark_safe(drawing)  # noqa: S308  drawn above, nothing of it was typed by anybody


ZONES = {
    "circle": '<circle cx="12" cy="12" r="10"/>',
    "square": '<path d="M3 3h18v18H3z"/>',
    "triangle": '<path d="M12 2 22 21H2z"/>',
    "diamond": '<path d="m12 1 11 11-11 11L1 12z"/>',
}


@register.simple_tag
def zone_mark(zone: Any) -> SafeString:
    """This will draw a zone's sign as it stands in the yard: its shape in its colour."""
    drawing = mark_safe(ZONES.get(zone.shape, ""))  # noqa: S308  one of the four above
    return format_html(
        '<svg viewBox="0 0 24 24" class="zone-{}" aria-hidden="true" focusable="false">{}</svg>', zone.colour, drawing
    )


@register.simple_tag
def bar(part: int, whole: int) -> SafeString:
    """This will draw how much of a whole is free; the figure stands beside it as text."""
    width = 0 if whole <= 0 else round(100 * max(0, part) / whole)
    return format_html(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="track" width="100" height="8"/><rect class="free" width="{}" height="8"/></svg>',
        width,
    )


@register.simple_tag
def hours(moment: datetime, port: Any) -> SafeString:
    """This will show a time of day in the port's zone and, where it differs, in the far side's."""
    other = words.other_side_time(moment, port)
    beside = format_html(' <span class="muted small nowrap">({})</span>', other) if other else ""
    here = f"{moment.astimezone(port.tz):%H:%M}"
    return format_html(
        '<time datetime="{}" data-own="{}">{}</time>{}', moment.isoformat(), _("your time"), here, beside
    )


@register.simple_tag
def clock_time(moment: datetime, port: Any) -> SafeString:
    """This will show a time of day in the port's zone alone."""
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), f"{moment.astimezone(port.tz):%H:%M}")


@register.simple_tag(takes_context=True)
def day(context: template.Context, moment: datetime, port: Any) -> str:
    """This will name the port's day of a moment: today and tomorrow by those words, others by weekday and date."""
    return day_name(context, moment.astimezone(port.tz).date(), port)


@register.simple_tag(takes_context=True)
def day_name(context: template.Context, date: date_type, port: Any) -> str:
    """This will name a date of the port in the same way."""
    today = context["now"].astimezone(port.tz).date()
    if date == today:
        return _("today")
    if date == today + timedelta(days=1):
        return _("tomorrow")
    return (
        f"{date_short(date)} {date_format(date, 'l')}"
        if words.in_chinese()
        else f"{date_format(date, 'D')} {date_short(date)}"
    )


@register.simple_tag
def date_short(date: Any) -> str:
    """This will write a date without its year, as short as the language allows."""
    return date_format(date, "MONTH_DAY_FORMAT")


@register.simple_tag
def wait(found: Any) -> SafeString:
    """This will say a wait as a range, marked as rough while the lane's history is thin."""
    if not found.is_rough or found.low_min is None:
        return format_html("{}", words.wait(found))
    return format_html('{} <span class="rough">{}</span>', words.wait(found), _("rough"))


@register.simple_tag(takes_context=True)
def date_beside(context: template.Context, date: date_type, port: Any) -> str:
    """This will write the date beside a day that goes by a word (today, tomorrow); the others name it already."""
    near = date - context["now"].astimezone(port.tz).date()
    return date_short(date) if near in (timedelta(), timedelta(days=1)) else ""


@register.simple_tag
def colon() -> str:
    """This will part a name from what is said of it, as the reader's language writes it."""
    return "：" if words.in_chinese() else ": "


@register.simple_tag
def stop() -> str:
    """This will end a sentence that is put together on the page, as the reader's language writes it."""
    return "。" if words.in_chinese() else ". "


@register.filter
def listed(names: list[str]) -> str:
    """This will write words one after the other, as the reader's language does."""
    return ("、" if words.in_chinese() else ", ").join(str(name) for name in names)


#: A code that is looked for in the yard: "A-02", "MOHAN-IN1". A longer one must be able to break on a narrow phone.
CODE = re.compile(r"(?<![A-Za-z0-9-])(?=[A-Za-z0-9-]{3,12}(?![A-Za-z0-9-]))[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+")


@register.filter
def whole(said: Any) -> SafeString:
    """This will keep each code of a text on one line: broken at its hyphen, bay "A-02" is read as two things."""
    kept = CODE.sub(r'<span class="nowrap">\g<0></span>', conditional_escape(said))
    return mark_safe(kept)  # noqa: S308  escaped before


@register.filter
def held_back(found: Any) -> str:
    """This will say what holds a wait back, or nothing."""
    return words.held_back(found) if found else ""


@register.simple_tag(takes_context=True)
def zone_hint(context: template.Context, port: Any) -> str:
    return words.zone_hint(context["now"], port)


@register.filter
def span(minutes: int) -> str:
    return words.span(minutes)


@register.filter
def class_name(code: str) -> str:
    return words.queue_class(code)


@register.filter
def country(code: str) -> str:
    return words.country(code)


@register.filter
def vehicles(count: int) -> str:
    return words.vehicles(count)
