"""Which transport carries which channel. A new one is a module beside this and a line here."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications.transports import console, gateway, inapp, mail
from notifications.transports.base import Outgoing

SMS: dict[str, Callable[[Outgoing], None]] = {"console": console.send, "http": gateway.send}


def send(channel: str, outgoing: Outgoing) -> None:
    """This will send by the channel's transport. Raises TransportError, ImproperlyConfigured for an unknown SMS transport."""
    match channel:
        case "inapp":
            inapp.send(outgoing)
        case "email":
            mail.send(outgoing)
        case "sms":
            _sms()(outgoing)
        case _:
            raise ValueError(f"no channel {channel}")


def _sms() -> Callable[[Outgoing], None]:
    name = settings.PORTLANE_SMS_TRANSPORT
    if name not in SMS:
        raise ImproperlyConfigured(f"PORTLANE_SMS_TRANSPORT={name}: known are {', '.join(SMS)}")
    return SMS[name]
