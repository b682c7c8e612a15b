"""The events that enterprises are told of: one row each, nothing else decides it.

A ledger kind without a row leaves the house in no webhook; a member of the ledger entry that a row does not name stays inside. Own
events hold refs of the organisation's own things, codes and figures: never a plate, a name, a phone number or another one's ref.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.webhooks.kinds import PORT, TEST, EventType, flag, maybe, moment, text, whole
from notifications.webhooks.table_ports import ROWS as OF_PORTS
from notifications.webhooks.table_requests import ROWS as OF_REQUESTS

LANE, SLOT = text("MOHAN-IN1"), text("T-5N8PA2WZC")
PLACE = {"lane": LANE, "slot": SLOT}
BAY, STAY = text("A-02"), text("S-8XG4H1MBD")
TURN = {"lane": LANE, "ticket": whole(17)}

_RESERVATIONS = (
    EventType(
        "reservation.requested",
        _("A place is held while its holder confirms."),
        fields=PLACE | {"hold_until": moment()},
    ),
    EventType("reservation.confirmed", _("A place is promised."), fields=PLACE),
    EventType(
        "reservation.changed",
        _("The reservation moved to another slot."),
        fields=PLACE | {"from_slot": SLOT, "closure": maybe(text("C-1W6YV9TQB"), shown=False)},
    ),
    EventType(
        "reservation.cancelled",
        _("Given up by its holder; late says whether it counts."),
        fields=PLACE | {"late": maybe(flag(False))},
    ),
    EventType("reservation.revoked", _("Taken back by the port, without any penalty."), fields=PLACE),
    EventType("reservation.expired", _("Not confirmed in time; the place is free again."), fields=PLACE),
    EventType("reservation.no_show", _("Did not arrive within its window and grace."), fields=PLACE),
    EventType("reservation.completed", _("The visit it promised has ended."), fields=PLACE),
    EventType(
        "reservation.vehicle_changed",
        _("Its vehicle was replaced."),
        fields=PLACE | {"from_vehicle": text("V-3JQ0C8ZRE"), "vehicle": text("V-9B1RM3XKD")},
    ),
    EventType(
        "reservation.driver_changed",
        _("Its driver was replaced."),
        fields=PLACE | {"driver": maybe(text("U-6DTF2K7XN"))},
    ),
    EventType(
        "reservation.declared", _("What it carries was declared, or is not any more."), fields={"lane": maybe(LANE)}
    ),
    EventType(
        "reservation.undeclared",
        _("Its declaration is not ready and is due: until when, and when the place goes to standby."),
        fields={"due_at": maybe(moment()), "lost_at": maybe(moment()), "warning": maybe(whole(1))},
    ),
    EventType(
        "disposition.made",
        _("What a closure meant for a reservation: moved, or to standby."),
        fields={
            "closure": text("C-1W6YV9TQB"),
            "kind": text("moved"),
            "lane": LANE,
            "from_slot": SLOT,
            "slot": maybe(text("T-0RB7EM4HD")),
        },
    ),
)

_VISITS = (
    EventType(
        "queue.checked_in",
        _("The vehicle joined the order."),
        fields=TURN | {"class": maybe(text("promised")), "promised_at": maybe(moment()), "late": maybe(flag(False))},
    ),
    EventType(
        "queue.called",
        _("Called forward: gate, bay, and until when."),
        fields=TURN
        | {"call": whole(1), "gate": maybe(text("G1")), "bay": maybe(BAY), "call_expires_at": maybe(moment())},
    ),
    EventType(
        "queue.missed",
        _("A call was missed: back behind the next vehicles."),
        fields=TURN | {"missed": whole(1), "not_before_call": maybe(whole(23))},
    ),
    EventType(
        "queue.measured",
        _("Found to be of another size or class than declared."),
        fields=TURN
        | {
            "length_m": maybe(text("17.0")),
            "width_m": maybe(text("2.55")),
            "hazard_class": maybe(text("3")),
        },
    ),
    EventType("queue.withdrawn", _("Left the order."), fields=TURN),
    EventType("queue.admitted", _("Through the gate."), fields=TURN | {"gate": maybe(text("G1"))}),
    EventType("queue.exited", _("Left the yard."), fields=TURN),
    EventType(
        "gate.refused",
        _("A person refused the vehicle at a gate."),
        fields={"gate": maybe(text("G1"))},
    ),
    EventType(
        "far_side.crossed",
        _("The far side saw the vehicle cross: arrived over there, or departed for here."),
        fields={"crossing": maybe(text("X-2K8MC4WTB")), "way": maybe(text("arrived")), "crossed_at": maybe(moment())},
    ),
    EventType("stay.held", _("A bay is held for the vehicle."), fields={"stay": STAY, "bay": BAY}),
    EventType("stay.occupied", _("The vehicle stands in its bay."), fields={"stay": STAY, "bay": BAY}),
    EventType("stay.released", _("The bay is free again."), fields={"stay": STAY, "bay": BAY}),
    EventType(
        "stay.overstayed",
        _("Longer in its bay than the rules allow."),
        fields={"stay": STAY, "bay": BAY, "minutes": whole(190)},
    ),
    EventType(
        "stay.evacuate",
        _("Told to leave its bay: its number in the order, and the exit gate."),
        fields={"stay": STAY, "bay": BAY, "number": maybe(whole(3)), "gate": maybe(text("G2"))},
    ),
)

_TRYING = (
    EventType(TEST, _("An event that you asked for, to try an endpoint out."), PORT, {"hello": text("webhook")}),
)

#: Kinds whose `reason` is written to be read by carriers; what staff type anywhere else may name people, and stays inside.
TELLS_WHY = frozenset(
    {
        *("lane.closed", "closure.declared", "closure.lifted", "closure.undone", "disposition.made", "round.void"),
        *("reservation.revoked", "declaration.held", "declaration.released", "appeal.granted", "appeal.rejected"),
    }
)

TABLE: tuple[EventType, ...] = (*_RESERVATIONS, *OF_REQUESTS, *_VISITS, *OF_PORTS, *_TRYING)
