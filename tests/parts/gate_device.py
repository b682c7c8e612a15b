"""A gate's device for tests: Django's test client whose every request is signed, by the same client code that the simulator runs."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.utils.encoding import force_bytes

from accounts.models import Device
from core import clock
from simulator.gate import Signer


class SignedClient(Client):
    """Signs at the clock's moment, each request under the next seq."""

    def __init__(self, signer: Signer, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.signer = signer

    def generic(self, method: str, path: str, data: Any = "", *args: Any, **extra: Any) -> Any:  # type: ignore[override]
        query = extra.get("QUERY_STRING") or urlsplit(path).query
        asked = urlsplit(path).path + (f"?{query}" if query else "")
        body = force_bytes(data)
        header = self.signer.header(method=method, path=asked, body=body, at=clock.now())
        headers = {"Authorization": header} | dict(extra.pop("headers", None) or {})
        return super().generic(method, path, body, *args, headers=headers, **extra)


def key_for(device: Device) -> Signer:
    """This will give a device a fresh key without the ceremony of its code."""
    signer = Signer(device.ref)
    Device.objects.filter(pk=device.pk).update(public_key=signer.public_key)
    return signer
