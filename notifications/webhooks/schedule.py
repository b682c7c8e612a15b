"""When the next try of a delivery is due, in real seconds. PURE.

Ten tries over three days, as Svix retries (https://docs.svix.com/retries): 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 20 h apart,
71.6 h in all, each gap lengthened by up to a tenth (jitter), so that what failed together does not come back together.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

HOUR_S = 3600.0
GAPS_S = (5.0, 300.0, 1800.0, *(hours * HOUR_S for hours in (2, 5, 10, 14, 20, 20)))
TRIES = len(GAPS_S) + 1
JITTER = 0.1
GIVE_UP_AFTER_S = 80 * HOUR_S  # though an endpoint that is asked seldom was not tried ten times
DISABLE_AFTER_S = 5 * 24 * HOUR_S
RETRY_AFTER_MOST_S = 24 * HOUR_S
OURS_S = 15 * 60.0  # before an endpoint whose secrets cannot be read here is looked at again
PROBE_FIRST_S, PROBE_MOST_S = 2.0, 60.0


def next_try_s(tries: int, retry_after_s: float = 0.0) -> float | None:
    """This will return how long to wait after the n-th failed try, not less than the receiver asked for; None when it was the last."""
    if tries >= TRIES:
        return None
    return max(GAPS_S[tries - 1] * (1 + random.uniform(0, JITTER)), retry_after_s)  # noqa: S311


def probe_s(failures: int, retry_after_s: float = 0.0) -> float:
    """This will return how long an endpoint is left alone after n failures in a row: 2 s doubling to 1 min, or what it asked for."""
    spread = min(PROBE_MOST_S, PROBE_FIRST_S * 2.0 ** min(failures - 1, 10)) * random.uniform(0.75, 1.25)  # noqa: S311
    return max(spread, retry_after_s)


def retry_after_s(header: str, *, now: datetime) -> float:
    """This will return what a Retry-After header asks for (RFC 9110 10.2.3: seconds or a date), at most a day; 0 when it says nothing."""
    text = header.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return min(float(text), RETRY_AFTER_MOST_S)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):  # a year of twenty digits
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), RETRY_AFTER_MOST_S)
