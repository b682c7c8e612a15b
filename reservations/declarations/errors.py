"""What can be wrong with an act on a declaration. What is wrong IN one is a finding, not an error."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.db import constraint, unique_on
from core.errors import Conflict, Invalid, NotFound


class UnknownDeclaration(NotFound):
    code = "unknown_declaration"
    message = _("There is no such declaration of yours.")
    field = "declaration"


class DeclarationNotReady(Conflict):
    code = "declaration_not_ready"
    title = _("Declaration not ready")
    message = _("This declaration is not ready for this trip: %(why)s")
    field = "declaration"


class NoTripLeft(Conflict):
    code = "no_trip_left"
    title = _("No trip left")
    message = _("All trips of this declaration (%(trips)s) are made or reserved. Raise their number, or declare anew.")
    field = "declaration"


class ReferenceUsed(Conflict):
    code = "own_reference_used"
    title = _("Reference used already")
    message = _("Another declaration of yours has this reference.")
    field = "own_reference"


class DeclarationClosed(Conflict):
    code = "declaration_closed"
    title = _("Cannot be changed any more")
    message = _("This declaration is used up or withdrawn. Copy it to a new one.")


class ContentNotValid(Invalid):
    code = "content_not_valid"
    title = _("Not the content of a declaration")
    message = _("This part cannot be kept (%(why)s). See its field, and the documented shape of a declaration.")
    field = "content"


class DeclarationFieldNotValid(Invalid):
    code = "declaration_field_not_valid"
    title = _("Value not valid")
    message = _("Choose one of: %(choices)s.")


class TripsMade(Conflict):
    code = "trips_made"
    title = _("Trips made already")
    message = _("%(trips_made)s of its trips are made. It cannot have fewer.")
    field = "trips"


class TripsReserved(Conflict):
    code = "trips_reserved"
    title = _("Trips reserved")
    message = _("%(trips)s of its trips are made or reserved. It cannot have fewer.")
    field = "trips"


class RuleNotValid(Invalid):
    code = "rule_not_valid"
    title = _("Rule not valid")
    message = _("%(why)s")
    field = "check_code"


class TooManyDocuments(Conflict):
    code = "too_many_documents"
    title = _("Too many files")
    message = _("A declaration has at most %(most)s files. Remove one first.")
    field = "file"


class UnknownDocument(NotFound):
    code = "unknown_document"
    message = _("This declaration has no such file.")
    field = "document"


class DocumentRefused(Invalid):
    code = "document_refused"
    title = _("File not accepted")
    message = _("%(why)s")
    field = "file"


class DocumentKnown(Conflict):
    code = "document_known"
    title = _("File here already")
    message = _("This very file is among the documents of the declaration.")
    field = "file"


class ReasonMissing(Invalid):
    code = "reason_missing"
    title = _("Reason missing")
    message = _("Say why: the declarant reads it.")
    field = "reason"


constraint("declaration_own_reference_once", ReferenceUsed)
unique_on(
    "declaration_own_reference_once",
    "declarations_declaration.organisation_id",
    "declarations_declaration.own_reference",
)
constraint("document_once", DocumentKnown)
unique_on("document_once", "declarations_document.declaration_id", "declarations_document.sha256")
