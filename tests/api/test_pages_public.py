"""The public pages and the pages of refusal, as a browser without JavaScript sees them."""

from __future__ import annotations

import html
import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from reservations import operations as do
from reservations.models import Policy
from tests import factories as make
from tests.cast import Cast
from tests.operations import steps
from web.public import geography
from yards.models import FarSideRate, Window
from yards.operations import switch_lane

NASTY = ("\u202eabc", "😀", "<script>alert(1)</script>", "'; DROP TABLE x; --", "云" * 10_000, "%", "\x00")


@pytest.fixture
def anyone() -> Client:
    return Client(headers={"Accept-Language": "en"})


def text(response: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


# ---------------------------------------------------------------- hours
def test_port__lane_open_day_and_night__says_so(cast: Cast, anyone: Client) -> None:
    page = reverse("web:port", args=[cast.port.code])
    assert "open all day" not in text(anyone.get(page))
    Window.objects.filter(lane=cast.lane).update(opens_at=time(0), closes_at=time(0))
    shown = text(anyone.get(page))
    assert "open all day" in shown
    assert "00:00–00:00" not in shown


# ---------------------------------------------------------------- closures and the far side
def close_lane(cast: Cast, *, starts_at: Any) -> Any:
    stage = [(starts_at + timedelta(hours=2)).isoformat(), (starts_at + timedelta(hours=4)).isoformat(), 1]
    return do.declare_closure(
        port_code=cast.port.code,
        scope="lane",
        lane_codes=[cast.lane.code],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        stages=[stage],
        reason="landslide",
        user=cast.operator,
        **cast.by(cast.operator),
    )


def test_port__closed_and_nobody_affected__says_why_and_how_it_reopens_and_offers_no_check_in(
    cast: Cast, anyone: Client
) -> None:
    close_lane(cast, starts_at=cast.now)
    page = anyone.get(reverse("web:port", args=[cast.port.code]))
    assert "landslide" in text(page)
    assert "1 vehicle an hour" in text(page)
    assert "was told his new time" not in text(page)
    assert reverse("web:walk_up", args=[cast.lane.code]) not in page.content.decode()
    assert "The lane is closed for now" in text(page)
    cast.clock.forward(hours=3)
    later = text(anyone.get(reverse("web:port", args=[cast.port.code])))
    assert "open again, step by step" in later
    assert "1 vehicle an hour" in later
    assert "sets the pace for now" in later
    cast.clock.forward(hours=2)
    assert "landslide" not in text(anyone.get(reverse("web:port", args=[cast.port.code])))


def test_port__closure_with_somebody_inside__says_what_became_of_him(cast: Cast, anyone: Client) -> None:
    slot = cast.slots[6]
    steps.reserved(cast, slot=slot)
    close_lane(cast, starts_at=slot.starts_at)
    page = text(anyone.get(reverse("web:port", args=[cast.port.code])))
    assert "Who had a place then was told his new time or stands by" in page


def test_port__far_side__says_source_and_age_and_trusts_it_as_long_as_the_port_does(cast: Cast, anyone: Client) -> None:
    FarSideRate.objects.create(
        lane=cast.lane, units_per_hour=9, valid_from=cast.now, entered_at=cast.now, source="counterpart"
    )
    Policy.objects.filter(port=cast.port).update(far_side_stale_hours=2)
    cast.clock.forward(hours=1)
    page = text(anyone.get(reverse("web:port", args=[cast.port.code])))
    assert "(sent by the far side, 1 h ago)" in page
    assert "older than this port trusts" not in page
    cast.clock.forward(hours=2)
    assert "older than this port trusts" in text(anyone.get(reverse("web:port", args=[cast.port.code])))


# ---------------------------------------------------------------- ports, lanes, board
def test_home__ports__stand_on_the_map_and_in_the_list(cast: Cast, anyone: Client) -> None:
    page = anyone.get(reverse("web:home")).content.decode()
    for port in (cast.port, cast.other_port):
        assert page.count(reverse("web:port", args=[port.code])) == 2
    assert f'aria-label="{cast.port.name_en}: open"' in page


@pytest.mark.parametrize("wanted", ["mohan", "BOTEN", "磨丁", "laos mohan"])
def test_home__search__finds_by_name_place_and_country(cast: Cast, anyone: Client, wanted: str) -> None:
    listed = (
        anyone.get(reverse("web:home"), {"q": wanted}).content.decode().split('id="ports"')[1].split("</section>")[0]
    )
    assert reverse("web:port", args=["MOHAN"]) in listed
    if wanted != "BOTEN" and wanted != "磨丁":  # both ports of the cast have that counterpart
        assert reverse("web:port", args=["HEKOU"]) not in listed


@pytest.mark.parametrize("wanted", NASTY)
def test_home__nasty_search__is_shown_as_text(cast: Cast, anyone: Client, wanted: str) -> None:
    answer = anyone.get(reverse("web:home"), {"q": wanted})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert "No port matches" in text(answer)


def test_port__open_lane__says_hours_of_both_sides_slots_and_rules(cast: Cast, anyone: Client) -> None:
    page = text(anyone.get(reverse("web:port", args=["MOHAN"])))
    assert "08:00 – 18:00 (07:00–17:00 Laos)" in page
    assert "today 10:00" in page
    assert "Check-in opens 3 h before your slot." in page
    assert "If you miss a call you stand behind the next 3 vehicles." in page


def test_port__lane_closed_by_staff__says_why_and_offers_nothing_of_today(cast: Cast, anyone: Client) -> None:
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="Weighbridge <b>broken</b>", **cast.by(cast.operator))
    answer = anyone.get(reverse("web:port", args=["MOHAN"]), headers={"X-Live-Region": "lanes"})
    assert "Weighbridge &lt;b&gt;broken&lt;/b&gt;" in answer.content.decode()
    assert "closed by the port" in text(answer)
    assert "today 10:00" not in text(answer)
    assert "tomorrow" in text(answer)


