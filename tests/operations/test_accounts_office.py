"""The back office: who gets in, whose rows they see, and what an edit leaves behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import Device, Membership, Organisation, User, Vehicle
from core.models import LedgerEntry
from reservations.declarations.models import Rule
from reservations.models import Appeal, Credit, Mark, Slot
from reservations.operations import declare_closure
from tests import factories as make
from tests.cast import Cast
from tests.operations.declaring import given_in
from yards.models import Bay, CalendarDay, Crossing, Gate, Lane, Port, Stay, Window, Yard, Zone
from yards.operations import enter_far_side_rate

OFFICE = "/office/"
WRITTEN_BY_OPERATIONS = {
    "state",
    "taken",
    "capacity",
    "planned",
    "is_open",
    "blocked_at",
    "auto_call",
    "is_frozen",
    "secret_hash",
    "is_staff",
}


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    """A supervisor at the back office."""
    client.force_login(cast.supervisor)
    client.cookies["portlane_language"] = "en"
    return client


def url(model: type[Model], page: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def form_of(client: Client, path: str) -> dict[str, Any]:
    """This will return what the page's form would post if it were sent as it stands."""
    shown = client.get(path)
    assert shown.status_code == 200
    forms = [shown.context["adminform"].form]
    for inline in shown.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values: dict[str, Any] = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                values[bound.html_name] = value
    return values


# ---------------------------------------------------------------- the door
def test_office__stranger__goes_to_the_staff_sign_in(client: Client, cast: Cast) -> None:
    for path in (OFFICE, OFFICE + "login/", url(Bay), OFFICE + "no/such/"):
        answered = client.get(path)
        assert answered.status_code == 302
        assert answered["Location"].startswith("/accounts/login/?next=/office/")


@pytest.mark.parametrize("who", ["driver", "dispatcher", "operator", "auditor"])
def test_office__without_the_verb__403(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))
    for path in (OFFICE, OFFICE + "login/", url(Bay), url(Bay, "change", cast.bays[0].pk)):
        assert client.get(path).status_code == 403


def test_office__superuser_without_a_role__403(client: Client, cast: Cast) -> None:
    client.force_login(User.objects.create_superuser(email="root@example.test", password=make.PASSWORD))
    assert client.get(OFFICE).status_code == 403


def test_office__registered__ours_alone() -> None:
    assert {model._meta.label for model in admin.site._registry} == {
        "accounts.Device", "accounts.Membership", "accounts.Organisation", "accounts.Vehicle",
        "yards.Port", "yards.Yard", "yards.Zone", "yards.Gate", "yards.Bay", "yards.Lane", "yards.CalendarDay", "yards.Stay",
        "yards.Closure", "yards.FarSideRate", "yards.Crossing",
        "reservations.Policy", "reservations.Slot", "reservations.Reservation", "reservations.QueueEntry", "reservations.Override",
        "reservations.Round", "reservations.Request", "reservations.Mark", "reservations.Appeal", "reservations.Credit",
        "reservations.Disposition", "declarations.Declaration", "declarations.Rule",
    }  # fmt: skip


# ---------------------------------------------------------------- rows
def test_office__every_page__opens_and_offers_nothing_that_operations_write(office: Client, cast: Cast) -> None:
    office.force_login(cast.port_admin)
    make.a_parked_entry(cast, vehicle=cast.vehicle)
    make.a_pending_override(cast)
    _what_counts(cast)
    _what_is_shut(cast)
    given_in(cast)
    Rule.objects.create(port=cast.port, check_code="seal_missing", level="error")
    CalendarDay.objects.create(country="CN", date="2026-10-01")
    told = {"crossed_at": cast.now, "told_at": cast.now, "told_by": "D-FARSIDE"}
    Crossing.objects.create(port=cast.port, kind="arrived", **told)
    assert office.get(OFFICE).status_code == 200
    for model, page in admin.site._registry.items():
        rows = page.get_queryset(_request(cast.port_admin))
        assert rows.exists(), model
        assert office.get(url(model)).status_code == 200
        change = office.get(url(model, "change", rows.first().pk))
        assert change.status_code == 200
        assert not set(change.context["adminform"].form.fields) & WRITTEN_BY_OPERATIONS, model
        assert office.get(url(model, "history", rows.first().pk)).status_code == 200


