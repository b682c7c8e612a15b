"""Why a request got what it got, in words: the figures of its hour, and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.humanize.templatetags.humanize import ordinal
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

SAID: dict[str, Promise] = {
    "preferred": gettext_lazy("This is the time you like best."),
    "nearest": gettext_lazy("%(given)s is the nearest with a place for you."),
    "full_for_class": gettext_lazy("All other times that suit you went to those before you."),
    "bundle_does_not_fit": gettext_lazy("Your vehicles could not come close together at any time that suits you."),
    "organisation_cap": gettext_lazy("Your organisation has its share of the times that suit you already."),
    "yard_full": gettext_lazy("The yard would have been full at the times that suit you."),
    "no_place_fits": gettext_lazy("No slot of these lanes begins at a time that suits you."),
    "kept": gettext_lazy("The place stays as it was."),
    "moved": gettext_lazy("It was moved to %(given)s, because its own time was closed."),
    "has_a_reservation": gettext_lazy("This vehicle held a place already when the result came out."),
    "paused": gettext_lazy("Reserving was paused for this vehicle when the result came out."),
    "bundle_broken": gettext_lazy("Another vehicle that was to come with this one could not be placed any more."),
    "offered": gettext_lazy("A place that came free was offered and taken."),
    "wants_better": gettext_lazy("You hold a place and wait for a better one."),
    "closure": gettext_lazy("Its place was closed and no other was left: it goes first in the standby order."),
    "undone": gettext_lazy("The closure was taken back, and it has its place again."),
    "undeclared": gettext_lazy(
        "Its declaration was not ready in time. It stands by: places are offered to it once the declaration is ready."
    ),
    "gave_way": gettext_lazy(
        "It ended: the place that your vehicle lost to a closure is sought instead, one place at a time."
    ),
}


def reason_words(reason: Mapping[str, Any]) -> str:
    """This will say a request's `reason` in the reader's language, times as the port's clock shows them; "" while there is none.

    "09:00 had 40 places and 61 requests of your class; you were drawn 47th. 10:00 is the nearest with a place for you."
    """
    facts = dict(reason.get("facts") or {})
    times = {name: _clock(facts[f"{name}_at"]) for name in ("wanted", "given", "nearest") if facts.get(f"{name}_at")}
    said = [
        _crowd(facts, times),
        *_causes(facts, times),
        _outcome(str(reason.get("code", "")), times),
        _left(reason, times),
    ]
    return " ".join(part for part in said if part)


def _clock(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%H:%M}"


def _crowd(facts: Mapping[str, Any], times: Mapping[str, str]) -> str:
    """How many wanted that time, and where the draw put this one."""
    if "wanted" not in times or not facts.get("drawn"):
        return ""
    places = ngettext("%(count)s place", "%(count)s places", facts["places"]) % {"count": facts["places"]}
    wishes = ngettext("%(count)s request of your class", "%(count)s requests of your class", facts["asked"])
    known = {"time": times["wanted"], "places": places, "requests": wishes % {"count": facts["asked"]}}
    return _("%(time)s had %(places)s and %(requests)s; you were drawn %(drawn)s.") % {
        **known,
        "drawn": str(ordinal(facts["drawn"])),
    }


def _causes(facts: Mapping[str, Any], times: Mapping[str, str]) -> list[str]:
    """Why the draw's number alone did not settle it, for who did not get the time he wanted."""
    if "wanted" not in times or times.get("given") == times["wanted"]:
        return []
    before, later = int(facts.get("before") or 0), int(facts.get("later") or 0)
    went = ngettext(
        "%(count)s place of that time went to classes before yours.",
        "%(count)s places of that time went to classes before yours.",
        before,
    )
    have = ngettext(
        "%(count)s drawn after you has that time: not with the same wish as yours, and moving all the least comes before the draw.",
        "%(count)s drawn after you have that time: not with the same wish as yours, and moving all the least comes before the draw.",
        later,
    )
    return [words % {"count": count} for words, count in ((went, before), (have, later)) if count]


def _outcome(code: str, times: Mapping[str, str]) -> str:
    words = str(SAID.get(code, ""))
    return "" if "%(given)s" in words and "given" not in times else words % times


def _left(reason: Mapping[str, Any], times: Mapping[str, str]) -> str:
    """For who was refused: what else is free."""
    if "given" in times or "nearest" not in times:
        return ""
    return _("%(nearest)s is the nearest that is still free.") % times
