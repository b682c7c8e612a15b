"""Declarations by who declares: begun, changed, given in, copied, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Organisation
from accounts.texts import one_line
from core.actors import Actor
from core.db import operation
from core.errors import WrongState
from core.machine import advance, begin
from reservations.declarations.content import MOST_TRIPS, REFERENCE_LENGTH
from reservations.declarations.errors import DeclarationFieldNotValid, TripsMade, TripsReserved
from reservations.declarations.models import Declaration, DeclarationState, Mode
from reservations.declarations.operations import steps
from reservations.declarations.queries import trips_taken
from yards.errors import UnknownPort
from yards.models import Direction, Port

CHANGEABLE = ("direction", "mode", "own_reference", "trips", "content")


@operation
def draft_declaration(
    *,
    organisation: Organisation,
    port_code: str,
    direction: str,
    mode: str,
    own_reference: str = "",
    trips: int = 1,
    content: dict[str, Any] | None = None,
    now: datetime,
    actor: Actor,
) -> Declaration:
    """This will begin a declaration of an organisation (new → draft), checked at once so that what is missing shows.

    Raises UnknownPort, DeclarationFieldNotValid, ContentNotValid, ReferenceUsed.
    """
    port = Port.objects.filter(code=port_code).first()
    if port is None:
        raise UnknownPort
    fields = _checked({"direction": direction, "mode": mode, "own_reference": own_reference, "trips": trips})
    return _begin(
        organisation, port, fields | {"content": steps.read({} if content is None else content)}, now=now, actor=actor
    )


@operation
def change_declaration(
    *, ref: str, expected_edition: int | None = None, now: datetime, actor: Actor, **fields: Any
) -> Declaration:
    """This will change what is declared; once given in it is checked again and moves by what the check says. Drafts and held ones stay.

    `fields`: direction, mode, own_reference, trips, content (whole), or `content_change` (groups by their fields, lists whole).
    Raises UnknownDeclaration, DeclarationClosed, Conflict (another edition), DeclarationFieldNotValid, TripsMade, TripsReserved,
    ContentNotValid, ReferenceUsed.
    """
    declaration = steps.live(ref, expected_edition)
    change = fields.pop("content_change", None)
    if change is not None:
        fields["content"] = steps.laid_over(fields.get("content", declaration.content), change)
    values = _checked(fields)
    if values.get("trips", declaration.trips) < declaration.trips:
        _check_taken(declaration, values["trips"])
    if not _differs(declaration, values):
        return declaration
    if _is_other_cargo(declaration, values):
        values |= {"released_at": None}
    was = steps.settle(declaration, now=now, changed_at=now, **values)
    if declaration.state != "draft":
        steps.tell_change(declaration, was)
    return declaration


@operation
def submit_declaration(*, ref: str, expected_edition: int | None = None, now: datetime, actor: Actor) -> Declaration:
    """This will give a draft in and check it (draft → needs_fix, submitted or ready); given in before, it is only checked again.

    Raises UnknownDeclaration, DeclarationClosed, Conflict.
    """
    declaration = steps.live(ref, expected_edition)
    is_draft = declaration.state == "draft"
    if not is_draft:
        steps.tell_move(declaration, steps.settle(declaration, now=now))
        return declaration
    found = steps.findings_of(declaration, now=now)
    was = steps.settle(declaration, now=now, to=steps.state_of(found), submitted_at=now)
    steps.tell_move(declaration, was)
    return declaration


@operation
def withdraw_declaration(*, ref: str, expected_edition: int | None = None, now: datetime, actor: Actor) -> Declaration:
    """This will end a declaration that its declarant takes back (any live state → withdrawn). Its reservations stay, without it they
    are not ready. Raises UnknownDeclaration, WrongState, Conflict."""
    declaration = steps.found(ref)
    if declaration.state in Declaration.machine.ends:
        raise WrongState(state=declaration.get_state_display(), to=DeclarationState.WITHDRAWN.label)
    steps.live(ref, expected_edition)
    advance(declaration, "withdrawn", ended_at=now, changed_at=now, edition=declaration.edition + 1)
    steps.tell(declaration)
    return declaration


@operation
def copy_declaration(*, ref: str, now: datetime, actor: Actor) -> Declaration:
    """This will begin a draft with what another one says, of the same organisation and port. Files, your reference and trips made do
    not come along, and neither does a day by which it spoils. Raises UnknownDeclaration."""
    old = steps.found(ref)
    content = steps.laid_over(old.content, {"temperature": {"spoils_at": ""}})
    fields = {"direction": old.direction, "mode": old.mode, "trips": old.trips, "content": content}
    return _begin(old.organisation, old.port, fields, now=now, actor=actor, copied_from=old.ref)


def _begin(
    organisation: Organisation, port: Port, fields: dict[str, Any], *, now: datetime, actor: Actor, **facts: Any
) -> Declaration:
    own = {"organisation": organisation, "port": port, "created_by": actor.ref, "created_at": now, "changed_at": now}
    findings = steps.findings_of(Declaration(**own, **fields), now=now)
    declaration = begin(Declaration, "draft", **own, **fields, findings=findings, checked_at=now)
    steps.tell(declaration, "declaration.drafted", mode=declaration.mode, direction=declaration.direction, **facts)
    return declaration


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    """Every field as it is kept. Raises DeclarationFieldNotValid, ContentNotValid."""
    read = {
        "direction": lambda value: _chosen("direction", value, Direction.values),
        "mode": lambda value: _chosen("mode", value, Mode.values),
        "own_reference": _own_reference,
        "trips": _trips,
        "content": steps.read,
    }
    unknown = set(fields) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"a declaration has no {', '.join(sorted(unknown))}")
    return {name: read[name](value) for name, value in fields.items()}


def _chosen(name: str, value: Any, choices: list[str]) -> str:
    if value not in choices:
        raise DeclarationFieldNotValid(field=name, choices=", ".join(choices))
    return str(value)


def _own_reference(value: Any) -> str:
    text = one_line(str(value or ""))
    if len(text) > REFERENCE_LENGTH:
        raise DeclarationFieldNotValid(field="own_reference", choices=f"0–{REFERENCE_LENGTH}")
    return text


def _trips(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_TRIPS:
        raise DeclarationFieldNotValid(field="trips", choices=f"1–{MOST_TRIPS}")
    return value


def _check_taken(declaration: Declaration, trips: int) -> None:
    """Trips under way keep theirs, as when places are taken."""
    if trips < declaration.trips_made:
        raise TripsMade(trips_made=declaration.trips_made)
    taken = trips_taken(declaration)
    if trips < taken:
        raise TripsReserved(trips=taken)


def _differs(declaration: Declaration, values: dict[str, Any]) -> bool:
    return any(getattr(declaration, name) != value for name, value in values.items())


def _is_other_cargo(declaration: Declaration, values: dict[str, Any]) -> bool:
    plain = any(
        values.get(name, getattr(declaration, name)) != getattr(declaration, name) for name in ("mode", "direction")
    )
    return plain or steps.cargo(values.get("content", declaration.content)) != steps.cargo(declaration.content)
