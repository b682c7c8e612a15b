"""Rows of the event table: what everybody at a port may know. Each organisation with an endpoint is told."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.webhooks.kinds import PORT, EventType, anything, date, maybe, moment, number, text, texts, whole

LANE = text("MOHAN-IN1")
SHUT = {"closure": text("C-1W6YV9TQB"), "lanes": texts("MOHAN-IN1"), "ends_at": maybe(moment(), shown=False)}
STAGES = {"stages": anything([[60, 50]])}
ROUND = {"round": text("L-4M2DX7KQH"), "service_date": date()}

ROWS = (
    EventType("lane.opened", _("Staff opened a lane."), PORT, {"lane": LANE}),
    EventType("lane.closed", _("Staff closed a lane, with a reason."), PORT, {"lane": LANE}),
    EventType(
        "closure.declared",
        _("Lanes are shut for an interval; without an end, until further notice."),
        PORT,
        SHUT | STAGES | {"scope": text("lane"), "starts_at": moment()},
    ),
    EventType("closure.lifted", _("A closure ends, reopening in stages."), PORT, SHUT | STAGES),
    EventType("closure.undone", _("A closure was taken back before anybody was called."), PORT, SHUT),
    EventType(
        "far_side.rate",
        _("Vehicles an hour the far side accepts of a lane; none: no limit."),
        PORT,
        {"lane": LANE, "units_per_hour": maybe(number(40)), "valid_from": moment(), "source": text("counterpart")},
    ),
    EventType(
        "policy.published",
        _("A new version of the port's rules."),
        PORT,
        {"version": whole(3), "effective_from": moment()},
    ),
    EventType(
        "round.announced",
        _("A day's round and its moments."),
        PORT,
        ROUND | {name: moment() for name in ("opens_at", "closes_at", "publishes_at", "instant_at")},
    ),
    EventType("round.opened", _("Requests for a day are taken."), PORT, ROUND),
    EventType("round.closed", _("Requests for a day are closed."), PORT, ROUND | {"asked": maybe(whole(412))}),
    EventType(
        "round.published",
        _("The result of a day's round is out."),
        PORT,
        ROUND | {"asked": maybe(whole(412)), "placed": maybe(whole(380))},
    ),
    EventType("round.void", _("A day's round is not held, with the reason."), PORT, ROUND),
)
