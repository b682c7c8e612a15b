"""What every page needs: languages that are really translated, the screen's theme, the clock the page counts with."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, to_locale

from accounts.policy import may, ports_of, ports_where
from core import clock
from notifications.queries import unread_count
from web.carrier.office import office_of

THEMES = ("light", "dark")
THEME_COOKIE = "portlane_theme"


@cache
def offered_languages() -> list[tuple[str, str]]:
    """This will return the languages a reader may choose: English (the source), the default, and those that have a catalogue."""
    folders = [Path(folder) for folder in settings.LOCALE_PATHS]
    return [
        (code, name)
        for code, name in settings.LANGUAGES
        if code in ("en", settings.LANGUAGE_CODE)
        or any((folder / to_locale(code) / "LC_MESSAGES" / "django.po").exists() for folder in folders)
    ]


def site(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "languages": offered_languages(),
        "language": get_language() or settings.LANGUAGE_CODE,
        "theme": theme if theme in THEMES else "",
        "outbox_page": settings.PORTLANE_OUTBOX_PAGE,
        "may_reserve": lambda: may(request.user, "reservation.create"),
        "works_at_a_port": lambda: bool(ports_of(request.user) or ports_where(request.user, "declaration.read")),
        "carrier": lambda: office_of(request),
        "unread": lambda: unread_count(request.user),
        "now": clock.now(),
        "speed": clock.speed(),
    }
