"""A real browser with fonts for the languages of the pages: the system's, else apt's, else Playwright's own download."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tests.parts.missing import PartMissing

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONTS = ("fonts-noto-cjk", "fonts-noto-core")
# The last six keep the browser from looking for its maker's servers.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def installed() -> str | None:
    """This will return the path of a browser on this machine, or None."""
    return next((path for path in map(shutil.which, NAMES) if path), None) or _downloaded()


def obtain() -> str:
    """This will return the path of a browser, installed first where it has to be. Raises PartMissing."""
    path = installed()
    if path and _has_fonts():
        return path
    if _can_apt():
        _apt_install(*FONTS, *([] if path else ["chromium"]))
    path = installed() or _download()
    if not path:
        raise PartMissing("Chromium: none installed, apt-get is not for us, and Playwright could not download one")
    return path


def _has_fonts() -> bool:
    lister = shutil.which("fc-list")
    return bool(lister) and "CJK" in subprocess.run([lister], capture_output=True, text=True).stdout  # type: ignore[list-item]


def _can_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install(*packages: str) -> None:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 600}
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for argv in (
        ["apt-get", "update"],
        ["apt-get", "-o", "DPkg::Lock::Timeout=120", "install", "-y", "--no-install-recommends", *packages],
    ):
        print(f"installing: {' '.join(argv)}", file=sys.stderr)
        subprocess.run(argv, env=environment, check=False, **quiet)  # type: ignore[call-overload]


def _downloaded() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def _download() -> str | None:
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, timeout=600)
    return _downloaded() if done.returncode == 0 else None
