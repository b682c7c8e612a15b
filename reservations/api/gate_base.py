"""The base of every view of the gate API: a device's signature, and how the description tells of it."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.request import Request

from accounts.authentication import SignedAuthentication
from accounts.models import Device
from core.api.views import View


class GateView(View):
    verb = "gate.report"
    authentication_classes = (SignedAuthentication,)

    def device(self, request: Request) -> Device:
        return cast(Device, request.user)


class Signature(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.SignedAuthentication"
    name = "signature"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        words = (
            "`Portlane-Ed25519 device=D-…,seq=17,at=2026-11-22T05:33:00Z,signature=<base64>`: Ed25519 over the lines `PLG1`, method, path,"
            " device, seq, at and the hex SHA-256 of the body. Each seq is good once; the clock may be two minutes off."
        )
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": words}


class DeviceSecret(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.DeviceAuthentication"
    name = "device"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        words = "`Device <ref>.<secret>`, as handed out when the far side's client was enrolled."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": words}
