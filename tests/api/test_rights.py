"""Every route × every role × {own, same organisation, other organisation, other port}, held against the one table.

The crawl reads the routes from the URL resolver, so a new one is in it by existing; one that names no verb of
`accounts/policy.py` fails. What is expected is worked out here from the table and from whose the rows are, not from the code.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.cache import cache
from django.http import HttpResponseBase
from pytest_django import Settings

from accounts import staff_urls
from accounts.policy import POLICY
from tests.api.crawl import (
    CANARY,
    ELSEWHERE,
    NEWCOMERS,
    OTHER,
    OWN,
    OWNERS,
    PEOPLE,
    SAME,
    Route,
    World,
    ask,
    kinds_of,
    routes,
    world,
)
from tests.cast import Cast

ROLES: dict[str, set[str]] = {
    "stranger": {"anyone"},
    "device": {"anyone"},  # shows its key, which only the APIs of devices read
    "counterpart": {"anyone"},
    "program": {"anyone"},  # shows its token, which only the API of enterprises reads
    **{name: {"anyone", "signed_in", name} for name in (*PEOPLE, *NEWCOMERS)},
    "dispatcher": {"anyone", "signed_in", "carrier_staff"},
}
#: Whose API an audience is, of those that show a key.
OF_DEVICES = {"gate": "device", "counterpart": "counterpart"}
KEY_HOLDERS = {*OF_DEVICES.values(), "program"}
DRIVER_SIDE = {"driver", "carrier_staff", "carrier_admin", "program"}
#: Whose rows drivers and carriers reach; everybody else reaches what is at their port.
OFFICE = {OWN, SAME}
REACH = {"driver": {OWN}, "dispatcher": OFFICE, "carrier_admin": OFFICE, "program": OFFICE}
AT_THE_PORT = {OWN, SAME, OTHER}
#: Who must never read a word of the rival carrier's.
BLIND = {"stranger", "driver", "dispatcher", "carrier_admin", "program", "counterpart", "device"}
PARTS = 8  # of the crawl: a world each; two files, so that two processes share it
#: Public things: naming them tells nobody anything, so no owner is asked.
OF_ALL = {"port", "yard", "lane", "slot", "bay", "kind"}
#: What this makes is the asker's own, whatever the body says.
MAKES_ITS_OWN = {
    *("api/v1/driver/vehicles/", "api/v1/enterprise/vehicles/", "api/v1/enterprise/declarations/"),
    *("carrier/endpoints/new/", "carrier/declarations/new/", "carrier/sheets/", "carrier/trucks/new/"),
    *("carrier/clients/new/", "carrier/people/invite/", "api/v1/enterprise/webhooks/endpoints/"),
}
#: Answers for each item; what an item names and is not the asker's is not found in its line.
BULK = ("api/v1/enterprise/bulk/", "api/v1/counterpart/crossings/", "api/v1/gate/events/")
#: There only under a condition: a sandbox organisation, a second organisation, a hold, a driver who leaves a vehicle, a conflict.
SOMETIMES = re.compile(
    r"api/v1/enterprise/sandbox/|carrier/switch/$|staff/.*/declarations/.*/(hold|release)/$|api/v1/driver/vehicles/<ref:ref>/$|gate/.*/conflicts/"
    r"|carrier/declarations/<ref:ref>/detach/$|api/v1/counterpart/closures/<ref:ref>/lift/$|carrier/clients/<ref:ref>/key/revoke/$"
)
#: Whose it is stands in the query or the form alone.
NAMES_A_VEHICLE = {
    *("reserve/slot/<slug:slot_ref>/confirm/", "ask/<slug:port_code>/time/", "carrier/reserve/<slug:port_code>/times/"),
}
#: Old versions are looked at in test_accounts_office, the admin's short addresses lead to its long ones, and the last is
#: every path that leads nowhere.
NOT_CRAWLED = re.compile(r"office/.*\(\[\^/\]\+\)|office/.*<path:object_id>/$|api/v1/\^\.\*\$")


# ---------------------------------------------------------------- what is expected
def verdicts(route: Route, actor: str, owner: str) -> set[str]:
    """This will say what may happen: in, sign in, forbidden, not found."""
    roles = ROLES[actor]
    for audience, kind in OF_DEVICES.items():
        if POLICY[route.verb] & {"anyone"}:
            break
        if route.path.startswith(f"api/v1/{audience}/"):
            return of_devices(route, actor, kind, owner)
    if route.path.startswith("api/v1/enterprise/"):
        if actor != "program":
            return {"sign in"}
        return found_or_not(route, actor, owner)
    if route.path.startswith("accounts/"):
        return of_the_staff_sign_in(route, actor)
    if not POLICY[route.verb] & roles:
        return {"forbidden" if "signed_in" in roles else "sign in"}
    if route.verb.startswith("office."):
        return of_the_office(route, owner)
    return found_or_not(route, actor, owner)


def found_or_not(route: Route, actor: str, owner: str) -> set[str]:
    if SOMETIMES.match(route.path):
        return {"in", "not found"}
    return {"in"} if reaches(route, actor, owner) else {"not found"}


def of_devices(route: Route, actor: str, kind: str, owner: str) -> set[str]:
    """A device of another kind shows what is not read here: gates sign, the far side's client has a secret."""
    if actor == kind and (route.path.startswith(BULK) or (route.method == "GET" and not route.names)):
        return {"in"}
    if actor == kind and SOMETIMES.match(route.path):
        return {"in", "not found"}
    if actor == kind:
        return {"in" if owner in AT_THE_PORT else "not found"}
    return {"sign in"}


