"""The gate pass: a compact token signed by Ed25519 that a gate with the public key checks without a network.

    PL1.<payload>.<signature>        base64url without padding
    payload = JSON list [reservation, vehicle, lane, starts_at_s, ends_at_s, key id, serial]

The signature covers `PL1.<payload>`. A change of slot raises the serial: a pass with an older one is out of date. The key id says
which key signed: several may verify at once, so that one takes over from another (docs/gate.md).
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
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
    return sealed(VERSION, list(astuple(said)))


def read(token: str, *, keys: Mapping[str, Ed25519PublicKey] | None = None) -> Pass:
    """This will return what a genuine token says, whichever known key signed it; raises PassNotValid for any other text."""
    payload = opened(VERSION, token, keys=keys)
    try:
        return Pass(*_typed(payload))
    except (TypeError, ValueError):
        raise PassNotValid from None


def sealed(version: str, payload: Any) -> str:
    """This will return `version.payload.signature` of something that can be said in JSON, signed by the key in force."""
    body = f"{version}.{_text(json.dumps(payload, separators=(',', ':')).encode())}"
    return f"{body}.{_text(signing_key().sign(body.encode()))}"


def opened(version: str, text: str, *, keys: Mapping[str, Ed25519PublicKey] | None = None) -> Any:
    """This will return what was sealed, when one of the keys (all that verify here, unless others are given) signed it.

    Raises PassNotValid.
    """
    body, _dot, signature = text.strip().rpartition(".")
    said_version, _dot, payload = body.partition(".")
    known = verifying_keys() if keys is None else keys
    try:
        if said_version != version or not any(_signed(key, signature, body) for key in known.values()):
            raise PassNotValid
        return json.loads(_bytes(payload))
    except (ValueError, RecursionError):  # a binascii.Error is a ValueError
        raise PassNotValid from None


def key_id(public: Ed25519PublicKey) -> str:
    """This will name a public key by the first eight hex digits of its SHA-256."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:8]


def public_key(text: str) -> Ed25519PublicKey:
    """This will read a public key from base64; raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))


def public_text(key: Ed25519PublicKey) -> str:
    """This will write a public key as base64, as `PORTLANE_PASS_KEYS_ALSO` and the day list name it."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def verifying_keys() -> dict[str, Ed25519PublicKey]:
    """This will return the keys whose passes are genuine, by their ids: the one that signs, those before it and the next one.

    Raises ImproperlyConfigured for a setting that holds none.
    """
    return {key_id(key): key for key in (signing_key().public_key(), *_others(*settings.PORTLANE_PASS_KEYS_ALSO))}


@functools.lru_cache(maxsize=8)
def _others(*texts: str) -> tuple[Ed25519PublicKey, ...]:
    try:
        return tuple(public_key(text) for text in texts)
    except ValueError:
        raise ImproperlyConfigured("PORTLANE_PASS_KEYS_ALSO holds something that is no Ed25519 public key") from None


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


def _signed(key: Ed25519PublicKey, signature: str, body: str) -> bool:
    try:
        key.verify(_bytes(signature), body.encode())
    except InvalidSignature:
        return False
    return True


def _typed(payload: Any) -> list[Any]:
    """A key that leaked into other hands signs what it likes: a pass has these types and no others."""
    kinds = (str, str, str, int, int, str, int)
    if not isinstance(payload, list) or [type(part) for part in payload] != list(kinds):
        raise ValueError
    return payload


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