def _what_counts(cast: Cast) -> None:
    held = make.a_confirmed_reservation(cast, slot=cast.slots[1])
    about = {"vehicle": held.vehicle, "reservation": held}
    mark = Mark.objects.create(kind="no_show", at=cast.now, **about)
    Appeal.objects.create(mark=mark, text="the gate was shut", state="pending", asked_by=cast.driver, asked_at=cast.now)
    Credit.objects.create(given_at=cast.now, expires_at=cast.now + timedelta(days=1), **about)
    make.a_request(cast, round=make.a_round(cast))


def _what_is_shut(cast: Cast) -> None:
    make.a_confirmed_reservation(cast, slot=cast.slots[2])
    declare_closure(
        port_code=cast.port.code,
        scope="lane",
        lane_codes=[cast.lane.code],
        starts_at=cast.slots[2].starts_at,
        ends_at=cast.slots[2].ends_at,
        reason="flood",
        user=cast.supervisor,
        **cast.by(cast.supervisor),
    )
    enter_far_side_rate(
        lane_code=cast.lane.code,
        units_per_hour=9,
        valid_from=cast.now,
        source="staff",
        note="",
        **cast.by(cast.supervisor),
    )


def test_office__rows_of_another_port__are_not_there(office: Client, cast: Cast) -> None:
    yard = cast.other_yard
    foreign = [cast.other_port, yard, yard.zones.get(), yard.gates.get(), yard.bays.get(),
               cast.other_lane, cast.other_slots[0], cast.other_device, cast.other_vehicle,
               cast.other_operator.memberships.get()]  # fmt: skip
    for row in foreign:
        listed = office.get(url(type(row)))
        assert row.pk not in [each.pk for each in listed.context["cl"].queryset], row
        for page in ("change", "history", "delete"):
            assert office.get(url(type(row), page, row.pk)).status_code in (403, 404), (row, page)
        assert office.post(url(type(row), "change", row.pk), {"name_en": "Taken over"}).status_code in (403, 404)


def test_office__old_version_of_another_ports_row__not_shown(office: Client, cast: Cast) -> None:
    bay = cast.other_yard.bays.get()
    bay.length_m = 20
    bay.save()
    path = url(Bay, "simple_history", bay.pk, bay.history.first().pk)
    assert office.get(path).status_code == 403


def test_office__choices__are_of_the_own_ports(office: Client, cast: Cast) -> None:
    fields = office.get(url(Bay, "add")).context["adminform"].form.fields
    assert list(fields["yard"].queryset) == [cast.yard]
    assert {zone.yard_id for zone in fields["zone"].queryset} == {cast.yard.pk}


# ---------------------------------------------------------------- edits
def test_office__bay_edited__row_history_and_ledger_together(office: Client, cast: Cast) -> None:
    bay = cast.bays[1]
    path = url(Bay, "change", bay.pk)
    answered = office.post(path, form_of(office, path) | {"length_m": "21.5", "equipment": ["dock", "weighbridge"]})
    assert answered.status_code == 302
    bay.refresh_from_db()
    assert (bay.length_m, bay.equipment) == (21.5, ["dock", "weighbridge"])
    entry = LedgerEntry.objects.get(kind="bay.configured")
    assert entry.actor == cast.supervisor.ref
    assert entry.data == {
        "bay": "A-02",
        "zone": "A",
        "length_m": 21.5,
        "width_m": 3.5,
        "equipment": ["dock", "weighbridge"],
    }
    version = bay.history.first()
    assert (version.length_m, version.history_user) == (21.5, cast.supervisor)


def test_office__bay_saved_unchanged__no_ledger_entry(office: Client, cast: Cast) -> None:
    path = url(Bay, "change", cast.bays[1].pk)
    assert office.post(path, form_of(office, path)).status_code == 302
    assert not LedgerEntry.objects.exists()


def test_office__bay_added__in_the_ledger_too(office: Client, cast: Cast) -> None:
    zone = cast.bays[0].zone
    fields = {
        "yard": cast.yard.pk,
        "zone": zone.pk,
        "code": "A-09",
        "length_m": 18,
        "width_m": 3.5,
        "x_m": 1,
        "y_m": 1,
        "heading_deg": 0,
        "entry": "back_in",
    }
    assert office.post(url(Bay, "add"), fields).status_code == 302
    assert LedgerEntry.objects.get(kind="bay.configured").data["bay"] == "A-09"


