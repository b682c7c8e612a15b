"""Text messages of a development machine: written to the log, and shown on the local outbox page."""

from __future__ import annotations

import logging

from notifications.transports.base import Outgoing

log = logging.getLogger(__name__)


def send(outgoing: Outgoing) -> None:
    """This will write the message to the log. Refused in production by system check portlane.E005."""
    log.info("text message to %s: %s", outgoing.to, outgoing.body)
