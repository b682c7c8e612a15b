"""A system check of webhooks: what lets a developer's machine hear itself must not reach production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from core.checks import in_production


@register(Tags.security, deploy=True)
def refuse_receivers_on_this_machine(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """This will refuse in production what lets webhooks reach the machine they are sent from."""
    if not in_production() or not settings.PORTLANE_WEBHOOK_PRIVATE:
        return []
    words = "PORTLANE_WEBHOOK_PRIVATE lets an enterprise make this machine call its own services"
    return [Error(words, id="portlane.E013")]
