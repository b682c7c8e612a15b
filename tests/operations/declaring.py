"""Declarations on their way, by the real operations; a policy that asks for them."""

from __future__ import annotations

from typing import Any

from reservations.declarations.models import Declaration
from reservations.declarations.operations import draft_declaration, submit_declaration
from reservations.models import Policy
from tests.cast import Cast
from tests.parts.declaring import a_content


def drafted(cast: Cast, **fields: Any) -> Declaration:
    said: dict[str, Any] = {"direction": cast.lane.direction, "mode": "0110", "content": a_content()} | fields
    organisation = said.pop("organisation", cast.carrier)
    return draft_declaration(organisation=organisation, port_code=cast.port.code, **said, **cast.by(cast.dispatcher))


def given_in(cast: Cast, **fields: Any) -> Declaration:
    """Submitted and checked; ready unless `fields` spoil it. An invoice is asked for by no rule here."""
    declaration = drafted(
        cast, **({"mode": "9810"} if cast.lane.direction == "outbound" else {"mode": "9610"}) | fields
    )
    return submit_declaration(ref=declaration.ref, **cast.by(cast.dispatcher))


def naming(*vehicles: Any, **fields: Any) -> dict[str, Any]:
    """A content that names these vehicles; without any it leaves them to be named."""
    rows = [{"country": each.country, "plate": each.plate} for each in vehicles]
    return a_content(vehicles=rows, vehicles_to_be_named=not rows, **fields)


def asks_for_declarations(cast: Cast, hours: int = 4) -> None:
    Policy.objects.filter(pk=cast.policy.pk).update(declaration_hours=hours)
