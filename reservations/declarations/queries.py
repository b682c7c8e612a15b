"""Declarations and their files within reach of a verb; a foreign one is not found, exactly like one that does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.models import Vehicle
from accounts.policy import DRIVER_SIDE, POLICY, ports_where
from core import worlds
from reservations.declarations.checks import Finding
from reservations.declarations.errors import UnknownDeclaration, UnknownDocument
from reservations.declarations.models import Declaration, DeclarationQuerySet, Document


def declarations_within(*, user: Any, verb: str) -> DeclarationQuerySet:
    """This will return the declarations a verb reaches: an organisation's own, or those at the ports of a role without their drafts.

    What was never given in is the declarant's alone. Of the present world (core/worlds.py).
    """
    rows = worlds.narrowed(Declaration.objects.select_related("port", "organisation", "held_by"), "port__sandbox_of")
    if POLICY[verb] & DRIVER_SIDE:
        return rows.own_to(user)
    return rows.filter(port__code__in=ports_where(user, verb), submitted_at__isnull=False)


def declaration_for(*, user: Any, ref: str, verb: str) -> Declaration:
    """This will return a declaration within reach of the verb. Raises UnknownDeclaration."""
    declaration = declarations_within(user=user, verb=verb).filter(ref=ref).first()
    if declaration is None:
        raise UnknownDeclaration
    return declaration


def document_for(*, user: Any, ref: str, verb: str) -> Document:
    """This will return a file of a declaration within reach of the verb. Raises UnknownDocument."""
    within = declarations_within(user=user, verb=verb).values("pk")
    document = Document.objects.select_related("declaration__port").filter(declaration__in=within, ref=ref).first()
    if document is None:
        raise UnknownDocument
    return document


def trips_taken(declaration: Declaration, *, besides: Sequence[Vehicle] = ()) -> int:
    """This will count the trips that are made, under way, reserved or asked for.

    `besides`: vehicles whose promise or wish is left out, as each has one at a time and is about to have it changed. The relations are
    those of reservations, requests and visits, which live above.
    """
    promised = (declaration.reservations.all(), declaration.requests.filter(reservation=None))
    live = sum(_live(rows).exclude(vehicle__in=list(besides)).count() for rows in promised)
    return declaration.trips_made + live + _live(declaration.entries.filter(reservation=None)).count()


def _live(rows: Any) -> Any:
    return rows.filter(state__in=rows.model.machine.live)


def findings_of(declaration: Declaration) -> list[Finding]:
    """This will return what the last check said, as it was stored."""
    return [Finding.of_json(row) for row in declaration.findings]