def test_port__region_asked_for_again__is_rendered_once_until_something_happens(
    cast: Cast, anyone: Client, django_assert_max_num_queries: Any
) -> None:
    address, region = reverse("web:port", args=["MOHAN"]), {"X-Live-Region": "lanes"}
    steps.walked_up(cast)
    first = anyone.get(address, headers=region)
    with django_assert_max_num_queries(4):
        assert anyone.get(address, headers=region).content == first.content
    steps.walked_up(cast)
    assert "2 vehicles" in text(anyone.get(address, headers=region))


def test_port__next_policy__is_announced_before_it_holds(cast: Cast, anyone: Client) -> None:
    make.a_policy(cast.port, version=2, effective_from=cast.clock.now().replace(hour=20), note="Longer grace")
    page = text(anyone.get(reverse("web:port", args=["MOHAN"])))
    assert "Version 2 takes over on 2026-03-03 04:00: Longer grace" in page
    assert Policy.objects.count() == 3


def test_port__without_lanes__says_that_there_is_nothing_to_reserve(anyone: Client, db: None) -> None:
    make.a_port("LIJIANG-AIR", kind="air")
    assert "no road lanes" in text(anyone.get(reverse("web:port", args=["LIJIANG-AIR"])))


def test_board__called_vehicle__stands_there_with_gate_and_bay_and_no_full_plate(cast: Cast, anyone: Client) -> None:
    entry = steps.called(cast)
    answer = anyone.get(reverse("web:board", args=[cast.yard.code]))
    assert f"G1 {steps.live_stay(entry).bay.code}" in text(answer)
    assert entry.vehicle.plate not in answer.content.decode()
    assert entry.vehicle.plate[:2] + "*" in text(answer)


def test_public_pages__waiting_vehicles__never_show_a_full_plate(cast: Cast, anyone: Client) -> None:
    entry = steps.walked_up(cast)
    addresses = [reverse("web:port", args=["MOHAN"]), reverse("web:lane_order", args=[cast.lane.code])]
    for address in [*addresses, reverse("web:board", args=[cast.yard.code])]:
        page = anyone.get(address).content.decode()
        assert entry.vehicle.plate[:2] + "*" in page
        assert entry.vehicle.plate not in page


@pytest.mark.parametrize("page", ["0", "-1", "999", "x", ""])
def test_lane_order__page_that_does_not_exist__shows_one_that_does(cast: Cast, anyone: Client, page: str) -> None:
    assert anyone.get(reverse("web:lane_order", args=[cast.lane.code]), {"page": page}).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["port", "lane_order", "board"])
