"""Who does a thing: passed to every operation and written into every ledger entry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Somebody or something that acts.

    `ref` is a public reference (`U-…` a person or the account of a program, `D-…` a device) or `system:<part>`; `kind` is driver,
    staff, client (a program), device or system; `user_id` is the row id of the account, None for devices and the system.
    """

    ref: str
    kind: str
    user_id: int | None = None


def system(part: str) -> Actor:
    """This will name an automatic part of Portlane, such as `system:sweeper`, as the one who acts."""
    return Actor(ref=f"system:{part}", kind="system")
