"""Kills the children of one `manage.py up`, by their ids only: worker, beat, Valkey and web in turn, while the day goes on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

FIRST_AFTER_S = 12.0
EVERY_S = 35.0  # five deaths within a minute would rightly stop the installation, and one may take others along
VICTIMS = {
    "web": ("uvicorn",),
    "worker": ("celery", "worker"),
    "beat": ("celery", "beat"),
    "valkey": ("valkey-server",),
}


async def strike(pid: int, killed: list[str]) -> None:
    """This will kill one child after the other with SIGKILL until cancelled; `killed` gets their names."""
    await asyncio.sleep(FIRST_AFTER_S)
    while True:
        for name, words in VICTIMS.items():
            victim = next((child for child in _children(pid) if _is(child, words)), None)
            if victim:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                    killed.append(name)
                    print(f"\nkilled {name} (process {victim})", file=sys.stderr, flush=True)
            await asyncio.sleep(EVERY_S)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def _is(pid: int, words: tuple[str, ...]) -> bool:
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except FileNotFoundError:
        return False
    return all(any(word in part for part in line) for word in words)
