"""Paths of declaring: the form, its files, spreadsheets."""

from __future__ import annotations

from django.urls import path

from core.api import paths  # noqa: F401  registers the path converters
from web.carrier import declare, declare_documents, declare_trips, sheets

ONE = "carrier/declarations/<ref:ref>/"
SHEET = "carrier/sheets/<ref:ref>/"

urlpatterns = [
    path("carrier/declarations/", declare.declarations, name="declarations"),
    path("carrier/declarations/new/", declare.new, name="declare"),
    path(ONE, declare.declaration, name="declaration"),
    path(ONE + "submit/", declare.submit, name="declaration_submit"),
    path(ONE + "copy/", declare.copy, name="declaration_copy"),
    path(ONE + "withdraw/", declare.withdraw, name="declaration_withdraw"),
    path(ONE + "attach/", declare_trips.attach, name="declaration_attach"),
    path(ONE + "detach/", declare_trips.detach, name="declaration_detach"),
    path(ONE + "documents/", declare_documents.add, name="declaration_documents"),
    path(ONE + "documents/<ref:document_ref>/", declare_documents.document, name="declaration_document"),
    path(ONE + "documents/<ref:document_ref>/remove/", declare_documents.remove, name="declaration_document_remove"),
    path("carrier/sheets/", sheets.sheets, name="sheets"),
    path("carrier/sheets/template/<slug:kind>.xlsx", sheets.template, name="sheet_template"),
    path(SHEET, sheets.sheet, name="sheet"),
    path(SHEET + "take/", sheets.take, name="sheet_take"),
]
