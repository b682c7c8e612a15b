"""Which page a message is about: one that its reader may open now, which is not always one they could open when they were told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.urls import reverse

from accounts.policy import may, ports_where
from notifications.models import Message
from notifications.webhooks.models import Endpoint
from reservations.declarations.queries import declarations_within
from reservations.queries import refs_within
from web.carrier.office import Office
from yards.models import Port, Yard

#: The arguments of a page's address.
Named = tuple[str, ...]


class Reader(NamedTuple):
    """`office`: where a carrier's person works just now; None: wherever they have a role."""

    user: Any
    office: Office | None = None


class Subject(NamedTuple):
    """A page, the verb that opens it, the facts of a message that name what it shows, and which of those a reader may open."""

    name: str
    verb: str
    facts: tuple[str, ...]
    opened: Callable[[Reader, str, set[Named]], set[Named]]
    part: str = ""


def _own(what: str) -> Callable[[Reader, str, set[Named]], set[Named]]:
    """By its own reference, the last of what names it: within reach as the page itself asks it."""

    def opened(reader: Reader, verb: str, named: set[Named]) -> set[Named]:
        found = refs_within(what, {each[-1] for each in named}, user=reader.user, verb=verb)
        return {each for each in named if each[-1] in found}

    return opened


def _at_port(reader: Reader, verb: str, named: set[Named]) -> set[Named]:
    held = ports_where(reader.user, verb)
    return {each for each in named if each[0] in held}


def _yards(reader: Reader, verb: str, named: set[Named]) -> set[Named]:
    rows = Yard.objects.filter(port__code__in=ports_where(reader.user, verb), code__in=[code for (code,) in named])
    return {(code,) for code in rows.values_list("code", flat=True)}


def _ports(reader: Reader, verb: str, named: set[Named]) -> set[Named]:
    rows = Port.objects.filter(code__in=[code for (code,) in named])
    return {(code,) for code in rows.values_list("code", flat=True)}


def _declarations(reader: Reader, verb: str, named: set[Named]) -> set[Named]:
    rows = declarations_within(user=reader.user, verb=verb).filter(ref__in=[ref for (ref,) in named])
    return {(ref,) for ref in rows.values_list("ref", flat=True)}


def _endpoints(reader: Reader, verb: str, named: set[Named]) -> set[Named]:
    """Its page is the office's that the reader works in just now."""
    rows = Endpoint.objects.own_to(reader.user).filter(ref__in=[ref for (ref,) in named])
    if reader.office:
        rows = rows.filter(organisation=reader.office.organisation) if reader.office.may(verb) else rows.none()
    return {(ref,) for ref in rows.values_list("ref", flat=True)}


RESERVATION = Subject("web:reservation", "reservation.read", ("reservation",), _own("reservation"))
REQUEST = Subject("web:request", "request.own", ("request",), _own("request"))
TURN = Subject("web:turn", "turn.read", ("entry",), _own("entry"))
MARK = Subject("web:mark", "conduct.own", ("mark",), _own("mark"))
APPEAL = Subject("web:staff_appeal", "appeal.decide", ("port_code", "appeal"), _own("appeal"))
DECLARATION = Subject("web:declaration", "declaration.own", ("declaration",), _declarations)
ROUND = Subject("web:staff_round", "round.read", ("port_code", "round"), _at_port)
CLOSURE = Subject("web:staff_closure", "closure.read", ("port_code", "closure"), _at_port)
FAR_SIDE = Subject("web:staff_far_side", "console.read", ("port_code",), _at_port)
POLICY = Subject("web:staff_policy", "console.read", ("port_code",), _at_port)
DESK = Subject("web:console", "console.read", ("yard_code",), _yards)
OVERRIDES = DESK._replace(part="#overrides")
ENDPOINT = Subject("web:carrier_endpoint", "webhook.own", ("endpoint_ref",), _endpoints)
LANES = Subject("web:port", "public.read", ("port_code",), _ports, "#lanes-title")
RULES = LANES._replace(part="#rules-title")

#: By the words of a message, else by the first of them: the first page that its reader may open.
SUBJECTS: dict[str, tuple[Subject, ...]] = {
    "reservation": (RESERVATION,),
    "credit": (RESERVATION,),
    "disposition.moved": (RESERVATION,),
    "disposition.standby": (REQUEST,),
    "request": (REQUEST,),
    "offer": (REQUEST,),
    "queue": (TURN,),
    "stay": (TURN,),
    "mark": (MARK,),
    "appeal": (MARK,),
    "appeal.asked": (APPEAL,),
    "declaration": (DECLARATION,),
    "round": (ROUND,),
    "closure": (CLOSURE, LANES),
    "far_side": (FAR_SIDE, LANES),
    "policy": (POLICY, RULES),
    "lane": (DESK, LANES),
    "override": (OVERRIDES,),
    "webhook": (ENDPOINT,),
}


def page_of(message: Message, reader: Any) -> str:
    """This will return the address of the page of a message's subject; "" where it has none, or none that its reader may open."""
    [page] = pages_of([message], reader)
    return page


def pages_of(messages: Iterable[Message], reader: Any, *, office: Office | None = None) -> list[str]:
    """This will return each message's page, as `page_of`; one query for each kind of subject, however many messages."""
    about = [_about(message) for message in messages]
    wanted: dict[Subject, set[Named]] = {}
    for subject, named in (pair for pairs in about for pair in pairs):
        wanted.setdefault(subject, set()).add(named)
    who = Reader(reader, office)
    opened = {
        subject: subject.opened(who, subject.verb, named) if may(reader, subject.verb) else set()
        for subject, named in wanted.items()
    }
    return [next((_address(*pair) for pair in pairs if pair[1] in opened[pair[0]]), "") for pairs in about]


def _about(message: Message) -> list[tuple[Subject, Named]]:
    """The pages that would do, as far as the message names what they show; yard and endpoint stand in its stream's name."""
    at = (message.stream or "").partition(":")[2]
    facts = {"yard_code": at, "endpoint_ref": at} | message.facts
    subjects = SUBJECTS.get(message.words) or SUBJECTS.get(message.words.partition(".")[0]) or ()
    pairs = [(subject, tuple(str(facts.get(fact) or "") for fact in subject.facts)) for subject in subjects]
    return [(subject, named) for subject, named in pairs if all(named)]


def _address(subject: Subject, named: Named) -> str:
    return reverse(subject.name, args=named) + subject.part