def reaches(route: Route, actor: str, owner: str) -> bool:
    """This will tell whether the rows that a request names are the actor's to reach for the route's verb."""
    allowed, named = POLICY[route.verb], set(kinds_of(route).values())
    if allowed & {"anyone", "signed_in"} or route.path in MAKES_ITS_OWN or route.path.startswith(BULK):
        return True
    if route.method == "GET" and not named:
        return True
    if allowed & DRIVER_SIDE:
        names_public_things = bool(named) and not named - OF_ALL and route.path not in NAMES_A_VEHICLE
        return names_public_things or owner in REACH[actor]
    return owner in AT_THE_PORT


def of_the_office(route: Route, owner: str) -> set[str]:
    """Inside, a page may still refuse: slots are not edited, ports not added. Another port's row is never shown; what all
    ports share has no port of its own."""
    if "object_id" in route.names and route.model and route.verb != "office.shared" and owner == ELSEWHERE:
        return {"not found", "forbidden"}
    return {"in", "forbidden"} if route.model else {"in", "forbidden", "not found"}


def of_the_staff_sign_in(route: Route, actor: str) -> set[str]:
    if route.name in staff_urls.SHUT:
        return {"not found"}
    if route.name in staff_urls.OPEN:
        return {"in"}
    if actor in ("stranger", *KEY_HOLDERS):
        return {"sign in"}
    # Inside, allauth refuses who has no password to show again, and does not find a passkey nobody enrolled.
    return {"forbidden"} if actor == "driver" else {"in", "forbidden", "not found"}


def seen(response: HttpResponseBase) -> str:
    """This will name what did happen, in the same words."""
    to = response.headers.get("Location", "")
    if response.status_code == 401 or re.match(r"/(sign-in|accounts/login)/\?next=", to):
        return "sign in"
    known = {403: "forbidden", 404: "not found", 405: "no such method"}
    return known.get(response.status_code, "in" if response.status_code < 500 else f"broke with {response.status_code}")


def words_of(response: HttpResponseBase) -> str:
    """This will return all that an answer tells: its headers and its body, streamed or not."""
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return f"{response.headers} {body.decode('utf-8', 'replace')}".lower()


# ---------------------------------------------------------------- the crawl
def test_routes__every_one__names_a_verb_of_the_table() -> None:
    assert [str(route) for route in routes() if route.verb not in POLICY] == []


def test_table__every_verb__guards_a_route() -> None:
    assert set(POLICY) - {route.verb for route in routes()} == set()


@pytest.mark.sqlite  # rights hang on no database, and it is long
@pytest.mark.parametrize("part", range(0, PARTS, 2))
def test_crawl__every_second_route__as_the_table_says(
    cast: Cast, settings: Settings, tmp_path: Path, part: int
) -> None:
    assert_as_the_table_says(cast, settings, tmp_path, part)


def assert_as_the_table_says(cast: Cast, settings: Settings, tmp_path: Path, part: int) -> None:
    """This will crawl one part of the routes, as every role and naming every owner's rows (test_rights_rest.py: the other parts)."""
    settings.PORTLANE_OUTBOX_PAGE = True
    settings.MEDIA_ROOT = tmp_path
    here = world(cast)
    asked = [route for route in routes() if not NOT_CRAWLED.match(route.path)][part::PARTS]
    wrong = [finding for route in asked for finding in findings(here, route)]
    assert wrong == [], "\n".join(wrong)


def owners_to_ask(route: Route) -> tuple[str, ...]:
    """Where no row is looked at, asking once is enough; the desk and the office tell rows apart by their port alone."""
    if POLICY[route.verb] & {"anyone", "signed_in"}:
        return (OWN,)
    return OWNERS if POLICY[route.verb] & DRIVER_SIDE else (OWN, ELSEWHERE)


def is_twice(route: Route) -> bool:
    """All pages of the back office have one door, which does not look at the method."""
    return route.verb.startswith("office.") and route.method != "GET"


def findings(here: World, route: Route) -> list[str]:
    """This will ask one route as everybody, naming everybody's rows, and list where table and answer differ."""
    wrong = []
    for actor in ROLES:
        for owner in owners_to_ask(route):
            expected = verdicts(route, actor, owner)
            if not expected & {"in", "not found"} and (owner != OWN or is_twice(route)):
                continue  # refused before any row is looked at
            cache.clear()
            response = ask(here, route, actor, owner)
            answer = seen(response)
            told = words_of(response)  # read to its end, so that a file is closed
            if actor in BLIND and CANARY in told:
                wrong.append(f"{route} as {actor}, rows: {owner}: tells what is the other carrier's")
            if answer not in expected and not (answer == "no such method" and expected & {"in", "not found"}):
                wrong.append(f"{route} as {actor}, rows: {owner}: {answer}, not {' or '.join(sorted(expected))}")
    return wrong
