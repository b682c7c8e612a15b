"""The gate pass: a compact token signed by Ed25519 that a gate with the public key checks without a network (BLUEPRINT 6.4).

    PL1.<payload>.<signature>        base64url without padding
    payload = JSON list [reservation, vehicle, lane, starts_at_s, ends_at_s, key id, serial]

The signature covers `PL1.<payload>`. A change of slot raises the serial: a pass with an older one is out of date.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import json
import os
import secrets
from dataclasses import astuple, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from reservations.models import Reservation

VERSION = "PL1"
SEED_BYTES = 32


class PassNotValid(Invalid):
    code = "pass_not_valid"
    title = _("Pass not valid")
    message = _("This pass was not issued by this system. Ask the driver for the reservation's reference.")
    field = "pass"


class PassOutdated(Conflict):
    code = "pass_outdated"
    title = _("Pass out of date")
    message = _("The reservation was changed after this pass was issued. Ask the driver to open the present one.")
    field = "pass"


class NoPassYet(Conflict):
    code = "no_pass"
    title = _("No pass")
    message = _("Only a confirmed reservation has a pass.")


@dataclass(frozen=True)
class Pass:
    """What a pass says. Moments are whole seconds since 1970 (UTC)."""

    reservation_ref: str
    vehicle_ref: str
    lane_code: str
    starts_at_s: int
    ends_at_s: int
    key_id: str
    serial: int


def serial_of(reservation: Reservation) -> int:
    """This will return the serial of the pass in force: 1, and one more for each change of slot."""
    return reservation.changes + 1


def issue(reservation: Reservation) -> str:
    """This will return the signed token of a reservation; raises NoPassYet unless it is confirmed or checked in."""
    if reservation.state not in ("confirmed", "checked_in"):
        raise NoPassYet
    key, slot = signing_key(), reservation.slot
    said = Pass(
        reservation_ref=reservation.ref,
        vehicle_ref=reservation.vehicle.ref,
        lane_code=reservation.lane.code,
        starts_at_s=int(slot.starts_at.timestamp()),
        ends_at_s=int(slot.ends_at.timestamp()),
        key_id=key_id(key.public_key()),
        serial=serial_of(reservation),
    )
    body = f"{VERSION}.{_text(json.dumps(astuple(said), separators=(',', ':')).encode())}"
    return f"{body}.{_text(key.sign(body.encode()))}"


def read(token: str) -> Pass:
    """This will return what a genuine token says; raises PassNotValid for any other text."""
    body, _dot, signature = token.strip().rpartition(".")
    version, _dot, payload = body.partition(".")
    try:
        if version != VERSION:
            raise PassNotValid
        signing_key().public_key().verify(_bytes(signature), body.encode())
        return Pass(*json.loads(_bytes(payload)))
    except (InvalidSignature, ValueError, TypeError, binascii.Error):
        raise PassNotValid from None


def key_id(public: Ed25519PublicKey) -> str:
    """This will name a public key by the first eight hex digits of its SHA-256."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:8]


@functools.lru_cache(maxsize=1)
def signing_key() -> Ed25519PrivateKey:
    """This will return the key of the settings, or the installation's own, made on first use and readable by its owner alone."""
    text = settings.PORTLANE_PASS_KEY or _kept(settings.PORTLANE_DATA_DIR / "pass.key")
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text))


def _kept(path: Path) -> str:
    """Two processes may start at once: each writes a file of its own, and the first to link it wins for both."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        mine = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(SEED_BYTES)).decode())
        try:
            os.link(mine, path)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return path.read_text()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