@pytest.mark.parametrize(
    "fields",
    [{"length_m": "400"}, {"length_m": "x"}, {"length_m": "nan"}, {"width_m": "-1"}, {"equipment": ["sauna"]}],
)
def test_office__bad_bay__said_at_the_field_and_nothing_recorded(
    office: Client, cast: Cast, fields: dict[str, Any]
) -> None:
    path = url(Bay, "change", cast.bays[1].pk)
    answered = office.post(path, form_of(office, path) | fields)
    assert answered.status_code == 200
    assert set(answered.context["adminform"].form.errors) == set(fields)
    assert not LedgerEntry.objects.exists()


def test_office__zone_of_another_port__cannot_be_chosen(office: Client, cast: Cast) -> None:
    path = url(Bay, "change", cast.bays[1].pk)
    answered = office.post(path, form_of(office, path) | {"zone": cast.other_yard.zones.get().pk})
    assert "zone" in answered.context["adminform"].form.errors


def test_office__lane_and_its_windows_edited__one_entry(office: Client, cast: Cast) -> None:
    path = url(Lane, "change", cast.lane.pk)
    sent = form_of(office, path) | {
        "cargo_kinds": ["general", "bulk"],
        "closes_on_holidays_of": "cn, LA",
        "windows-0-units_per_hour": "9",
    }
    assert office.post(path, sent).status_code == 302
    cast.lane.refresh_from_db()
    assert (cast.lane.cargo_kinds, cast.lane.closes_on_holidays_of) == (["general", "bulk"], ["CN", "LA"])
    assert Window.history.filter(units_per_hour=9, history_user=cast.supervisor).count() == 1
    assert [entry.data["cargo_kinds"] for entry in LedgerEntry.objects.filter(kind="lane.configured")] == [
        ["general", "bulk"]
    ]


def test_office__lanes_code_and_switches__are_not_fields(office: Client, cast: Cast) -> None:
    path = url(Lane, "change", cast.lane.pk)
    office.post(path, form_of(office, path) | {"code": "X", "is_open": "", "auto_call": "on", "direction": "outbound"})
    fresh = Lane.objects.get(pk=cast.lane.pk)
    assert (fresh.code, fresh.is_open, fresh.auto_call, fresh.direction) == ("MOHAN-IN1", True, False, "inbound")


def test_office__what_operations_write__cannot_be_posted(office: Client, cast: Cast) -> None:
    make.a_parked_entry(cast)
    for row in (cast.slot, Stay.objects.get(), cast.policy):
        assert (
            office.post(url(type(row), "change", row.pk), {"state": "released", "taken": 0, "capacity": 99}).status_code
            == 403
        )
        assert office.get(url(type(row), "add")).status_code == 403
        assert office.post(url(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403
    assert Slot.objects.get(pk=cast.slot.pk).capacity == 2


def test_office__old_version__is_not_brought_back(office: Client, cast: Cast) -> None:
    bay = cast.bays[1]
    path = url(Bay, "simple_history", bay.pk, bay.history.first().pk)
    assert office.get(path).status_code == 200
    assert office.post(path, {"length_m": "5"}).status_code == 405


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "'; DROP TABLE yards_port; --", "🚚", "\u202eabc"])
def test_office__odd_text__is_shown_as_text(office: Client, cast: Cast, text: str) -> None:
    path = url(Yard, "change", cast.yard.pk)
    assert office.post(path, form_of(office, path) | {"name_en": text}).status_code == 302
    assert "<script>alert(1)" not in office.get(path).content.decode()
    assert Yard.objects.get(pk=cast.yard.pk).name_en == text


def test_office__ten_kilobytes__refused_at_the_field(office: Client, cast: Cast) -> None:
    for model, row in ((Yard, cast.yard), (Port, cast.port), (Zone, cast.bays[0].zone)):
        path = url(model, "change", row.pk)
        answered = office.post(path, form_of(office, path) | {"name_en": "x" * 10_000})
        assert "name_en" in answered.context["adminform"].form.errors
    assert Gate.objects.filter(yard=cast.yard).count() == 2


