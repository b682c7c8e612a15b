"""The clock: UTC, aware, and the same demo time in every process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import clock
from core.clock import DemoClock

SHANGHAI_MIDNIGHT = "2026-11-21T00:00:00+08:00"
PLATFORM = Path(clock.__file__).parents[1]


def test_now__no_demo__is_aware_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_demo", None)
    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now().timestamp() - time.time()) < 1
    assert clock.speed() == 1.0


def test_demo_clock__sixty_times_as_fast__has_moved_an_hour_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    demo = DemoClock.parse(f"{SHANGHAI_MIDNIGHT}|1000.0|60")
    monkeypatch.setattr(time, "time", lambda: 1060.0)
    assert demo.now() == datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


def test_demo_clock__written_and_read_again__is_the_same() -> None:
    demo = DemoClock.parse(f"{SHANGHAI_MIDNIGHT}|1000.5|60")
    assert DemoClock.parse(str(demo)) == demo


@pytest.mark.parametrize(
    "text", ["", "now", "2026-11-21T00:00:00|1000|60", f"{SHANGHAI_MIDNIGHT}|1000", f"{SHANGHAI_MIDNIGHT}|soon|60"]
)
def test_demo_clock__not_of_its_form__is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        DemoClock.parse(text)


@pytest.mark.parametrize("zone", ["Asia/Yangon", "America/New_York"])
def test_now__machine_in_another_zone__is_the_same_moment(zone: str) -> None:
    env = {
        **os.environ,
        "TZ": zone,
        "PYTHONPATH": str(PLATFORM),
        "PORTLANE_CLOCK": f"{SHANGHAI_MIDNIGHT}|{time.time()}|1",
    }
    code = "from core import clock; print(clock.now().isoformat())"
    shown = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout
    assert (
        timedelta(0)
        <= datetime.fromisoformat(shown.strip()) - datetime(2026, 11, 20, 16, tzinfo=UTC)
        < timedelta(minutes=1)
    )
    assert shown.strip().endswith("+00:00")


def test_monotonic_s__asked_twice__never_steps_back() -> None:
    assert clock.monotonic_s() <= clock.monotonic_s()


def test_real_now__demo_clock_runs__is_not_moved_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_demo", clock.DemoClock(datetime(2040, 1, 1, tzinfo=UTC), 0.0, 60.0))
    assert clock.now().year >= 2040
    assert abs(clock.real_now() - datetime.now(UTC)) < timedelta(seconds=5)
