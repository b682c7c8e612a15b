"""What the pages read of messages, and the one thing a reader does to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from notifications.models import Channel, Message, MessageQuerySet


def messages_for(user: Any) -> MessageQuerySet:
    """This will return a person's messages, newest first. `message.text` is (title, body) in the language of the page."""
    return Message.objects.visible_to(user)


def unread_count(user: Any) -> int:
    return messages_for(user).unread().count()


def mark_read(*, user: Any, now: datetime, ref: str = "") -> int:
    """This will mark a person's messages as read (all, or the one named) and return how many were unread."""
    mine = messages_for(user).unread()
    return (mine.filter(ref=ref) if ref else mine).update(read_at=now)


def outbox(limit: int = 100) -> list[Message]:
    """This will return the newest text messages and mails of this installation; `message.text_as_sent` is what they say.

    For the local outbox page only: it shows one-time codes (settings.PORTLANE_OUTBOX_PAGE, refused in production).
    """
    return list(Message.objects.exclude(channel=Channel.INAPP).select_related("person")[:limit])
