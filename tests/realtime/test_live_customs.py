"""Customs officers hear that declarations change, and of nothing else that goes on in the yard."""

from __future__ import annotations

from typing import Any

import pytest
from channels.db import database_sync_to_async

from accounts.models import User
from tests import factories as make
from tests.cast import Cast

pytestmark = pytest.mark.valkey
STREAM = "stream=yard:MOHAN-YARD&audience=customs"


@pytest.fixture(autouse=True)
def _valkey(valkey_url: str) -> None: ...


@pytest.fixture
def officer(yard: Cast) -> User:
    return make.a_staff_member("customs", port=yard.port)


async def test_customs__declaration_changes_and_a_call__hear_of_the_declaration_alone_and_nothing_in_it(
    connect: Any, agrow: Any, sign_in: Any, officer: User
) -> None:
    await agrow("queue.called", visit_ref="N-1", lane="MOHAN-IN1", entry="Q-1")
    await agrow("declaration.submitted", declaration="F-1", edition=2, state="submitted")
    key = await database_sync_to_async(sign_in)(officer)
    async with connect(f"{STREAM}&since=0", session_key=key) as socket:
        frame = await socket.frame_of("events")
    (event,) = frame["events"]
    assert (event["kind"], event["seq"], event["data"], set(event)) == (
        "declaration.submitted",
        2,
        {},
        {"seq", "kind", "at", "data"},
    )


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("operator", None),
        ("auditor", None),
        ("other_operator", 4003),
        ("driver", 4003),
        ("dispatcher", 4003),
        ("", 4001),
    ],
)
async def test_customs__asked_for_by_role__opens_or_says_why_not(
    connect: Any, sign_in: Any, yard: Cast, who: str, code: int | None
) -> None:
    key = await database_sync_to_async(sign_in)(getattr(yard, who)) if who else ""
    async with connect(STREAM, session_key=key) as socket:
        if code is None:
            assert (await socket.frame())["t"] == "hello"
        else:
            assert await socket.close_code() == code


async def test_officer__asks_for_the_desks_own_events__is_refused(connect: Any, sign_in: Any, officer: User) -> None:
    key = await database_sync_to_async(sign_in)(officer)
    async with connect(STREAM.replace("customs", "staff"), session_key=key) as socket:
        assert await socket.close_code() == 4003
