"""Places: a port, its cargo yard, the yard's zones, gates and bays. Metres, degrees clockwise from north."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import Organisation
from core import worlds
from core.ledger import yard_stream


class PortKind(models.TextChoices):
    ROAD = "road", _("road")
    RAIL = "rail", _("rail")
    AIR = "air", _("air")
    WATER = "water", _("water")


class Level(models.TextChoices):
    FIRST = "first", _("first-class port")
    SECOND = "second", _("second-class port")


class Positioning(models.TextChoices):
    HUB = "hub", _("international hub port")
    NATIONAL = "national", _("national important port")
    ORDINARY = "ordinary", _("ordinary port")
    INCUBATION = "incubation", _("incubation-type port")


class Tier(models.TextChoices):
    CORE = "core", _("core hub (1)")
    HUB = "hub", _("key hub (3)")
    NODE = "node", _("logistics node (4)")
    GENERAL = "general", _("general port (N)")


class CounterpartSees(models.TextChoices):
    """What the two sides agreed that the far side reads of vehicles on their way to it."""

    COUNTS = "counts", _("numbers alone")
    MASKED = "masked", _("vehicles, plates masked")
    PLATES = "plates", _("vehicles with their plates")


def in_reader_language(*, zh: str, en: str) -> str:
    """This will choose the Chinese name for Chinese readers and the English one for all others, whichever exists."""
    chinese = (get_language() or "").startswith("zh")
    return (zh or en) if chinese else (en or zh)


class PortQuerySet(models.QuerySet["Port"]):
    def road(self) -> PortQuerySet:
        return self.filter(kind=PortKind.ROAD)


class PortManager(models.Manager.from_queryset(PortQuerySet)):  # type: ignore[misc]
    """Sees the ports of the present world."""

    def get_queryset(self) -> PortQuerySet:
        return worlds.narrowed(super().get_queryset(), "sandbox_of")


class Port(models.Model):
    """A border port. `code` is its public reference.

    The port of a sandbox belongs to one organisation (`sandbox_of`); its clock is `sandbox_ahead_s` ahead of the installation's.
    """

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name_en = models.CharField(_("English name"), max_length=80)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_paper = models.CharField(_("name in the source"), max_length=80, blank=True)
    county_en = models.CharField(_("county (English)"), max_length=80)
    county_zh = models.CharField(_("county (Chinese)"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=PortKind.choices)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, blank=True)
    positioning = models.CharField(_("positioning"), max_length=20, choices=Positioning.choices, blank=True)
    cluster = models.CharField(_("cluster"), max_length=20, blank=True)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier.choices, default=Tier.GENERAL)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    counterpart_country = models.CharField(_("counterpart country"), max_length=2, blank=True)
    counterpart_en = models.CharField(_("counterpart (English)"), max_length=80, blank=True)
    counterpart_zh = models.CharField(_("counterpart (Chinese)"), max_length=80, blank=True)
    counterpart_place = models.CharField(_("counterpart's place"), max_length=120, blank=True)
    counterpart_time_zone = models.CharField(_("counterpart's time zone"), max_length=40, blank=True)
    counterpart_sees = models.CharField(
        _("what the counterpart sees of vehicles on their way to it"),
        max_length=10,
        choices=CounterpartSees.choices,
        default=CounterpartSees.MASKED,
    )
    unlocode = models.CharField("UN/LOCODE", max_length=5, blank=True)
    lat_deg = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5)
    lon_deg = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5)
    source = models.TextField(_("source"), blank=True)
    sandbox_of = models.OneToOneField(
        Organisation, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="sandbox"
    )
    sandbox_ahead_s = models.PositiveBigIntegerField(default=0, editable=False)
    history = HistoricalRecords(excluded_fields=["sandbox_of", "sandbox_ahead_s"])

    objects = PortManager()

    class Meta:
        ordering = ["code"]
        verbose_name, verbose_name_plural = _("port"), _("ports")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reader_language(zh=self.name_zh, en=self.name_en)

    @property
    def counterpart(self) -> str:
        return in_reader_language(zh=self.counterpart_zh, en=self.counterpart_en)

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class AtPorts(models.Manager[Any]):
    """Sees the rows at ports of the present world."""

    def get_queryset(self) -> models.QuerySet[Any]:
        # Not joined: a lock of such a row is not the port's too.
        return at_ports_seen(super().get_queryset())


def at_ports_seen(rows: Any) -> Any:
    """This will keep the rows whose `port` is one of the present world."""
    return rows if worlds.current() is None else rows.filter(port__in=Port.objects.values("pk"))


class Yard(models.Model):
    """The cargo yard behind a port's lanes; one ledger stream each."""

    port = models.ForeignKey(Port, on_delete=models.PROTECT, related_name="yards")
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("English name"), max_length=80)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    width_m = models.FloatField(_("width of the plan (m)"))
    depth_m = models.FloatField(_("depth of the plan (m)"))
    history = HistoricalRecords()

    objects = AtPorts()

    class Meta:
        ordering = ["code"]
        verbose_name, verbose_name_plural = _("yard"), _("yards")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reader_language(zh=self.name_zh, en=self.name_en)

    @property
    def stream(self) -> str:
        return yard_stream(self.code)


