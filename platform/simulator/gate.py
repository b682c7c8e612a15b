"""A gate's device as its maker would build it from docs/devices.md: a key of its own, each request signed, each seq used once."""

from __future__ import annotations

import base64
import hashlib
import threading
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SCHEME, VERSION = "Portlane-Ed25519", "PLG1"


class Signer:
    """The key of one device, made here and never shown, and the counter of its requests."""

    def __init__(self, device: str, *, seq: int = 0) -> None:
        self.device, self.seq = device, seq
        self._key = Ed25519PrivateKey.generate()
        self._turn = threading.Lock()

    @property
    def public_key(self) -> str:
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def enrolment(self, code: str) -> dict[str, str]:
        """This will return what is posted to `gate/enrol/` with a one-time code."""
        text = "\n".join((f"{VERSION}-ENROL", self.device, code, self.public_key))
        return {"device": self.device, "code": code, "public_key": self.public_key, "signature": self._signature(text)}

    def next_seq(self) -> int:
        with self._turn:
            self.seq += 1
            return self.seq

    def header(self, *, method: str, path: str, body: bytes, at: datetime, seq: int | None = None) -> str:
        """This will return the Authorization of one request at `at` (UTC), under the next seq."""
        seq, moment = seq or self.next_seq(), f"{at:%Y-%m-%dT%H:%M:%SZ}"
        lines = (VERSION, method, path, self.device, str(seq), moment, hashlib.sha256(body).hexdigest())
        return f"{SCHEME} device={self.device},seq={seq},at={moment},signature={self._signature(chr(10).join(lines))}"

    def _signature(self, text: str) -> str:
        return base64.b64encode(self._key.sign(text.encode())).decode()
