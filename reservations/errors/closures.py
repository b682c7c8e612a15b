"""What can be wrong with a closure, and what keeps calls back when supply is short."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid, NotFound


class FarSideFull(Conflict):
    """`units_per_hour`: what the far side takes; `next_at`: when the next call fits into it (empty: not before it says otherwise)."""

    code = "far_side_full"
    title = _("The far side takes no more")
    message = _("The far side takes %(units_per_hour)s vehicles an hour of this lane, and so many were called.")


class ReopeningFull(Conflict):
    """`units_per_hour`: the reopening's present rate; `next_at`: when the next call fits into it."""

    code = "reopening_full"
    title = _("Reopening step by step")
    message = _("The lane reopens with %(units_per_hour)s vehicles an hour for now, and so many were called.")


class UnknownClosure(NotFound):
    code = "unknown_closure"
    message = _("There is no such closure.")
    field = "closure"


class NothingToClose(Invalid):
    code = "nothing_to_close"
    title = _("No lane named")
    message = _("Name the lanes of this port that are to be closed.")
    field = "lane_codes"


class ClosureInThePast(Invalid):
    code = "closure_in_the_past"
    title = _("Not in the past")
    message = _("A closure begins now or later: nobody can be moved out of hours that are over.")
    field = "starts_at"


class EndsBeforeStart(Invalid):
    code = "ends_before_start"
    title = _("Ends before it begins")
    message = _(
        "A closure ends after it has begun and not in the past; leave the end empty for “until further notice”."
    )
    field = "ends_at"


class NotLonger(Invalid):
    code = "not_longer"
    title = _("Not longer than declared")
    message = _("Lifting ends a closure sooner, or as planned. For a longer one declare another closure.")
    field = "ends_at"


class StagesNotValid(Invalid):
    code = "stages_not_valid"
    title = _("Stages not valid")
    message = _(
        "Stages follow the end of the closure one after another, within %(days)s days, each with 0 to %(most)s vehicles an hour."
    )
    field = "stages"


class CannotUndo(Conflict):
    """`why`: a code (called, slot_over, no_room, closed_otherwise); `reservation`: whom it is about."""

    code = "cannot_undo"
    title = _("Too late to take back")
    message = _("Reservation %(reservation)s cannot have its old place back: %(words)s. Lift the closure instead.")
