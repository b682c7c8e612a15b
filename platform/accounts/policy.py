"""Who may do what: the one table of role × verb. A route without a verb of this table fails the build.

A role answers "may this kind of person do this at all?"; *whose* rows is answered by `QuerySet.visible_to(user)` for a person's
and an organisation's own, and by `ports_where(user, verb)` for port staff. What is not listed is denied.
"""

from __future__ import annotations

from typing import Any

from accounts import second_factor

ANYONE = "anyone"
SIGNED_IN = "signed_in"
DEVICE = "device"
COUNTERPART = "counterpart"  # the far side's own client: a device of that kind

_OFFICE = {"carrier_staff", "carrier_admin"}
_ENTERPRISE = {*_OFFICE, "program"}  # a program's reach is narrowed further by its scopes (accounts/scopes.py)
DRIVER_SIDE = frozenset({"driver", *_ENTERPRISE})
_DESK = {"operator", "supervisor"}
_READERS = {"operator", "supervisor", "port_admin", "auditor"}
_HEADS = {"supervisor", "port_admin"}

POLICY: dict[str, frozenset[str]] = {
    verb: frozenset(roles)
    for verb, roles in {
        "public.read": {ANYONE},
        "account.sign_in": {ANYONE},
        "account.own": {SIGNED_IN},
        "outbox.read": {ANYONE},  # exists only where PORTLANE_OUTBOX_PAGE is on
        "vehicle.own": DRIVER_SIDE,
        "reservation.create": DRIVER_SIDE,
        "reservation.read": DRIVER_SIDE,
        "reservation.confirm": DRIVER_SIDE,
        "reservation.change": DRIVER_SIDE,
        "reservation.cancel": DRIVER_SIDE,
        "request.own": DRIVER_SIDE,  # ask for a place, change, withdraw, stand by, take or decline an offer
        "conduct.own": DRIVER_SIDE,  # counters, marks, credits; appeal
        "turn.read": DRIVER_SIDE,
        "turn.check_in": DRIVER_SIDE,
        "turn.withdraw": DRIVER_SIDE,
        "turn.occupy": DRIVER_SIDE,
        "turn.report": DRIVER_SIDE,  # my bay is taken, I am at this post
        "message.own": {SIGNED_IN},
        "fleet.own": _ENTERPRISE,  # the board, live positions, history, drivers of an organisation
        "declaration.own": _ENTERPRISE,
        "organisation.manage": {"carrier_admin"},  # its people and their roles
        "client.manage": {"carrier_admin"},
        "webhook.own": {"carrier_admin", "program"},
        "sandbox.own": {"program"},  # exists for an organisation that is one
        "declaration.read": {"customs", *_READERS},
        "declaration.judge": {"customs", "supervisor"},  # put on hold, release
        "declaration.rules": _HEADS,
        "gate.attend": _DESK,  # the gate page: day list, what was done offline, doubtful readings
        "console.read": _READERS,
        "queue.check_in": _DESK,
        "queue.call": _DESK,
        "queue.miss": _DESK,
        "queue.withdraw": _DESK,
        "queue.admit": _DESK,
        "queue.exit": _DESK,
        "stay.occupy": _DESK,
        "stay.move": _DESK,
        "stay.release": _DESK,
        "override.ask": _DESK,
        "override.decide": {"supervisor"},
        "lane.switch": _DESK,
        "bay.block": _DESK,
        "aisle.block": _DESK,  # aisles and zones
        "entry.measure": _DESK,  # it is bigger than declared, its dangerous goods are of another class
        "evacuation.order": _DESK,
        "layout.read": _READERS,
        "layout.change": _HEADS,
        "slot.change": {"supervisor"},
        "reservation.revoke": {"supervisor"},
        "round.read": _READERS,
        "round.manage": {"supervisor"},  # run again, void; what-if
        "closure.read": _READERS,
        "closure.declare": {"supervisor"},  # preview, declare, lift, undo
        "far_side.enter": _DESK,
        "appeal.decide": {"supervisor"},
        "policy.publish": _HEADS,
        "people.manage": _HEADS,
        "device.enrol": _HEADS,
        "ledger.read": {"supervisor", "port_admin", "auditor"},
        "kpi.read": _READERS,
        "office.use": _HEADS,
        "office.shared": {"port_admin"},  # what all ports share: organisations and their people, holidays
        "gate.report": {DEVICE},
        "far_side.report": {COUNTERPART},
        "far_side.read": {COUNTERPART},  # what is on its way to it
    }.items()
}

#: Which roles one may give and take at a port by holding a role there (with `people.manage`). Nobody lifts above themselves.
GRANTS: dict[str, frozenset[str]] = {
    "supervisor": frozenset({"operator", "auditor", "customs"}),
    "port_admin": frozenset({"operator", "supervisor", "port_admin", "auditor", "customs"}),
}


def roles_of(user: Any) -> frozenset[str]:
    """This will return every role the person (or device) holds anywhere, `anyone` and `signed_in` included."""
    nature = _roles_by_nature(user)
    return nature | {row.role for row in _memberships(user)} if SIGNED_IN in nature else nature


def may(user: Any, verb: str) -> bool:
    """This will tell whether some role of the person allows the verb; raises KeyError for a verb that is not in the table."""
    allowed = POLICY[verb]
    # What a person is without any granted role is asked first: it needs no query, and most requests are drivers'.
    return bool(allowed & _roles_by_nature(user)) or bool(allowed & roles_of(user))


def may_at(user: Any, verb: str, port_code: str) -> bool:
    """This will tell whether the person may do the verb at that port."""
    return port_code in ports_where(user, verb)


def ports_where(user: Any, verb: str) -> frozenset[str]:
    """This will return the codes of the ports at which the person (or device) may do the verb."""
    if not user.is_authenticated:
        return frozenset()
    if is_device(user):
        return frozenset({user.port_code} if POLICY[verb] & _roles_by_nature(user) - {ANYONE} else ())
    return frozenset(row.port_code for row in _memberships(user) if row.port_code and row.role in POLICY[verb])


def ports_of(user: Any) -> frozenset[str]:
    """This will return the codes of the ports whose console the person may read: every staff role but the customs officer's."""
    return ports_where(user, "console.read")


def holds_a_role(user: Any) -> bool:
    """This will tell whether the person is staff anywhere, of a port or a carrier, be the role awake or asleep."""
    return bool(user.is_authenticated and not is_device(user) and _granted(user))


def is_device(user: Any) -> bool:
    return getattr(user, "is_device", False)


def _roles_by_nature(user: Any) -> frozenset[str]:
    if not user.is_authenticated:
        return frozenset({ANYONE})
    if is_device(user):
        return frozenset({ANYONE, COUNTERPART if user.kind == COUNTERPART else DEVICE})
    return frozenset({ANYONE, SIGNED_IN, *(["driver"] if getattr(user, "is_driver", False) else [])})


def _memberships(user: Any) -> list[Any]:
    """The roles that count now. Read once per request: they are kept on the user object, which lives as long as the request."""
    rows: list[Any] | None = getattr(user, "_awake_roles", None)
    if rows is None:
        rows = _granted(user)
        rows = [] if rows and second_factor.is_missing(user) else rows
        user._awake_roles = rows
    return rows


def _granted(user: Any) -> list[Any]:
    rows: list[Any] | None = getattr(user, "_granted_roles", None)
    if rows is None:
        rows = user._granted_roles = list(user.memberships.all())
    return rows
