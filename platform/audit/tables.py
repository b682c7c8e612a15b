"""The replayed ledger against the tables, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from audit.findings import Finding
from audit.replay import Replay
from audit.rows import decoded, moment, number, select


class Table(NamedTuple):
    """A query whose first column is a ref, and the names of the other columns in the replay's words."""

    what: str
    sql: str
    columns: tuple[str, ...]


#: A port's requests and rounds are told in the stream of its first yard.
FIRST_YARD = "y.code = (SELECT MIN(z.code) FROM yards_yard z WHERE z.port_id = y.port_id)"
#: What needs no yard, in a stream of the port's own name while it has none.
OWN_STREAM = "%s = COALESCE((SELECT MIN(y.code) FROM yards_yard y WHERE y.port_id = p.id), p.code)"
#: So the stream of another yard does not tell of the offers that its slots hold places for.
OFFERS = (
    "(SELECT COUNT(*) FROM reservations_request o WHERE o.slot_id = s.id AND o.state = 'offered' AND NOT (FIRST))"
).replace("FIRST", FIRST_YARD)
SLOTS = Table(
    "slot",
    f"SELECT s.ref, l.code, s.starts_at, s.ends_at, s.planned, s.capacity, s.taken - {OFFERS}, s.is_frozen FROM reservations_slot s"  # noqa: S608  a constant
    " JOIN yards_lane l ON l.id = s.lane_id JOIN yards_yard y ON y.id = l.yard_id WHERE y.code = %s",
    ("lane", "starts_at", "ends_at", "planned", "capacity", "taken", "frozen"),
)
RESERVATIONS = Table(
    "reservation",
    "SELECT r.ref, r.state, r.visit_ref, l.code, s.ref, v.ref, r.units FROM reservations_reservation r"
    " JOIN reservations_slot s ON s.id = r.slot_id JOIN accounts_vehicle v ON v.id = r.vehicle_id"
    " JOIN yards_lane l ON l.id = r.lane_id JOIN yards_yard y ON y.id = l.yard_id WHERE y.code = %s",
    ("state", "visit", "lane", "slot", "vehicle", "units"),
)
ENTRIES = Table(
    "entry",
    "SELECT q.ref, q.state, q.visit_ref, l.code, v.ref, q.cargo_kind, q.length_m, q.width_m, q.reefer, q.hazard_class, q.queue_class,"
    " q.ticket,"
    " q.promised_at, q.arrived_at, COALESCE(r.ref, ''), COALESCE(s.ref, ''), q.not_before_call FROM reservations_queueentry q"
    " JOIN accounts_vehicle v ON v.id = q.vehicle_id LEFT JOIN reservations_reservation r ON r.id = q.reservation_id"
    " LEFT JOIN reservations_slot s ON s.id = q.slot_id"
    " JOIN yards_lane l ON l.id = q.lane_id JOIN yards_yard y ON y.id = l.yard_id WHERE y.code = %s",
    (
        *("state", "visit", "lane", "vehicle", "cargo_kind", "length_m", "width_m", "reefer", "hazard_class"),
        *("queue_class", "ticket"),
        *("promised_at", "arrived_at", "reservation", "slot", "not_before"),
    ),
)
STAYS = Table(
    "stay",
    "SELECT t.ref, t.state, b.code, t.visit_ref FROM yards_stay t JOIN yards_bay b ON b.id = t.bay_id"
    " JOIN yards_yard y ON y.id = b.yard_id WHERE y.code = %s",
    ("state", "bay", "visit"),
)
OVERRIDES = Table(
    "override",
    "SELECT o.ref, o.state, q.ref, a.ref FROM reservations_override o JOIN reservations_queueentry q ON q.id = o.entry_id"
    " JOIN accounts_user a ON a.id = o.asked_by_id"
    " JOIN yards_lane l ON l.id = q.lane_id JOIN yards_yard y ON y.id = l.yard_id WHERE y.code = %s",
    ("state", "entry", "asked_by"),
)
BAYS = Table(
    "bay",
    "SELECT b.code, b.length_m, b.width_m, b.equipment, z.code, b.blocked_at IS NOT NULL, b.retired_at IS NOT NULL FROM yards_bay b"
    " JOIN yards_zone z ON z.id = b.zone_id JOIN yards_yard y ON y.id = b.yard_id WHERE y.code = %s",
    ("length_m", "width_m", "equipment", "zone", "blocked", "retired"),
)
LANES = Table(
    "lane",
    "SELECT l.code, l.is_open, COALESCE(k.tickets, 0), COALESCE(k.calls, 0), COALESCE(k.pattern_at, 0) FROM yards_lane l"
    " JOIN yards_yard y ON y.id = l.yard_id LEFT JOIN reservations_lanequeue k ON k.lane_id = l.id WHERE y.code = %s",
    ("is_open", "tickets", "calls", "pattern_at"),
)
REQUESTS = Table(
    "request",
    "SELECT r.ref, r.state, v.ref, COALESCE(s.ref, ''), r.earliest_at, r.latest_at, r.bundle, r.stands_at,"  # noqa: S608  a constant
    " CASE WHEN r.stands_at IS NULL THEN 0 ELSE r.drawn END"  # of who was placed at once only the round's proof tells it
    " FROM reservations_request r JOIN accounts_vehicle v ON v.id = r.vehicle_id"
    " LEFT JOIN reservations_slot s ON s.id = r.slot_id JOIN yards_yard y ON y.port_id = r.port_id WHERE y.code = %s AND "
    + FIRST_YARD,
    ("state", "vehicle", "slot", "earliest_at", "latest_at", "bundle", "stands_at", "drawn"),
)
ROUNDS = Table(
    "round",
    "SELECT r.ref, r.state, r.commitment, r.opens_at, r.closes_at, r.publishes_at, CASE WHEN r.state = 'published' THEN r.seed ELSE '' END"  # noqa: S608  a constant
    " FROM reservations_round r JOIN yards_yard y ON y.port_id = r.port_id WHERE y.code = %s AND " + FIRST_YARD,
    ("state", "commitment", "opens_at", "closes_at", "publishes_at", "seed"),
)
OF_A_RESERVATION = " JOIN yards_lane l ON l.id = r.lane_id JOIN yards_yard y ON y.id = l.yard_id WHERE y.code = %s"
MARKS = Table(
    "mark",
    "SELECT m.ref, m.kind, v.ref, m.excused_at IS NOT NULL FROM reservations_mark m JOIN accounts_vehicle v ON v.id = m.vehicle_id"  # noqa: S608  a constant
    " JOIN reservations_reservation r ON r.id = m.reservation_id" + OF_A_RESERVATION,
    ("kind", "vehicle", "excused"),
)
CLOSURES = Table(
    "closure",
    "SELECT DISTINCT c.ref, c.state, c.starts_at, c.ends_at FROM yards_closure c JOIN yards_closure_lanes m ON m.closure_id = c.id"
    " JOIN yards_lane l ON l.id = m.lane_id JOIN yards_yard y ON y.id = l.yard_id WHERE y.code = %s",
    ("state", "starts_at", "ends_at"),
)
APPEALS = Table(
    "appeal",
    "SELECT a.ref, a.state, m.ref, u.ref FROM reservations_appeal a JOIN reservations_mark m ON m.id = a.mark_id"  # noqa: S608  a constant
    " JOIN accounts_user u ON u.id = a.asked_by_id JOIN reservations_reservation r ON r.id = m.reservation_id"
    + OF_A_RESERVATION,
    ("state", "mark", "asked_by"),
)
CREDITS = Table(
    "credit",
    "SELECT c.ref, v.ref, r.ref FROM reservations_credit c JOIN accounts_vehicle v ON v.id = c.vehicle_id"  # noqa: S608  a constant
    " JOIN reservations_reservation r ON r.id = c.reservation_id" + OF_A_RESERVATION,
    ("vehicle", "reservation"),
)
LAYOUTS = Table(
    "layout",
    "SELECT l.ref, l.state, l.version FROM yards_layout l JOIN yards_yard y ON y.id = l.yard_id WHERE y.code = %s",
    ("state", "version"),
)
EVACUATIONS = Table(
    "evacuation",
    "SELECT e.ref, e.state, e.zone_code FROM yards_evacuation e JOIN yards_yard y ON y.id = e.yard_id WHERE y.code = %s",
    ("state", "zone"),
)
BLOCKS = Table(
    "block",
    "SELECT b.kind || ' ' || b.code FROM yards_block b JOIN yards_yard y ON y.id = b.yard_id"
    " WHERE b.unblocked_at IS NULL AND y.code = %s",
    (),
)
DOUBTS = Table(
    "doubt",
    "SELECT s.kind || ' ' || s.code FROM yards_sensed s JOIN yards_yard y ON y.id = s.yard_id"
    " WHERE s.doubted_at IS NOT NULL AND y.code = %s",
    (),
)
DECLARATIONS = Table(
    "declaration",
    "SELECT d.ref, d.state FROM declarations_declaration d JOIN yards_port p ON p.id = d.port_id WHERE " + OWN_STREAM,  # noqa: S608  a constant
    ("state",),
)
DOCUMENTS = Table(
    "document",
    "SELECT f.ref FROM declarations_document f JOIN declarations_declaration d ON d.id = f.declaration_id"  # noqa: S608  a constant
    " JOIN yards_port p ON p.id = d.port_id WHERE " + OWN_STREAM,
    (),
)
MOMENTS = {
    "earliest_at",
    "latest_at",
    "stands_at",
    "starts_at",
    "ends_at",
    "promised_at",
    "arrived_at",
    "opens_at",
    "closes_at",
    "publishes_at",
}
SWITCHES = {"frozen", "blocked", "retired", "is_open", "reefer", "excused"}
SIZES = {"length_m", "width_m"}


