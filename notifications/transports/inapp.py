"""On the page: the row itself is what the reader sees, so there is nothing to carry."""

from __future__ import annotations

from notifications.transports.base import Outgoing


def send(outgoing: Outgoing) -> None:
    """This will do nothing: the message has been on the reader's page since its row was written."""
