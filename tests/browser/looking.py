"""What the browser tests share: a living port around the real clock, a signed-in page, a look for faults."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime
from datetime import time as time_of_day
from itertools import product
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from accounts.models import User
from core import clock
from tests import factories as make
from tests.cast import Cast, StoppedClock, assemble

GRAVE = {"serious", "critical"}
PHONE, DESK = (360, 780), (1440, 900)
#: what a driver is told late would lead him astray
AT_ONCE_S = 2.0
#: size, language and screen: all eight ways to look at a page, the first and the last share nothing
LOOKS = list(product((PHONE, DESK), ("zh-hans", "en"), ("dark", "light")))
#: of drivers from across the border, on whose pages no Chinese is left but plates and what people typed
NEIGHBOURS = ("vi", "lo", "my")


def a_living_port() -> Cast:
    """This will create the cast around the real present (the server has its own clock), with lanes that are open at any hour.

    Where its ports are it is between ten and eleven: no test hangs on the hour of the day here. Its yard has a name of its
    own: the server, which outlives the tests' tables, remembers what each stream told.
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    cast = assemble(StoppedClock(hour), time_zone=_where_it_is_ten(hour))
    cast.yard.code = f"YARD-{make.nth()}"
    cast.yard.save(update_fields=["code"])
    for lane in (cast.lane, cast.cold_lane, cast.other_lane):
        lane.windows.all().delete()
        make.open_daily(lane, opens_at=time_of_day(0), closes_at=time_of_day(0))
    cast.clock.moment = clock.now()
    return cast


def _where_it_is_ten(hour: datetime) -> str:
    """This will name the zone where the whole hour `hour` (UTC) is ten in the morning; `Etc/GMT-8` is eight hours ahead."""
    ahead_h = (10 - hour.hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead_h:+d}"


def sign_in(page: Any, user: User) -> None:
    """This will give the page's context the session of a person."""
    client = Client()
    client.force_login(user, backend="accounts.backends.PeopleBackend")
    add_cookie(page, "sessionid", client.cookies["sessionid"].value)


def add_cookie(page: Any, name: str, value: str) -> None:
    page.context.add_cookies([{"name": name, "value": value, "url": base_url(page)}])


def base_url(page: Any) -> str:
    return str(page.context._impl_obj._options["baseURL"])


def took_s(seen: Callable[[], None]) -> float:
    """This will return how long it took until something was seen, in seconds."""
    begun_s = time.monotonic()
    seen()
    return time.monotonic() - begun_s


def faults_on(page: Any, paths: list[str], *, everywhere: bool = True) -> list[str]:
    """This will open each path and look at it in all eight ways (`everywhere`), else in two that share nothing."""
    found: list[str] = []
    ways = LOOKS if everywhere else [LOOKS[0], LOOKS[-1]]
    for language in ("zh-hans", "en"):
        add_cookie(page, "portlane_language", language)
        for path in paths:
            page.goto(path)
            for size, _, scheme in (way for way in ways if way[1] == language):
                page.set_viewport_size({"width": size[0], "height": size[1]})
                page.emulate_media(color_scheme=scheme)
                found += [f"{language} {scheme} {fault}" for fault in faults(page)]
    return found


def faults_for_neighbours(page: Any, paths: list[str]) -> list[str]:
    """This will open each path on a phone in the languages across the border and also look for words left in Chinese."""
    found: list[str] = []
    for language, path in product(NEIGHBOURS, paths):
        add_cookie(page, "portlane_language", language)
        page.goto(path)
        found += [f"{language} {fault}" for fault in faults(page)]
        chinese = re.findall(r"[\u4e00-\u9fff]{2,}", page.locator("main").inner_text())
        found += [f"{language} {page.url}: {word}" for word in chinese]
    return found


def faults(page: Any) -> list[str]:
    """This will return what a reader with a small screen or a screen reader would stumble over on the page shown now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then((result) => result.violations)")
    grave = [f"{row['id']}: {row['nodes'][0]['html'][:160]}" for row in found if row["impact"] in GRAVE]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        grave.append("the page is wider than the screen")
    return [f"{page.url} {page.viewport_size['width']}: {fault}" for fault in grave]
