"""Published rules are never edited: each version in the table says what the ledger says was published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from audit.findings import Finding
from audit.rows import Entry, Stream, decoded, moment, select

#: The rules of the first versions: every publication names them.
FIRST = (
    *("slot_minutes", "horizon_days", "hold_minutes", "early_minutes", "grace_minutes", "cancel_cutoff_minutes"),
    *("call_minutes", "missed_behind", "missed_limit"),
)
PLAIN = (
    *FIRST,
    *("allocation", "round_open_hours", "round_close_hours", "round_publish_minutes", "instant_after_minutes"),
    *("instant_spread_minutes", "auto_threshold_percent", "general_share_percent", "organisation_share_percent"),
    *("bundle_span_minutes", "cooldown_minutes", "offer_minutes", "changes_limit", "changes_days", "extensions_limit"),
    *("extensions_days", "substitutions_limit", "substitutions_days", "substitution_cutoff_minutes", "strike_limit"),
    *(
        "strike_days",
        "block_days",
        "promise_minutes",
        "credit_days",
        "far_side_stale_hours",
        "wrong_bay",
        "overstay_minutes",
        "declaration_hours",
    ),
)
LISTS = ("classes", "class_pattern")
SQL = (
    f"SELECT p.version, p.effective_from, {', '.join(f'p.{name}' for name in (*PLAIN, *LISTS))}"  # noqa: S608  named above
    " FROM reservations_policy p JOIN yards_yard y ON y.port_id = p.port_id WHERE y.code = %s"
)


class Policies:
    """Remembers what one yard's ledger published."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.published: dict[int, tuple[str, dict[str, Any]]] = {}

    def note(self, entry: Entry) -> None:
        if entry.kind == "policy.published":
            self.published[entry.data["version"]] = (entry.data["effective_from"], entry.data["rules"])

    def compare(self, yard_code: str) -> Iterator[Finding]:
        """This will compare every version with its publication."""
        for version, effective_from, *values in select(SQL, yard_code):
            plain = [*values[: len(PLAIN)], *map(decoded, values[len(PLAIN) :])]
            rules = dict(zip((*PLAIN, *LISTS), plain, strict=True))
            if version not in self.published:
                yield self._finding(
                    f"version {version} of the rules is in the table; the ledger published no such version"
                )
                continue
            published_from, published = self.published.pop(version)
            if moment(published_from) != moment(effective_from) or not _is(published, rules):
                yield self._finding(f"version {version} of the rules is not what was published")
        for version in self.published:
            yield self._finding(f"version {version} of the rules was published; the table has no such row")

    def _finding(self, text: str) -> Finding:
        return Finding("rules", self.stream.key, 0, text)


def _is(published: dict[str, Any], rules: dict[str, Any]) -> bool:
    """A publication from before a rule existed does not name it; what it does name, it names as the table has it."""
    return {*FIRST, *LISTS} <= set(published) and all(rules.get(name) == published[name] for name in published)
