"""Which page a message is about, where its reader has one."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.urls import reverse

from accounts.policy import may
from notifications.models import Message


class Subject(NamedTuple):
    """A page, the verb that opens it, and the facts of a message that name what it shows."""

    name: str
    verb: str
    facts: tuple[str, ...]


RESERVATION = Subject("web:reservation", "reservation.read", ("reservation",))
REQUEST = Subject("web:request", "request.own", ("request",))
TURN = Subject("web:turn", "turn.read", ("entry",))
MARK = Subject("web:mark", "conduct.own", ("mark",))

#: By the words of a message, else by the first of them.
SUBJECTS: dict[str, Subject] = {
    "reservation": RESERVATION,
    "credit": RESERVATION,
    "disposition.moved": RESERVATION,
    "disposition.standby": REQUEST,
    "request": REQUEST,
    "offer": REQUEST,
    "queue": TURN,
    "stay": TURN,
    "mark": MARK,
    "appeal": MARK,
    "appeal.asked": Subject("web:staff_appeal", "appeal.decide", ("port_code", "appeal")),
    "declaration": Subject("web:declaration", "declaration.own", ("declaration",)),
    "round": Subject("web:staff_round", "round.read", ("port_code", "round")),
    "closure": Subject("web:staff_closure", "closure.read", ("port_code", "closure")),
}


def page_of(message: Message, reader: Any) -> str:
    """This will return the address of the page of a message's subject; "" where it has none, or none that its reader may open."""
    subject = SUBJECTS.get(message.words) or SUBJECTS.get(message.words.partition(".")[0])
    if subject is None or not may(reader, subject.verb):
        return ""
    named = [message.facts.get(fact) for fact in subject.facts]
    return reverse(subject.name, args=named) if all(named) else ""
