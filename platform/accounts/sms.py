"""The port through which accounts sends a text message. Who carries it is decided above: `notifications` registers itself."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Sender(Protocol):
    """Takes a message over. It is called inside the transaction that made the code: it writes a row and sends later."""

    def __call__(self, *, phone: str, text: str, language: str, now: datetime) -> None: ...


_senders: list[Sender] = []


def register_sender(sender: Sender) -> None:
    """This will make `sender` the one that carries all messages from now on."""
    _senders[:] = [sender]


def send_sms(*, phone: str, text: str, language: str, now: datetime) -> None:
    """This will hand one message to the registered sender; raises RuntimeError where none is registered."""
    if not _senders:
        raise RuntimeError("no SMS sender is registered (notifications does it when it starts)")
    _senders[0](phone=phone, text=text, language=language, now=now)
