"""The ways out. Each module has `send(outgoing)`; it returns when the message is handed over, or raises TransportError."""

from notifications.transports.base import Outgoing, TransportError
from notifications.transports.table import send

__all__ = ["Outgoing", "TransportError", "send"]
