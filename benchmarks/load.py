"""Closed-loop load: a number of clients, each sending its next request when the last was answered. One connection a request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Measured:
    """What the clients saw: seconds of the whole run, milliseconds of each request, answers by status."""

    wall_s: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_s(self) -> float:
        return len(self.latencies_ms) / self.wall_s

    def percentile_ms(self, share: float) -> float:
        ranked = sorted(self.latencies_ms)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))]

    def add(self, other: Measured) -> None:
        self.wall_s += other.wall_s
        self.latencies_ms += other.latencies_ms
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count


def run(port: int, requests: Sequence[bytes], *, clients: int) -> Measured:
    """This will send all requests through `clients` clients and return what they saw."""
    return asyncio.run(_run(port, requests, clients))


async def _run(port: int, requests: Sequence[bytes], clients: int) -> Measured:
    measured = Measured()
    queue = iter(requests)
    started = time.perf_counter()
    await asyncio.gather(*(_client(port, queue, measured) for _ in range(clients)))
    measured.wall_s = time.perf_counter() - started
    return measured


async def _client(port: int, queue: Iterator[bytes], measured: Measured) -> None:
    for request in queue:
        started = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        measured.latencies_ms.append((time.perf_counter() - started) * 1000)
        status = int(answer[9:12]) if answer[:5] == b"HTTP/" else 0
        measured.statuses[status] = measured.statuses.get(status, 0) + 1


def post(path: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """This will spell one HTTP/1.1 request that asks the server to close the connection."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", "Content-Type: application/json"]
    lines += [f"Content-Length: {len(body)}", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
