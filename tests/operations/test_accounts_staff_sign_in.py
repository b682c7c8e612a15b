"""Staff sign in by password and second factor; until they have one, their roles sleep."""

from __future__ import annotations

import contextlib
import re
import threading

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts import policy
from accounts.adapters import PER_PAIR, StaffAdapter
from accounts.models import User
from accounts.second_factor import is_missing
from core.models import RateCounter
from tests import factories as make
from tests.cast import Cast

LOGIN, SECOND = "/accounts/login/", "/accounts/2fa/authenticate/"
RESET, CHANGE = "/accounts/password/reset/", "/accounts/password/change/"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _no_memory_of_other_tests() -> None:
    cache.clear()


@pytest.fixture
def operator(cast: Cast) -> User:
    return make.a_staff_member("operator", port=cast.port, password=make.PASSWORD)


def code_now(secret: str = SECRET) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def enter(client: Client, email: str | None, password: str = make.PASSWORD) -> object:
    return client.post(LOGIN, {"login": email, "password": password})


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


# ---------------------------------------------------------------- password
def test_sign_in__right_password__is_in(client: Client, operator: User) -> None:
    enter(client, operator.email)
    assert who(client) == str(operator.pk)
    assert not RateCounter.objects.filter(count__gt=0).exists()


@pytest.mark.parametrize("email", ["nobody@example.test", "' OR 1=1 --", "🚚", "a" * 10_000, "<b>", "\x00"])
def test_sign_in__unknown_or_odd_address__stays_out(client: Client, cast: Cast, email: str) -> None:
    answered = client.post(LOGIN, {"login": email, "password": make.PASSWORD})
    assert answered.status_code == 200
    assert who(client) is None


def test_sign_in__driver_without_a_password__stays_out(client: Client, cast: Cast) -> None:
    for password in ("", "!", make.PASSWORD):
        enter(client, cast.driver.phone, password)
    assert who(client) is None


def test_sign_in__eleventh_wrong_try__not_even_the_right_password(client: Client, operator: User, cast: Cast) -> None:
    for _ in range(10):
        enter(client, operator.email, "wrong")
    cache.clear()  # the limit is the database's, not this process's memory
    enter(client, operator.email)
    assert who(client) is None
    elsewhere = Client(REMOTE_ADDR="10.9.9.9")  # whoever knows the address cannot lock its owner out
    enter(elsewhere, operator.email)
    assert who(elsewhere) == str(operator.pk)
    cast.clock.forward(minutes=15)
    enter(client, operator.email)
    assert who(client) == str(operator.pk)


@pytest.mark.django_db(transaction=True)
def test_sign_in__thirty_two_wrong_tries_at_once__ten_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    monkeypatch.setattr("allauth.account.adapter.authenticate", lambda *_, **__: looked.append(1))

    def run() -> None:
        with contextlib.suppress(ValidationError), contextlib.closing(_Connections()):
            StaffAdapter().authenticate(RequestFactory().post(LOGIN), email="a@example.test", password="wrong")

    threads = [threading.Thread(target=run) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked) == PER_PAIR.most


class _Connections:
    """A thread's own connections."""

    def close(self) -> None:
        connections.close_all()


def test_sign_up__closed(client: Client, cast: Cast) -> None:
    client.post(
        "/accounts/signup/", {"email": "x@example.test", "password1": make.PASSWORD, "password2": make.PASSWORD}
    )
    assert not User.objects.filter(email="x@example.test").exists()


def test_password_reset__account_made_by_the_port__sets_its_first_password(client: Client, cast: Cast) -> None:
    person = make.a_staff_member("operator", port=cast.port)
    assert not person.has_usable_password()
    client.post("/accounts/password/reset/", {"email": person.email})
    assert len(mail.outbox) == 1
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1], follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "a-long-new-password", "password2": "a-long-new-password"})
    enter(client, person.email, "a-long-new-password")
    assert who(client) == str(person.pk)


def test_password_reset__sixth_mail_to_an_address__not_sent_and_said(
    client: Client, operator: User, cast: Cast
) -> None:
    for email in (operator.email, "nobody@example.test"):  # whoever has no account gets a mail that says so
        mail.outbox.clear()
        for n in range(7):
            asking = Client(REMOTE_ADDR=f"10.9.9.{n}")  # from anywhere
            cache.clear()  # the limit is the database's, not this process's memory
            answered = asking.post(RESET, {"email": str(email).upper() if n % 2 else email})
            assert (answered.status_code, len(mail.outbox)) == ((302, n + 1) if n < 5 else (200, 5))
    assert [error.code for error in answered.context["form"].errors.as_data()["email"]] == ["too_many"]
    cast.clock.forward(hours=1)
    client.post(RESET, {"email": operator.email})
    assert len(mail.outbox) == 6


