"""Sessions for people's browsers and apps. The challenge header makes "not signed in" a 401, not a 403."""

from __future__ import annotations

from rest_framework import authentication
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    def authenticate_header(self, request: Request) -> str:
        return "Session"
