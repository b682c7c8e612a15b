"""Devices of gates and of the far side: enrolled by a person, known by a secret that is shown once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from accounts.errors import GateNeeded, NameNotValid, UnknownDevice
from accounts.models import Device, DeviceKind
from accounts.texts import one_line
from core.actors import Actor
from core.db import operation

CODE_LENGTH = 30


@operation
def enrol_device(
    *, name: str, port_code: str, gate_code: str = "", kind: str = DeviceKind.GATE.value, now: datetime, actor: Actor
) -> tuple[Device, str]:
    """This will make a device of a gate, or the far side's own client (no gate), and return it with its secret, which is kept nowhere.

    The caller has checked that the person may `device.enrol` at that port and that the gate is one of it. Raises NameNotValid,
    GateNeeded (a gate's device without one).
    """
    secret = secrets.token_urlsafe(32)
    name = one_line(name)
    if not 0 < len(name) <= 120:
        raise NameNotValid(most=120)
    kind = DeviceKind(kind)
    if kind == DeviceKind.GATE and not gate_code:
        raise GateNeeded
    gate_code = gate_code if kind == DeviceKind.GATE else ""
    known_by = {"kind": kind, "port_code": port_code, "gate_code": gate_code, "secret_hash": hash_of(secret)}
    device = Device.objects.create(name=name, **known_by)
    return device, secret


@operation
def renew_device_secret(*, ref: str, port_code: str, now: datetime, actor: Actor) -> tuple[Device, str]:
    """This will give a device a fresh secret; the old one is void at once. Raises UnknownDevice for one of another port."""
    device = _device(ref, port_code)
    secret = secrets.token_urlsafe(32)
    device.secret_hash = hash_of(secret)
    device.save(update_fields=["secret_hash"])
    return device, secret


@operation
def switch_device(*, ref: str, port_code: str, is_active: bool, now: datetime, actor: Actor) -> Device:
    """This will let a device in or shut it out. Raises UnknownDevice for one of another port."""
    device = _device(ref, port_code)
    device.is_active = is_active
    device.save(update_fields=["is_active"])
    return device


def _device(ref: str, port_code: str) -> Device:
    device = Device.objects.filter(ref=ref, port_code=port_code).first()
    if device is None:
        raise UnknownDevice
    return device


def hash_of(secret: str) -> str:
    """A secret of 256 random bits needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