def compare(replay: Replay, yard_code: str) -> Iterator[Finding]:
    """This will yield a finding for each row that the ledger tells otherwise, and for each that only one of them knows."""
    visits, calls, bays = replay.visits, replay.calls, replay.bays
    yield from _table(replay, SLOTS, yard_code, replay.places.slots, {})
    yield from _table(replay, RESERVATIONS, yard_code, visits.reservations, visits.reserved.states)
    yield from _table(replay, ENTRIES, yard_code, visits.entries, visits.queued.states)
    yield from _table(replay, STAYS, yard_code, bays.stays, bays.track.states)
    yield from _table(replay, OVERRIDES, yard_code, calls.overrides, calls.track.states)
    yield from _table(replay, BAYS, yard_code, bays.bays, {})
    yield from _table(replay, LANES, yard_code, calls.lanes, {})
    yield from _table(replay, REQUESTS, yard_code, replay.requests.requests, replay.requests.track.states)
    yield from _table(replay, ROUNDS, yard_code, replay.rounds.rounds, replay.rounds.track.states)
    yield from _table(replay, MARKS, yard_code, replay.conduct.marks, {})
    yield from _table(replay, CLOSURES, yard_code, replay.closures.closures, replay.closures.track.states)
    yield from _table(replay, APPEALS, yard_code, replay.conduct.appeals, replay.conduct.track.states)
    yield from _table(replay, CREDITS, yard_code, replay.conduct.credits, {})
    declared = replay.declarations
    yield from _table(replay, DECLARATIONS, yard_code, declared.declarations, declared.track.states)
    yield from _table(
        replay, DOCUMENTS, yard_code, {ref for row in declared.declarations.values() for ref in row.documents}, {}
    )
    guidance = replay.guidance
    yield from _table(replay, LAYOUTS, yard_code, guidance.layouts, guidance.planned.states)
    yield from _table(replay, EVACUATIONS, yard_code, guidance.evacuations, guidance.evacuated.states)
    yield from _table(replay, BLOCKS, yard_code, guidance.blocks, {})
    yield from _table(replay, DOUBTS, yard_code, guidance.doubts, {})


def _table(replay: Replay, table: Table, yard_code: str, told: Any, states: dict[str, str]) -> Iterator[Finding]:
    seen = set()
    for ref, *values in select(table.sql, yard_code):
        seen.add(ref)
        if ref not in told:
            yield _finding(replay, f"{table.what} {ref} is in the tables; no ledger entry made it")
            continue
        for name, value in zip(table.columns, values, strict=True):
            stored = _plain(name, value)
            wanted = _plain(name, states.get(ref, "") if name == "state" else getattr(told[ref], name))
            if stored != wanted:
                yield _finding(replay, f"{table.what} {ref}: {name} is {stored} in the table, {wanted} by the ledger")
    for ref in told:
        if ref not in seen:
            yield _finding(replay, f"{table.what} {ref} is in the ledger; the table has no such row")


def _plain(name: str, value: Any) -> Any:
    if name in MOMENTS:
        return moment(value).isoformat() if value else ""
    if name in SWITCHES:
        return bool(value)
    if name in SIZES:
        return number(value)
    return sorted(decoded(value) if isinstance(value, str) else value) if name == "equipment" else value


def _finding(replay: Replay, text: str) -> Finding:
    return Finding("replay", replay.stream.key, 0, text)
