"""A reservation that a closure met says so on its page: whence it was moved, why, that it counts as nothing, what can be done."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import User
from reservations.models import Request, Reservation, Slot
from reservations.operations import cancel_reservation, change_slot, withdraw_request
from tests import factories as make
from tests.api.forms import reader, text
from tests.cast import Cast
from tests.operations.closing_steps import another_lane, shut, slot_of, undo
from tests.operations.steps import marks_now, reserved, rules
from yards.models import Closure

MOVED = "The port moved this reservation"
FREE = "If the new time does not suit you, changing or cancelling counts as nothing."
LOST = "The port closed this time"


def said(user: User, reservation: Reservation) -> str:
    return text(reader(user).get(reverse("web:reservation", args=[reservation.ref])))


def full_but_for(cast: Cast, *slots: Slot) -> None:
    """Leaves no place in the cast's other slots."""
    for slot in Slot.objects.filter(lane=cast.lane).exclude(pk__in=[each.pk for each in slots]):
        Slot.objects.filter(pk=slot.pk).update(taken=slot.capacity)


@pytest.fixture
def moved(cast: Cast) -> tuple[Reservation, Closure]:
    """From 12:00 to 14:00."""
    reservation = reserved(cast, slot=cast.slots[2])
    return reservation, shut(cast, 2, 4)


@pytest.mark.parametrize("who", ["driver", "dispatcher"])
def test_reservation__moved_by_a_closure__says_whence_why_and_what_he_may_do(
    cast: Cast, moved: tuple[Reservation, Closure], who: str
) -> None:
    page = said(getattr(cast, who), moved[0])
    assert f"{MOVED} from 2 Mar 12:00. Reason: landslide. This counts as no fault of yours. {FREE}" in page


def test_reservation__moved_to_another_lane__names_the_old_one(cast: Cast) -> None:
    another_lane(cast)
    reservation = reserved(cast, slot=cast.slots[2])
    shut(cast, 2, 4)
    assert f"{MOVED} from 2 Mar 12:00 · {cast.lane.name}." in said(cast.driver, reservation)


def test_reservation__moved__what_the_page_promises_is_so(cast: Cast, moved: tuple[Reservation, Closure]) -> None:
    rules(cast, changes_limit=0)
    reservation, _ = moved
    cast.clock.moment = cast.slots[4].starts_at
    cast.clock.forward(minutes=-1)
    assert FREE in said(cast.driver, reservation)
    change_slot(ref=reservation.ref, slot_ref=cast.slots[5].ref, **cast.by(cast.driver))
    other = reserved(cast, slot=cast.slots[6])
    shut(cast, 6, 7)
    cancel_reservation(ref=other.ref, **cast.by(cast.driver))
    assert marks_now() == []


def test_reservation__moved_then_changed_by_its_holder__is_his_own_choice_now(
    cast: Cast, moved: tuple[Reservation, Closure]
) -> None:
    change_slot(ref=moved[0].ref, slot_ref=cast.slots[5].ref, **cast.by(cast.driver))
    assert MOVED not in said(cast.driver, moved[0])


def test_reservation__moved_then_cancelled__still_says_so_but_offers_nothing(
    cast: Cast, moved: tuple[Reservation, Closure]
) -> None:
    cancel_reservation(ref=moved[0].ref, **cast.by(cast.driver))
    page = said(cast.driver, moved[0])
    assert (MOVED in page, FREE in page) == (True, False)


def test_reservation__closure_taken_back__says_nothing_of_it(cast: Cast, moved: tuple[Reservation, Closure]) -> None:
    undo(cast, moved[1])
    assert slot_of(moved[0]) == cast.slots[2]
    assert MOVED not in said(cast.driver, moved[0])


def test_reservation__moved_twice__tells_of_the_last(cast: Cast, moved: tuple[Reservation, Closure]) -> None:
    shut(cast, 4, 5, reason="flood")
    page = said(cast.driver, moved[0])
    assert f"{MOVED} from 2 Mar 14:00. Reason: flood." in page
    assert "landslide" not in page


def test_reservation__met_by_no_closure__says_nothing(cast: Cast) -> None:
    shut(cast, 2, 4)
    page = said(cast.driver, reserved(cast, slot=cast.slots[5]))
    assert (MOVED in page, LOST in page) == (False, False)


@pytest.mark.parametrize("who", ["driver", "dispatcher"])
def test_reservation__no_other_place_was_found__leads_to_the_standby(cast: Cast, who: str) -> None:
    reservation = reserved(cast, slot=cast.slots[2])
    full_but_for(cast, cast.slots[2])
    shut(cast, 2, 4)
    client = reader(getattr(cast, who))
    answer = client.get(reverse("web:reservation", args=[reservation.ref]))
    page = text(answer)
    assert f"{LOST}, and no other time was free. Reason: landslide. This counts as no fault of yours." in page
    assert "You stand by for a place that comes free." in page
    wish = reverse("web:request", args=[Request.objects.get().ref])
    assert f'href="{wish}"' in answer.content.decode()
    assert client.get(wish).status_code == 200


def test_reservation__no_place_and_stands_by_no_more__may_reserve_anew(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[2])
    full_but_for(cast, cast.slots[2])
    shut(cast, 2, 4)
    withdraw_request(ref=Request.objects.get().ref, **cast.by(cast.driver))
    page = said(cast.driver, reservation)
    assert (LOST in page, "You stand by" in page, "fault of yours. Reserve a place" in page) == (True, False, True)


def test_reservation__no_place_and_another_driver_stands_by__leads_nowhere(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[2])
    full_but_for(cast, cast.slots[2])
    shut(cast, 2, 4)
    Request.objects.update(driver=make.a_driver())
    assert "You stand by" not in said(cast.driver, reservation)
