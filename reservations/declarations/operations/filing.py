"""Files of a declaration: added and removed; each time it is checked again."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from core.actors import Actor
from core.db import operation
from reservations.declarations import documents
from reservations.declarations.errors import DeclarationFieldNotValid, TooManyDocuments, UnknownDocument
from reservations.declarations.models import Declaration, Document, DocumentKind
from reservations.declarations.operations import steps


@operation
def add_document(*, ref: str, kind: str, name: str, data: bytes, now: datetime, actor: Actor) -> Document:
    """This will keep a file with a declaration under a name of our own (the given one is only shown), and check the declaration again.

    Raises UnknownDeclaration, DeclarationClosed, DeclarationFieldNotValid (kind), DocumentRefused, DocumentKnown, TooManyDocuments.
    """
    if kind not in DocumentKind.values:
        raise DeclarationFieldNotValid(field="kind", choices=", ".join(DocumentKind.values))
    recognised = documents.recognise(data)
    declaration = steps.live(ref)
    if declaration.documents.count() >= documents.MOST_DOCUMENTS:
        raise TooManyDocuments(most=documents.MOST_DOCUMENTS)
    document = Document(
        declaration=declaration,
        kind=kind,
        name=documents.kept_name(name, recognised),
        media_type=recognised.media_type,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_by=actor.ref,
        uploaded_at=now,
    )
    document.save(force_insert=True)  # the row first: who sends the very file twice writes nothing to the disk
    document.file.save(f"{document.ref}.{recognised.extension}", ContentFile(data))
    was = steps.settle(declaration, now=now, changed_at=now)
    facts: dict[str, Any] = {
        "kind": kind,
        "media_type": document.media_type,
        "size_bytes": len(data),
        "sha256": document.sha256,
    }
    steps.tell(declaration, "document.added", document=document.ref, **facts)
    steps.tell_move(declaration, was)
    return document


@operation
def remove_document(*, ref: str, document_ref: str, now: datetime, actor: Actor) -> Declaration:
    """This will take a file away from a declaration, and check it again. Raises UnknownDeclaration, DeclarationClosed, UnknownDocument."""
    declaration = steps.live(ref)
    document = declaration.documents.filter(ref=document_ref).first()
    if document is None:
        raise UnknownDocument
    storage, name = document.file.storage, str(document.file.name)
    document.delete()
    transaction.on_commit(lambda: storage.delete(name), robust=True)
    was = steps.settle(declaration, now=now, changed_at=now)
    steps.tell(declaration, "document.removed", document=document_ref, sha256=document.sha256)
    steps.tell_move(declaration, was)
    return declaration
