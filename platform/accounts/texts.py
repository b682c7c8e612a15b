"""Free text from people. Pure: one line, no invisible characters, nothing that turns the direction of the page."""

from __future__ import annotations

import unicodedata


def one_line(text: str) -> str:
    """This will return `text` in NFC with control, direction and other format characters gone and blanks run together."""
    spaced = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    seen = "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return " ".join(seen.split())
