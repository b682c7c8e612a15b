"""Endpoints of an organisation: made, changed, switched on and off, removed; their secrets rotated without a pause."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts.models import Organisation
from accounts.texts import one_line
from core.actors import Actor
from core.db import operation
from core.machine import advance, advance_all, begin
from notifications.webhooks import guard, keys
from notifications.webhooks.catalogue import unknown
from notifications.webhooks.errors import (
    EndpointOff,
    KindsNotValid,
    OverlapNotValid,
    TooManyEndpoints,
    TooManySecrets,
    UnknownEndpoint,
    UrlNotAllowed,
)
from notifications.webhooks.models import DisabledBy, Endpoint, EndpointState, Secret
from notifications.webhooks.post import NO_SECRET

ENDPOINTS_MOST = 20
SECRETS_MOST = 3
OVERLAP_H = 24
OVERLAP_MOST_H = 7 * 24


@operation
def create_endpoint(
    *,
    organisation: Organisation,
    url: str,
    kinds: Iterable[str] = (),
    description: str = "",
    now: datetime,
    actor: Actor,
) -> tuple[Endpoint, str]:
    """This will make an endpoint (→ enabled) and return it with its signing secret.

    Raises UrlNotAllowed, KindsNotValid, TooManyEndpoints.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if Endpoint.objects.filter(organisation=organisation).count() >= ENDPOINTS_MOST:
        raise TooManyEndpoints(most=ENDPOINTS_MOST)
    endpoint = begin(
        Endpoint,
        "enabled",
        organisation=organisation,
        url=_address(url),
        kinds=_chosen(kinds),
        description=one_line(description)[:200],
        created_by=actor.ref,
        created_at=now,
    )
    return endpoint, _new_secret(endpoint, now)


@operation
def change_endpoint(
    *,
    organisation: Organisation,
    ref: str,
    url: str,
    kinds: Iterable[str],
    description: str,
    now: datetime,
    actor: Actor,
) -> Endpoint:
    """This will set where an endpoint is and what it is told of; what waits goes to the new address at once.

    Raises UnknownEndpoint, UrlNotAllowed, KindsNotValid.
    """
    endpoint = endpoint_of(ref, organisation, lock=True)
    url = _address(url)
    fields = {"url": url, "kinds": _chosen(kinds), "description": one_line(description)[:200]}
    return _set(endpoint, **fields, **({"not_before": None} if url != endpoint.url else {}))


@operation
def disable_endpoint(*, organisation: Organisation, ref: str, now: datetime, actor: Actor) -> Endpoint:
    """This will switch an endpoint off (enabled → disabled): what waits is not sent and can be replayed.

    Raises UnknownEndpoint, WrongState.
    """
    endpoint = endpoint_of(ref, organisation, lock=True)
    switch_off(endpoint, DisabledBy.OWNER, now=now)
    return endpoint


@operation
def enable_endpoint(*, organisation: Organisation, ref: str, now: datetime, actor: Actor) -> Endpoint:
    """This will switch an endpoint on again (disabled → enabled) with a clean record. Raises UnknownEndpoint, WrongState."""
    endpoint = endpoint_of(ref, organisation, lock=True)
    clean: dict[str, Any] = {"failures": 0, "failing_since": None, "not_before": None, "last_problem": ""}
    advance(endpoint, "enabled", disabled_at=None, disabled_by="", **clean)
    return endpoint


@operation
def remove_endpoint(*, organisation: Organisation, ref: str, now: datetime, actor: Actor) -> None:
    """This will delete an endpoint with its secrets and deliveries. Raises UnknownEndpoint."""
    endpoint_of(ref, organisation, lock=True).delete()


@operation
def rotate_secret(
    *, organisation: Organisation, ref: str, overlap_h: int = OVERLAP_H, now: datetime, actor: Actor
) -> tuple[Endpoint, str]:
    """This will give an endpoint a new secret and return it; the old ones go on signing beside it for `overlap_h` hours (0: end now).

    Raises UnknownEndpoint, OverlapNotValid, TooManySecrets.
    """
    if not 0 <= overlap_h <= OVERLAP_MOST_H:
        raise OverlapNotValid(most=OVERLAP_MOST_H)
    endpoint, until = endpoint_of(ref, organisation, lock=True), now + timedelta(hours=overlap_h)
    if endpoint.last_problem == NO_SECRET:
        _set(endpoint, not_before=None, last_problem="")
    Secret.objects.filter(endpoint=endpoint).filter(Q(expires_at=None) | Q(expires_at__gt=until)).update(
        expires_at=until
    )
    endpoint.secrets.filter(expires_at__lte=now).delete()
    if endpoint.secrets.count() >= SECRETS_MOST:
        raise TooManySecrets(most=SECRETS_MOST)
    return endpoint, _new_secret(endpoint, now)


# ---------------------------------------------------------------- shared with replays and delivery
def endpoint_of(ref: str, organisation: Organisation, *, lock: bool = False, on: bool = False) -> Endpoint:
    """This will return an endpoint of the organisation; raises UnknownEndpoint, and EndpointOff where it must be `on`."""
    rows = Endpoint.objects.select_for_update() if lock else Endpoint.objects.all()
    endpoint = rows.filter(ref=ref, organisation=organisation).first()
    if endpoint is None:
        raise UnknownEndpoint
    if on and endpoint.state != EndpointState.ENABLED:
        raise EndpointOff
    return endpoint


def switch_off(endpoint: Endpoint, by: DisabledBy, *, now: datetime) -> None:
    """This will move an endpoint (enabled → disabled), take it out of every sender's hands, and end what waits (pending → disabled)."""
    advance(endpoint, "disabled", disabled_at=now, disabled_by=by.value, lease_token="", lease_until=None)
    advance_all(endpoint.deliveries.all(), "pending", "disabled", next_attempt_at=None)


def _set(endpoint: Endpoint, **fields: Any) -> Endpoint:
    for name, value in fields.items():
        setattr(endpoint, name, value)
    endpoint.save(update_fields=list(fields))
    return endpoint


def _new_secret(endpoint: Endpoint, now: datetime) -> str:
    secret = keys.new_secret()
    Secret.objects.create(endpoint=endpoint, sealed=keys.seal(secret), created_at=now)
    return secret


def _address(url: str) -> str:
    """The spelling is checked when it is given; where the name leads is checked at every try."""
    try:
        return guard.checked(url.strip()).url
    except guard.Refused as problem:
        raise UrlNotAllowed(why=problem.words) from None


def _chosen(kinds: Iterable[str]) -> list[str]:
    chosen = sorted(set(kinds))
    strange = unknown(chosen)
    if strange:
        raise KindsNotValid(unknown=", ".join(strange)[:200])
    return chosen
