"""Paths of a port's declarations and of the rules they are checked by."""

from __future__ import annotations

from django.urls import path

from core.api import paths  # noqa: F401  registers the path converters
from web.staff import declarations, declarations_rules

PORT = "staff/ports/<slug:port_code>/"
ONE = PORT + "declarations/<ref:ref>/"
RULE = PORT + "declaration-rules/<slug:check_code>/"

urlpatterns = [
    path("staff/declarations/", declarations.ports, name="staff_declaration_ports"),
    path(PORT + "declarations/", declarations.declarations, name="staff_declarations"),
    path(ONE, declarations.declaration, name="staff_declaration"),
    path(ONE + "documents/<ref:document_ref>/", declarations.document, name="staff_declaration_document"),
    path(ONE + "hold/", declarations.hold, name="staff_declaration_hold"),
    path(ONE + "release/", declarations.release, name="staff_declaration_release"),
    path(PORT + "declaration-rules/", declarations_rules.rules, name="staff_declaration_rules"),
    path(RULE, declarations_rules.change, name="staff_declaration_rule"),
    path(RULE + "drop/", declarations_rules.remove, name="staff_declaration_rule_drop"),
]
