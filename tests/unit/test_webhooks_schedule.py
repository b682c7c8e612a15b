"""When a try comes again: three days in all, jitter, and what the receiver asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from notifications.webhooks import schedule

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def test_next_try__all_of_them__take_three_days() -> None:
    waits = [schedule.next_try_s(tries) for tries in range(1, schedule.TRIES)]
    assert None not in waits
    total_h = sum(wait for wait in waits if wait) / 3600
    assert 71 <= total_h <= 71.6 * (1 + schedule.JITTER) < schedule.GIVE_UP_AFTER_S / 3600


def test_next_try__after_the_last__is_none() -> None:
    assert schedule.next_try_s(schedule.TRIES) is None


def test_next_try__many__are_spread_but_never_early() -> None:
    waits = {schedule.next_try_s(3) for _ in range(200)}
    assert len(waits) > 100
    assert min(waits) >= 1800  # type: ignore[type-var]
    assert max(waits) <= 1800 * 1.1  # type: ignore[type-var]


def test_next_try__receiver_asks_for_more__waits_that_long() -> None:
    assert schedule.next_try_s(1, 7200) == 7200
    assert schedule.next_try_s(9, 10) >= 20 * 3600  # type: ignore[operator]


def test_probe__failures_in_a_row__grows_to_a_minute() -> None:
    assert schedule.probe_s(1) <= 2.5
    assert 45 <= schedule.probe_s(40) <= 75
    assert schedule.probe_s(1, 300) == 300


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("0", 0),
        ("99999999", schedule.RETRY_AFTER_MOST_S),
        ("9" * 40, 0),
        ("-5", 0),
        ("soon", 0),
        ("", 0),
        ("٣", 0),
        (format_datetime(NOW + timedelta(minutes=10), usegmt=True), 600),
        (format_datetime(NOW - timedelta(minutes=10), usegmt=True), 0),
        ("Mon, 02 Mar 2026 02:10:00", 600),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", 0),
        ("Mon, 01 Jan 2026 00:00:00 +99999999999999999999", 0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", schedule.RETRY_AFTER_MOST_S),
    ],
)
def test_retry_after__seconds_or_a_date__is_read(header: str, seconds: float) -> None:
    assert schedule.retry_after_s(header, now=NOW) == seconds
