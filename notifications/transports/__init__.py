"""The ways out. Each module has `send(outgoing)`; it returns when the message is handed over, or raises TransportError."""

from notifications.transports.base import ANSWER_WITHIN_S, Outgoing, TransportError
from notifications.transports.table import send

__all__ = ["ANSWER_WITHIN_S", "Outgoing", "TransportError", "send"]
