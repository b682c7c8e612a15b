"""What the replay needs beside the ledger: a port's rules, which audit/policies.py compares with what was published."""

from __future__ import annotations

from audit.calls import Policy
from audit.rows import Stream, decoded, moment, select

PREFIX = "yard:"
#: Rules that the replay judges by, besides the classes and their order.
JUDGED = (
    *("grace_minutes", "organisation_share_percent", "changes_limit", "changes_days", "extensions_limit"),
    *("extensions_days", "substitutions_limit", "substitutions_days"),
)
RULES = (
    f"SELECT p.version, {', '.join(f'p.{name}' for name in JUDGED)} FROM reservations_policy p"  # noqa: S608  named above
    " JOIN yards_yard y ON y.port_id = p.port_id WHERE y.code = %s"
)
ORGANISATIONS = (
    "SELECT r.ref, o.ref FROM reservations_reservation r JOIN accounts_organisation o ON o.id = r.organisation_id"
    " JOIN yards_lane l ON l.id = r.lane_id JOIN yards_yard y ON y.id = l.yard_id WHERE y.code = %s"
)


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
        self.rules = {
            version: dict(zip(JUDGED, values, strict=True)) for version, *values in select(RULES, self.yard_code)
        }
        self.organisations: dict[str, str] = dict(select(ORGANISATIONS, self.yard_code))
