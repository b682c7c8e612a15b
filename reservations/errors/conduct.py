"""What can be wrong with a change, an extension, a substitution or an appeal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.db import constraint, unique_on
from core.errors import Conflict, Forbidden, Invalid, NotFound


class AllowanceUsedUp(Conflict):
    """`kind`, `limit`, `days`, `again_at`."""

    code = "allowance_used_up"
    title = _("Used up")
    message = _("%(limit)s of %(limit)s are used in %(days)s days. The next is free from %(again_at)s.")


class NotSubstitutable(Invalid):
    code = "not_substitutable"
    title = _("Not the same organisation")
    message = _(
        "A place passes only to a vehicle and driver of the same organisation, with the same cargo and no larger vehicle."
    )
    field = "vehicle"


class TooLateToSubstitute(Conflict):
    code = "too_late_to_substitute"
    title = _("Too late")
    message = _("Vehicle and driver can be changed until %(minutes)s minutes before the slot.")


class ExtensionNotValid(Invalid):
    code = "extension_not_valid"
    title = _("Not on the menu")
    message = _("Choose how many hours later: %(menu)s.")
    field = "hours"


class UnknownMark(NotFound):
    code = "unknown_mark"
    message = _("There is no such entry.")
    field = "mark"


class MarkExcused(Conflict):
    code = "mark_excused"
    title = _("Excused already")
    message = _("This does not count any more: there is nothing to appeal against.")


class AppealOnce(Conflict):
    code = "appeal_once"
    title = _("Already appealed")
    message = _("There is one appeal for each entry. See its answer on your page.")


class OwnAppeal(Forbidden):
    code = "own_appeal"
    title = _("Second person needed")
    message = _("An appeal is decided by somebody who is no party to it.")


constraint("one_appeal_per_mark", AppealOnce)
unique_on("one_appeal_per_mark", "reservations_appeal.mark_id")
