"""Signing secrets: made, sealed for the database, and turned into the headers of Standard Webhooks.

A receiver's secret must be readable to sign, so it cannot be a hash: it is kept encrypted (Fernet: AES-128-CBC and HMAC-SHA256)
with a key derived from SECRET_KEY by HKDF-SHA256 (RFC 5869). Who changes SECRET_KEY makes every sealed secret unreadable: each
endpoint is then rotated.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from standardwebhooks import Webhook

PREFIX = "whsec_"
SECRET_BYTES = 32  # the specification asks for 24 to 64
INFO = b"portlane webhook secrets v1"


def new_secret() -> str:
    """This will return a fresh secret as its owner gets it, such as `whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw`."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def seal(secret: str) -> str:
    """This will return a secret as the database keeps it."""
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """This will return a kept secret, "" for one that was sealed under another SECRET_KEY."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""


def headers(*, delivery: str, body: str, at: datetime, secrets: Iterable[str]) -> dict[str, str]:
    """This will return the three headers of one try: the id stays, the moment (real time) is fresh, each secret signs once."""
    signatures = [Webhook(secret).sign(msg_id=delivery, timestamp=at, data=body) for secret in secrets]
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _box() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=INFO).derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))
