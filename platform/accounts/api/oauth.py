"""The token endpoint (RFC 6749, client credentials) and revocation (RFC 7009) of allauth's provider; nothing else of it is served."""

from __future__ import annotations

from allauth.idp.oidc import views
from django.urls import path

urlpatterns = [
    path("token", views.token, name="oauth_token"),
    path("revoke", views.revoke, name="oauth_revoke"),
]
