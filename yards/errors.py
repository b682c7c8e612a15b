"""What can be wrong in a yard, each with its stable code."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.db import constraint, unique_on
from core.errors import Conflict, Invalid, NotFound


class UnknownPort(NotFound):
    code = "unknown_port"
    message = _("There is no port with that code.")
    field = "port"


class UnknownLane(NotFound):
    code = "unknown_lane"
    message = _("There is no lane with that code at this port.")
    field = "lane"


class UnknownBay(NotFound):
    code = "unknown_bay"
    message = _("There is no bay with that code in this yard.")
    field = "bay"


class BayTaken(Conflict):
    code = "bay_taken"
    title = _("Bay taken")
    message = _("That bay is held or occupied by another vehicle. Choose another one.")
    field = "bay"


class BayBlocked(Conflict):
    code = "bay_blocked"
    title = _("Bay blocked")
    message = _("That bay is blocked. Choose another one, or unblock it first.")
    field = "bay"


class BayDoesNotFit(Conflict):
    code = "bay_does_not_fit"
    title = _("Does not fit there")
    message = _("By the books this vehicle does not fit bay %(bay)s. To send it there all the same, give a reason.")
    field = "reason"


class NoBayThatFits(Conflict):
    code = "no_bay_that_fits"
    title = _("No free bay fits")
    message = _("No free bay fits this vehicle now. It keeps its place and is called as soon as one is free.")


class NoBayEverFits(Invalid):
    code = "no_bay_ever_fits"
    title = _("No bay of this yard fits")
    message = _(
        "No bay of this yard can be reached by, and fits, a vehicle of %(length_m)s × %(width_m)s m with this cargo. "
        "Ask the port before you come."
    )
    field = "vehicle"


class WrongBay(Conflict):
    code = "wrong_bay"
    title = _("Not your bay")
    message = _("This is bay %(bay)s. Yours is bay %(own)s: drive on, the way is shown from here.")
    field = "bay"


class UnknownAisle(NotFound):
    code = "unknown_aisle"
    message = _("There is no aisle with that code in this yard.")
    field = "aisle"


class UnknownZone(NotFound):
    code = "unknown_zone"
    message = _("There is no zone with that code in this yard.")
    field = "zone"


class UnknownPlace(NotFound):
    code = "unknown_place"
    message = _("There is no such bay, zone, post or gate in this yard.")
    field = "place"


class LayoutNotValid(Invalid):
    code = "layout_not_valid"
    title = _("Layout not valid")
    message = _("This layout cannot be used: %(errors)s errors must be mended first. They are listed with it.")
    field = "layout"


class NotAPlan(Invalid):
    code = "not_a_plan"
    title = _("Not a plan")
    message = _("No plan can be read from this file. %(why)s")
    field = "layout"


class LayoutTooBig(Invalid):
    code = "layout_too_big"
    title = _("File too big")
    message = _("A layout has at most %(most_mb)s MB.")
    field = "layout"


class LayoutInThePast(Invalid):
    code = "layout_in_the_past"
    title = _("Not in the past")
    message = _("A layout takes effect now or later.")
    field = "takes_effect_at"


class EvacuationUnderWay(Conflict):
    code = "evacuation_under_way"
    title = _("Already under way")
    message = _("This zone is being emptied already.")
    field = "zone"


class MeasureNotValid(Invalid):
    code = "measure_not_valid"
    title = _("Size not valid")
    message = _("A vehicle is 2 to 40 m long and 1 to 6 m wide.")
    field = "length_m"


class VisitHasABay(Conflict):
    code = "visit_has_a_bay"
    title = _("Already in a bay")
    message = _("This vehicle already holds a bay. Move it instead.")


class ReasonNeeded(Invalid):
    code = "reason_needed"
    title = _("Reason needed")
    message = _("Say why: the reason is written into the record.")
    field = "reason"


class RateNotValid(Invalid):
    code = "rate_not_valid"
    title = _("Rate not valid")
    message = _("The far side's rate is a whole number of vehicles an hour from 0 to %(most)s, or empty for no limit.")
    field = "units_per_hour"


class RateInThePast(Invalid):
    code = "rate_in_the_past"
    title = _("Not in the past")
    message = _("A rate counts from now or later: what was called before is not judged by it.")
    field = "valid_from"


class RateTooFar(Invalid):
    code = "rate_too_far"
    title = _("Too far ahead")
    message = _("A rate is announced at most %(days)s days ahead.")
    field = "valid_from"


class NotOnItsWay(Conflict):
    code = "not_on_its_way"
    title = _("Not on its way")
    message = _("No vehicle of that visit is on its way to you from this port.")
    field = "visit"


class CrossingKnown(Conflict):
    code = "crossing_known"
    title = _("Told already")
    message = _("That this vehicle crossed was told before.")
    field = "visit"


class CrossingTooOld(Invalid):
    code = "crossing_too_old"
    title = _("Not of the last days")
    message = _("A crossing is told when it has happened, within %(days)s days.")
    field = "crossed_at"


constraint("crossing_once", CrossingKnown)
unique_on("crossing_once", "yards_crossing.kind", "yards_crossing.visit_ref")
constraint("one_evacuation_per_zone", EvacuationUnderWay)
constraint("one_live_stay_per_bay", BayTaken)
unique_on("one_live_stay_per_bay", "yards_stay.bay_id")
constraint("one_live_stay_per_visit", VisitHasABay)
unique_on("one_live_stay_per_visit", "yards_stay.visit_ref")
