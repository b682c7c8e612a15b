"""The words that live.js shows, translated by the server: `{% load live %}{% live_words %}` once per live page."""

from __future__ import annotations

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def live_words() -> SafeString:
    """This will write the JSON block `#live-words`; `{age}` stands for the age in the words of `s` and `min`."""
    words = {
        "live": _("live"),
        "updated": _("updated {age} ago"),
        "stale": _("not current: updated {age} ago"),
        "offline": _("no connection: updated {age} ago"),
        "refused": _("You are no longer allowed to see this. Load the page again."),
        "s": _("{n} s"),
        "min": _("{n} min"),
    }
    return json_script(words, "live-words")