# ---------------------------------------------------------------- people
def naming(client: Client, cast: Cast, email: str) -> tuple[str, dict[str, Any]]:
    """The page of the carrier and what it would send when a person of that address is named there."""
    path = url(Organisation, "change", cast.carrier.pk)
    named = {"memberships-TOTAL_FORMS": 2, "memberships-1-email": email, "memberships-1-name": "新人"}
    return path, form_of(client, path) | named


def test_office__carriers_person_named__account_and_role(office: Client, cast: Cast) -> None:
    office.force_login(cast.port_admin)
    path, sent = naming(office, cast, "New@Carrier.Test")
    assert office.post(path, sent).status_code == 302
    person = User.objects.get(email="new@carrier.test")
    assert person.memberships.get().role == "carrier_staff"
    assert not person.has_usable_password()
    sent = form_of(office, path) | {"memberships-1-DELETE": "on"}
    office.post(path, sent)
    assert not person.memberships.exists()
    assert Membership.history.filter(user_id=person.pk, history_type="-", history_user=cast.port_admin).exists()


@pytest.mark.parametrize("who", ["port_admin", "operator", "auditor", "other_supervisor", "driver"])
def test_office__own_account_or_a_ports_or_a_drivers__never_named_for_a_carrier(
    office: Client, cast: Cast, who: str
) -> None:
    office.force_login(cast.port_admin)
    person = getattr(cast, who)
    User.objects.filter(pk=person.pk).update(email=f"{who}@example.test")
    path, sent = naming(office, cast, f"{who}@EXAMPLE.test")
    answered = office.post(path, sent, follow=True)
    assert [message.level_tag for message in answered.context["messages"]] == ["error"]
    assert not Membership.objects.filter(user=person, role="carrier_staff").exists()


def test_office__what_all_ports_share__port_admins_alone(office: Client, cast: Cast) -> None:
    holiday = CalendarDay.objects.create(country="CN", date="2026-10-01", is_off=True)
    _, sent = naming(_as(cast.port_admin), cast, cast.supervisor.email or "")
    for row in (holiday, cast.carrier):
        for path in (url(type(row)), url(type(row), "add"), *_pages_of(row)):
            assert (office.get(path).status_code, office.post(path, sent).status_code) == (403, 403), path
            assert _as(cast.port_admin).get(path).status_code in (200, 403), path
        assert _as(cast.port_admin).get(url(type(row), "change", row.pk)).status_code == 200
    assert not cast.supervisor.memberships.filter(role="carrier_staff").exists()
    assert CalendarDay.objects.get().is_off


def _pages_of(row: Model) -> list[str]:
    return [url(type(row), page, row.pk) for page in ("change", "history", "delete")]


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_office__vehicle__drivers_by_phone_and_size_in_bounds(office: Client, cast: Cast) -> None:
    make.a_waiting_entry(cast, vehicle=cast.vehicle)
    path = url(Vehicle, "change", cast.vehicle.pk)
    assert office.post(path, form_of(office, path) | {"another_driver": cast.stranger.phone}).status_code == 302
    assert set(cast.vehicle.drivers.all()) == {cast.driver, cast.stranger}
    for fields in ({"another_driver": "+8613700000000"}, {"another_driver": "x"}, {"length_m": "90"}):
        answered = office.post(path, form_of(office, path) | fields)
        assert set(answered.context["adminform"].form.errors) == set(fields)


def test_office__device__renamed_and_shut_out_but_secret_unseen(office: Client, cast: Cast) -> None:
    path = url(Device, "change", cast.device.pk)
    assert "secret" not in office.get(path).content.decode().lower().replace("csrfmiddlewaretoken", "")
    sent = form_of(office, path) | {"name": "Old gate"}
    sent.pop("is_active")
    assert office.post(path, sent).status_code == 302
    assert (Device.objects.get(pk=cast.device.pk).name, Device.objects.get(pk=cast.device.pk).is_active) == (
        "Old gate",
        False,
    )


def _request(user: User) -> Any:
    from django.test import RequestFactory

    request = RequestFactory().get(OFFICE)
    request.user = user
    return request
