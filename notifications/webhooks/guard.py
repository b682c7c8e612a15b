"""Where webhooks may go: the address is read strictly, its name resolved, what it leads to checked, and that very address connected to.

The name is not asked again between check and connect, so an answer that changes (DNS rebinding) changes nothing. What a library would
read generously (`0x7f.1`, `2130706433`, full-width digits, `user@host`) is refused as it is written.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock
from notifications.webhooks.addresses import Address, is_loopback, is_public

URL_MOST = 500
HOST_MOST = 253
RESOLVE_WITHIN_S = 5.0
ASKED_AT_ONCE = (
    128  # a name server that never answers holds a thread of this room (libc gives up after 10 to 40 s), not a sender
)
PORT_LEAST, PORT_MOST = 1024, 65535  # besides 443: no mail, no remote shell
_URL = re.compile(r"(https?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?(/[!-~]*)?(\?[!-~]*)?", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
PLAIN_HOSTS = ("127.0.0.1", "[::1]", "localhost")  # over http, where receivers on this machine are allowed
_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "home", "lan", "localdomain", "onion")

WORDS: dict[str, str | Promise] = {
    "too_long": _("the address is too long."),
    "not_an_address": _("this is not an address of the form https://host/path, in plain letters and digits."),
    "not_https": _("it must begin with https://."),
    "port": _("only port 443 and ports from 1024 on are allowed."),
    "number": _("the host is a number in an unusual spelling. Write its name."),
    "name": _("the host's name is not a public one."),
    "not_public": _("the host is not on the public internet."),
    "unresolved": _("the host's name leads nowhere."),
}


class Refused(Exception):
    """An address that nothing is sent to; `code` names a line of WORDS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def words(self) -> str:
        return str(WORDS[self.code])


@dataclass(frozen=True)
class Target:
    """An address read strictly. `literal`: the host where it is a number, None for a name."""

    url: str
    host: str
    port: int
    literal: Address | None


def checked(url: str) -> Target:
    """This will read an address and refuse what can be seen in its spelling alone. Raises Refused."""
    if len(url) > URL_MOST:
        raise Refused("too_long")
    found = _URL.fullmatch(url)
    if found is None or "\\" in url or "#" in url:
        raise Refused("not_an_address")
    scheme, host, port, _path, _query = found.groups()
    if scheme != "https" and not (settings.PORTLANE_WEBHOOK_PRIVATE and host in PLAIN_HOSTS):
        raise Refused("not_https")
    usual = 443 if scheme == "https" else 80
    target = Target(url, host.strip("[]").lower(), int(port or usual), _literal(host))
    if target.port != usual and not PORT_LEAST <= target.port <= PORT_MOST:
        raise Refused("port")
    if target.literal is not None:
        allowed([target.literal])
    return target


def _literal(host: str) -> Address | None:
    """The number a host is, in its one usual spelling; None for a name. Raises Refused for any other spelling, and for local names."""
    if host.startswith("["):
        try:
            return ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            raise Refused("number") from None
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]) or (labels[-1] == "" and len(labels) > 1 and _NUMBER.fullmatch(labels[-2])):
        try:
            return ipaddress.IPv4Address(host)
        except ValueError:
            raise Refused("number") from None
    local = labels[-1].lower() in _LOCAL_NAMES and not (settings.PORTLANE_WEBHOOK_PRIVATE and host == "localhost")
    if len(host) > HOST_MOST or not all(map(_LABEL.fullmatch, labels)):
        raise Refused("name")
    if local or (len(labels) < 2 and host != "localhost"):
        raise Refused("name")
    return None


def allowed(addresses: Iterable[Address]) -> list[Address]:
    """This will return the addresses of a host when every one of them may be connected to. Raises Refused."""
    found = list(addresses)
    if not found:
        raise Refused("unresolved")
    if settings.PORTLANE_WEBHOOK_PRIVATE and all(map(is_loopback, found)):
        return found
    if not all(map(is_public, found)):
        raise Refused("not_public")
    return found


def resolved(host: str, port: int, *, within_s: float = RESOLVE_WITHIN_S) -> list[Address]:
    """This will ask the resolver once, wait `within_s` for it, and return what may be connected to. Raises Refused."""
    asked = _resolver().submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        rows = asked.result(timeout=within_s)
    except (OSError, UnicodeError):  # a TimeoutError is an OSError too
        asked.cancel()
        raise Refused("unresolved") from None
    # A zone (fe80::1%eth0) belongs to an address that is refused anyway.
    return allowed(dict.fromkeys(ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows))


@cache
def _resolver() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(ASKED_AT_ONCE, thread_name_prefix="webhook-name")


class Backend(httpcore.SyncBackend):
    """Connects to the address that was checked, and to no other; nothing may last beyond `until_s` (of `clock.monotonic_s`)."""

    def __init__(self, until_s: float) -> None:
        self.until_s = until_s

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """This will resolve, check and connect. Raises Refused, httpcore's ConnectError and ConnectTimeout."""
        problem: Exception = httpcore.ConnectError()
        within_s = min(_left(self, timeout), RESOLVE_WITHIN_S)
        for address in resolved(host, port, within_s=within_s)[:2]:
            try:
                stream = super().connect_tcp(str(address), port, _left(self, timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as why:
                problem = why
                continue
            return Bounded(stream, self)
        raise problem

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Any = None
    ) -> httpcore.NetworkStream:
        raise Refused("not_public")


class Bounded(httpcore.NetworkStream):
    """A connection whose reads and writes all end in time, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, backend: Backend) -> None:
        self._stream, self._backend = stream, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._backend, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._backend, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        begun = self._stream.start_tls(ssl_context, server_hostname, _left(self._backend, timeout))
        return Bounded(begun, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(backend: Backend, timeout: float | None) -> float:
    left = backend.until_s - clock.monotonic_s()
    if left <= 0:
        raise httpcore.ReadTimeout("the try took too long")
    return left if timeout is None else min(left, timeout)
