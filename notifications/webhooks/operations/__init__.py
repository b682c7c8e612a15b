"""What an organisation does with its webhook endpoints. The caller has checked that the person or program may `webhook.own` there."""

from notifications.webhooks.operations.endpoints import (
    change_endpoint,
    create_endpoint,
    disable_endpoint,
    enable_endpoint,
    remove_endpoint,
    rotate_secret,
)
from notifications.webhooks.operations.replays import replay, replay_range, send_test

__all__ = [
    "change_endpoint",
    "create_endpoint",
    "disable_endpoint",
    "enable_endpoint",
    "remove_endpoint",
    "replay",
    "replay_range",
    "rotate_secret",
    "send_test",
]
