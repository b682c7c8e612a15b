"""What every transport takes and how it fails."""

from __future__ import annotations

from dataclasses import dataclass

#: how long a transport may take for one message, seconds; the lease on a message is longer
ANSWER_WITHIN_S = 10.0


@dataclass(frozen=True)
class Outgoing:
    """One message on its way. `ref` stays the same over all tries: hand it to the carrier, which can then drop a repetition."""

    ref: str
    to: str
    title: str
    body: str
    language: str


class TransportError(Exception):
    """The message was not taken over. `permanent`: trying again would not help (no such number, refused address)."""

    def __init__(self, why: str, *, permanent: bool = False) -> None:
        super().__init__(why)
        self.permanent = permanent
