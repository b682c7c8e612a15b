"""Enterprise audience: declarations of my organisation, from the first draft until they are used up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.api.enterprise import EnterpriseView
from core.api import etag
from core.api.answers import answer, shaped
from core.api.schema import operation, paged
from core.errors import Conflict, DomainError, WrongState
from reservations.declarations import errors
from reservations.declarations.api import shapes
from reservations.declarations.models import Declaration
from reservations.declarations.operations import (
    change_declaration,
    copy_declaration,
    draft_declaration,
    submit_declaration,
    withdraw_declaration,
)
from reservations.declarations.queries import declaration_for, declarations_within
from yards.errors import UnknownPort

READ, WRITE = "declarations:read", "declarations:write"
VERB = "declaration.own"
Shape = shapes.DeclarationShape
FIELDS = (errors.DeclarationFieldNotValid, errors.ContentNotValid, errors.ReferenceUsed)


class Declarations(EnterpriseView):
    verb, scopes = VERB, {"GET": READ, "POST": WRITE}

    @operation(
        name="enterprise_declarations_list",
        summary="Declarations of my organisation, newest first",
        audience="enterprise",
        query=shapes.ListIn,
        answer=paged(shapes.DeclarationRow),
    )
    def get(self, request: Request) -> HttpResponse:
        asked, rows = self.asked(shapes.ListIn, request), declarations_within(user=request.user, verb=VERB)
        wanted = {"state": "state", "port": "port__code", "own_reference": "own_reference"}
        rows = rows.filter(**{path: asked[name] for name, path in wanted.items() if asked.get(name)})
        return answer(self.page(request, rows, shapes.DeclarationRow))

    @operation(
        name="enterprise_declarations_create",
        summary="Begin a declaration",
        description="It is checked at once: `findings` say what is missing. Nothing is given in before `submit`.",
        audience="enterprise",
        request=shapes.DraftIn,
        answer=Shape,
        status=201,
        key=True,
        problems=(UnknownPort, *FIELDS),
    )
    def post(self, request: Request) -> HttpResponse:
        wish = self.parsed(shapes.DraftIn, request)
        wish["port_code"] = wish.pop("port")
        organisation = self.organisation(request)
        return self.do(
            request,
            draft_declaration,
            shape=Shape,
            status=201,
            key=True,
            headers=tagged,
            organisation=organisation,
            **wish,
        )


class OneDeclaration(EnterpriseView):
    verb, scopes = VERB, {"GET": READ, "PATCH": WRITE}

    @operation(
        name="enterprise_declarations_read",
        summary="One declaration with its fix list, with its ETag",
        audience="enterprise",
        answer=Shape,
        problems=(errors.UnknownDeclaration,),
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        found = mine(request, ref)
        body = shaped(Shape, found)
        return etag.answer(request, body, current=tag(found))

    @operation(
        name="enterprise_declarations_change",
        summary="Change a declaration",
        description="Send `content` whole or the parts that change as `content_change`. Once given in, it is checked again.",
        audience="enterprise",
        request=shapes.ChangeIn,
        answer=Shape,
        if_match=True,
        key=False,
        problems=(
            errors.UnknownDeclaration,
            errors.DeclarationClosed,
            errors.TripsMade,
            errors.TripsReserved,
            Conflict,
            *FIELDS,
        ),
    )
    def patch(self, request: Request, ref: str) -> HttpResponse:
        declaration_for(user=request.user, ref=ref, verb=VERB)  # a foreign one is not found, whatever is said of it
        return act(self, request, ref, change_declaration, if_match=True, **self.parsed(shapes.ChangeIn, request))


def _step(
    name: str, *, step: Callable[..., Declaration], summary: str, description: str, problem: type[DomainError]
) -> type[EnterpriseView]:
    """This will make the view of one step of a declaration that takes nothing but its reference."""

    class Step(EnterpriseView):
        verb, scope = VERB, WRITE

        @operation(
            name=f"enterprise_declarations_{name}",
            summary=summary,
            description=description,
            audience="enterprise",
            answer=Shape,
            if_match=False,
            key=False,
            problems=(errors.UnknownDeclaration, problem, Conflict),
        )
        def post(self, request: Request, ref: str) -> HttpResponse:
            return act(self, request, ref, step)

    Step.__name__ = Step.__qualname__ = name.title()
    return Step


Submit = _step(
    "submit",
    step=submit_declaration,
    summary="Give a declaration in",
    description="It becomes ready, waits, or needs to be mended: see `findings`. Given in before, it is checked again.",
    problem=errors.DeclarationClosed,
)
Withdraw = _step(
    "withdraw",
    step=withdraw_declaration,
    summary="Take a declaration back",
    description="Reservations on it stay, and are not ready without another.",
    problem=WrongState,
)


class Copy(EnterpriseView):
    verb, scope = VERB, WRITE

    @operation(
        name="enterprise_declarations_copy",
        summary="Begin a declaration with what another one says",
        description="Files, your reference and the day by which it spoils do not come along.",
        audience="enterprise",
        answer=Shape,
        status=201,
        key=True,
        problems=(errors.UnknownDeclaration,),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        found = mine(request, ref)
        return self.do(request, copy_declaration, shape=Shape, status=201, key=True, headers=tagged, ref=found.ref)


# ---------------------------------------------------------------- steps
def mine(request: Request, ref: str) -> Declaration:
    """This will return a declaration of the asking organisation. Raises UnknownDeclaration."""
    return declaration_for(user=request.user, ref=ref, verb=VERB)


def act(
    view: EnterpriseView,
    request: Request,
    ref: str,
    change: Callable[..., Declaration],
    *,
    if_match: bool = False,
    **fields: Any,
) -> HttpResponse:
    """This will carry out a change of the edition that If-Match names, or of the one that is there where none is named."""
    found = mine(request, ref)
    return view.do(
        request,
        change,
        shape=Shape,
        headers=tagged,
        before=lambda: etag.check(request, tag(found), required=if_match),
        ref=found.ref,
        expected_edition=found.edition,
        **fields,
    )


def tag(declaration: Declaration) -> str:
    """This will return the ETag of a declaration's edition and state."""
    return etag.tag(declaration.ref, declaration.edition, declaration.state, declaration.trips_made)


def tagged(declaration: Declaration) -> dict[str, str]:
    return {"ETag": tag(declaration)}
