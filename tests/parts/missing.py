"""What a test does when a real part cannot be had on this machine."""

from __future__ import annotations


class PartMissing(Exception):
    """A real part (server, browser) cannot be had here; the message is the one line that says why."""
