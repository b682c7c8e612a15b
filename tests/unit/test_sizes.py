"""What is sent is weighed before it is read: 200 MB cost nothing, whatever length they state."""

from __future__ import annotations

from typing import Any

import pytest

from core.sizes import MOST_BYTES, SizeGuard

CHUNK = 1_000_000


class Sender:
    """A client that sends `count` chunks, and remembers how many were taken from it."""

    def __init__(self, count: int) -> None:
        self.count, self.taken = count, 0

    async def __call__(self) -> dict[str, Any]:
        if self.taken >= self.count:
            return {"type": "http.disconnect"}
        self.taken += 1
        return {"type": "http.request", "body": b"x" * CHUNK, "more_body": self.taken < self.count}


async def read_by_an_application(sender: Sender, *lengths: int) -> tuple[int, dict[bytes, bytes], int]:
    """What the application inside got, the headers it then saw, and how many chunks had been taken by then."""
    seen: dict[str, Any] = {}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        total, more = 0, True
        while more:
            message = await receive()
            total, more = total + len(message["body"]), message["more_body"]
        seen.update(total=total, headers=dict(scope["headers"]), taken=sender.taken)
        assert (await receive())["type"] == "http.disconnect"  # as Django listens for who leaves

    scope = {"type": "http", "headers": [(b"content-length", str(length).encode()) for length in lengths]}
    await SizeGuard(application)(scope, sender, None)  # type: ignore[arg-type]
    return seen["total"], seen["headers"], seen["taken"]


async def test_body__that_states_200_mb__is_not_read_at_all() -> None:
    total, headers, taken = await read_by_an_application(Sender(200), 200 * CHUNK)
    assert (total, taken) == (0, 0)
    assert int(headers[b"content-length"]) > MOST_BYTES


@pytest.mark.parametrize("lengths", [(), (10,)])
async def test_body__that_states_no_length_or_a_wrong_one__ends_where_it_goes_too_far(lengths: tuple[int, ...]) -> None:
    total, headers, taken = await read_by_an_application(Sender(200), *lengths)
    assert total <= MOST_BYTES
    assert taken <= MOST_BYTES // CHUNK + 1
    assert int(headers[b"content-length"]) > MOST_BYTES  # by it the request is refused


async def test_body__within_the_limit__comes_whole() -> None:
    total, _headers, _taken = await read_by_an_application(Sender(5), 5 * CHUNK)
    assert total == 5 * CHUNK
