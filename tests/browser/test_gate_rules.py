"""The browser decides about passes as the server does (manage.py verify_pass), and takes the signature of each key it was told of."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from reservations import day_list, passes
from tests.browser.looking import a_living_port
from tests.cast import Cast
from tests.operations import steps

pytestmark = [pytest.mark.browser, pytest.mark.stack]

SEEDS = [base64.b64encode(bytes([n] * 32)).decode() for n in (1, 2, 3)]
LISTED: dict[str, Any] = {
    "lanes": ["L1"],
    "revoked": {"R-gone": "cancelled", "R-moved": "moved", "R-late": "no_show"},
    "early_s": 600,
    "grace_s": 300,
}
ROW = {
    "reservation": "R-1",
    "entry": "",
    "state": "confirmed",
    "serial": 2,
    "opens_s": 400,
    "starts_s": 1000,
    "ends_s": 2000,
    "until_s": 2300,
}
DECIDE = """async ([cases, listed]) => {
    const { decide } = await import("/static/web/js/gate-decide.js");
    const isExit = listed.kind === "exit";
    return cases.map(([pass, row, at_s]) => decide({ pass, row, list: { ...listed, rows: [] }, used: null, at_s, isExit }));
}"""
OPEN = """async ([texts, keys]) => {
    const { keysOf, passOf } = await import("/static/web/js/gate-list.js");
    const known = await keysOf(keys);
    return Promise.all(texts.map(async (text) => (await passOf(text, known))?.key_id ?? null));
}"""


@pytest.fixture
def seeded(settings: Any) -> Iterator[Any]:
    yield settings
    passes.signing_key.cache_clear()


def a_pass(ref: str = "R-1", *, lane: str = "L1", serial: int = 2) -> passes.Pass:
    return passes.Pass(ref, "V-1", lane, 1000, 2000, "k", serial)


def cases() -> Sequence[tuple[passes.Pass, dict[str, Any] | None, int]]:
    rows = [ROW | {"state": state} for state in ("confirmed", "waiting", "called", "admitted")]
    known = [
        (a_pass(serial=serial), row, at) for serial in (1, 2) for row in rows for at in (399, 400, 1500, 2299, 2300)
    ]
    new = [(a_pass("R-new", lane=lane), None, at) for lane in ("L1", "L9") for at in (399, 400, 2299, 2300)]
    return known + new + [(a_pass(ref), None, 1500) for ref in LISTED["revoked"]]


def said(one: passes.Pass) -> dict[str, Any]:
    names = {
        "reservation_ref": "reservation",
        "vehicle_ref": "vehicle",
        "lane_code": "lane",
        "starts_at_s": "starts_s",
        "ends_at_s": "ends_s",
    }
    return {names.get(name, name): value for name, value in vars(one).items()}


@pytest.mark.parametrize("kind", ["entry", "exit"])
def test_pass__every_case__has_the_verdict_of_the_server_on_the_page(
    page: Any, cast_of_the_day: Cast, kind: str
) -> None:
    page.goto("/")
    table, listed = cases(), LISTED | {"kind": kind}

    decided = page.evaluate(DECIDE, [[[said(one), row, at] for one, row, at in table], listed])

    for (one, row, at), by_page in zip(table, decided, strict=True):
        verdict = day_list.decide(one, listed | {"rows": [row] if row else []}, at=_moment(at))
        assert (by_page["verdict"], by_page["why"]) == verdict, (one, row, at)


def test_pass__of_each_key_that_is_known__is_genuine_and_of_no_other(
    page: Any, cast_of_the_day: Cast, seeded: Any
) -> None:
    promise = steps.reserved(cast_of_the_day)
    tokens, keys = [], {}
    for seed in SEEDS:
        seeded.PORTLANE_PASS_KEY = seed
        passes.signing_key.cache_clear()
        tokens.append(passes.issue(promise))
        keys[passes.key_id(passes.signing_key().public_key())] = passes.public_text(passes.signing_key().public_key())
    page.goto("/")

    known = dict(list(keys.items())[:2])
    found = page.evaluate(
        OPEN, [[*tokens, tokens[0][:-3] + "AAA", tokens[0].replace("PL1", "PL2"), "PL1..", ""], known]
    )

    assert found == [*known, None, None, None, None, None]


@pytest.fixture
def cast_of_the_day(live_stack: Any) -> Cast:
    return a_living_port()


def _moment(at_s: int) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
