"""Who works for a carrier and as what: its admins decide, one of them always stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.errors import DriverAccount, OwnRole, PortOrCarrier, RoleHeld, RoleNotYours, UnknownRole
from accounts.models import Membership, Organisation, User
from accounts.operations.carrier_people import (
    LastAdmin,
    OfAnotherOrganisation,
    change_carrier_role,
    invite_carrier_person,
    remove_carrier_person,
)
from tests import factories as make
from tests.cast import Cast
from tests.operations.test_accounts_office import form_of, url


@pytest.fixture
def admin(cast: Cast) -> User:
    return make.a_carrier_admin(cast.carrier)


def invite(cast: Cast, by: User, **inputs: Any) -> User:
    said = {"email": "li@example.test", "name": "Li", "role": "carrier_staff"} | inputs
    return invite_carrier_person(organisation=cast.carrier, by=by, **said, **cast.by(by))


def change(cast: Cast, by: User, person: User, role: str) -> Membership:
    return change_carrier_role(organisation=cast.carrier, user_ref=person.ref, role=role, by=by, **cast.by(by))


def remove(cast: Cast, by: User, person: User) -> Membership:
    return remove_carrier_person(organisation=cast.carrier, user_ref=person.ref, by=by, **cast.by(by))


def roles(cast: Cast, person: User) -> list[str]:
    return list(person.memberships.filter(organisation=cast.carrier).values_list("role", flat=True))


# ---------------------------------------------------------------- invite
def test_invite__somebody_new__has_the_role_and_no_password_yet(cast: Cast, admin: User) -> None:
    person = invite(cast, admin)

    assert roles(cast, person) == ["carrier_staff"]
    assert not person.has_usable_password()


def test_invite__by_a_dispatcher__refused(cast: Cast) -> None:
    with pytest.raises(RoleNotYours):
        invite(cast, cast.dispatcher)


def test_invite__by_the_admin_of_another_organisation__refused(cast: Cast) -> None:
    with pytest.raises(RoleNotYours):
        invite(cast, make.a_carrier_admin(cast.other_carrier))


@pytest.mark.parametrize("role", ["operator", "port_admin", "program", "driver", "no_such_role"])
def test_invite__to_a_role_that_is_no_carriers__refused(cast: Cast, admin: User, role: str) -> None:
    with pytest.raises(RoleNotYours):
        invite(cast, admin, role=role)


def test_invite__somebody_who_has_a_role_here__refused(cast: Cast, admin: User) -> None:
    invite(cast, admin)
    with pytest.raises(RoleHeld):
        invite(cast, admin, role="carrier_admin")


def test_invite__a_person_of_a_port_of_a_rival_a_driver_or_oneself__refused(cast: Cast, admin: User) -> None:
    with pytest.raises(PortOrCarrier):
        invite(cast, admin, email=cast.operator.email)
    with pytest.raises(OfAnotherOrganisation):
        invite(cast, admin, email=cast.other_dispatcher.email)
    with pytest.raises(OwnRole):
        invite(cast, admin, email=admin.email)
    User.objects.filter(pk=cast.driver.pk).update(email="driver@example.test")
    with pytest.raises(DriverAccount):
        invite(cast, admin, email="driver@example.test")


# ---------------------------------------------------------------- change and remove
def test_change__a_dispatcher_to_admin__may_manage_then(cast: Cast, admin: User) -> None:
    change(cast, admin, cast.dispatcher, "carrier_admin")

    assert roles(cast, cast.dispatcher) == ["carrier_admin"]
    assert invite(cast, cast.dispatcher)


def test_change__the_last_admin_steps_down__stays(cast: Cast, admin: User) -> None:
    with pytest.raises(LastAdmin):
        change(cast, admin, admin, "carrier_staff")

    assert roles(cast, admin) == ["carrier_admin"]


def test_remove__one_of_two_admins_leaves__the_other_stays_for_good(cast: Cast, admin: User) -> None:
    second = make.a_carrier_admin(cast.carrier)
    remove(cast, admin, admin)

    assert roles(cast, admin) == []
    with pytest.raises(LastAdmin):
        remove(cast, second, second)


def test_remove__a_dispatcher__reaches_nothing_of_the_organisation_any_more(cast: Cast, admin: User) -> None:
    remove(cast, admin, cast.dispatcher)

    assert roles(cast, cast.dispatcher) == []
    assert User.objects.filter(pk=cast.dispatcher.pk).exists()


def test_remove__somebody_of_another_organisation_or_an_api_client__not_found(cast: Cast, admin: User) -> None:
    make.a_token(cast.carrier)
    program = Membership.objects.get(organisation=cast.carrier, role="program").user
    for person in (cast.other_dispatcher, cast.operator, program):
        with pytest.raises(UnknownRole):
            remove(cast, admin, person)


# ---------------------------------------------------------------- the first one
def test_office__names_an_organisations_first_admin__who_may_manage_then(client: Client, cast: Cast) -> None:
    client.force_login(cast.port_admin)
    make.a_token(cast.carrier)  # an API client's account is no person of the list
    path = url(Organisation, "change", cast.carrier.pk)
    named = {"memberships-TOTAL_FORMS": 2, "memberships-1-email": "first@carrier.test", "memberships-1-name": "First"}
    shown = form_of(client, path)
    assert shown["memberships-INITIAL_FORMS"] == 1
    assert client.post(path, shown | named | {"memberships-1-role": "carrier_admin"}).status_code == 302

    first = User.objects.get(email="first@carrier.test")
    assert roles(cast, first) == ["carrier_admin"]
    assert invite(cast, first)
