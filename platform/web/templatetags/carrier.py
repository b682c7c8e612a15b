"""Small pieces of the pages of a carrier's office."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.webhooks import guard
from web.carrier.office import Office

register = template.Library()
#: What went wrong with a try besides an address refused (guard.WORDS), as notifications/webhooks/post.py names it.
PROBLEMS = {
    "timeout": gettext_lazy("no answer in time"),
    "tls": gettext_lazy("its certificate is not accepted"),
    "no_connection": gettext_lazy("no connection"),
    "no_answer": gettext_lazy("the connection broke before an answer came"),
    "redirect": gettext_lazy("it answered with a redirect, and those are not followed"),
    "no_secret": gettext_lazy("no secret to sign with"),
    "fault": gettext_lazy("a fault of ours"),
}


@register.simple_tag
def office_time(moment: datetime | None, office: Office) -> SafeString | str:
    """This will show a moment that belongs to no port by the clock of the organisation's country."""
    if moment is None:
        return _("never")
    here = moment.astimezone(office.zone)
    return format_html(
        '<time datetime="{}" data-own="{}">{}</time>', moment.isoformat(), _("your time"), f"{here:%Y-%m-%d %H:%M}"
    )


@register.filter
def problem_words(code: str) -> str:
    """This will say in words why a try failed; a status of the far side as such, a code without words as it is."""
    if code.startswith("http_"):
        return _("it answered %(status)s") % {"status": code.removeprefix("http_")}
    return str(PROBLEMS.get(code) or guard.WORDS.get(code) or code).rstrip(".")
