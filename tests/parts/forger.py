"""Requests that are not a device's own: altered, replayed, signed by another key, for another device, at another time."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client

from accounts.models import Device
from core import clock
from simulator.gate import Signer

PATH = "/api/v1/gate/events/"
TRICKS = ("replayed", "body", "path", "seq", "device", "own key", "old", "to come", "method", "cut", "no signature")


@dataclass
class Forger:
    """Has listened to a genuine device and knows all it ever sent, but not its key. `answers` counts (trick, status, code)."""

    signer: Signer  # the genuine one: what it sends is listened to
    other: Device  # another genuine device, whose name is borrowed
    seed: int = 1
    client: Client = field(default_factory=Client)
    answers: Counter[tuple[str, int, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.own = Signer(self.signer.device)
        self.heard: list[tuple[str, bytes]] = []

    def listen(self, *, times: int = 20) -> None:
        """This will let the genuine device report something harmless, and keep what went over the line."""
        for _ in range(times):
            body = self._body()
            header = self.signer.header(method="POST", path=PATH, body=body, at=clock.now())
            assert self._send("POST", PATH, body, header).status_code == 200
            self.heard.append((header, body))

    def attack(self, *, times: int) -> int:
        """This will try each trick in turn and return how many were let in."""
        for n in range(times):
            trick = TRICKS[n % len(TRICKS)]
            answer = self._send(*self._forged(trick))
            self.answers[trick, answer.status_code, answer.json().get("code", "")] += 1
        return sum(times for (_, status, _), times in self.answers.items() if status < 400)

    def _forged(self, trick: str) -> tuple[str, str, bytes, str]:
        header, body = self.dice.choice(self.heard)
        if trick == "replayed":
            return "POST", PATH, body, header
        fresh = self._header(body)
        if trick == "body":
            return "POST", PATH, self._body(), fresh
        if trick == "path":
            return (
                "POST",
                self.dice.choice(["/api/v1/gate/exits/", f"{PATH}?x=1", "/api/v1/gate/arrivals/"]),
                body,
                fresh,
            )
        if trick == "method":
            return "PUT", PATH, body, fresh
        return "POST", PATH, body, self._spoilt(trick, body)

    def _spoilt(self, trick: str, body: bytes) -> str:
        header, now = self._header(body), clock.now()
        if trick == "seq":
            return header.replace("seq=", "seq=9", 1)
        if trick == "device":
            return header.replace(self.signer.device, self.other.ref)
        if trick == "own key":
            return self.own.header(method="POST", path=PATH, body=body, at=now, seq=self.dice.randrange(1, 10**9))
        if trick in ("old", "to come"):
            away = timedelta(seconds=self.dice.randrange(121, 10**6))
            at = now - away if trick == "old" else now + away
            return self.signer.header(method="POST", path=PATH, body=body, at=at)
        return header[: -self.dice.randrange(1, 80)] if trick == "cut" else header.partition(",signature")[0]

    def _header(self, body: bytes) -> str:
        """A genuine header that never arrived: whoever holds it may send it once, as it is."""
        return self.signer.header(method="POST", path=PATH, body=body, at=clock.now())

    def _body(self) -> bytes:
        number = self.dice.randrange(1, 10**12)
        event = {
            "number": number,
            "kind": "barrier",
            "way": "in",
            "plate": "云X99999",
            "occurred_at": f"{clock.now():%FT%TZ}",
        }
        return json.dumps({"events": [event]}).encode()

    def _send(self, method: str, path: str, body: bytes, header: str) -> Any:
        return self.client.generic(method, path, body, "application/json", headers={"Authorization": header})
