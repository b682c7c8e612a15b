"""Drivers sign in by phone: a one-time code is sent, and redeemed once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext, override

from accounts import sms
from accounts.errors import AccountClosed, CodeExpired, CodeUsed, CodeWrong, DriverAccount
from accounts.limits import Limit, real_seconds
from accounts.models import SignInCode, User
from accounts.operations.people import known_language
from accounts.phones import e164
from core import clock
from core.actors import Actor, system
from core.db import operation
from core.errors import DomainError, TooMany

LIFE = timedelta(minutes=10)  # of the person who waits, whatever the speed of a demo clock
TRIES = 5
PER_PHONE = Limit("sign_in_code.phone", most=5, window_s=3600)
SIGN_IN = system("sign_in")


def per_address() -> Limit:
    """This will return how many codes one network address may ask for."""
    return Limit("sign_in_code.ip", most=settings.SIGN_IN_CODES_PER_ADDRESS_HOUR, window_s=3600)


# ---------------------------------------------------------------- ask
def request_sign_in_code(
    *, phone: str, now: datetime, ip: str = "", language: str = "zh-hans", actor: Actor = SIGN_IN
) -> datetime:
    """This will send a fresh six-digit code to `phone` (any spelling) and return when it expires; an older code is void.

    `ip` is the caller's network address ("" = not counted). Raises PhoneNotValid, PhoneCountryNotServed, PhoneNotMobile,
    TooMany (five codes an hour to a phone, a settable number an hour from an address).
    """
    number, spoken = e164(phone), known_language(language)
    return _send_code(phone=number, ip=ip, language=spoken, now=now, actor=actor)


@operation
def _send_code(*, phone: str, ip: str, language: str, now: datetime, actor: Actor) -> datetime:
    PER_PHONE.take(phone, now=now)
    if ip:
        per_address().take(ip, now=now)
    code, salt = f"{secrets.randbelow(10**6):06d}", secrets.token_hex(8)
    row = SignInCode(
        phone=phone,
        code_hash=f"{salt}${_hash(phone, salt, code)}",
        created_at=now,
        expires_at=now + LIFE * clock.speed(),
        tries_left=TRIES,
    )
    _replace(row)
    with override(language):
        text = gettext("%(code)s is your Portlane code. It holds for 10 minutes. Never pass it on.") % {"code": code}
    sms.send_sms(phone=phone, text=text, language=language, now=now)
    return row.expires_at


def _replace(row: SignInCode) -> None:
    """One row per phone, written by one upsert: two requests at once leave one live code."""
    fields = ["code_hash", "created_at", "expires_at", "tries_left", "used_at"]
    SignInCode.objects.bulk_create([row], update_conflicts=True, unique_fields=["phone"], update_fields=fields)


def _hash(phone: str, salt: str, code: str) -> str:
    """Keyed with SECRET_KEY: six digits could be tried out in a moment by whoever has only the table."""
    return salted_hmac(f"accounts.sign_in_code:{salt}", f"{phone}:{code}", algorithm="sha256").hexdigest()


# ---------------------------------------------------------------- redeem
def redeem_sign_in_code(*, phone: str, code: str, language: str, now: datetime, actor: Actor = SIGN_IN) -> User:
    """This will use up the code and return its person, made on the first sign-in in `language`.

    Raises CodeWrong, CodeExpired, CodeUsed, TooMany after five tries, AccountClosed, DriverAccount for a number that a
    staff account carries; and the errors of a phone number.
    """
    number, spoken = e164(phone), known_language(language)
    outcome = _redeem(phone=number, code=code, language=spoken, now=now, actor=actor)
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


@operation
def _redeem(*, phone: str, code: str, language: str, now: datetime, actor: Actor) -> User | DomainError:
    """An error is returned, not raised: a wrong try must be counted, so its transaction is committed."""
    live = SignInCode.objects.filter(phone=phone, used_at=None, expires_at__gt=now)
    counted = live.filter(tries_left__gt=0).update(tries_left=F("tries_left") - 1)
    row = SignInCode.objects.filter(phone=phone).first()
    if row is None:
        return CodeWrong()
    right = _matches(row, code)
    if not counted:
        return _why_not(row, right, now)
    if not right:
        return CodeWrong()
    live.update(used_at=now)
    return _person(phone, language)


def _matches(row: SignInCode, code: str) -> bool:
    salt, _, expected = row.code_hash.partition("$")
    digits = "".join(str(int(c)) for c in code if c.isdecimal())  # full-width and Burmese digits are digits too
    return constant_time_compare(_hash(row.phone, salt, digits), expected)


def _why_not(row: SignInCode, right: bool, now: datetime) -> DomainError:
    if row.used_at:
        return CodeUsed() if right else CodeWrong()
    if row.expires_at <= now:
        return CodeExpired()
    return TooMany(retry_after_s=real_seconds(row.expires_at - now))


def _person(phone: str, language: str) -> User | DomainError:
    user, _ = User.objects.get_or_create(phone=phone, defaults={"language": language, "password": "!"})
    if not user.is_active:
        return AccountClosed()
    return DriverAccount() if user.memberships.exists() else user
