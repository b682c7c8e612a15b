"""E-mail through Django's mail backend (EMAIL_URL)."""

from __future__ import annotations

import smtplib

from django.core.mail import EmailMessage, get_connection

from notifications.transports.base import ANSWER_WITHIN_S, Outgoing, TransportError


def send(outgoing: Outgoing) -> None:
    """This will hand one mail over. Raises TransportError, permanent for an address that is refused."""
    mail = EmailMessage(
        subject=" ".join(outgoing.title.split()),  # a line break in a subject would begin another header
        body=outgoing.body,
        to=[outgoing.to],
        headers={"Message-ID": f"<{outgoing.ref}@portlane>", "Content-Language": outgoing.language},
        connection=get_connection(timeout=int(ANSWER_WITHIN_S)),
    )
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as problem:
        codes = [code for code, _ in problem.recipients.values()]
        raise TransportError(f"address refused: {codes}", permanent=all(code >= 500 for code in codes)) from problem
    except (smtplib.SMTPException, OSError) as problem:
        raise TransportError(f"{type(problem).__name__}: {problem}") from problem