def test_password_reset__one_network_address__thirty_mails_an_hour(client: Client, cast: Cast) -> None:
    for n in range(32):
        cache.clear()
        client.post(RESET, {"email": f"nobody{n}@example.test"})
    assert len(mail.outbox) == 30


def test_password_change__eleventh_wrong_old_password__not_even_the_right_one(client: Client, operator: User) -> None:
    client.force_login(operator)
    new = {"password1": "a-long-new-password", "password2": "a-long-new-password"}
    for _ in range(10):
        cache.clear()
        client.post(CHANGE, {"oldpassword": "wrong", **new})
    cache.clear()
    client.post(CHANGE, {"oldpassword": make.PASSWORD, **new})
    assert User.objects.get(pk=operator.pk).check_password(make.PASSWORD)


def test_password_change__right_old_password__changed_and_not_counted(client: Client, operator: User) -> None:
    client.force_login(operator)
    new = {"password1": "a-long-new-password", "password2": "a-long-new-password"}
    client.post(CHANGE, {"oldpassword": make.PASSWORD, **new})
    assert User.objects.get(pk=operator.pk).check_password("a-long-new-password")
    assert not RateCounter.objects.filter(count__gt=0).exists()


def test_limits__allauths_own__are_off() -> None:
    from allauth.account import app_settings

    assert app_settings.RATE_LIMITS == {}


# ---------------------------------------------------------------- second factor
def test_second_factor__wanted_and_missing__everything_leads_to_enrolment(
    client: Client, operator: User, settings: Settings, cast: Cast
) -> None:
    settings.STAFF_MFA_REQUIRED = True
    enter(client, operator.email)
    assert is_missing(operator)
    for path in ("/", "/office/", f"/staff/yards/{cast.yard.code}/"):
        answered = client.get(path)
        assert (answered.status_code, answered["Location"]) == (302, "/accounts/2fa/")
    assert client.get("/accounts/2fa/").status_code == 200
    fresh = User.objects.get(pk=operator.pk)
    assert not policy.may(fresh, "queue.call")  # the API and the sockets ask this
    assert policy.ports_where(fresh, "console.read") == frozenset()
    assert policy.may(fresh, "account.own")


def test_second_factor__enrolled__roles_wake(client: Client, operator: User, settings: Settings) -> None:
    settings.STAFF_MFA_REQUIRED = True
    enter(client, operator.email)
    asked_again = client.get("/accounts/2fa/totp/activate/")["Location"]
    assert asked_again.startswith("/accounts/reauthenticate/")
    assert client.post(asked_again, {"password": "wrong"}).status_code == 200
    assert client.post(asked_again, {"password": make.PASSWORD})["Location"] == "/accounts/2fa/totp/activate/"
    page = client.get("/accounts/2fa/totp/activate/")
    code = code_now(page.context["form"].secret)
    assert client.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    assert Authenticator.objects.filter(user=operator, type="totp").exists()
    assert policy.may(User.objects.get(pk=operator.pk), "queue.call")
    assert client.get("/accounts/2fa/").status_code == 200


def test_second_factor__driver__is_never_asked(client: Client, settings: Settings, cast: Cast) -> None:
    settings.STAFF_MFA_REQUIRED = True
    client.force_login(cast.driver)
    assert client.get("/").status_code == 200
    assert policy.may(cast.driver, "reservation.create")


def test_second_factor__recovery_codes_alone__do_not_count(operator: User, settings: Settings) -> None:
    settings.STAFF_MFA_REQUIRED = True
    RecoveryCodes.activate(operator)
    assert is_missing(operator)


def test_sign_in__with_totp__password_alone_is_not_enough(client: Client, operator: User) -> None:
    TOTP.activate(operator, SECRET)
    enter(client, operator.email)
    assert who(client) is None
    client.post(SECOND, {"code": "000000" if code_now() != "000000" else "000001"})
    assert who(client) is None
    client.post(SECOND, {"code": code_now()})
    assert who(client) == str(operator.pk)


def test_sign_in__sixth_wrong_totp_code__not_even_the_right_one(client: Client, operator: User) -> None:
    TOTP.activate(operator, SECRET)
    enter(client, operator.email)
    wrong = "000000" if code_now() != "000000" else "000001"
    for _ in range(5):
        client.post(SECOND, {"code": wrong})
    cache.clear()
    client.post(SECOND, {"code": code_now()})
    assert who(client) is None
