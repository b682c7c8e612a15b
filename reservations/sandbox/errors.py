"""What can be wrong with a sandbox's clock and events."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.db import constraint, unique_on
from core.errors import Conflict, Invalid, NotFound


class NoSandbox(NotFound):
    code = "no_sandbox"
    message = _("Only a sandbox organisation has a clock to set and events to raise.")


class ClockBackwards(Invalid):
    code = "clock_backwards"
    title = _("Time goes forward")
    message = _("The sandbox's clock shows %(now)s already. It can only be set to a later moment.")
    field = "now"


class ClockTooFar(Invalid):
    code = "clock_too_far"
    title = _("Too far")
    message = _("Set the clock on by at most %(days)s days at once.")
    field = "now"


class NotThisLane(Conflict):
    code = "not_called"
    title = _("Others are called first")
    message = _("The lane called as many as it could, and this vehicle was not among them.")
    field = "reservation"


class SandboxExists(Conflict):
    code = "sandbox_exists"
    title = _("There is one already")
    message = _("This organisation has its sandbox. Repeat the call.")


constraint("yards_port_sandbox_of_id_key", SandboxExists)
unique_on("yards_port_sandbox_of_id_key", "yards_port.sandbox_of_id")
