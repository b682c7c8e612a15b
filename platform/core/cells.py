"""Cells of a CSV file that a spreadsheet shows and does not run."""

from __future__ import annotations

from typing import Any

#: How a formula begins, in full width too: spreadsheets set to Chinese or Japanese read both. A tab or line break may hide one.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: Any) -> Any:
    """This will quote text that a spreadsheet would run as a formula; numbers stay numbers, None an empty cell."""
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return cell
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(RISKY) else text