def test_public_pages__unknown_code__are_not_found_in_words(anyone: Client, name: str) -> None:
    answer = anyone.get(reverse(f"web:{name}", args=["NO-SUCH"]))
    assert answer.status_code == 404
    assert "Not found" in text(answer)


def test_map__two_ports_at_one_place__are_set_apart_and_every_label_is_inside() -> None:
    places = [geography.Place(f"P{n}", 22.5, 103.95, "Hekou Railway", n) for n in range(6)]
    spots = geography.arrange(places)
    gaps = [(a.x - b.x) ** 2 + (a.y - b.y) ** 2 for n, a in enumerate(spots) for b in spots[:n]]
    assert min(gaps) >= geography.APART**2
    assert all(0 < spot.label_x < geography.WIDTH and 0 < spot.label_y < geography.HEIGHT for spot in spots)


# ---------------------------------------------------------------- language and screen
def test_set_language__signed_in__is_kept_for_messages_too(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.driver, backend="accounts.backends.PeopleBackend")
    answer = client.post(reverse("web:set_language"), {"language": "zh-hans", "next": "/reservations/"})
    assert answer["Location"] == "/reservations/"
    assert client.cookies["portlane_language"].value == "zh-hans"
    assert User.objects.get(pk=cast.driver.pk).language == "zh-hans"
    assert '<html lang="zh-hans"' in client.get("/reservations/").content.decode()


@pytest.mark.parametrize(("theme", "kept"), [("dark", True), ("light", True), ("", False), ("<script>", False)])
def test_set_theme__chosen__is_kept_in_a_cookie(anyone: Client, db: None, theme: str, kept: bool) -> None:
    answer = anyone.post(reverse("web:set_theme"), {"theme": theme, "next": "https://evil.example/"})
    assert answer["Location"] == "/"
    assert (f'data-theme="{theme}"' in anyone.get("/").content.decode()) is kept


# ---------------------------------------------------------------- refusals
def test_busy__database_locked__is_503_with_a_page_and_retry_after(
    anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(**_: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("web.public.ports.port_summaries", locked)
    answer = anyone.get(reverse("web:home"))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert "Nothing was changed" in text(answer)


def test_forbidden__driver_at_the_staffs_desk__reads_why(cast: Cast, anyone: Client) -> None:
    anyone.force_login(cast.driver, backend="accounts.backends.PeopleBackend")
    answer = anyone.get(reverse("web:console", args=[cast.yard.code]))
    assert answer.status_code == 403
    assert "Your role does not allow this." in text(answer)


@pytest.mark.django_db
def test_csrf__form_of_another_session__is_refused_with_a_way_on() -> None:
    answer = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"}).post(
        reverse("web:sign_in"), {"phone": "1"}
    )
    assert answer.status_code == 403
    assert "Page too old" in text(answer)


@pytest.mark.django_db
def test_not_found__path_that_leads_nowhere__is_a_page(anyone: Client) -> None:
    answer = anyone.get("/no/such/page/")
    assert answer.status_code == 404
    assert "All ports" in text(answer)


@pytest.mark.django_db
def test_outbox__switched_off__does_not_exist(anyone: Client, settings: Settings) -> None:
    settings.PORTLANE_OUTBOX_PAGE = True
    assert anyone.get(reverse("web:outbox")).status_code == 200
    settings.PORTLANE_OUTBOX_PAGE = False
    assert anyone.get(reverse("web:outbox")).status_code == 404


@pytest.mark.django_db
def test_pages__every_answer__carries_the_policy_and_no_inline_code(cast: Cast, anyone: Client) -> None:
    for address in (
        reverse("web:home"),
        reverse("web:port", args=["MOHAN"]),
        reverse("web:sign_in"),
        reverse("account_login"),
    ):
        answer = anyone.get(address)
        assert "default-src 'self'" in answer["Content-Security-Policy"]
        page = answer.content.decode()
        assert not re.search(r"\sstyle=|\son\w+=|<style", page)
        assert not re.search(r"<script(?![^>]*(\ssrc=|type=\"application/json\"))", page)
