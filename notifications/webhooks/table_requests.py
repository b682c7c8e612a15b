"""Rows of the event table: requests and offers, what counts, declarations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.webhooks.kinds import EventType, date, maybe, moment, text, texts, whole

LANE, SLOT = text("MOHAN-IN1"), text("T-5N8PA2WZC")
PLACE = {"lane": LANE, "slot": SLOT}
ROUND = {"round": maybe(text("L-4M2DX7KQH"))}
MARK = {"lane": LANE, "mark": text("K-7VZ3N0FTC"), "kind": text("late_cancel")}
APPEAL = {"lane": LANE, "mark": text("K-7VZ3N0FTC"), "appeal": text("A-2PJ8RC5WM")}
STATED = {"edition": maybe(whole(4))}
PAPER = {"document": text("Z-9CK6T1HXE"), "kind": maybe(text("invoice"))}

_REQUESTS = (
    EventType(
        "request.made",
        _("A place is asked for."),
        fields=ROUND
        | {"service_date": maybe(date()), "earliest_at": maybe(moment()), "latest_at": maybe(moment())}
        | {"preferred_at": maybe(moment()), "lanes": maybe(texts("MOHAN-IN1"))},
    ),
    EventType("request.changed", _("Its times or lanes were changed."), fields=ROUND),
    EventType("request.withdrawn", _("Given up by its holder."), fields=ROUND),
    EventType("request.placed", _("A place was found."), fields=PLACE),
    EventType("request.stands_by", _("Joined the standby order."), fields={"stands_at": maybe(moment())}),
    EventType("request.unplaced", _("Its time has passed without a place."), fields=ROUND),
    EventType(
        "offer.made", _("A freed place is offered, until a moment."), fields=PLACE | {"offer_until": maybe(moment())}
    ),
    EventType("offer.accepted", _("The offered place is taken."), fields=PLACE),
    EventType("offer.declined", _("The offered place is not wanted."), fields=PLACE),
    EventType("offer.lapsed", _("The offer ran out."), fields=PLACE),
)

_CONDUCT = (
    EventType("mark.made", _("Something counts by a published rule."), fields=MARK),
    EventType("mark.excused", _("It counts no more."), fields=MARK),
    EventType("appeal.granted", _("An appeal was granted."), fields=APPEAL),
    EventType("appeal.rejected", _("An appeal was rejected."), fields=APPEAL),
    EventType(
        "credit.given",
        _("The port called too late and gives a credit."),
        fields={"lane": LANE, "credit": text("G-5RX2B8QHM"), "late_minutes": whole(40), "expires_at": maybe(moment())},
    ),
)

_DECLARATIONS = (
    EventType("declaration.drafted", _("A declaration was begun."), fields=STATED),
    EventType("declaration.submitted", _("Given in, or checked again and waiting."), fields=STATED),
    EventType(
        "declaration.needs_fix",
        _("The check found what must be mended; the declaration says what."),
        fields=STATED | {"codes": maybe(texts("weights_do_not_add_up"))},
    ),
    EventType("declaration.changed", _("Its declarant changed it; its state stayed."), fields=STATED),
    EventType("declaration.ready", _("Nothing is missing."), fields=STATED),
    EventType("declaration.held", _("An authority put it on hold, with a reason."), fields=STATED),
    EventType("declaration.released", _("The authority let it go."), fields=STATED),
    EventType("declaration.consumed", _("Its last trip is made."), fields={"trips": maybe(whole(2))}),
    EventType("declaration.withdrawn", _("Its declarant took it back."), fields=STATED),
    EventType("document.added", _("A file was added to a declaration."), fields=PAPER),
    EventType("document.removed", _("A file was removed from a declaration."), fields={"document": PAPER["document"]}),
)

ROWS = (*_REQUESTS, *_CONDUCT, *_DECLARATIONS)
