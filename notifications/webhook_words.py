"""What the admins of an organisation are told of its webhooks."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "webhook.no_secret": (
        _("Webhook waits for a new secret"),
        _(
            "The signing secret of %(endpoint)s cannot be read any more, so nothing is sent there. "
            "Rotate it and give the new one to the receiver; what waits is then sent."
        ),
    ),
    "webhook.gone": (
        _("Webhook switched off"),
        _(
            "%(endpoint)s answered that it is gone (410), so nothing more is sent there. "
            "What happens meanwhile is kept for 30 days: switch it on again and replay it."
        ),
    ),
    "webhook.failing": (
        _("Webhook switched off"),
        _(
            "%(endpoint)s has taken nothing for five days (%(problem)s), so nothing more is sent there. "
            "What happens meanwhile is kept for 30 days: mend the receiver, switch it on again and replay it."
        ),
    ),
}
