"""Signing in by one-time code: what is sent, what is taken, how often."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, connections
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.errors import (
    AccountClosed,
    CodeExpired,
    CodeUsed,
    CodeWrong,
    DriverAccount,
    LanguageNotValid,
    PhoneNotValid,
)
from accounts.limits import Limit
from accounts.models import Membership, SignInCode, User
from accounts.operations import redeem_sign_in_code, request_sign_in_code
from core.errors import DomainError, TooMany
from core.models import RateCounter
from tests.cast import NOW, Outbox, StoppedClock

PHONE = "+8613900000001"


def ask(phone: str = PHONE, **options: object) -> None:
    request_sign_in_code(phone=phone, **({"now": NOW, "ip": "10.0.0.1", "language": "en"} | options))  # type: ignore[arg-type]


def redeem(code: str, *, phone: str = PHONE, now: object = NOW, language: str = "vi") -> User:
    return redeem_sign_in_code(phone=phone, code=code, language=language, now=now)  # type: ignore[arg-type]


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


# ---------------------------------------------------------------- the good way
@pytest.mark.django_db
def test_redeem__fresh_code__makes_the_person_once(outbox: Outbox) -> None:
    ask("139 0000 0001")
    assert outbox[-1]["phone"] == PHONE
    assert outbox[-1]["language"] == "en"
    user = redeem(outbox.code)
    assert (user.phone, user.language, user.is_driver, user.has_usable_password()) == (PHONE, "vi", True, False)
    ask()
    assert redeem(outbox.code).pk == user.pk
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("phone", ["+8613900000001", "+84912345678", "+8562055512345", "+959420123456", "+66812345678"])
def test_redeem__phones_of_five_countries__sign_in(outbox: Outbox, phone: str) -> None:
    ask(phone)
    assert redeem(outbox.code, phone=phone).phone == phone


@pytest.mark.django_db
def test_request__code__is_stored_salted_and_hashed_only(outbox: Outbox) -> None:
    ask()
    first = SignInCode.objects.get()
    assert outbox.code not in first.code_hash
    ask("+84912345678")
    assert SignInCode.objects.get(phone="+84912345678").code_hash[:16] != first.code_hash[:16]


@pytest.mark.django_db
def test_redeem__digits_of_another_script_and_spaces__are_read(outbox: Outbox) -> None:
    ask()
    burmese = outbox.code.translate(str.maketrans("0123456789", "၀၁၂၃၄၅၆၇၈၉"))
    assert redeem(f" {burmese[:3]} {burmese[3:]}\n").phone == PHONE


# ---------------------------------------------------------------- wrong, old, used
@pytest.mark.django_db
def test_redeem__wrong_code__counts_and_after_five_the_right_one_is_refused(outbox: Outbox) -> None:
    ask()
    for _ in range(5):
        with pytest.raises(CodeWrong):
            redeem(other_than(outbox.code))
    with pytest.raises(TooMany) as refused:
        redeem(outbox.code)
    assert refused.value.facts == {"retry_after_s": 600}
    assert not User.objects.exists()


@pytest.mark.django_db
def test_redeem__fifth_try__may_still_be_right(outbox: Outbox) -> None:
    ask()
    for _ in range(4):
        with pytest.raises(CodeWrong):
            redeem(other_than(outbox.code))
    assert redeem(outbox.code).phone == PHONE


@pytest.mark.django_db
def test_redeem__after_ten_minutes__expired(outbox: Outbox) -> None:
    ask()
    with pytest.raises(CodeExpired):
        redeem(outbox.code, now=NOW + timedelta(minutes=10))
    assert redeem(outbox.code, now=NOW + timedelta(minutes=10, seconds=-1)).phone == PHONE


@pytest.mark.django_db
def test_redeem__demo_clock_at_60__ten_minutes_of_the_person(
    outbox: Outbox, stopped_clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopped_clock, "speed", 60.0)
    ask()
    assert SignInCode.objects.get().expires_at == NOW + timedelta(hours=10)
    for _ in range(4):
        ask()
    with pytest.raises(TooMany) as refused:
        ask()
    assert 0 < refused.value.facts["retry_after_s"] <= 3600


@pytest.mark.django_db
def test_redeem__replayed_code__is_refused_and_wrong_ones_are_told_apart(outbox: Outbox) -> None:
    ask()
    code = outbox.code
    redeem(code)
    with pytest.raises(CodeUsed):
        redeem(code)
    with pytest.raises(CodeWrong):
        redeem(other_than(code))


@pytest.mark.django_db
def test_redeem__code_before_the_newest__is_void(outbox: Outbox) -> None:
    ask()
    old = outbox.code
    ask()
    assert SignInCode.objects.count() == 1
    if old != outbox.code:
        with pytest.raises(CodeWrong):
            redeem(old)
    assert redeem(outbox.code).phone == PHONE


@pytest.mark.django_db
def test_redeem__code_of_another_phone__is_wrong(outbox: Outbox) -> None:
    ask()
    first = outbox.code
    ask("+84912345678")
    if first != outbox.code:
        with pytest.raises(CodeWrong):
            redeem(first, phone="+84912345678")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "code", ["", "🚚", "' OR 1=1 --", "<b>1</b>", "1" * 10_000, "\x00", "12345", "1234567", "²²²²²²"]
)
def test_redeem__bad_input__is_a_wrong_code(outbox: Outbox, code: str) -> None:
    ask()
    with pytest.raises(CodeWrong):
        redeem(code)


@pytest.mark.django_db
def test_redeem__nothing_was_sent__wrong(outbox: Outbox) -> None:
    with pytest.raises(CodeWrong):
        redeem("123456")


@pytest.mark.django_db
def test_redeem__unknown_language_or_phone__says_so(outbox: Outbox) -> None:
    with pytest.raises(LanguageNotValid):
        redeem("123456", language="xx'--")
    with pytest.raises(PhoneNotValid):
        redeem("123456", phone="\u202e")


# ---------------------------------------------------------------- who may not
@pytest.mark.django_db
def test_redeem__closed_account__stays_out(outbox: Outbox) -> None:
    User.objects.create_user(phone=PHONE, is_active=False)
    ask()
    with pytest.raises(AccountClosed):
        redeem(outbox.code)


@pytest.mark.django_db
def test_redeem__phone_of_a_staff_account__does_not_open_it(outbox: Outbox) -> None:
    staff = User.objects.create_user(phone=PHONE, email="a@example.test")
    Membership.objects.create(user=staff, role="operator", port_code="MOHAN")
    ask()
    with pytest.raises(DriverAccount):
        redeem(outbox.code)


# ---------------------------------------------------------------- how often
@pytest.mark.django_db
def test_request__sixth_within_the_hour__waits_and_the_next_hour_opens(outbox: Outbox) -> None:
    for _ in range(5):
        ask()
    with pytest.raises(TooMany) as refused:
        ask(now=NOW + timedelta(minutes=59))
    assert refused.value.facts == {"retry_after_s": 60}
    assert len(outbox) == 5
    ask("+84912345678")
    ask(now=NOW + timedelta(minutes=60))
    assert len(outbox) == 7


@pytest.mark.django_db
def test_request__address_over_its_limit__other_addresses_go_on(outbox: Outbox, settings: Settings) -> None:
    settings.SIGN_IN_CODES_PER_ADDRESS_HOUR = 3
    for number in range(3):
        ask(f"+861390000001{number}")
    with pytest.raises(TooMany):
        ask("+8613900000020")
    ask("+8613900000020", ip="10.0.0.2")
    assert (
        RateCounter.objects.filter(scope="sign_in_code.phone", count=1).count() == 4
    )  # the refused one counted nothing


# ---------------------------------------------------------------- races
def at_once(act: Callable[[], object], times: int) -> list[object]:
    """This will run `act` in as many threads, each with its own connection, and return results and domain errors."""
    gate, results = threading.Barrier(times), []

    def run() -> None:
        gate.wait()
        try:
            results.append(act())
        except DomainError as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_take__sixty_four_at_once__never_overshoots() -> None:
    limit = Limit("race", most=10, window_s=3600)
    results = at_once(lambda: limit.take("somebody", now=NOW), 64)
    assert results.count(None) == 10
    assert sum(isinstance(result, TooMany) for result in results) == 54
    assert RateCounter.objects.get(scope="race").count == 10


@pytest.mark.django_db(transaction=True)
def test_request__sixty_four_at_once__five_are_sent(outbox: Outbox) -> None:
    results = at_once(ask, 64)
    assert len(outbox) == 5
    assert sum(isinstance(result, TooMany) for result in results) == 59
    assert SignInCode.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_redeem__right_code_sixteen_times_at_once__one_person_signs_in_once(outbox: Outbox) -> None:
    ask()
    results = at_once(lambda: redeem(outbox.code), 16)
    assert [type(result) for result in results if not isinstance(result, CodeUsed)] == [User]
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_take__statement__is_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        Limit("single", most=1, window_s=60).take("x", now=NOW)
    assert connection.vendor in ("sqlite", "postgresql")
