"""Roles and devices: given at a port by those who manage people there, never by and for the same person."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.errors import (
    DriverAccount,
    EmailNotValid,
    NameNotValid,
    OwnRole,
    PortOrCarrier,
    RoleHeld,
    RoleNotYours,
    UnknownDevice,
    UnknownPerson,
    UnknownRole,
)
from accounts.models import Membership, User
from accounts.operations import (
    add_staff_member,
    enrol_device,
    grant_role,
    renew_device_secret,
    revoke_role,
    switch_device,
    update_me,
)
from accounts.operations.devices import hash_of
from accounts.policy import may, may_at, ports_where, roles_of
from tests import factories as make
from tests.cast import Cast


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def give(cast: Cast, role: str, *, by: User, to: User | None = None, port: str = "MOHAN") -> Membership:
    to = to or make.a_staff_member("operator", port=cast.other_port)
    return grant_role(user_ref=to.ref, role=role, port_code=port, by=by, **cast.by(by))


# ---------------------------------------------------------------- giving
@pytest.mark.parametrize(
    ("role", "by"),
    [
        ("operator", "supervisor"),
        ("auditor", "supervisor"),
        ("operator", "port_admin"),
        ("supervisor", "port_admin"),
        ("port_admin", "port_admin"),
    ],
)
def test_grant__by_who_may__takes_effect_at_that_port_only(cast: Cast, role: str, by: str) -> None:
    person = make.a_staff_member("operator", port=cast.other_port)
    give(cast, role, by=getattr(cast, by), to=person)
    assert may_at(fresh(person), "console.read", "MOHAN")
    assert fresh(person).is_staff == (role in ("supervisor", "port_admin"))
    if role == "supervisor":
        assert ports_where(fresh(person), "override.decide") == {"MOHAN"}


@pytest.mark.parametrize(
    ("role", "by"),
    [
        ("supervisor", "supervisor"),  # nobody lifts others to their own height
        ("port_admin", "supervisor"),
        ("operator", "operator"),
        ("operator", "auditor"),
        ("operator", "driver"),
        ("operator", "dispatcher"),
        ("operator", "other_supervisor"),  # a head of another port
        ("operator", "other_port_admin"),
        ("driver", "port_admin"),
        ("carrier_staff", "port_admin"),
        ("anyone", "port_admin"),
        ("'; --", "port_admin"),
    ],
)
def test_grant__by_who_may_not__refused(cast: Cast, role: str, by: str) -> None:
    before = Membership.objects.count()
    person = make.a_staff_member("operator", port=cast.other_port)
    with pytest.raises(RoleNotYours):
        give(cast, role, by=getattr(cast, by), to=person)
    assert Membership.objects.count() == before + 1


def test_grant__to_oneself__refused(cast: Cast) -> None:
    with pytest.raises(OwnRole):
        give(cast, "operator", by=cast.supervisor, to=cast.supervisor)


def test_grant__twice__is_said(cast: Cast) -> None:
    with pytest.raises(RoleHeld):
        give(cast, "operator", by=cast.supervisor, to=cast.operator)


def test_grant__to_a_driver__refused_because_a_phone_code_would_open_it(cast: Cast) -> None:
    with pytest.raises(DriverAccount):
        give(cast, "operator", by=cast.supervisor, to=cast.driver)


def test_grant__unknown_person__not_found(cast: Cast) -> None:
    with pytest.raises(UnknownPerson):
        grant_role(
            user_ref="U-NOBODY", role="operator", port_code="MOHAN", by=cast.supervisor, **cast.by(cast.supervisor)
        )


def test_grant__by_somebody_whose_role_was_taken_a_moment_ago__refused(cast: Cast) -> None:
    assert may(cast.supervisor, "people.manage")  # read and remembered by this object
    Membership.objects.filter(user=cast.supervisor).delete()
    with pytest.raises(RoleNotYours):
        give(cast, "operator", by=cast.supervisor)


# ---------------------------------------------------------------- taking
def test_revoke__role_at_the_port__is_gone_and_its_history_stays(cast: Cast) -> None:
    by = cast.by(cast.supervisor)
    revoke_role(user_ref=cast.operator.ref, role="operator", port_code="MOHAN", by=cast.supervisor, **by)
    assert not may(fresh(cast.operator), "queue.call")
    assert Membership.history.filter(history_type="-", user_id=cast.operator.pk).count() == 1
    with pytest.raises(UnknownRole):
        revoke_role(user_ref=cast.operator.ref, role="operator", port_code="MOHAN", by=cast.supervisor, **by)


@pytest.mark.parametrize(
    ("holder", "role", "by", "error"),
    [
        ("port_admin", "port_admin", "supervisor", RoleNotYours),
        ("second", "supervisor", "supervisor", RoleNotYours),
        ("operator", "operator", "other_supervisor", RoleNotYours),
        ("port_admin", "port_admin", "port_admin", OwnRole),
    ],
)
def test_revoke__who_may_not__refused(cast: Cast, holder: str, role: str, by: str, error: type[Exception]) -> None:
    giver = getattr(cast, by)
    with pytest.raises(error):
        revoke_role(user_ref=getattr(cast, holder).ref, role=role, port_code="MOHAN", by=giver, **cast.by(giver))


def test_grant__person_of_a_carriers_office__refused(cast: Cast) -> None:
    with pytest.raises(PortOrCarrier):
        grant_role(
            user_ref=cast.dispatcher.ref,
            role="operator",
            port_code="MOHAN",
            by=cast.supervisor,
            **cast.by(cast.supervisor),
        )
    assert not may(fresh(cast.dispatcher), "queue.call")


# ---------------------------------------------------------------- new people
def test_add_staff__new_address__account_without_a_password(cast: Cast) -> None:
    added = add_staff_member(
        email=" New.Person@Example.TEST ",
        name="王芳",
        role="operator",
        port_code="MOHAN",
        by=cast.supervisor,
        **cast.by(cast.supervisor),
    )
    assert (added.email, added.name, added.has_usable_password()) == ("new.person@example.test", "王芳", False)
    assert ports_where(added, "queue.call") == {"MOHAN"}


def test_add_staff__known_address__same_person_gains_the_role(cast: Cast) -> None:
    same = add_staff_member(
        email=cast.other_operator.email or "",
        name="",
        role="operator",
        port_code="MOHAN",
        by=cast.supervisor,
        **cast.by(cast.supervisor),
    )
    assert same == cast.other_operator
    assert ports_where(fresh(same), "queue.call") == {"MOHAN", "HEKOU"}


@pytest.mark.parametrize(
    ("email", "name", "error"),
    [
        ("no-address", "A", EmailNotValid),
        ("a@b.test'; DROP TABLE x; --", "A", EmailNotValid),
        ("a\u202e@b.test", "A", EmailNotValid),
        ("a" * 10_000 + "@b.test", "A", EmailNotValid),
        ("a@b.test", "", NameNotValid),
        ("a@b.test", "\u202e\u200b", NameNotValid),
        ("a@b.test", "x" * 10_000, NameNotValid),
    ],
)
def test_add_staff__bad_input__refused_and_nobody_made(
    cast: Cast, email: str, name: str, error: type[Exception]
) -> None:
    before = User.objects.count()
    with pytest.raises(error):
        add_staff_member(
            email=email, name=name, role="operator", port_code="MOHAN", by=cast.supervisor, **cast.by(cast.supervisor)
        )
    assert User.objects.count() == before


def test_update_me__name_with_marks_and_html__one_clean_line(cast: Cast) -> None:
    me = update_me(user=cast.driver, name="  <b>李\u202e雷</b>\n🚚 ", language="my", **cast.by(cast.driver))
    assert (me.name, me.language) == ("<b>李雷</b> 🚚", "my")


# ---------------------------------------------------------------- what a role is worth
def test_roles__of_a_device__are_the_gates_alone(cast: Cast) -> None:
    assert roles_of(cast.device) == {"anyone", "device"}
    assert may(cast.device, "gate.report")
    assert not may(cast.device, "account.own")
    assert not may(cast.device, "queue.call")
    assert ports_where(cast.device, "gate.report") == {"MOHAN"}
    assert ports_where(cast.device, "queue.call") == frozenset()


def test_may__verb_that_is_not_in_the_table__is_a_mistake(cast: Cast) -> None:
    with pytest.raises(KeyError):
        may(cast.operator, "everything")


def test_may__superuser_without_a_role__has_no_right(cast: Cast) -> None:
    root = User.objects.create_superuser(email="root@example.test", password=make.PASSWORD)
    assert not may(root, "office.use")
    assert not may(root, "queue.call")


# ---------------------------------------------------------------- devices
def test_enrol_device__code_or_secret__is_shown_once_and_kept_hashed(cast: Cast) -> None:
    gate, code = enrol_device(name=" Gate\u202e 1 ", port_code="MOHAN", gate_code="G1", **cast.by(cast.supervisor))
    far, secret = enrol_device(name="Boten", port_code="MOHAN", kind="counterpart", **cast.by(cast.supervisor))
    assert gate.name == "Gate 1"
    assert (gate.code_hash, gate.secret_hash) == (hash_of(code.replace("-", "")), "")
    assert len(secret) >= 43
    assert (far.secret_hash, far.code_hash) == (hash_of(secret), "")
    for device in (gate, far):
        renewed, other = renew_device_secret(ref=device.ref, port_code="MOHAN", **cast.by(cast.supervisor))
        assert other not in (code, secret)
        assert (renewed.code_hash or renewed.secret_hash) == hash_of(
            other.replace("-", "") if device is gate else other
        )


def test_switch_device__of_another_port__not_found(cast: Cast) -> None:
    assert not switch_device(
        ref=cast.device.ref, port_code="MOHAN", is_active=False, **cast.by(cast.supervisor)
    ).is_active
    for act in (
        lambda: switch_device(
            ref=cast.other_device.ref, port_code="MOHAN", is_active=False, **cast.by(cast.supervisor)
        ),
        lambda: renew_device_secret(ref=cast.other_device.ref, port_code="MOHAN", **cast.by(cast.supervisor)),
    ):
        with pytest.raises(UnknownDevice):
            act()


def test_may__driver_on_his_own_verbs__reads_nothing(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert may(cast.driver, "reservation.create")
        assert may(cast.driver, "account.own")