class Shape(models.TextChoices):
    CIRCLE = "circle", _("circle")
    SQUARE = "square", _("square")
    TRIANGLE = "triangle", _("triangle")
    DIAMOND = "diamond", _("diamond")


class Zone(models.Model):
    """A part of a yard, told apart by letter, colour and shape (colour alone would exclude one driver in twelve)."""

    yard = models.ForeignKey(Yard, on_delete=models.PROTECT, related_name="zones")
    code = models.CharField(_("code"), max_length=10)
    name_en = models.CharField(_("English name"), max_length=80)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    colour = models.CharField(_("colour"), max_length=20)
    shape = models.CharField(_("shape"), max_length=10, choices=Shape.choices)
    history = HistoricalRecords()

    class Meta:
        ordering = ["yard", "code"]
        verbose_name, verbose_name_plural = _("zone"), _("zones")
        constraints = [models.UniqueConstraint(fields=["yard", "code"], name="zone_code_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        return in_reader_language(zh=self.name_zh, en=self.name_en)


class GateKind(models.TextChoices):
    ENTRY = "entry", _("entry")
    EXIT = "exit", _("exit")


class Gate(models.Model):
    """A gate of a yard; `x_m`, `y_m` place it on the yard's plan."""

    yard = models.ForeignKey(Yard, on_delete=models.PROTECT, related_name="gates")
    code = models.CharField(_("code"), max_length=30)
    kind = models.CharField(_("kind"), max_length=10, choices=GateKind.choices)
    x_m = models.FloatField("x (m)", default=0)
    y_m = models.FloatField("y (m)", default=0)
    history = HistoricalRecords()

    class Meta:
        ordering = ["yard", "code"]
        verbose_name, verbose_name_plural = _("gate"), _("gates")
        constraints = [models.UniqueConstraint(fields=["yard", "code"], name="gate_code_once")]

    def __str__(self) -> str:
        return self.code


class Equipment(models.TextChoices):
    REEFER = "reefer", _("reefer power")
    HAZMAT = "hazmat", _("hazardous goods stand")
    DOCK = "dock", _("loading dock")
    WEIGHBRIDGE = "weighbridge", _("weighbridge")


class Entry(models.TextChoices):
    """How a truck takes its bay. Its nose points along `heading_deg` once it stands."""

    BACK_IN = "back_in", _("backed into, left nose first")
    DRIVE_THROUGH = "drive_through", _("entered from behind, left ahead")


class BayQuerySet(models.QuerySet["Bay"]):
    def in_use(self) -> BayQuerySet:
        """This will keep bays of the plan in force: one that was taken off it serves nobody new."""
        return self.filter(retired_at=None)

    def servable(self) -> BayQuerySet:
        """This will keep bays that somebody may be sent to, whoever has them now: in use, neither they nor their zone blocked."""
        blocks = apps.get_model("yards", "Block")._base_manager.filter(kind="zone", unblocked_at=None)
        shut = blocks.filter(yard_id=models.OuterRef("yard_id"), code=models.OuterRef("zone__code"))
        return self.in_use().filter(~models.Exists(shut), blocked_at=None)

    def free(self) -> BayQuerySet:
        """This will keep bays that somebody may be sent to and nobody holds or occupies."""
        return self.servable().exclude(stays__state__in=["held", "occupied"])


#: Codes that are written where staff write why a bay is blocked.
REPORTED = {"unknown_vehicle": _("a driver found somebody unknown in it")}


class Bay(models.Model):
    """One parking place. (`x_m`, `y_m`) is its centre on the plan, `length_m` runs along `heading_deg`."""

    yard = models.ForeignKey(Yard, on_delete=models.PROTECT, related_name="bays")
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="bays")
    code = models.CharField(_("code"), max_length=20)
    length_m = models.FloatField(_("length (m)"))
    width_m = models.FloatField(_("width (m)"))
    equipment = models.JSONField(_("equipment"), default=list, blank=True)
    x_m = models.FloatField("x (m)")
    y_m = models.FloatField("y (m)")
    heading_deg = models.FloatField(_("heading (°)"), default=0)
    entry = models.CharField(_("how it is entered"), max_length=15, choices=Entry.choices, default=Entry.BACK_IN)
    retired_at = models.DateTimeField(_("off the plan since"), null=True, blank=True, editable=False)
    blocked_at = models.DateTimeField(_("blocked since"), null=True, blank=True, editable=False)
    blocked_reason = models.CharField(_("why blocked"), max_length=200, blank=True, editable=False)
    history = HistoricalRecords()

    objects = BayQuerySet.as_manager()

    class Meta:
        ordering = ["yard", "code"]
        verbose_name, verbose_name_plural = _("bay"), _("bays")
        constraints = [models.UniqueConstraint(fields=["yard", "code"], name="bay_code_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def blocked_words(self) -> str:
        """Why it is blocked: as staff wrote it, or what a driver's report means."""
        return str(REPORTED.get(self.blocked_reason, self.blocked_reason))
