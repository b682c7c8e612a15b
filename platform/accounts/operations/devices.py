"""Devices of gates and of the far side, enrolled by a person. A gate's makes its own key and is let in by a code that works once; the far
side's client is known by a secret. Code and secret are shown once and kept hashed."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from accounts import signatures
from accounts.errors import EnrolmentCodeNotValid, GateNeeded, NameNotValid, PublicKeyNotValid, UnknownDevice
from accounts.models import Device, DeviceKind
from accounts.texts import one_line
from core.actors import Actor
from core.db import operation
from core.ids import ALPHABET

CODE_LETTERS = 12  # 60 bits
CODE_LIVES = timedelta(hours=24)
_TYPED = str.maketrans("OIL", "011", " -")  # as a person reads it off a screen


@operation
def enrol_device(
    *, name: str, port_code: str, gate_code: str = "", kind: str = DeviceKind.GATE.value, now: datetime, actor: Actor
) -> tuple[Device, str]:
    """This will make a device of a gate, or the far side's own client (no gate), and return it with what it shows once: the code that lets
    a gate's device hand in its key within a day, or the client's secret.

    The caller has checked that the person may `device.enrol` at that port and that the gate is one of it. Raises NameNotValid,
    GateNeeded (a gate's device without one).
    """
    name = one_line(name)
    if not 0 < len(name) <= 120:
        raise NameNotValid(most=120)
    kind = DeviceKind(kind)
    if kind == DeviceKind.GATE and not gate_code:
        raise GateNeeded
    gate_code = gate_code if kind == DeviceKind.GATE else ""
    device = Device(name=name, kind=kind, port_code=port_code, gate_code=gate_code)
    shown = _admission(device, now=now)
    device.save()
    return device, shown


@operation
def renew_device_secret(*, ref: str, port_code: str, now: datetime, actor: Actor) -> tuple[Device, str]:
    """This will give a gate's device a fresh code, whose key then takes the place of the one it has, or the far side's client a fresh
    secret, which voids the old one at once. Raises UnknownDevice for one of another port."""
    device = _device(ref, port_code)
    shown = _admission(device, now=now)
    device.save(update_fields=["secret_hash", "code_hash", "code_until"])
    return device, shown


@operation
def redeem_device_code(*, ref: str, code: str, public_key: str, signature: str, now: datetime, actor: Actor) -> Device:
    """This will take a gate device's public key (base64 of 32 bytes) against its one-time code; the key before it is void at once.

    `signature` (base64) is over `signatures.enrolment_text`: nobody hands in a key that he does not hold. Raises PublicKeyNotValid, and
    EnrolmentCodeNotValid for a code that is wrong, used or too old, an unknown device, and one that is shut out.
    """
    typed = _as_made(code)
    signed = signatures.decoded(signature, signatures.SIGNATURE_BYTES)
    text = signatures.enrolment_text(device=ref, code=code, public_key=public_key)
    if not signed or not signatures.is_genuine(public_key, signed, text):
        raise PublicKeyNotValid
    rows = Device.objects.filter(ref=ref, kind=DeviceKind.GATE, is_active=True, code_until__gt=now)
    if not typed or not rows.filter(code_hash=hash_of(typed)).update(
        public_key=public_key, code_hash="", code_until=None
    ):
        raise EnrolmentCodeNotValid
    device = Device.objects.get(ref=ref)
    device.save(update_fields=["public_key"])  # for its history: an UPDATE alone leaves none
    return device


@operation
def switch_device(*, ref: str, port_code: str, is_active: bool, now: datetime, actor: Actor) -> Device:
    """This will let a device in or shut it out. Raises UnknownDevice for one of another port."""
    device = _device(ref, port_code)
    device.is_active = is_active
    device.save(update_fields=["is_active"])
    return device


def _admission(device: Device, *, now: datetime) -> str:
    """Sets what the device is let in by, and returns it in clear."""
    if device.kind == DeviceKind.COUNTERPART:
        secret = secrets.token_urlsafe(32)
        device.secret_hash = hash_of(secret)
        return secret
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))
    device.code_hash, device.code_until = hash_of(code), now + CODE_LIVES
    return "-".join(code[start : start + 4] for start in range(0, CODE_LETTERS, 4))


def _as_made(code: str) -> str:
    return code.upper().translate(_TYPED)


def _device(ref: str, port_code: str) -> Device:
    device = Device.objects.filter(ref=ref, port_code=port_code).first()
    if device is None:
        raise UnknownDevice
    return device


def hash_of(secret: str) -> str:
    """A secret of 256 random bits, or a code of 60 that lives a day and is asked for under a limit, needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
