"""Signing in: drivers by the one-time code they read on the local outbox page, the desk by e-mail and password."""

from __future__ import annotations

import asyncio
import re

from simulator.wire import Session, Wire

OUTBOX = "/outbox/"
STAFF_DOOR = "/accounts/login/"
AT_ONCE = 16  # the outbox page shows the newest fifty messages
TRIES = 4
MESSAGE = re.compile(r"<strong[^>]*>\s*(\+\d+)\s*</strong>.*?\b(\d{6})\b", re.DOTALL)


class CannotSignIn(Exception):
    """Somebody was not let in; the message says who and why."""


async def sign_in_drivers(wire: Wire, phones: list[str]) -> dict[str, Session]:
    """This will sign all drivers in, some at a time. Raises CannotSignIn for one who did not get in after four tries."""
    sessions: dict[str, Session] = {}
    for start in range(0, len(phones), AT_ONCE):
        wanted = phones[start : start + AT_ONCE]
        for _ in range(TRIES):
            sessions |= await _some(wire, [phone for phone in wanted if phone not in sessions])
        left = [phone for phone in wanted if phone not in sessions]
        if left:
            raise CannotSignIn(f"no code on {OUTBOX} let {left[0]} in (wire: {dict(wire.meter.problems)})")
    return sessions


async def _some(wire: Wire, phones: list[str]) -> dict[str, Session]:
    if not phones:
        return {}
    await asyncio.gather(*(wire.post("driver/sign-in/code/", {"phone": phone, "language": "en"}) for phone in phones))
    codes = await _codes(wire)
    known = [phone for phone in phones if phone in codes]
    bodies = [{"phone": phone, "code": codes[phone], "language": "en"} for phone in known]
    answers = await asyncio.gather(*(wire.post("driver/sign-in/", body) for body in bodies))
    return {phone: Session(answer.cookies) for phone, answer in zip(known, answers, strict=True) if answer.ok}


async def _codes(wire: Wire) -> dict[str, str]:
    """Phone → newest code; the page shows the newest message first."""
    page = await wire.page("GET", OUTBOX)
    found: dict[str, str] = {}
    for phone, code in MESSAGE.findall(page.text):
        found.setdefault(phone, code)
    return found


async def sign_in_staff(wire: Wire, email: str, password: str) -> Session:
    """This will sign a person of the desk in by the staff door's form. Raises CannotSignIn."""
    door = await wire.page("GET", STAFF_DOOR)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', door.text)
    cookies = dict(door.cookies)
    if not token:
        raise CannotSignIn(f"{STAFF_DOOR} shows no form (status {door.status_code})")
    form = {"login": email, "password": password, "csrfmiddlewaretoken": token[1]}
    done = await wire.page("POST", STAFF_DOOR, Session(cookies), form)
    if done.status_code != 302:
        raise CannotSignIn(f"{email} was not let in at {STAFF_DOOR} (status {done.status_code})")
    return Session(cookies | dict(done.cookies))
