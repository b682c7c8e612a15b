"""What every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    return {"languages": settings.LANGUAGES, "outbox_page": settings.PORTLANE_OUTBOX_PAGE}
