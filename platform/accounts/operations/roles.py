"""Roles: given and taken at a port by somebody who manages people there, never for oneself (docs/rights.md)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.errors import (
    DriverAccount,
    EmailNotValid,
    OwnRole,
    PortOrCarrier,
    RoleHeld,
    RoleNotYours,
    UnknownPerson,
    UnknownRole,
)
from accounts.models import CARRIER_ROLES, Membership, Role, User
from accounts.operations.people import known_language, known_name
from accounts.policy import GRANTS, POLICY, ports_where
from core.actors import Actor
from core.db import operation


@operation
def grant_role(*, user_ref: str, role: str, port_code: str, by: User, now: datetime, actor: Actor) -> Membership:
    """This will give a person of the staff a role at a port, in the name of `by`.

    Raises RoleNotYours, OwnRole, UnknownPerson, DriverAccount, PortOrCarrier, RoleHeld.
    """
    _may_give(by, role, port_code)
    return _give(_person(user_ref, by), role, port_code)


@operation
def revoke_role(*, user_ref: str, role: str, port_code: str, by: User, now: datetime, actor: Actor) -> None:
    """This will take a person's role at a port away. Raises RoleNotYours, OwnRole, UnknownPerson, UnknownRole."""
    _may_give(by, role, port_code)
    user = _person(user_ref, by)
    held = Membership.objects.filter(user=user, role=role, port_code=port_code).first()
    if held is None:
        raise UnknownRole
    held.delete()  # through the model, so that the history keeps it
    _open_office(user)


@operation
def add_staff_member(
    *,
    email: str,
    name: str,
    role: str,
    port_code: str,
    by: User,
    now: datetime,
    actor: Actor,
    language: str = "zh-hans",
) -> User:
    """This will make an account without a password (its owner sets one by e-mail), or find it, and give it the role.

    Raises EmailNotValid, NameNotValid, LanguageNotValid and what `grant_role` raises.
    """
    _may_give(by, role, port_code)
    user = _account(email, name, language)
    _give(_person(user.ref, by), role, port_code)
    return user


def carrier_account(*, email: str, name: str, by: User) -> User:
    """This will return the account of a person of a carrier's office, made without a password when it is new.

    A step of the back office's edit, in the name of `by`.
    Raises EmailNotValid, NameNotValid, OwnRole, DriverAccount, PortOrCarrier.
    """
    user = _person(_account(email, name, settings.LANGUAGE_CODE).ref, by)
    if user.is_driver:
        raise DriverAccount
    _stays_on_one_side(user, role="carrier_staff")
    return user


def _account(email: str, name: str, language: str) -> User:
    address = _email(email)
    known = User.objects.filter(email=address).first()
    return known or User.objects.create_user(email=address, name=known_name(name), language=known_language(language))


# ---------------------------------------------------------------- checks
def _may_give(by: User, role: str, port_code: str) -> None:
    """Asked of the table as it is now, not of what the request read when it began."""
    giver = User.objects.get(pk=by.pk)
    own = {row.role for row in giver.memberships.filter(port_code=port_code)} & POLICY["people.manage"]
    allowed = any(role in GRANTS[each] for each in own)
    if not allowed or port_code not in ports_where(giver, "people.manage"):
        raise RoleNotYours


def _person(user_ref: str, by: User) -> User:
    user = User.objects.filter(ref=user_ref).first()
    if user is None:
        raise UnknownPerson
    if user.pk == by.pk:
        raise OwnRole
    return user


def _stays_on_one_side(user: User, *, role: str) -> None:
    """A port judges between carriers, so none of its people is one of them. The account's row is locked: two roles given at
    once, one of each side, are given one after the other."""
    User.objects.select_for_update().get(pk=user.pk)
    held = user.memberships.values_list("role", flat=True)
    if any((each in CARRIER_ROLES) != (role in CARRIER_ROLES) for each in held):
        raise PortOrCarrier


def _give(user: User, role: str, port_code: str) -> Membership:
    if user.is_driver or not user.email:
        raise DriverAccount
    _stays_on_one_side(user, role=role)
    if Membership.objects.filter(user=user, role=role, port_code=port_code).exists():
        raise RoleHeld
    given = Membership.objects.create(user=user, role=Role(role), port_code=port_code)
    _open_office(user)
    return given


def _open_office(user: User) -> None:
    """`is_staff` follows the roles; the office itself asks the verb."""
    held = set(user.memberships.values_list("role", flat=True))
    User.objects.filter(pk=user.pk).update(is_staff=bool(held & POLICY["office.use"]))


def _email(text: str) -> str:
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError as problem:
        raise EmailNotValid from problem
    return address
