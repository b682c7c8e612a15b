"""The embedded installation's data directory: one owner, secrets for the owner alone, a clock that never steps back."""

from __future__ import annotations

import errno
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import embedded
from core.clock import DemoClock

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def test_lock__directory_free__is_taken_until_let_go(tmp_path: Path) -> None:
    with embedded.lock(tmp_path), pytest.raises(embedded.CannotStart, match="already runs on"):
        embedded.lock(tmp_path)
    embedded.lock(tmp_path).close()


def test_secret__asked_twice__stays_the_same_and_private(tmp_path: Path) -> None:
    first = embedded.secret(tmp_path / "data", "secret_key")
    assert first == embedded.secret(tmp_path / "data", "secret_key")
    assert len(first) >= 50
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0


def test_empty__data_and_uploads_of_ours__go_and_the_rest_stays(tmp_path: Path) -> None:
    for name in ("portlane.sqlite3", "secret_key", "holiday.jpg", "media/documents/2026/03/a.pdf", "media/mine.pdf"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    embedded.empty(tmp_path)
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["holiday.jpg", "media/mine.pdf", "secret_key"]


def test_empty__uploads_behind_a_link__are_not_ours_to_take(tmp_path: Path) -> None:
    (tmp_path / "mine" / "documents").mkdir(parents=True)
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "media").symlink_to(tmp_path / "mine")
    embedded.empty(tmp_path / "demo")
    assert (tmp_path / "mine" / "documents").exists()


def test_port_is_free__somebody_listens__says_no() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not embedded.port_is_free("127.0.0.1", port)
    assert embedded.port_is_free("127.0.0.1", port)


def test_clock_setting__no_speed_and_no_history__is_real_time(tmp_path: Path) -> None:
    assert embedded.clock_setting(tmp_path, now=NOW, speed=1) == ""


def test_clock_setting__faster__starts_at_the_present(tmp_path: Path) -> None:
    clock = DemoClock.parse(embedded.clock_setting(tmp_path, now=NOW, speed=60))
    assert (clock.virtual_start, clock.real_start_s, clock.speed) == (NOW, NOW.timestamp(), 60)


@pytest.mark.parametrize("speed", [1, 60])
def test_clock_setting__data_has_lived_in_the_future__goes_on_from_there(tmp_path: Path, speed: float) -> None:
    reached = NOW + timedelta(days=3)
    embedded.remember_clock(tmp_path, now=reached)
    clock = DemoClock.parse(embedded.clock_setting(tmp_path, now=NOW, speed=speed))
    assert (clock.virtual_start, clock.speed) == (reached, speed)


def test_remember_clock__disk_full__the_last_note_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reached = NOW + timedelta(days=3)
    embedded.remember_clock(tmp_path, now=reached)

    def full(path: Path, text: str) -> int:
        path.touch()
        os.truncate(path, 0)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        embedded.remember_clock(tmp_path, now=reached + timedelta(hours=1))
    assert DemoClock.parse(embedded.clock_setting(tmp_path, now=NOW, speed=60)).virtual_start == reached


def test_clock_setting__real_time_has_caught_up__is_real_time_again(tmp_path: Path) -> None:
    embedded.remember_clock(tmp_path, now=NOW - timedelta(seconds=1))
    assert embedded.clock_setting(tmp_path, now=NOW, speed=1) == ""


def test_valkey_argv__folder_with_a_space__keeps_the_rules(tmp_path: Path) -> None:
    folder = tmp_path / "my data"
    folder.mkdir()
    binary, conf = embedded.valkey_argv(folder, port=7000, password="word")
    text = Path(conf).read_text()
    assert Path(binary).name == "valkey-server"
    for rule in (
        "bind 127.0.0.1",
        "port 7000",
        "requirepass word",
        f'dir "{folder}"',
        "appendonly yes",
        "maxmemory-policy noeviction",
    ):
        assert f"{rule}\n" in text
    assert Path(conf).stat().st_mode & 0o077 == 0


def test_valkey_answers__nobody_there__says_no() -> None:
    assert not embedded.valkey_answers("redis://127.0.0.1:1/0")


def test_clock_setting__fresh_data_with_a_start_of_its_own__begins_there(tmp_path: Path) -> None:
    embedded.remember_clock(tmp_path, now=NOW + timedelta(days=3))
    start = NOW - timedelta(hours=5)
    clock = DemoClock.parse(embedded.clock_setting(tmp_path, now=NOW, speed=60, start_at=start))
    assert (clock.virtual_start, clock.real_start_s) == (start, NOW.timestamp())
