"""Small pieces of the pages of a carrier's office."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from web.carrier.office import Office

register = template.Library()


@register.simple_tag
def office_time(moment: datetime | None, office: Office) -> SafeString | str:
    """This will show a moment that belongs to no port by the clock of the organisation's country."""
    if moment is None:
        return _("never")
    here = moment.astimezone(office.zone)
    return format_html(
        '<time datetime="{}" data-own="{}">{}</time>', moment.isoformat(), _("your time"), f"{here:%Y-%m-%d %H:%M}"
    )
