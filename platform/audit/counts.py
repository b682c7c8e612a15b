"""Rows against rows: stored counts are counted rows, and nothing exclusive is had twice, whatever the indexes say."""

from __future__ import annotations

from collections.abc import Iterator

from audit.findings import Finding
from audit.rows import select

# A place stays used up unless it was given back: by its holder, by the port, or by a hold that ran out.
COUNTS = """
SELECT s.ref, s.taken, s.capacity, COALESCE(r.units, 0) + COALESCE(q.units, 0) + COALESCE(o.units, 0)
FROM reservations_slot s
LEFT JOIN (SELECT slot_id, SUM(units) AS units FROM reservations_reservation
           WHERE state NOT IN ('unplaced', 'cancelled', 'revoked') GROUP BY slot_id) r ON r.slot_id = s.id
LEFT JOIN (SELECT slot_id, COUNT(*) AS units FROM reservations_queueentry
           WHERE state <> 'withdrawn' AND slot_id IS NOT NULL GROUP BY slot_id) q ON q.slot_id = s.id
LEFT JOIN (SELECT slot_id, COUNT(*) AS units FROM reservations_request WHERE state = 'offered' GROUP BY slot_id) o
           ON o.slot_id = s.id
WHERE s.taken <> COALESCE(r.units, 0) + COALESCE(q.units, 0) + COALESCE(o.units, 0)
   OR COALESCE(r.units, 0) + COALESCE(q.units, 0) + COALESCE(o.units, 0) > s.capacity
"""
#: (check, sentence, query of (whose, how many))
TWICE = (
    (
        "vehicle",
        "vehicle {} has {} live queue entries",
        "SELECT v.ref, COUNT(*) FROM reservations_queueentry q JOIN accounts_vehicle v ON v.id = q.vehicle_id"
        " WHERE q.state IN ('waiting', 'called', 'admitted') GROUP BY v.ref HAVING COUNT(*) > 1",
    ),
    (
        "vehicle",
        "vehicle {} has {} live reservations",
        "SELECT v.ref, COUNT(*) FROM reservations_reservation r JOIN accounts_vehicle v ON v.id = r.vehicle_id"
        " WHERE r.state IN ('requested', 'confirmed', 'checked_in') GROUP BY v.ref HAVING COUNT(*) > 1",
    ),
    (
        "vehicle",
        "vehicle {} has {} live requests",
        "SELECT v.ref, COUNT(*) FROM reservations_request r JOIN accounts_vehicle v ON v.id = r.vehicle_id"
        " WHERE r.state IN ('requested', 'standby', 'offered') GROUP BY v.ref HAVING COUNT(*) > 1",
    ),
    (
        "closure",
        "reservation {} has {} answers to one closure",
        "SELECT r.ref, COUNT(*) FROM reservations_disposition d JOIN reservations_reservation r ON r.id = d.reservation_id"
        " GROUP BY d.closure_id, d.reservation_id, r.ref HAVING COUNT(*) > 1",
    ),
    (
        "bay",
        "bay {} has {} live stays",
        "SELECT b.code, COUNT(*) FROM yards_stay t JOIN yards_bay b ON b.id = t.bay_id"
        " WHERE t.state IN ('held', 'occupied') GROUP BY t.bay_id, b.code HAVING COUNT(*) > 1",
    ),
    (
        "bay",
        "visit {} has {} live stays",
        "SELECT visit_ref, COUNT(*) FROM yards_stay WHERE state IN ('held', 'occupied')"
        " GROUP BY visit_ref HAVING COUNT(*) > 1",
    ),
)


def compare() -> Iterator[Finding]:
    """This will count every slot's places by rows, and every vehicle's, bay's and visit's live rows."""
    for ref, taken, capacity, counted in select(COUNTS):
        if taken != counted:
            yield Finding("counts", "", 0, f"slot {ref}: taken says {taken}, {int(counted)} rows hold a place")
        if counted > capacity:
            yield Finding("counts", "", 0, f"slot {ref}: {int(counted)} rows hold a place of {capacity}")
    for check, sentence, sql in TWICE:
        for ref, count in select(sql):
            yield Finding(check, "", 0, sentence.format(ref, count))
