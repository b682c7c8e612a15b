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


class NoBayThatFits(Conflict):
    code = "no_bay_that_fits"
    title = _("No free bay fits")
    message = _("No free bay fits this vehicle now. It keeps its place and is called as soon as one is free.")


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


constraint("one_live_stay_per_bay", BayTaken)
unique_on("one_live_stay_per_bay", "yards_stay.bay_id")
constraint("one_live_stay_per_visit", VisitHasABay)
unique_on("one_live_stay_per_visit", "yards_stay.visit_ref")
