"""A session opens doors while it lasts and its person is active; both reads behind that are compiled once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from core import clock
from tests.cast import Cast

ME = "/api/v1/driver/me/"


@pytest.fixture
def driver(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.driver)
    assert client.get(ME).status_code == 200
    return client


def test_session__its_time_is_over__opens_nothing(driver: Client) -> None:
    Session.objects.update(expire_date=clock.real_now() - timedelta(seconds=1))
    assert driver.get(ME).status_code == 401


def test_session__person_no_longer_active__opens_nothing(driver: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.driver.pk).update(is_active=False)
    assert driver.get(ME).status_code == 401


def test_session__deleted__opens_nothing(driver: Client) -> None:
    Session.objects.all().delete()
    assert driver.get(ME).status_code == 401


def test_session__of_two_people__each_is_oneself(cast: Cast, driver: Client) -> None:
    other = Client()
    other.force_login(cast.stranger)
    assert other.get(ME).json()["ref"] == cast.stranger.ref
    assert driver.get(ME).json()["ref"] == cast.driver.ref
