"""How often something may be done: counters in the database, each raised by ONE conditional statement, so no race overshoots.

Windows are whole hours (or other lengths) of the real clock: in a demo at 60 times the speed an hour is still an hour of
the person who waits.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import F

from core import clock
from core.errors import TooMany
from core.models import RateCounter

_TAKE = (
    "INSERT INTO core_ratecounter (scope, subject, window_started_at, count) VALUES (%s, %s, %s, 1) "
    "ON CONFLICT (scope, subject, window_started_at) DO UPDATE SET count = core_ratecounter.count + 1 "
    "WHERE core_ratecounter.count < %s"
)


@dataclass(frozen=True)
class Limit:
    """At most `most` in each window of `window_s` real seconds."""

    scope: str
    most: int
    window_s: int

    def take(self, subject: str, *, now: datetime) -> None:
        """This will count one for `subject`; raises TooMany (with `retry_after_s`) when the window is full."""
        started_at = self._window(now)
        moment = connection.ops.adapt_datetimefield_value(started_at)
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [self.scope, _hashed(subject), moment, self.most])
            if cursor.rowcount == 1:
                return
        raise TooMany(retry_after_s=real_seconds(started_at + self._length() - now))

    def give_back(self, subject: str, *, now: datetime) -> None:
        """This will take one count back, for what turned out not to count."""
        row = RateCounter.objects.filter(
            scope=self.scope, subject=_hashed(subject), window_started_at=self._window(now)
        )
        row.filter(count__gt=0).update(count=F("count") - 1)

    def windows_within(self, subject: str, since: datetime, until: datetime) -> int:
        """This will return in how many windows that lie wholly between two moments one was counted for `subject`."""
        rows = RateCounter.objects.filter(scope=self.scope, subject=_hashed(subject), count__gt=0)
        return rows.filter(window_started_at__gte=since, window_started_at__lte=until - self._length()).count()

    def _length(self) -> timedelta:
        return timedelta(seconds=self.window_s) * clock.speed()

    def _window(self, now: datetime) -> datetime:
        length_s = self._length().total_seconds()
        return datetime.fromtimestamp(now.timestamp() // length_s * length_s, tz=UTC)


def real_seconds(span: timedelta) -> int:
    """This will return how many seconds a person waits for `span` of Portlane's time, at least 1."""
    return max(1, math.ceil(span.total_seconds() / clock.speed()))


def _hashed(subject: str) -> str:
    """Counters hold no phone number or address in clear, and every subject fits."""
    return hashlib.sha256(subject.lower().encode()).hexdigest()
