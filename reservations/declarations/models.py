"""What an enterprise states of a cargo, the documents with it, and the rules it is checked by."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Organisation
from core.ids import new_ref
from core.machine import Machine
from reservations.declarations.content import REFERENCE_LENGTH
from reservations.declarations.sheets_models import Sheet, SheetKind
from reservations.declarations.states import DECLARATION
from yards.models import Direction, Port

__all__ = [
    "Declaration",
    "DeclarationState",
    "Document",
    "DocumentKind",
    "Mode",
    "Rule",
    "RuleLevel",
    "Sheet",
    "SheetKind",
]


def declaration_ref() -> str:
    return new_ref("F")


def document_ref() -> str:
    return new_ref("Z")


class Mode(models.TextChoices):
    """Customs supervision modes (codes of the General Administration of Customs)."""

    GENERAL_TRADE = "0110", _("0110 general trade")
    BONDED_ECOMMERCE = "1210", _("1210 bonded e-commerce")
    DIRECT_ECOMMERCE = "9610", _("9610 direct-mail e-commerce")
    ECOMMERCE_B2B = "9710", _("9710 e-commerce B2B direct export")
    ECOMMERCE_WAREHOUSE = "9810", _("9810 e-commerce to an overseas warehouse")
    MARKET_PROCUREMENT = "1039", _("1039 market procurement")


class DeclarationState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting")
    NEEDS_FIX = "needs_fix", _("to be mended")
    READY = "ready", _("ready")
    ON_HOLD = "on_hold", _("on hold")
    CONSUMED = "consumed", _("used up")
    WITHDRAWN = "withdrawn", _("withdrawn")


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def own_to(self, user: Any) -> DeclarationQuerySet:
        """This will keep the declarations of the person's or program's organisation."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(organisation__memberships__user=user).distinct()

    def live(self) -> DeclarationQuerySet:
        return self.filter(state__in=DECLARATION.live)


class Declaration(models.Model):
    """The cargo statement of one or several trips of an organisation through a port.

    `content` is kept as it was typed (reservations/declarations/content.py names its fields); `findings` is what the last check
    said of it: [{level: error | waiting | warning, code, where, figures}]. `edition` is raised by every change of either.
    """

    ref = models.CharField(max_length=20, unique=True, default=declaration_ref, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="declarations")
    port = models.ForeignKey(Port, on_delete=models.PROTECT, related_name="declarations")
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices)
    mode = models.CharField(_("customs supervision mode"), max_length=4, choices=Mode.choices)
    own_reference = models.CharField(_("your reference"), max_length=REFERENCE_LENGTH, blank=True)
    trips = models.PositiveSmallIntegerField(_("trips"), default=1)
    trips_made = models.PositiveSmallIntegerField(default=0)
    content = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    edition = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=DeclarationState.choices)
    created_by = models.CharField(max_length=20)  # the actor's ref
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    hold_reason = models.CharField(_("reason"), max_length=500, blank=True)
    released_at = models.DateTimeField(null=True)  # by the customs; other goods need another release
    ended_at = models.DateTimeField(null=True)

    machine: ClassVar[Machine] = DECLARATION
    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name, verbose_name_plural = _("declaration"), _("declarations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "own_reference"],
                condition=~Q(own_reference="") & ~Q(state="withdrawn"),
                name="declaration_own_reference_once",
            ),
            models.CheckConstraint(condition=Q(trips__gte=1), name="declaration_has_a_trip"),
        ]
        indexes = [models.Index(fields=["port", "state"]), models.Index(fields=["organisation", "state"])]

    def __str__(self) -> str:
        return self.ref


class DocumentKind(models.TextChoices):
    INVOICE = "invoice", _("invoice")
    PACKING_LIST = "packing_list", _("packing list")
    CONTRACT = "contract", _("contract")
    ORIGIN = "origin", _("certificate of origin")
    PHYTOSANITARY = "phytosanitary", _("phytosanitary or veterinary certificate")
    DANGEROUS_GOODS = "dangerous_goods", _("dangerous goods declaration")
    OTHER = "other", _("other")


class Document(models.Model):
    """A file with a declaration; its type was found in its content, not believed from its name."""

    ref = models.CharField(max_length=20, unique=True, default=document_ref, editable=False)
    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind.choices)
    name = models.CharField(_("name"), max_length=120)
    media_type = models.CharField(max_length=80)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="documents/%Y/%m/", max_length=200)
    uploaded_by = models.CharField(max_length=20)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name, verbose_name_plural = _("document"), _("documents")
        constraints = [models.UniqueConstraint(fields=["declaration", "sha256"], name="document_once")]

    def __str__(self) -> str:
        return self.name


class RuleLevel(models.TextChoices):
    ERROR = "error", _("must be mended")
    WARNING = "warning", _("warning")
    OFF = "off", _("not asked")


class Rule(models.Model):
    """How seriously a port (all: none named) takes one check (reservations/declarations/checks) in one mode (all: "").

    The narrowest row that fits wins; without one, what the check itself says.
    """

    port = models.ForeignKey(Port, null=True, blank=True, on_delete=models.CASCADE, related_name="declaration_rules")
    mode = models.CharField(_("customs supervision mode"), max_length=4, choices=Mode.choices, blank=True)
    check_code = models.CharField(_("check"), max_length=60)
    level = models.CharField(_("level"), max_length=10, choices=RuleLevel.choices)
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["check_code", "port", "mode"]
        verbose_name, verbose_name_plural = _("rule of the pre-check"), _("rules of the pre-check")
        constraints = [
            models.UniqueConstraint(fields=["port", "mode", "check_code"], name="declaration_rule_once"),
            models.UniqueConstraint(
                fields=["mode", "check_code"], condition=Q(port=None), name="declaration_rule_of_all_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_code} {self.level}"
