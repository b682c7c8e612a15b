"""What messages say. Facts are kept without language; they become words in the reader's language when shown or sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from notifications import declared_words, way_words, webhook_words
from notifications.reasons import reason_words as reason_words
from reservations.models import MarkKind


class Text(NamedTuple):
    """A message in one language."""

    title: str
    body: str

    def __str__(self) -> str:
        return "\n".join(part for part in self if part)


WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "account.code": ("", "%(text)s"),
    "reservation.confirmed": (
        _("Reservation confirmed"),
        _("%(plate)s: %(port)s, %(lane)s, %(slot)s. Reservation %(reservation)s."),
    ),
    "reservation.changed": (
        _("Reservation changed"),
        _("%(plate)s: now %(port)s, %(lane)s, %(slot)s. Reservation %(reservation)s."),
    ),
    "reservation.cancelled": (
        _("Reservation cancelled"),
        _("%(plate)s: the place at %(port)s, %(slot)s, was given back. Reservation %(reservation)s."),
    ),
    "reservation.revoked": (
        _("Reservation taken back by the port"),
        _(
            "%(plate)s: %(port)s had to take back the place of %(slot)s. Reason: %(reason)s. This counts as no fault of yours."
        ),
    ),
    "reservation.expired": (
        _("Not confirmed in time"),
        _("%(plate)s: the place at %(port)s, %(slot)s, was held for you and is free again."),
    ),
    "reservation.no_show": (
        _("Not arrived"),
        _("%(plate)s did not check in at %(port)s for %(slot)s. It can still come as a vehicle without a reservation."),
    ),
    "reservation.vehicle_changed": (
        _("Vehicle changed"),
        _(
            "Reservation %(reservation)s at %(port)s, %(slot)s, is now for %(plate)s. An older pass no longer opens the gate."
        ),
    ),
    "reservation.driver_changed": (
        _("Driver changed"),
        _("%(plate)s: you drive for reservation %(reservation)s at %(port)s, %(slot)s."),
    ),
    "request.placed": (
        _("You have a place"),
        _("%(plate)s: %(port)s, %(lane)s, %(slot)s. The page of your request %(request)s says why this time."),
    ),
    "request.stands_by": (
        _("No place yet: you stand by"),
        _(
            "%(plate)s: %(port)s has no place for you yet. You stand in the standby order and are offered what comes free."
        ),
    ),
    "request.unplaced": (
        _("No place was found"),
        _(
            "%(plate)s: request %(request)s at %(port)s ended without a place; its page says why. You can come all the same, or ask again."
        ),
    ),
    "offer.made": (
        _("A place is offered"),
        _("%(plate)s: %(port)s, %(lane)s, %(slot)s. Take it until %(offer_until)s, or it goes to the next."),
    ),
    "offer.accepted": (
        _("Place taken"),
        _("%(plate)s: %(port)s, %(lane)s, %(slot)s is yours."),
    ),
    "offer.lapsed": (
        _("Offer ran out"),
        _(
            "%(plate)s: the offered place at %(port)s, %(slot)s, went on to the next. You keep your place in the standby order."
        ),
    ),
    "disposition.moved": (
        _("Moved to another slot"),
        _(
            "%(plate)s: %(port)s is closed at %(old_slot)s. Reason: %(reason)s. You now have %(lane)s, %(slot)s."
            " This counts as no fault of yours."
        ),
    ),
    "disposition.standby": (
        _("Your time is closed"),
        _(
            "%(plate)s: %(port)s is closed at %(old_slot)s and no other time is free. Reason: %(reason)s."
            " You stand by, as early as your old promise. This counts as no fault of yours."
        ),
    ),
    "mark.made": (
        _("This counts"),
        _(
            "%(plate)s: %(mark)s at %(port)s, reservation %(reservation)s. Your record says what follows; you may appeal."
        ),
    ),
    "mark.excused": (
        _("This counts no more"),
        _("%(plate)s: %(mark)s at %(port)s, reservation %(reservation)s. Reason: %(reason)s"),
    ),
    "appeal.asked": (
        _("An appeal waits for you"),
        _("%(port)s, reservation %(reservation)s: a holder appeals. Read it and answer with a reason."),
    ),
    "appeal.granted": (
        _("Appeal granted"),
        _("%(plate)s: the entry of reservation %(reservation)s counts no more. Answer of %(port)s: %(reason)s"),
    ),
    "appeal.rejected": (
        _("Appeal rejected"),
        _("%(plate)s: the entry of reservation %(reservation)s stays. Answer of %(port)s: %(reason)s"),
    ),
    "credit.given": (
        _("The port was late: a credit for you"),
        _(
            "%(plate)s: %(port)s called you %(late_minutes)s minutes too late. You get one more ticket in your next draw."
        ),
    ),
    "round.failed": (
        _("A round failed"),
        _("%(port)s, %(service_date)s: nothing was placed. Reason: %(reason)s. Run it again or do not hold it."),
    ),
    "round.redrawn": (
        _("A round is drawn again"),
        _("%(port)s, %(service_date)s: its places changed after the draw. Reason: %(reason)s"),
    ),
    "round.published": (
        _("A round is published"),
        _("%(port)s, %(service_date)s: %(placed)s of %(asked)s requests have a place."),
    ),
    "closure.declared": (
        _("Closed"),
        _("%(port)s, %(lanes)s: closed from %(starts_at)s until %(ends_at)s. Reason: %(reason)s"),
    ),
    "closure.lifted": (
        _("Closure ends"),
        _("%(port)s, %(lanes)s: open again from %(ends_at)s."),
    ),
    "closure.undone": (
        _("Closure taken back"),
        _("%(port)s, %(lanes)s: the closure was taken back; everybody has the time he had before."),
    ),
    "far_side.rate": (
        _("The far side takes another number"),
        _("%(port)s, %(lane)s: %(units_per_hour)s vehicles an hour from %(valid_from)s."),
    ),
    "queue.checked_in": (
        _("Checked in"),
        _("%(plate)s stands in the order of %(lane)s at %(port)s with ticket %(ticket)s. You will be called."),
    ),
    "queue.called": (
        _("You are called"),
        _("%(plate)s: go to gate %(gate)s of %(port)s now. Bay %(bay)s is held for you until %(call_until)s."),
    ),
    "queue.called.sms": (
        _("You are called"),
        _("%(port)s: gate %(gate)s by %(call_time)s. Bay %(bay)s, zone %(zone_sign)s."),
    ),
    "queue.missed": (
        _("Call missed"),
        _("%(plate)s: you missed a call at %(port)s and will be called again after the next vehicles."),
    ),
    "queue.withdrawn": (
        _("Taken out of the order"),
        _("%(plate)s no longer stands in the order of %(lane)s at %(port)s."),
    ),
    "queue.withdrawn.missed_calls": (
        _("Taken out of the order"),
        _(
            "%(plate)s missed its last call and no longer stands in the order of %(lane)s at %(port)s. Check in again to join."
        ),
    ),
    "queue.admitted": (
        _("Through the gate"),
        _("%(plate)s: drive to bay %(bay)s."),
    ),
    "stay.held": (
        _("Another bay"),
        _("%(plate)s: your bay at %(port)s is now %(bay)s instead of %(old_bay)s."),
    ),
    "stay.held.sms": (
        _("Another bay"),
        _("%(port)s: your bay is now %(bay)s instead of %(old_bay)s. Zone %(zone_sign)s."),
    ),
    "stay.evacuate": (
        _("Leave the yard now"),
        _("%(port)s: leave now. Your number is %(number)s, your exit %(gate)s. Lower numbers go first."),
    ),
    "stay.evacuate.on_foot": (
        _("Leave the yard now"),
        _("%(port)s: no way out is open for your vehicle. Leave the vehicle and follow the staff."),
    ),
    "evacuation.ended": (
        _("You need not leave any more"),
        _("%(port)s: zone %(zone_code)s is no longer being emptied. Your page shows where to go now."),
    ),
    "stay.overstayed": (
        _("Longer in the bay than allowed"),
        _("%(plate)s: %(port)s expects you to leave bay %(bay)s. Others wait for it."),
    ),
    "override.asked": (
        _("A call out of order waits for you"),
        _("%(port)s, %(lane)s, ticket %(ticket)s: a second person has to decide. Reason given: %(reason)s"),
    ),
    "override.approved": (
        _("Call out of order approved"),
        _("%(port)s, %(lane)s, ticket %(ticket)s will be called next."),
    ),
    "override.rejected": (
        _("Call out of order refused"),
        _("%(port)s, %(lane)s, ticket %(ticket)s keeps its place in the order."),
    ),
    "lane.closed": (
        _("Lane closed"),
        _("%(lane)s of %(port)s was closed by staff. Reason: %(reason)s"),
    ),
    "lane.opened": (
        _("Lane open again"),
        _("%(lane)s of %(port)s was opened by staff."),
    ),
    "policy.published": (
        _("New rules published"),
        _("Version %(version)s of the rules of %(port)s holds from %(effective_from)s."),
    ),
    **declared_words.WORDS,
    **webhook_words.WORDS,
}

#: Of a fact that is left out, such as a reference that nobody gave, the blanks round it would stay.
BLANKS = re.compile(" {2,}")

#: Messages that are kept to one segment, with as much of the way as it holds.
SEGMENTS = frozenset({"queue.called.sms", "stay.held.sms"})

ZONES: dict[str, Promise] = {
    "Asia/Shanghai": _("China time"),
    "Asia/Ho_Chi_Minh": _("Viet Nam time"),
    "Asia/Vientiane": _("Laos time"),
    "Asia/Yangon": _("Myanmar time"),
    "Asia/Bangkok": _("Thailand time"),
}


def render(words: str, facts: dict[str, Any], language: str) -> Text:
    """This will say the facts in a language. Raises KeyError for words that are not in the table."""
    title, body = WORDS[words]
    with override(language):
        said = _Said(facts, language)
        text = BLANKS.sub(" ", str(body) % said)
        return Text(str(title) % said, way_words.with_way(text, facts.get("way", ())) if words in SEGMENTS else text)


class _Said(dict[str, str]):
    """Facts as words, made when a template asks for them; an unknown one is a dash, never a crash on the way to a person."""

    def __init__(self, facts: dict[str, Any], language: str) -> None:
        self._facts, self._language = facts, language

    def __missing__(self, name: str) -> str:
        say = SAID.get(name)
        value = say(self._facts, self._language) if say else self._facts.get(name)
        return str(value) if value not in (None, "") else "—"


def _named(name: str) -> Callable[[dict[str, Any], str], str]:
    """Places have a Chinese and an English name; readers of other languages get the English one."""

    def say(facts: dict[str, Any], language: str) -> str:
        zh, en = facts.get(f"{name}_zh", ""), facts.get(f"{name}_en", "")
        return (zh or en) if language.startswith("zh") else (en or zh)

    return say


def _slot(facts: dict[str, Any], language: str, which: str = "slot") -> str:
    if not facts.get(f"{which}_from"):
        return ""
    begin, end = _local(facts[f"{which}_from"], facts), _local(facts[f"{which}_until"], facts)
    return now_("%(day)s %(from)s–%(until)s (%(zone)s)") % {
        "day": date_format(begin, "SHORT_DATE_FORMAT"),
        "from": f"{begin:%H:%M}",
        "until": f"{end:%H:%M}",
        "zone": zone_name(begin),
    }


def _time(name: str, *, with_day: bool) -> Callable[[dict[str, Any], str], str]:
    def say(facts: dict[str, Any], language: str) -> str:
        if not facts.get(name):
            return ""
        moment = _local(facts[name], facts)
        shown = f"{date_format(moment, 'SHORT_DATE_FORMAT')} {moment:%H:%M}" if with_day else f"{moment:%H:%M}"
        return f"{shown} ({zone_name(moment)})"

    return say


def _call_time(facts: dict[str, Any], language: str) -> str:
    """The port's clock and nothing else: a text message has no room for its name."""
    return f"{_local(facts['call_expires_at'], facts):%H:%M}" if facts.get("call_expires_at") else ""


