"""The machine of a message (docs/notifications.md draws it)."""

from core.machine import Machine

MESSAGE = Machine(
    name="message",
    initial=frozenset({"pending"}),
    moves={
        "pending": frozenset({"sent", "failed", "dead"}),
        "sent": frozenset(),
        "failed": frozenset(),  # the transport refused it for good
        "dead": frozenset(),  # tried too often, or too late to be of use
    },
)
