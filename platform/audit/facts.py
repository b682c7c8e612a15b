"""What the replay needs beside the ledger: a port's rules, which audit/policies.py compares with what was published."""

from __future__ import annotations

from audit.calls import Policy
from audit.rows import Stream, decoded, moment, select

PREFIX = "yard:"


class Facts:
    """Rows about one yard that the ledger only names."""

    def __init__(self, stream: Stream) -> None:
        self.yard_code = stream.key.removeprefix(PREFIX)
        self.policies = [
            Policy(version, moment(effective_from), decoded(classes), decoded(pattern), missed_behind)
            for version, effective_from, classes, pattern, missed_behind in select(
                "SELECT p.version, p.effective_from, p.classes, p.class_pattern, p.missed_behind"
                " FROM reservations_policy p JOIN yards_yard y ON y.port_id = p.port_id WHERE y.code = %s",
                self.yard_code,
            )
        ]
