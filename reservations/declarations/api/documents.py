"""Enterprise audience: files with a declaration, up and down."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from accounts.api.enterprise import EnterpriseView
from core import clock
from core.api.parsing import BodyTooLarge
from core.api.schema import operation
from reservations.declarations import errors
from reservations.declarations.api import shapes
from reservations.declarations.api.parsing import UploadParser, said, uploaded
from reservations.declarations.api.views import READ, VERB, WRITE, mine
from reservations.declarations.models import Document
from reservations.declarations.operations import add_document, remove_document
from reservations.declarations.queries import document_for


class Documents(EnterpriseView):
    verb, scope = VERB, WRITE
    parser_classes = (UploadParser,)  # type: ignore[assignment]

    @operation(
        name="enterprise_documents_create",
        summary="Add a file to a declaration",
        description="A form with `kind` and `file`. What it is, is found in its content: a program named .pdf is refused.",
        audience="enterprise",
        request=shapes.DocumentIn,
        answer=shapes.DocumentShape,
        status=201,
        key=True,
        problems=(
            errors.UnknownDeclaration,
            errors.DeclarationClosed,
            errors.DocumentRefused,
            errors.DocumentKnown,
            errors.TooManyDocuments,
            BodyTooLarge,
        ),
    )
    def post(self, request: Request, ref: str) -> HttpResponse:
        found = mine(request, ref)
        kind, (name, data) = said(request, "kind"), uploaded(self)
        return self.do(
            request,
            add_document,
            shape=shapes.DocumentShape,
            status=201,
            key=True,
            ref=found.ref,
            kind=kind,
            name=name,
            data=data,
        )


class OneDocument(EnterpriseView):
    verb, scopes = VERB, {"GET": READ, "DELETE": WRITE}

    @operation(
        name="enterprise_documents_read",
        summary="A file of a declaration",
        audience="enterprise",
        answer={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        problems=(errors.UnknownDocument,),
    )
    def get(self, request: Request, ref: str, document_ref: str) -> HttpResponseBase:
        document = _of(request, ref, document_ref)
        response = FileResponse(document.file.open("rb"), as_attachment=True, filename=document.name)
        response["Content-Type"] = "application/octet-stream"  # shown by no browser, whatever is in it
        response["Cache-Control"] = "no-store"
        return response

    @operation(
        name="enterprise_documents_remove",
        summary="Take a file away from a declaration",
        audience="enterprise",
        answer=None,
        status=204,
        problems=(errors.UnknownDocument, errors.DeclarationClosed),
    )
    def delete(self, request: Request, ref: str, document_ref: str) -> HttpResponse:
        document = _of(request, ref, document_ref)
        remove_document(
            ref=document.declaration.ref, document_ref=document.ref, now=clock.now(), actor=self.actor(request)
        )
        return HttpResponse(status=204)


def _of(request: Request, ref: str, document_ref: str) -> Document:
    document = document_for(user=request.user, ref=document_ref, verb=VERB)
    if document.declaration.ref != ref:
        raise errors.UnknownDocument
    return document
