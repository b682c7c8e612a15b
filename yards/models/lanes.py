"""Lanes through a port, when they open, and the public holidays of both sides."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from yards.models.places import Gate, Port, Yard, at_ports_seen, in_reader_language


class Direction(models.TextChoices):
    INBOUND = "inbound", _("inbound")
    OUTBOUND = "outbound", _("outbound")


class CargoKind(models.TextChoices):
    GENERAL = "general", _("general cargo")
    PERISHABLE = "perishable", _("perishable")
    HAZARDOUS = "hazardous", _("hazardous")
    BULK = "bulk", _("bulk")
    EMPTY = "empty", _("empty vehicle")
    ECOMMERCE = "ecommerce", _("e-commerce")


class NextStep(models.TextChoices):
    """Where a vehicle drives from its bay."""

    EXIT = "exit", _("exit")
    INSPECTION = "inspection", _("inspection")
    DOCK = "dock", _("dock")
    WEIGHBRIDGE = "weighbridge", _("weighbridge")


class LaneQuerySet(models.QuerySet["Lane"]):
    def at_ports(self, codes: Any) -> LaneQuerySet:
        return self.filter(port__code__in=codes)


class LaneManager(models.Manager.from_queryset(LaneQuerySet)):  # type: ignore[misc]
    """Sees the lanes of the present world."""

    def get_queryset(self) -> LaneQuerySet:
        return at_ports_seen(super().get_queryset())


class Lane(models.Model):
    """One lane: a direction and the cargo kinds it takes. `is_open` is the staff's switch; windows say the hours."""

    port = models.ForeignKey(Port, on_delete=models.PROTECT, related_name="lanes")
    yard = models.ForeignKey(Yard, on_delete=models.PROTECT, related_name="lanes")
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="lanes")
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("English name"), max_length=80)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices)
    cargo_kinds = models.JSONField(_("cargo kinds"), default=list)
    is_open = models.BooleanField(_("open"), default=True, editable=False)
    closed_reason = models.CharField(_("why closed"), max_length=200, blank=True, editable=False)
    next_step = models.CharField(
        _("from the bay on to"), max_length=12, choices=NextStep.choices, default=NextStep.EXIT
    )
    auto_call = models.BooleanField(_("automatic calling"), default=False)
    closes_on_holidays_of = models.JSONField(
        _("closed on public holidays of"), default=list, blank=True, help_text=_("Country codes, such as CN, LA.")
    )
    history = HistoricalRecords()

    objects = LaneManager()

    class Meta:
        ordering = ["port", "code"]
        verbose_name, verbose_name_plural = _("lane"), _("lanes")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        return in_reader_language(zh=self.name_zh, en=self.name_en)

    @property
    def cargo_labels(self) -> list[str]:
        return [str(CargoKind(kind).label) for kind in self.cargo_kinds]


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Window(models.Model):
    """When a lane is open on a weekday, in the port's time. `closes_at` not after `opens_at` means the next morning."""

    lane = models.ForeignKey(Lane, on_delete=models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens_at = models.TimeField(_("opens"))
    closes_at = models.TimeField(_("closes"))
    units_per_hour = models.PositiveIntegerField(_("vehicles per hour"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The first day it no longer holds.")
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ["lane", "weekday", "opens_at"]
        verbose_name, verbose_name_plural = _("opening window"), _("opening windows")

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"


class CalendarDay(models.Model):
    """A public holiday (`is_off`) or a make-up workday (not `is_off`) of a country."""

    country = models.CharField(_("country"), max_length=2)
    date = models.DateField(_("date"))
    is_off = models.BooleanField(_("holiday"), default=True, help_text=_("Off: a make-up workday."))
    name_zh = models.CharField(_("Chinese name"), max_length=80, blank=True)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["date", "country"]
        verbose_name, verbose_name_plural = _("holiday or make-up workday"), _("holidays and make-up workdays")
        constraints = [models.UniqueConstraint(fields=["country", "date"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.country} {self.date} {self.name}"

    @property
    def name(self) -> str:
        return in_reader_language(zh=self.name_zh, en=self.name_en)
