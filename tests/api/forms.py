"""What the tests of the drivers' forms share: a reader without JavaScript, what is read, what is filled in."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.cast import Cast


def reader(user: User | None = None) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    if user:
        client.force_login(user, backend="accounts.backends.PeopleBackend")
    return client


def text(response: Any) -> str:
    """What a reader reads: no tags, entities resolved, blanks run together."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no hidden field {name}"
    return found[1]


def slots_of(cast: Cast) -> str:
    return reverse("web:reserve_slot", args=[cast.lane.code])


def confirm_address(cast: Cast) -> str:
    return f"{reverse('web:reserve_confirm', args=[cast.slots[2].ref])}?vehicle={cast.vehicle.ref}&cargo=general"


def new_load(*, plate: str) -> dict[str, str]:
    described = {"country": "CN", "plate": plate, "plate_class": "truck", "length_m": "17"}
    return {"vehicle": "new", "cargo_kind": "general"} | described
