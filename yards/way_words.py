"""What a step of a way says, in the reader's language: short enough to be spoken aloud."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from yards.guidance.landmarks import Landmark
from yards.guidance.steps import Step
from yards.models.places import in_reader_language

COARSE_FROM_M, FINE_M, COARSE_M = 100, 5, 10  # a driver's eye is no tape measure
AT_ONCE_M = 12.0  # nearer than the length of the truck itself: no metres are said

TURNS: dict[str, Promise | str] = {
    "slight_left": gettext_lazy("bear left"),
    "left": gettext_lazy("turn left"),
    "sharp_left": gettext_lazy("turn sharp left"),
    "slight_right": gettext_lazy("bear right"),
    "right": gettext_lazy("turn right"),
    "sharp_right": gettext_lazy("turn sharp right"),
}
ROWS: tuple[Promise | str, ...] = (
    gettext_lazy("first row"),
    gettext_lazy("second row"),
    gettext_lazy("third row"),
    gettext_lazy("fourth row"),
    gettext_lazy("fifth row"),
    gettext_lazy("sixth row"),
    gettext_lazy("seventh row"),
    gettext_lazy("eighth row"),
    gettext_lazy("ninth row"),
)
BAYS: dict[str, Promise | str] = {
    "left": gettext_lazy("bay %(code)s is on your left"),
    "right": gettext_lazy("bay %(code)s is on your right"),
    "ahead": gettext_lazy("bay %(code)s is ahead of you"),
}
BACKED: dict[str, Promise | str] = {
    "left": gettext_lazy("bay %(code)s is on your left: back in"),
    "right": gettext_lazy("bay %(code)s is on your right: back in"),
    "ahead": gettext_lazy("bay %(code)s is ahead of you: turn and back in"),
}
EXITS: dict[str, Promise | str] = {
    "left": gettext_lazy("leave by gate %(code)s on your left"),
    "right": gettext_lazy("leave by gate %(code)s on your right"),
    "ahead": gettext_lazy("leave by gate %(code)s straight ahead"),
}
PLACES: dict[str, Promise | str] = {
    "left": gettext_lazy("%(place)s is on your left"),
    "right": gettext_lazy("%(place)s is on your right"),
    "ahead": gettext_lazy("%(place)s is ahead of you"),
}
KINDS: dict[str, Promise | str] = {
    "inspection": gettext_lazy("the inspection"),
    "dock": gettext_lazy("the loading dock"),
    "weighbridge": gettext_lazy("the weighbridge"),
    "post": gettext_lazy("the post"),
    "sign": gettext_lazy("the sign"),
}


def step_words(step: Step) -> str:
    """This will say a step as one sentence: "In 120 metres, turn left, after the weighbridge, third row, zone B."""
    said = pgettext("between the parts of a driving step", ", ").join(_parts(step))
    return str(capfirst(said)) + pgettext("end of a driving step", ".")


def distance_words(distance_m: float) -> str:
    """This will say a distance, rounded to what a driver can judge: 5 m below 100 m, 10 m above."""
    count = max(FINE_M, rounded_m(distance_m))
    return ngettext("in %(count)d metre", "in %(count)d metres", count) % {"count": count}


def rounded_m(distance_m: float) -> int:
    """This will round a distance as a driver judges one: to five metres, from a hundred on to ten."""
    step_m = FINE_M if distance_m < COARSE_FROM_M else COARSE_M
    return step_m * round(distance_m / step_m)


def landmark_words(landmark: Landmark) -> str:
    """This will name a place on the plan: its own name, or what it is."""
    named = in_reader_language(zh=landmark.name_zh, en=landmark.name_en)
    return named or str(KINDS.get(landmark.kind, landmark.code))


def _parts(step: Step) -> Iterator[str]:
    if step.turn == "start":
        yield _start(step)
        return
    if step.distance_m >= AT_ONCE_M:
        yield distance_words(step.distance_m)
    arrives = step.turn.startswith("arrive_")
    yield _arrival(step) if arrives else str(TURNS[step.turn])
    if step.landmark and step.landmark.code != step.code:
        yield _("after %(place)s") % {"place": landmark_words(step.landmark)}
    if step.at_end:
        yield _("at the end")
    elif step.row:
        yield _row(step.row)
    if step.zone:
        yield _("zone %(zone)s") % {"zone": step.zone}


def _start(step: Step) -> str:
    if step.kind == "gate":
        return _("drive in at gate %(code)s") % {"code": step.code}
    if step.kind == "bay":
        return _("drive out of bay %(code)s") % {"code": step.code}
    return _("drive on")


def _row(number: int) -> str:
    return str(ROWS[number - 1]) if number <= len(ROWS) else _("row number %(count)d") % {"count": number}


def _arrival(step: Step) -> str:
    side = step.turn.removeprefix("arrive_")
    if step.kind == "bay":
        return str((BACKED if step.back_in else BAYS)[side]) % {"code": step.code}
    if step.kind == "gate":
        return str(EXITS[side]) % {"code": step.code}
    place = landmark_words(step.landmark) if step.landmark else step.code
    return str(PLACES[side]) % {"place": place}
