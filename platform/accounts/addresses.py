"""Where a request comes from, for counting only."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

HOME_NETWORK_BITS = 64  # one IPv6 customer has at least so many addresses: they count as one


def client_ip(request: HttpRequest) -> str:
    """This will return the network address of the caller; behind our proxy it is the one the proxy saw and wrote down last."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY:
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2].strip()
    return _network(address)


def _network(address: str) -> str:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, HOME_NETWORK_BITS), strict=False))
    return str(ip)
