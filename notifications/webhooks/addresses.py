"""Which network addresses webhooks may be sent to: public ones, in whatever spelling they come. PURE.

Besides what the registries of IANA mark as not globally reachable (Python's `ipaddress`), addresses that carry an IPv4 address inside are
judged by that one too, and a cloud's service address in public space is named here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Not public whatever a library's edition of the registry says; the last is the service address inside Azure.
CLOSED = tuple(
    ipaddress.ip_network(each)
    for each in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
        *("::/8", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16"),
        *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "64:ff9b::/96", "64:ff9b:1::/48"),
    )
)


def is_public(address: Address) -> bool:
    """This will tell whether an address may be connected to; one with an IPv4 address inside never may, for that one could be anything."""
    if any(address.version == network.version and address in network for network in CLOSED):
        return False
    if address.is_multicast or address.is_unspecified or address.is_reserved or not address.is_global:
        return False
    return not list(_inside(address))


def is_loopback(address: Address) -> bool:
    """This will tell whether an address is this machine's own (127.0.0.0/8, ::1), also as ::ffff:127.0.0.1."""
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _inside(address: Address) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 address carries: mapped, 6to4, Teredo, ISATAP (RFC 5214)."""
    if isinstance(address, ipaddress.IPv4Address):
        return
    yield from filter(None, (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())))
    if (int(address) >> 32) & 0xFFFF_FFFF in (0x5EFE, 0x0200_5EFE):
        yield ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
