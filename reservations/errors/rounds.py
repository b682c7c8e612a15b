"""What can be wrong with a round, a request for a place or an offer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.db import constraint, unique_on
from core.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownRound(NotFound):
    code = "unknown_round"
    message = _("There is no such round.")
    field = "round"


class RoundNotOpen(Conflict):
    code = "round_not_open"
    title = _("Not open yet")
    message = _("Requests for %(service_date)s open at %(opens_at)s. Asking early brings no better place.")
    field = "service_date"


class RoundRuns(Conflict):
    """`publishes_at`: when the result is out and late requests are taken again."""

    code = "round_runs"
    title = _("Round is being drawn")
    message = _(
        "Requests for %(service_date)s are closed. The result is out at %(publishes_at)s; then ask for what is left."
    )
    field = "service_date"


class SlotInRound(Conflict):
    """`round`, `closes_at`: ask there for a place instead."""

    code = "slot_in_round"
    title = _("Given by a round")
    message = _(
        "The places of this day are given by a round. Ask for a time until %(closes_at)s; no click can be too late before."
    )
    field = "slot"


class SlotNotOpenYet(Conflict):
    """`opens_at`: the moment drawn for this vehicle."""

    code = "slot_not_open_yet"
    title = _("Not open yet")
    message = _(
        "What the round has left opens for this vehicle at %(opens_at)s. The moment was drawn: waiting here wins nothing."
    )
    field = "slot"


class IntervalTooShort(Invalid):
    code = "interval_too_short"
    title = _("Interval too short")
    message = _("No slot begins between these times. Give at least %(minutes)s minutes.")
    field = "latest_at"


class TimesOutOfOrder(Invalid):
    code = "times_out_of_order"
    title = _("Times out of order")
    message = _("The best time lies between the earliest and the latest one, all on the day you ask for.")
    field = "preferred_at"


class DayClosed(Invalid):
    code = "day_closed"
    title = _("Closed that day")
    message = _("None of these lanes is open at these times on %(service_date)s.")
    field = "service_date"


class LaneDoesNotFit(Invalid):
    code = "lane_does_not_fit"
    title = _("Lane does not fit")
    message = _("No bay of lane %(lane)s is large enough or equipped for this vehicle.")
    field = "lanes"


class EvidenceNeeded(Invalid):
    code = "evidence_needed"
    title = _("Evidence needed")
    message = _(
        "This cargo goes first. Give the number of the paper that shows it, such as a phytosanitary certificate."
    )
    field = "evidence"


class BundleTooBig(Invalid):
    code = "bundle_too_big"
    title = _("Too many together")
    message = _(
        "No %(minutes)s minutes of these lanes hold %(vehicles)s vehicles; the most is %(most)s. Divide the consignment."
    )
    field = "vehicles"


class BundleOfOneOrganisation(Invalid):
    code = "bundle_of_one_organisation"
    title = _("Not one consignment")
    message = _("Vehicles that must come together belong to one organisation.")
    field = "vehicles"


class VehicleHasARequest(Conflict):
    code = "vehicle_has_a_request"
    title = _("Already asked")
    message = _("This vehicle already asks for a place. Change or withdraw that request first.")
    field = "vehicle"


class RequestClosed(Conflict):
    code = "request_closed"
    title = _("Too late to change")
    message = _("The round is closed: what was asked stays as it is until the result at %(publishes_at)s.")


class OrganisationCap(Conflict):
    """`most`: places of one slot that one organisation, or one driver account for vehicles without one, may hold."""

    code = "organisation_cap"
    title = _("Share used up")
    message = _("Your vehicles hold %(most)s of this slot's places; that is your share. Choose another slot.")
    field = "slot"


class RequestLimit(Conflict):
    """`most`: live requests of one driver account for vehicles of no organisation."""

    code = "request_limit"
    title = _("Enough requests")
    message = _("You ask for %(most)s vehicles of no organisation already. Withdraw one of these requests first.")
    field = "vehicles"


class CoolingDown(Conflict):
    code = "cooling_down"
    title = _("Returned just now")
    message = _("You gave a place of this slot back. You can take one again from %(until)s; others go first.")
    field = "slot"


class OfferGone(Conflict):
    code = "offer_gone"
    title = _("Offer is over")
    message = _("This offer is over. You keep your place in the standby order.")


class SeedNotCommitted(Conflict):
    code = "seed_not_committed"
    title = _("Seed does not match")
    message = _(
        "The round's seed is not the one that was committed to. It is not published; void it and tell the auditor."
    )


class RoundBusy(Conflict):
    code = "round_busy"
    title = _("Being drawn")
    message = _("This round is being drawn just now.")


class VehiclePaused(Forbidden):
    """`until`: when reserving is open to the vehicle again; `limit` and `days` are the rule."""

    code = "vehicle_paused"
    title = _("Paused")
    message = _(
        "After %(limit)s late cancellations or no-shows in %(days)s days it can reserve again from %(until)s. You may appeal."
    )
    field = "vehicle"


constraint("one_live_request_per_vehicle", VehicleHasARequest)
unique_on("one_live_request_per_vehicle", "reservations_request.vehicle_id")
constraint("request_times_in_order", TimesOutOfOrder)
