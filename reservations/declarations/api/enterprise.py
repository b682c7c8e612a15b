"""Enterprise audience: the paths of declarations below /api/v1/enterprise/."""

from __future__ import annotations

from django.urls import path

from core.api import paths  # noqa: F401  registers the path converters
from reservations.declarations.api import documents, views

urlpatterns = [
    path("declarations/", views.Declarations.as_view(), name="enterprise_declarations"),
    path("declarations/<ref:ref>/", views.OneDeclaration.as_view(), name="enterprise_declaration"),
    path("declarations/<ref:ref>/submit/", views.Submit.as_view(), name="enterprise_declaration_submit"),
    path("declarations/<ref:ref>/withdraw/", views.Withdraw.as_view(), name="enterprise_declaration_withdraw"),
    path("declarations/<ref:ref>/copy/", views.Copy.as_view(), name="enterprise_declaration_copy"),
    path("declarations/<ref:ref>/documents/", documents.Documents.as_view(), name="enterprise_documents"),
    path(
        "declarations/<ref:ref>/documents/<ref:document_ref>/",
        documents.OneDocument.as_view(),
        name="enterprise_document",
    ),
]
