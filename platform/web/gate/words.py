"""What the gate's page says by itself: it has no net to ask for words. `{name}` is filled by the script."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts import plates
from yards.models import CargoKind

#: Codes of reasons for a refusal; the words go into the record.
REFUSALS = ("plate", "papers", "nobody", "early", "danger", "state", "other")


#: Without a net nobody knows which country's letters were meant: all are folded.
_ALIKE = (*plates.CONFUSED, *(group for groups in plates.CONFUSED_IN.values() for group in groups))


def page_words() -> dict[str, Any]:
    """This will return the words of the page in the reader's language."""
    return {
        "verdict": _verdicts(),
        "why": _whys(),
        "acts": _acts(),
        "net": _net(),
        "facts": _facts(),
        "refusals": refusal_words(),
        "alike": {each: group[0] for group in _ALIKE for each in group},
        "cargo": {str(code): str(name) for code, name in CargoKind.choices},
    }


def refusal_words() -> dict[str, str]:
    """This will return why a person may refuse a vehicle, in words."""
    return {
        "plate": _("The plate is not the one of the reservation"),
        "papers": _("Papers are missing or do not match"),
        "nobody": _("No reservation"),
        "early": _("Too early or too late"),
        "danger": _("Dangerous goods that were not declared"),
        "state": _("The vehicle is not safe"),
        "other": _("Another reason"),
    }


def _verdicts() -> dict[str, str]:
    return {
        "go": _("Let in"),
        "arrive": _("Expected"),
        "wait": _("Not called yet"),
        "ask": _("Look twice"),
        "stop": _("Stop"),
        "leave": _("May leave"),
    }


def _whys() -> dict[str, str]:
    return {
        "called": _("It was called, and its bay is held."),
        "in_time": _("Its reservation is good, and it is in time."),
        "new_pass": _(
            "The pass is genuine; it was given after the day list was made. Compare the plate with the papers."
        ),
        "arrive": _("Note its arrival: it takes its place in the order and waits until it is called."),
        "waits": _("It waits in the order with ticket {ticket}. It is let in when it is called."),
        "waits_offline": _(
            "It was not called when the day list was made. If the port has called it since, the driver can show it."
        ),
        "inside": _("By the books it is in the yard already."),
        "leaves": _("It is in the yard and may leave."),
        "not_inside": _("By the books it is not in the yard."),
        "used": _("This pass let a vehicle in at {time}. It lets in once."),
        "too_early": _("Too early: it may come from {time} on."),
        "too_late": _("Too late: its time was over at {time}."),
        "outdated": _("The pass is out of date: the reservation was changed. Ask for the present one."),
        "pass_outdated": _("The pass is out of date: the reservation was changed. Ask for the present one."),
        "pass_not_valid": _("This code was not issued by the port."),
        "cancelled": _("The reservation was cancelled."),
        "revoked": _("The port took the reservation back."),
        "unplaced": _("The reservation was not confirmed in time."),
        "no_show": _("Its time was over. With a net it can join the order again."),
        "completed": _("The visit of this reservation is over."),
        "exited": _("It has left the yard."),
        "withdrawn": _("It was taken out of the order."),
        "moved": _("The reservation was moved to another time."),
        "requested": _("The reservation is not confirmed."),
        "other_yard": _("This reservation is for another yard."),
        "nobody_expected": _("Nobody with this plate is expected or here."),
        "several": _("Several vehicles have this plate. Which one is it?"),
        "alike": _("Nobody has exactly this plate. One of these looks alike: compare it letter by letter."),
        "no_list": _("There is no net and no day list that is good: nobody is let in by this page."),
        "no_crypto": _("This browser cannot check passes without a net. Use another one, or the plate."),
    }


def _acts() -> dict[str, str]:
    return {
        "let_in": _("Let in"),
        "arrive": _("Note its arrival"),
        "exit": _("It leaves"),
        "refuse": _("Refuse"),
        "let_in_done": _("let in"),
        "arrive_done": _("arrived"),
        "exit_done": _("left"),
        "refuse_done": _("refused"),
        "kept": _("kept here, not sent yet"),
        "done": _("in the books"),
        "double": _("was in the books already"),
        "refused": _("not done: {words}"),
        "conflict": _("for a person to settle: {words}"),
        "reason_needed": _("Choose why it is refused."),
    }


def _net() -> dict[str, str]:
    return {
        "online": _("Net: there"),
        "offline": _("No net since {time}. Go on: what you do is kept and sent later."),
        "list": _("Day list of {made}, good until {until}"),
        "list_soon": _("The day list is good for {minutes} minutes more."),
        "list_over": _("The day list was good until {until}. Nobody is let in by it."),
        "list_none": _("No day list is kept here yet."),
        "list_forged": _("The day list that came is not signed by the port. The one before is used."),
        "kept_one": _("1 act to send"),
        "kept": _("{count} acts to send"),
        "sign_in": _("What was done is kept here. Sign in again to send it."),
        "scan": _("Hold the code in front of the camera."),
        "no_camera": _("The camera cannot be used. Type the plate, or use a hand scanner."),
    }


def _facts() -> dict[str, str]:
    return {
        "bay": _("Bay"),
        "slot": _("Time"),
        "lane": _("Lane"),
        "ticket": _("Ticket"),
        "cargo": _("Cargo"),
        "hazard": _("Dangerous goods"),
        "reservation": _("Reservation"),
        "plate_unknown": _("Plate not known here"),
        "found": _("Found by"),
        "by_plate": _("its plate alone"),
        "by_pass": _("its pass, checked"),
    }
