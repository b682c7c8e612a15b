"""What came of an event of a gate, and why it waits or is doubted, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

NUMBER_REUSED = (
    _("Number used before"),
    _("This device told of another event under this number. Give each event a number of its own."),
)
REVOKED = (_("Device shut out"), _("This device was shut out. What it tells from now on is not taken in."))
TOO_FAR = (
    _("Moment not possible"),
    _("An event lies at most two days back and never in the future. Check the device's clock."),
)

OUTCOMES = {
    "checked_in": _("checked in"),
    "here": _("known, in the order"),
    "admitted": _("let in"),
    "inside": _("already in the yard"),
    "exited": _("has left"),
    "weighed": _("weighed"),
    "overtaken": _("overtaken by a later weighing"),
    "seen": _("seen in the yard"),
    "late": _("of a visit that is over"),
    "too_early": _("too early for its reservation"),
    "ghost": _("nobody who is here by the books"),
    "unsure": _("read in the yard, not surely enough"),
    "unexplained": _("what it needed was never told"),
    "not_ours": _("none of ours, said a person"),
    "other": _("of a trailer: no visit of its own"),
}

REASONS = {
    "looks_like": _("The plate was not read as any that is expected, but looks like one."),
    "looks_like_another": _("The plate is expected, and so is another one that looks like it."),
    "plate_ambiguous": _("Vehicles of several countries have this plate."),
    "low_confidence": _("The camera is not sure of what it read."),
    "nobody_expected": _("Nobody with this plate is expected."),
    "pass_not_valid": _("The pass was not issued by this system."),
    "pass_outdated": _("The reservation was changed after this pass was issued."),
    "other_port": _("The pass is for another port."),
    "other_yard": _("It was read in another yard than the one it is expected in."),
    "not_arrived": _("Its arrival was never told."),
    "not_called": _("It was not called."),
    "not_admitted": _("It was never let in by the books."),
    "exit_not_told": _("By the books it is still in the yard."),
    "pass_alone": _("A pass was shown and no plate read with it: a pass can be photographed."),
    "plate_differs": _("The pass is of another vehicle than the one that was read."),
    "not_its_gate": _("The device told of another gate than its own."),
    "clock": _("It was seen more than a minute ago by the device's clock, so nothing opens. Check that clock."),
    "device_revoked": _("The device was shut out before this was looked at."),
}
