"""What a gate's device signs, and how its header is read. Pure: no clock, no database, no request.

    Authorization: Portlane-Ed25519 device=D-…,seq=17,at=2026-11-22T05:33:00Z,signature=<base64 of 64 bytes>

The signature covers the UTF-8 text of `signed_text`: nothing of a request that means anything can be altered, or used for another one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SCHEME = "Portlane-Ed25519"
VERSION = "PLG1"
KEY_BYTES, SIGNATURE_BYTES = 32, 64
MOST_SEQ = 2**63 - 1
_HEADER = re.compile(
    r"device=(?P<device>[A-Z0-9-]{1,20}), ?seq=(?P<seq>[1-9][0-9]{0,18}), ?"
    r"at=(?P<at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z), ?"
    r"signature=(?P<signature>[A-Za-z0-9+/]{86}==)"
)


@dataclass(frozen=True)
class Signed:
    """What a header says. `at_text` is what was signed; `at` is that moment (UTC)."""

    device: str
    seq: int
    at_text: str
    at: datetime
    signature: bytes


def parse(credentials: str) -> Signed | None:
    """This will read the header's part after the scheme; None for any other text."""
    found = _HEADER.fullmatch(credentials.strip())
    if found is None or int(found["seq"]) > MOST_SEQ:
        return None
    try:
        at = datetime.fromisoformat(found["at"]).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    signature = decoded(found["signature"], SIGNATURE_BYTES)
    return Signed(found["device"], int(found["seq"]), found["at"], at, signature) if signature else None


def signed_text(*, method: str, path: str, device: str, seq: int, at_text: str, body: bytes) -> bytes:
    """This will return what is signed; `path` begins with "/" and keeps its query string."""
    lines = (VERSION, method.upper(), path, device, str(seq), at_text, hashlib.sha256(body).hexdigest())
    return "\n".join(lines).encode()


def enrolment_text(*, device: str, code: str, public_key: str) -> bytes:
    """This will return what a device signs with its new key to show that it holds the private half."""
    return "\n".join((f"{VERSION}-ENROL", device, code, public_key)).encode()


def is_genuine(public_key: str, signature: bytes, text: bytes) -> bool:
    """This will tell whether `signature` was made over `text` by the private half of `public_key` (base64)."""
    raw = decoded(public_key, KEY_BYTES)
    if raw is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def decoded(text: str, length: int) -> bytes | None:
    """This will return the bytes of strict base64; None for other text, other lengths and spellings that only decode alike."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == length and base64.b64encode(raw).decode() == text else None
