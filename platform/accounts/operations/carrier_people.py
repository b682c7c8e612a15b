"""People of a carrier's office and their roles: its admins decide, the back office names the first, and the last admin stays."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.errors import RoleHeld, RoleNotYours, UnknownRole
from accounts.models import CARRIER_PEOPLE, Membership, Organisation, Role, User
from accounts.operations.roles import carrier_account
from core.actors import Actor
from core.db import operation
from core.errors import Conflict


class LastAdmin(Conflict):
    code = "last_admin"
    title = _("The last admin")
    message = _("An organisation keeps at least one admin. Make another person admin first.")
    field = "role"


class OfAnotherOrganisation(Conflict):
    code = "person_of_another_organisation"
    title = _("Works for another organisation")
    message = _("This person works for another organisation. A port's office can name them for both.")
    field = "email"


@operation
def invite_carrier_person(
    *, organisation: Organisation, email: str, name: str, role: str, by: User, now: datetime, actor: Actor
) -> User:
    """This will give a person a role in an organisation, in the name of `by`; a new one gets an account without a password.

    Its owner sets one by e-mail. Raises RoleNotYours, EmailNotValid, NameNotValid, OwnRole, DriverAccount, PortOrCarrier,
    OfAnotherOrganisation, RoleHeld.
    """
    _may_manage(by, organisation, role)
    user = carrier_account(email=email, name=name, by=by)
    if user.memberships.exclude(organisation=organisation).exists():
        raise OfAnotherOrganisation
    if user.memberships.filter(organisation=organisation).exists():
        raise RoleHeld
    Membership.objects.create(user=user, role=Role(role), organisation=organisation)
    return user


@operation
def change_carrier_role(
    *, organisation: Organisation, user_ref: str, role: str, by: User, now: datetime, actor: Actor
) -> Membership:
    """This will make an admin of a dispatcher, or the reverse. Raises RoleNotYours, UnknownRole, LastAdmin."""
    _may_manage(by, organisation, role)
    held = _held(user_ref, organisation)
    if held.role != role:
        _keep_an_admin(held)
        held.role = Role(role)
        held.save(update_fields=["role"])  # through the model, so that the history keeps it
    return held


@operation
def remove_carrier_person(
    *, organisation: Organisation, user_ref: str, by: User, now: datetime, actor: Actor
) -> Membership:
    """This will end a person's work for an organisation, one's own too; the account stays. Raises RoleNotYours, UnknownRole, LastAdmin."""
    _may_manage(by, organisation, "carrier_staff")
    held = _held(user_ref, organisation)
    _keep_an_admin(held)
    Membership.objects.get(pk=held.pk).delete()
    return held


def _may_manage(by: User, organisation: Organisation, role: str) -> None:
    """Asked of the table as it is now; the organisation's row stays locked, so that two admins do not take each other's role at once."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    is_admin = Membership.objects.filter(user=by, organisation=organisation, role="carrier_admin").exists()
    if not is_admin or role not in CARRIER_PEOPLE:
        raise RoleNotYours


def _held(user_ref: str, organisation: Organisation) -> Membership:
    rows = Membership.objects.filter(organisation=organisation, role__in=CARRIER_PEOPLE).select_related("user")
    held = rows.filter(user__ref=user_ref).first()
    if held is None:
        raise UnknownRole
    return held


def _keep_an_admin(held: Membership) -> None:
    """Admins may step down and leave, all but the last: without one, nobody could let anybody in but a port's office."""
    others = Membership.objects.filter(organisation=held.organisation, role="carrier_admin").exclude(pk=held.pk)
    if held.role == "carrier_admin" and not others.exists():
        raise LastAdmin