def _local(moment: str, facts: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(facts["zone"]))


def zone_name(moment: datetime) -> str:
    """This will name the zone of a local moment, such as `China time, UTC+8`."""
    key = getattr(moment.tzinfo, "key", "")
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    offset = f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
    return f"{ZONES.get(key, key)}, {offset}"


def _old_slot(facts: dict[str, Any], language: str) -> str:
    return _slot(facts, language, "old_slot")


def _until(facts: dict[str, Any], language: str) -> str:
    return _time("ends_at", with_day=True)(facts, language) or now_("further notice")


def _lanes(facts: dict[str, Any], language: str) -> str:
    return ", ".join(facts.get("lanes") or [])


def _rate(facts: dict[str, Any], language: str) -> str:
    rate = facts.get("units_per_hour")
    return now_("any number of") if rate is None else str(rate)


def _mark(facts: dict[str, Any], language: str) -> str:
    kind = facts.get("kind", "")
    return str(MarkKind(kind).label) if kind in MarkKind.values else kind


def _reason(facts: dict[str, Any], language: str) -> str:
    return reason_words(facts.get("reason", ""))


SAID: dict[str, Callable[[dict[str, Any], str], str]] = {
    "port": _named("port"),
    "lane": _named("lane"),
    "slot": _slot,
    "reason": _reason,
    "call_time": _call_time,
    "zone_sign": way_words.zone_words,
    "call_until": _time("call_expires_at", with_day=False),
    "effective_from": _time("effective_from", with_day=True),
    "offer_until": _time("offer_until", with_day=True),
    "starts_at": _time("starts_at", with_day=True),
    "ends_at": _until,
    "valid_from": _time("valid_from", with_day=True),
    "old_slot": _old_slot,
    "lanes": _lanes,
    "units_per_hour": _rate,
    "mark": _mark,
    "lack": declared_words.lack,
    "due_at": _time("due_at", with_day=True),
    "lost_at": _time("lost_at", with_day=True),
    "own_reference": lambda facts, language: facts.get("own_reference") or " ",
}
