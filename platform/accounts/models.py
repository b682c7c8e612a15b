"""Who acts: people, organisations, vehicles and gate devices, and the one-time codes drivers sign in with."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import clock
from core.actors import Actor
from core.ids import new_ref


def user_ref() -> str:
    return new_ref("U")


def organisation_ref() -> str:
    return new_ref("O")


def vehicle_ref() -> str:
    return new_ref("V")


def device_ref() -> str:
    return new_ref("D")


def client_ref() -> str:
    return new_ref("P")


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, password: str | None = None, **fields: Any) -> User:
        """This will create a person; one without a password can only sign in by one-time code."""
        if fields.get("email"):
            fields["email"] = self.normalize_email(fields["email"]).lower()
        user = self.model(**fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, *, email: str, password: str, **fields: Any) -> User:
        return self.create_user(email=email, password=password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Drivers have a phone (E.164); staff have an e-mail address and a password."""

    ref = models.CharField(max_length=20, unique=True, default=user_ref, editable=False)
    phone = models.CharField(_("phone"), max_length=16, unique=True, null=True, blank=True)
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    is_staff = models.BooleanField(_("may open the back office"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_program = models.BooleanField(
        default=False, editable=False
    )  # the account an API client acts as; nobody signs in by it
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name, verbose_name_plural = _("person"), _("people")

    def __str__(self) -> str:
        return self.name or self.email or self.ref

    @property
    def is_driver(self) -> bool:
        return bool(self.phone)

    @property
    def actor(self) -> Actor:
        kind = "client" if self.is_program else "driver" if self.is_driver else "staff"
        return Actor(ref=self.ref, kind=kind, user_id=self.pk)


class Organisation(models.Model):
    """An enterprise: a carrier or forwarder with its own people and vehicles."""

    ref = models.CharField(max_length=20, unique=True, default=organisation_ref, editable=False)
    name = models.CharField(_("name"), max_length=200)
    country = models.CharField(_("country"), max_length=2)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    is_sandbox = models.BooleanField(_("for trying the API out"), default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name, verbose_name_plural = _("organisation"), _("organisations")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    DRIVER = "driver", _("driver")  # held by every person with a verified phone; never granted by a row
    CARRIER_STAFF = "carrier_staff", _("carrier staff")
    CARRIER_ADMIN = "carrier_admin", _("carrier admin")
    PROGRAM = "program", _("API client")  # held by the account of an API client alone
    OPERATOR = "operator", _("operator")
    SUPERVISOR = "supervisor", _("supervisor")
    PORT_ADMIN = "port_admin", _("port admin")
    AUDITOR = "auditor", _("auditor")
    CUSTOMS = "customs", _("customs officer")


#: Roles in an organisation; all others but `driver` are roles at a port.
CARRIER_ROLES = ("carrier_staff", "carrier_admin", "program")
CARRIER_PEOPLE = ("carrier_staff", "carrier_admin")


class Membership(models.Model):
    """A role of a person: in an organisation (CARRIER_ROLES) or at a port (all others; `port_code` is the port's public code)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="memberships"
    )
    port_code = models.CharField(_("port"), max_length=30, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name, verbose_name_plural = _("role at a port or organisation"), _("roles")
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "organisation", "port_code"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(role__in=CARRIER_ROLES, organisation__isnull=False, port_code="")
                | (~Q(role__in=[*CARRIER_ROLES, "driver"]) & Q(organisation__isnull=True) & ~Q(port_code="")),
                name="membership_has_its_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.port_code or self.organisation}"


class VehicleQuerySet(models.QuerySet["Vehicle"]):
    def visible_to(self, user: Any) -> VehicleQuerySet:
        """This will keep the vehicles that the person drives or that belong to an organisation of theirs."""
        return self.of_person(user.pk) if user.is_authenticated else self.none()

    def of_person(self, user_id: int) -> VehicleQuerySet:
        """This will keep the vehicles that the person with that row id drives or that belong to an organisation of theirs."""
        return self.filter(Q(drivers=user_id) | Q(organisation__memberships__user=user_id)).distinct()


class PlateClass(models.TextChoices):
    TRUCK = "truck", _("truck or tractor")
    TRAILER = "trailer", _("trailer")


class Vehicle(models.Model):
    """A vehicle is (country, plate class, normalised plate): plate text alone is never an identity."""

    ref = models.CharField(max_length=20, unique=True, default=vehicle_ref, editable=False)
    country = models.CharField(_("country of registration"), max_length=2)
    plate_class = models.CharField(_("kind"), max_length=10, choices=PlateClass.choices, default=PlateClass.TRUCK)
    plate = models.CharField(_("plate"), max_length=40, help_text=_("As it was typed."))
    plate_key = models.CharField(max_length=40, editable=False)
    length_m = models.DecimalField(_("length (m)"), max_digits=4, decimal_places=1, default=17)
    width_m = models.DecimalField(_("width (m)"), max_digits=3, decimal_places=2, default=2.55)
    reefer = models.BooleanField(_("refrigerated"), default=False)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="vehicles"
    )
    drivers = models.ManyToManyField(User, related_name="vehicles", blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)  # by it a substitute is known or not

    objects = VehicleQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("vehicle"), _("vehicles")
        constraints = [models.UniqueConstraint(fields=["country", "plate_class", "plate_key"], name="vehicle_identity")]

    def __str__(self) -> str:
        return f"{self.country} {self.plate}"


class DeviceKind(models.TextChoices):
    GATE = "gate", _("gate device")
    COUNTERPART = "counterpart", _("the far side's own client")


class Device(models.Model):
    """A machine that reports from a gate, or speaks for the far side.

    A gate's device makes its own Ed25519 key; the code it is enrolled with (kept hashed, used once, for a time) tells us the public half.
    The far side's client has a secret of ours, kept hashed.
    """

    ref = models.CharField(max_length=20, unique=True, default=device_ref, editable=False)
    name = models.CharField(_("name"), max_length=120)
    port_code = models.CharField(_("port"), max_length=30)
    kind = models.CharField(_("kind"), max_length=12, choices=DeviceKind.choices, default=DeviceKind.GATE)
    gate_code = models.CharField(_("gate"), max_length=30, blank=True)  # empty for the far side's client
    secret_hash = models.CharField(max_length=128, editable=False, blank=True)
    public_key = models.CharField(max_length=44, editable=False, blank=True)  # base64 of the 32 bytes
    code_hash = models.CharField(max_length=64, editable=False, blank=True)
    code_until = models.DateTimeField(null=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["last_seen_at"])

    class Meta:
        verbose_name, verbose_name_plural = _("device"), _("devices")

    def __str__(self) -> str:
        return self.name

    # A device is a principal of its kind's API, as a person is one of the others.
    is_authenticated = True
    is_device = True
    is_driver = False

    @property
    def actor(self) -> Actor:
        return Actor(ref=self.ref, kind="device")


class SignInCode(models.Model):
    """The one-time code of a phone, one live code each: salted hash only, few tries, short life, used once."""

    phone = models.CharField(max_length=16, unique=True)
    code_hash = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField(default=5)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"code of {self.created_at:%F %T}"


class ApiClient(models.Model):
    """A program of an organisation, and the account it acts as.

    Its keys are OAuth2 clients of the token endpoint (allauth) owned by `user`; two may be live at once, so that one is replaced without
    a pause. `scopes` are names of accounts/scopes.py, separated by spaces.
    """

    ref = models.CharField(max_length=20, unique=True, default=client_ref, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="clients")
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="api_client")
    name = models.CharField(_("name"), max_length=100)
    scopes = models.CharField(_("scopes"), max_length=400)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    history = HistoricalRecords(excluded_fields=["last_seen_at"])

    class Meta:
        ordering = ["name", "pk"]
        verbose_name, verbose_name_plural = _("API client"), _("API clients")

    def __str__(self) -> str:
        return self.name
