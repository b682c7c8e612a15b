"""Gate devices at the door: the header they show, and what is not let in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts.authentication import DeviceAuthentication
from accounts.errors import GateNeeded
from accounts.models import Device
from accounts.operations import enrol_device, renew_device_secret, switch_device
from accounts.policy import may, ports_where
from tests.cast import Cast
from tests.operations.steps import refuses


def knock(header: str) -> Device | None:
    request = Request(APIRequestFactory().get("/", headers={"Authorization": header} if header else {}))
    found = DeviceAuthentication().authenticate(request)
    return found[0] if found else None


@pytest.fixture
def enrolled(cast: Cast) -> tuple[Device, str]:
    """The far side's client: gates' devices sign (test_devices)."""
    return enrol_device(name="Boten", port_code="MOHAN", kind="counterpart", **cast.by(cast.supervisor))


def test_authenticate__ref_and_secret__is_the_device_seen_now(enrolled: tuple[Device, str], cast: Cast) -> None:
    device, secret = enrolled
    assert knock(f"Device {device.ref}.{secret}") == device
    assert Device.objects.get(pk=device.pk).last_seen_at == cast.now
    cast.clock.forward(seconds=59)
    knock(f"Device {device.ref}.{secret}")
    assert Device.objects.get(pk=device.pk).last_seen_at == cast.now - timedelta(seconds=59)
    cast.clock.forward(seconds=2)
    knock(f"Device {device.ref}.{secret}")
    assert Device.objects.get(pk=device.pk).last_seen_at == cast.now


@pytest.mark.parametrize("header", ["", "Bearer x", "Basic eDp5", "device D-1.x"])
def test_authenticate__another_scheme__is_somebody_elses_matter(cast: Cast, header: str) -> None:
    assert knock(header) is None


@pytest.mark.parametrize(
    "credentials",
    [
        "",
        ".",
        "{ref}",
        "{ref}.",
        "{ref}.wrong",
        "{ref}.{secret}x",
        "D-NOBODY.{secret}",
        ".{secret}",
        "' OR 1=1.--",
        "{ref}." + "x" * 10_000,
    ],
)
def test_authenticate__wrong_credentials__refused(enrolled: tuple[Device, str], credentials: str) -> None:
    device, secret = enrolled
    with pytest.raises(AuthenticationFailed):
        knock("Device " + credentials.format(ref=device.ref, secret=secret))


def test_authenticate__never_enrolled_device__has_no_secret_that_fits(cast: Cast) -> None:
    with pytest.raises(AuthenticationFailed):
        knock(f"Device {cast.device.ref}.")


def test_authenticate__shut_out_or_old_secret__refused(enrolled: tuple[Device, str], cast: Cast) -> None:
    device, secret = enrolled
    same = {"ref": device.ref, "port_code": "MOHAN"} | cast.by(cast.supervisor)
    _, newer = renew_device_secret(**same)
    with pytest.raises(AuthenticationFailed):
        knock(f"Device {device.ref}.{secret}")
    assert knock(f"Device {device.ref}.{newer}") == device
    switch_device(is_active=False, **same)
    with pytest.raises(AuthenticationFailed):
        knock(f"Device {device.ref}.{newer}")


# ---------------------------------------------------------------- the far side's own client
def test_enrol__far_sides_client__may_report_its_rate_at_its_port_and_nothing_of_gates(cast: Cast) -> None:
    client, secret = enrol_device(name="Boten", port_code="MOHAN", kind="counterpart", **cast.by(cast.supervisor))
    assert (client.kind, client.gate_code) == ("counterpart", "")
    assert knock(f"Device {client.ref}.{secret}") == client
    assert (may(client, "far_side.report"), may(client, "gate.report")) == (True, False)
    assert ports_where(client, "far_side.report") == {"MOHAN"}
    assert ports_where(client, "gate.report") == ports_where(client, "public.read") == frozenset()
    assert (may(cast.device, "far_side.report"), may(cast.device, "gate.report")) == (False, True)
    assert ports_where(cast.device, "far_side.report") == frozenset()


def test_enrol__gate_device_without_a_gate__is_refused(cast: Cast) -> None:
    with refuses(GateNeeded):
        enrol_device(name="Gate", port_code="MOHAN", **cast.by(cast.supervisor))
