"""System checks of the text-message transport: an installation that cannot send a driver's code must not start to serve."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from core.checks import in_production
from notifications.transports.table import SMS


@register(Tags.security)
def refuse_unknown_transport(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """This will refuse, always, a transport nobody wrote."""
    name = settings.PORTLANE_SMS_TRANSPORT
    if name in SMS:
        return []
    return [Error(f"PORTLANE_SMS_TRANSPORT={name} is unknown; known are {', '.join(SMS)}", id="portlane.E010")]


@register(Tags.security, deploy=True)
def refuse_gateway_without_address(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """This will refuse in production a gateway that is nowhere."""
    if not in_production() or settings.PORTLANE_SMS_TRANSPORT != "http" or _is_address(settings.PORTLANE_SMS_URL):
        return []
    return [Error("PORTLANE_SMS_URL is no http(s) address: no driver could get a code", id="portlane.E011")]


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
