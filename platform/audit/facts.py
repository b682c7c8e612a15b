"""What the replay needs beside the ledger: a port's rules and the size of a vehicle that was passed over."""

from __future__ import annotations

from audit.bays import Need
from audit.calls import Policy
from audit.rows import Stream, decoded, moment, number, select
from audit.visits import QueueEntry

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
        self._sizes: dict[str, tuple[float, float, bool]] = {}

    def need_of(self, entry: QueueEntry) -> Need:
        """This will tell what a vehicle needs: hazardous goods a stand, perishables in a refrigerated vehicle power (docs/journey.md)."""
        length_m, width_m, reefer = self._size(entry.vehicle)
        equipment = {"hazardous": {"hazmat"}, "perishable": {"reefer"} if reefer else set()}.get(
            entry.cargo_kind, set()
        )
        return Need(length_m, width_m, frozenset(equipment))

    def _size(self, vehicle: str) -> tuple[float, float, bool]:
        if vehicle not in self._sizes:
            rows = list(select("SELECT length_m, width_m, reefer FROM accounts_vehicle WHERE ref = %s", vehicle))
            if not rows:
                raise KeyError(f"vehicle {vehicle}")
            length_m, width_m, reefer = rows[0]
            self._sizes[vehicle] = (number(length_m), number(width_m), bool(reefer))
        return self._sizes[vehicle]
