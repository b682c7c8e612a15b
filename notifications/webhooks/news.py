"""The admins of an organisation are told when an endpoint of theirs was switched off, or cannot be signed for."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Membership, Role
from notifications.models import Channel, Message
from notifications.webhooks.models import Endpoint

USEFUL_DAYS = 7


def tell_admins(endpoint: Endpoint, kind: str, *, now: datetime) -> None:
    """This will write the messages (page and e-mail) to every active admin of the endpoint's organisation, in the caller's transaction."""
    rows = Membership.objects.filter(organisation=endpoint.organisation_id, role=Role.CARRIER_ADMIN)
    admins = {row.user_id: row.user for row in rows.select_related("user") if row.user.is_active}
    facts = {"endpoint": endpoint.description or endpoint.url, "problem": endpoint.last_problem}
    made = [
        Message(
            person=user,
            stream=f"webhook:{endpoint.ref}",
            seq=int(now.timestamp()),  # one message each time
            kind=kind,
            channel=channel,
            to=(user.email or "") if channel == Channel.EMAIL else "",
            language=user.language,
            words=kind,
            facts=facts,
            created_at=now,
            useful_until=now + timedelta(days=USEFUL_DAYS),
            next_attempt_at=now,
        )
        for user in admins.values()
        for channel in (Channel.INAPP, *([Channel.EMAIL] if user.email else []))
    ]
    Message.objects.bulk_create(made, ignore_conflicts=True)
