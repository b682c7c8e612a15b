"""Addresses that nothing may ever be sent to, in the spellings that libraries, browsers and shells read as the same place."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

#: this machine, private and shared space, link-local and metadata services, what is reserved, and Azure's service address
CLOSED_V4 = (
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.0.1"),
    *("169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
    *("198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.51.100.7", "203.0.113.9"),
)
CLOSED_V6 = (
    *("::", "::1", "0:0:0:0:0:0:0:1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd00:ec2::254", "fd12:3456::1"),
    *("ff02::1", "ff0e::1", "100::1", "2001:db8::1", "2001:10::1", "2001:20::1", "3fff::1", "5f00::1", "64:ff9b:1::1"),
    *("2001:0:7f00:1::", "2002:7f00:1::1", "::ffff:0:7f00:1", "fe80::5efe:7f00:1"),
)
#: names as a hostile or an innocent resolver answers them
NAMES = {
    "127-0-0-1.hooks.example": ["127.0.0.1"],
    "metadata.hooks.example": ["169.254.169.254"],
    "inside.hooks.example": ["10.1.2.3"],
    "shared.hooks.example": ["100.100.100.200"],
    "azure.hooks.example": ["168.63.129.16"],
    "six.hooks.example": ["::1"],
    "mapped.hooks.example": ["::ffff:127.0.0.1"],
    "nat64.hooks.example": ["64:ff9b::a00:1"],
    "sixtofour.hooks.example": ["2002:a00:1::1"],
    "isatap.hooks.example": ["2606:4700::5efe:a00:1"],
    "unique-local.hooks.example": ["fd00:ec2::254"],
    "link.hooks.example": ["fe80::1%eth0"],
    "one-of-two.hooks.example": ["93.184.215.14", "127.0.0.1"],
    "last-of-many.hooks.example": ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "192.168.1.1"],
    "nothing.hooks.example": [],
}
LOCAL_NAMES = (
    *("localhost", "LOCALHOST", "localhost.", "a.localhost", "localhost.localdomain", "ip6-localhost", "metadata"),
    *("metadata.google.internal", "router.lan", "printer.local", "db.internal", "hidden.onion", "kubernetes"),
)
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
CIRCLED = str.maketrans("0123456789.", "⓪①②③④⑤⑥⑦⑧⑨。")


def hosts() -> Iterator[str]:
    """This will yield every spelling of every closed address, as it stands in a URL."""
    for text in CLOSED_V4:
        yield from dict.fromkeys(_of_v4(text))
    for text in CLOSED_V6:
        yield f"[{text}]"
        yield f"[{ipaddress.IPv6Address(text).exploded.upper()}]"
    yield from ("[fe80::1%25eth0]", "[fe80::1%eth0]", "[::1", "[v1.fe80::a]", "::1", "[127.0.0.1]", "[]", "[::1]]")
    yield from (*NAMES, *LOCAL_NAMES)


def _of_v4(text: str) -> Iterator[str]:
    a, b, c, d = (int(part) for part in text.split("."))
    whole, tail, pair = int(ipaddress.IPv4Address(text)), b << 16 | c << 8 | d, c << 8 | d
    yield text
    yield from (f"{text}.", str(whole), f"0x{whole:x}", f"0X{whole:08X}", f"0{whole:o}", str(whole + 2**32))
    yield from (f"{a}.{tail}", f"{a}.{b}.{pair}", f"0x{a:x}.{tail}", f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}")
    yield from (f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"{a:03d}.{b:03d}.{c:03d}.{d:03d}", f"0x{a:x}.{b}.0{c:o}.{d}")
    yield from (
        f"[::ffff:{text}]",
        f"[::{text}]",
        f"[64:ff9b::{text}]",
        f"[0:0:0:0:0:ffff:{whole >> 16:x}:{whole & 0xFFFF:x}]",
    )
    yield from (f"[2002:{whole >> 16:x}:{whole & 0xFFFF:x}::1]", f"[2606:4700::5efe:{text}]", f"[fe80::5efe:{text}]")
    yield from (text.translate(FULL_WIDTH), text.translate(CIRCLED), text.replace(".", "。"), text.replace(".", "%2e"))
    yield from (f"user@{text}", f"example.com@{text}", f"example.com:pass@{text}", f"{text}%00.example.com")
    yield from (
        f"{text}#.example.com",
        f"{text}\\.example.com",
        f"example.com\\@{text}",
        f" {text}",
        f"{text}\t",
        f"{text}\n",
    )


def urls(port: int) -> list[str]:
    """This will return the table: each host with https and a port that something may listen at, and other schemes."""
    found = [f"https://{host}:{port}/hooks" for host in hosts()]
    found += [f"http://{host}:{port}/hooks" for host in ("127.0.0.1", "localhost", "[::1]", "93.184.215.14")]
    others = (
        "file:///etc/passwd",
        "gopher://127.0.0.1:{0}/_",
        "ftp://127.0.0.1:{0}/",
        "dict://127.0.0.1:{0}/",
        "unix:///run/x",
    )
    found += [
        each.format(port) for each in (*others, "//127.0.0.1:{0}/", "https:/127.0.0.1:{0}/", "https:127.0.0.1:{0}", "")
    ]
    found += [f"HTTPS://127.0.0.1:{port}/", f"https://///127.0.0.1:{port}/", f"https://127.0.0.1:{port}?@example.com/"]
    return list(dict.fromkeys(found))
