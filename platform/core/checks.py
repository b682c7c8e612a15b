"""Numbered system checks that refuse settings which would be unsafe in production (docs/settings.md explains each)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

#: Django's mail backends that only print, keep or drop a mail
NOWHERE = {f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased", "locmem")}


def in_production() -> bool:
    return not (settings.DEBUG or settings.PORTLANE_EMBEDDED)


@register(Tags.security, deploy=True)
def refuse_unsafe_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """This will list what must not reach production: weak key, demo clock, SQLite, open hosts, console SMS or mail, outbox page, no TLS."""
    if not in_production():
        return []
    hosts = settings.ALLOWED_HOSTS
    rules = [
        (len(settings.SECRET_KEY) < 50, "SECRET_KEY is shorter than 50 characters", "E001"),
        (bool(settings.PORTLANE_CLOCK), "PORTLANE_CLOCK sets a demo clock", "E002"),
        (settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), "DATABASE_URL is SQLite", "E003"),
        ("*" in hosts or not hosts, "ALLOWED_HOSTS is open or empty", "E004"),
        (settings.PORTLANE_SMS_TRANSPORT == "console", "PORTLANE_SMS_TRANSPORT only prints messages", "E005"),
        (settings.PORTLANE_OUTBOX_PAGE, "PORTLANE_OUTBOX_PAGE shows one-time codes to everybody", "E006"),
        (not settings.HTTPS, "HTTPS is off: cookies and codes would travel in clear", "E007"),
        (not settings.STAFF_MFA_REQUIRED, "STAFF_MFA_REQUIRED is off", "E008"),
        (
            not settings.PORTLANE_PASS_KEY,
            "PORTLANE_PASS_KEY is empty: gate passes could not be signed alike by all processes",
            "E009",
        ),
        (
            settings.EMAIL_BACKEND in NOWHERE,
            "EMAIL_URL sends no mail: links that reset a password would stay in the log or vanish",
            "E012",
        ),
    ]
    return [Error(text, id=f"portlane.{number}") for broken, text, number in rules if broken]
