"""The tables as the migrations named in `replaces` leave them, for a database that has none of them yet."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import yards.models.disruption
import yards.models.layouts
import yards.models.stays


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("yards", "0001_initial"),
        ("yards", "0002_disruption"),
        ("yards", "0003_layouts"),
        ("yards", "0004_sandbox"),
        ("yards", "0005_counterpart"),
    ]

    dependencies = [
        ("accounts", "0001_squashed_0005_enterprises"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Port",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=30, unique=True, verbose_name="code")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("name_paper", models.CharField(blank=True, max_length=80, verbose_name="name in the source")),
                ("county_en", models.CharField(max_length=80, verbose_name="county (English)")),
                ("county_zh", models.CharField(max_length=80, verbose_name="county (Chinese)")),
                (
                    "kind",
                    models.CharField(
                        choices=[("road", "road"), ("rail", "rail"), ("air", "air"), ("water", "water")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[("first", "first-class port"), ("second", "second-class port")],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                (
                    "positioning",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hub", "international hub port"),
                            ("national", "national important port"),
                            ("ordinary", "ordinary port"),
                            ("incubation", "incubation-type port"),
                        ],
                        max_length=20,
                        verbose_name="positioning",
                    ),
                ),
                ("cluster", models.CharField(blank=True, max_length=20, verbose_name="cluster")),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("core", "core hub (1)"),
                            ("hub", "key hub (3)"),
                            ("node", "logistics node (4)"),
                            ("general", "general port (N)"),
                        ],
                        default="general",
                        max_length=10,
                        verbose_name="tier",
                    ),
                ),
                ("time_zone", models.CharField(default="Asia/Shanghai", max_length=40, verbose_name="time zone")),
                ("counterpart_country", models.CharField(blank=True, max_length=2, verbose_name="counterpart country")),
                ("counterpart_en", models.CharField(blank=True, max_length=80, verbose_name="counterpart (English)")),
                ("counterpart_zh", models.CharField(blank=True, max_length=80, verbose_name="counterpart (Chinese)")),
                ("counterpart_place", models.CharField(blank=True, max_length=120, verbose_name="counterpart's place")),
                (
                    "counterpart_time_zone",
                    models.CharField(blank=True, max_length=40, verbose_name="counterpart's time zone"),
                ),
                (
                    "counterpart_sees",
                    models.CharField(
                        choices=[
                            ("counts", "numbers alone"),
                            ("masked", "vehicles, plates masked"),
                            ("plates", "vehicles with their plates"),
                        ],
                        default="masked",
                        max_length=10,
                        verbose_name="what the counterpart sees of vehicles on their way to it",
                    ),
                ),
                ("unlocode", models.CharField(blank=True, max_length=5, verbose_name="UN/LOCODE")),
                ("lat_deg", models.DecimalField(decimal_places=5, max_digits=8, verbose_name="latitude")),
                ("lon_deg", models.DecimalField(decimal_places=5, max_digits=8, verbose_name="longitude")),
                ("source", models.TextField(blank=True, verbose_name="source")),
                ("sandbox_ahead_s", models.PositiveBigIntegerField(default=0, editable=False)),
                (
                    "sandbox_of",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sandbox",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "port",
                "verbose_name_plural": "ports",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Yard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("width_m", models.FloatField(verbose_name="width of the plan (m)")),
                ("depth_m", models.FloatField(verbose_name="depth of the plan (m)")),
                (
                    "port",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="yards", to="yards.port"
                    ),
                ),
            ],
            options={
                "verbose_name": "yard",
                "verbose_name_plural": "yards",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Gate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[("entry", "entry"), ("exit", "exit")], max_length=10, verbose_name="kind"
                    ),
                ),
                ("x_m", models.FloatField(default=0, verbose_name="x (m)")),
                ("y_m", models.FloatField(default=0, verbose_name="y (m)")),
                (
                    "yard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="gates", to="yards.yard"
                    ),
                ),
            ],
            options={
                "verbose_name": "gate",
                "verbose_name_plural": "gates",
                "ordering": ["yard", "code"],
                "constraints": [models.UniqueConstraint(fields=("yard", "code"), name="gate_code_once")],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("date", models.DateField(verbose_name="date")),
                (
                    "is_off",
                    models.BooleanField(default=True, help_text="Off: a make-up workday.", verbose_name="holiday"),
                ),
                ("name_zh", models.CharField(blank=True, max_length=80, verbose_name="Chinese name")),
                ("name_en", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
            ],
            options={
                "verbose_name": "holiday or make-up workday",
                "verbose_name_plural": "holidays and make-up workdays",
                "ordering": ["date", "country"],
                "constraints": [models.UniqueConstraint(fields=("country", "date"), name="calendar_day_once")],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCalendarDay",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("date", models.DateField(verbose_name="date")),
                (
                    "is_off",
                    models.BooleanField(default=True, help_text="Off: a make-up workday.", verbose_name="holiday"),
                ),
                ("name_zh", models.CharField(blank=True, max_length=80, verbose_name="Chinese name")),
                ("name_en", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical holiday or make-up workday",
                "verbose_name_plural": "historical holidays and make-up workdays",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPort",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=30, verbose_name="code")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("name_paper", models.CharField(blank=True, max_length=80, verbose_name="name in the source")),
                ("county_en", models.CharField(max_length=80, verbose_name="county (English)")),
                ("county_zh", models.CharField(max_length=80, verbose_name="county (Chinese)")),
                (
                    "kind",
                    models.CharField(
                        choices=[("road", "road"), ("rail", "rail"), ("air", "air"), ("water", "water")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[("first", "first-class port"), ("second", "second-class port")],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                (
                    "positioning",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hub", "international hub port"),
                            ("national", "national important port"),
                            ("ordinary", "ordinary port"),
                            ("incubation", "incubation-type port"),
                        ],
                        max_length=20,
                        verbose_name="positioning",
                    ),
                ),
                ("cluster", models.CharField(blank=True, max_length=20, verbose_name="cluster")),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("core", "core hub (1)"),
                            ("hub", "key hub (3)"),
                            ("node", "logistics node (4)"),
                            ("general", "general port (N)"),
                        ],
                        default="general",
                        max_length=10,
                        verbose_name="tier",
                    ),
                ),
                ("time_zone", models.CharField(default="Asia/Shanghai", max_length=40, verbose_name="time zone")),
                ("counterpart_country", models.CharField(blank=True, max_length=2, verbose_name="counterpart country")),
                ("counterpart_en", models.CharField(blank=True, max_length=80, verbose_name="counterpart (English)")),
                ("counterpart_zh", models.CharField(blank=True, max_length=80, verbose_name="counterpart (Chinese)")),
                ("counterpart_place", models.CharField(blank=True, max_length=120, verbose_name="counterpart's place")),
                (
                    "counterpart_time_zone",
                    models.CharField(blank=True, max_length=40, verbose_name="counterpart's time zone"),
                ),
                (
                    "counterpart_sees",
                    models.CharField(
                        choices=[
                            ("counts", "numbers alone"),
                            ("masked", "vehicles, plates masked"),
                            ("plates", "vehicles with their plates"),
                        ],
                        default="masked",
                        max_length=10,
                        verbose_name="what the counterpart sees of vehicles on their way to it",
                    ),
                ),
                ("unlocode", models.CharField(blank=True, max_length=5, verbose_name="UN/LOCODE")),
                ("lat_deg", models.DecimalField(decimal_places=5, max_digits=8, verbose_name="latitude")),
                ("lon_deg", models.DecimalField(decimal_places=5, max_digits=8, verbose_name="longitude")),
                ("source", models.TextField(blank=True, verbose_name="source")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical port",
                "verbose_name_plural": "historical ports",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Lane",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                (
                    "direction",
                    models.CharField(
                        choices=[("inbound", "inbound"), ("outbound", "outbound")],
                        max_length=10,
                        verbose_name="direction",
                    ),
                ),
                ("cargo_kinds", models.JSONField(default=list, verbose_name="cargo kinds")),
                ("is_open", models.BooleanField(default=True, editable=False, verbose_name="open")),
                (
                    "closed_reason",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="why closed"),
                ),
                (
                    "next_step",
                    models.CharField(
                        choices=[
                            ("exit", "exit"),
                            ("inspection", "inspection"),
                            ("dock", "dock"),
                            ("weighbridge", "weighbridge"),
                        ],
                        default="exit",
                        max_length=12,
                        verbose_name="from the bay on to",
                    ),
                ),
                ("auto_call", models.BooleanField(default=False, verbose_name="automatic calling")),
                (
                    "closes_on_holidays_of",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Country codes, such as CN, LA.",
                        verbose_name="closed on public holidays of",
                    ),
                ),
                (
                    "gate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lanes", to="yards.gate"
                    ),
                ),
                (
                    "port",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lanes", to="yards.port"
                    ),
                ),
                (
                    "yard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lanes", to="yards.yard"
                    ),
                ),
            ],
            options={
                "verbose_name": "lane",
                "verbose_name_plural": "lanes",
                "ordering": ["port", "code"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalWindow",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        verbose_name="weekday",
                    ),
                ),
                ("opens_at", models.TimeField(verbose_name="opens")),
                ("closes_at", models.TimeField(verbose_name="closes")),
                ("units_per_hour", models.PositiveIntegerField(verbose_name="vehicles per hour")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "valid_until",
                    models.DateField(
                        blank=True, help_text="The first day it no longer holds.", null=True, verbose_name="valid until"
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lane",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="yards.lane",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical opening window",
                "verbose_name_plural": "historical opening windows",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalYard",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("width_m", models.FloatField(verbose_name="width of the plan (m)")),
                ("depth_m", models.FloatField(verbose_name="depth of the plan (m)")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "port",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="yards.port",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical yard",
                "verbose_name_plural": "historical yards",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Window",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        verbose_name="weekday",
                    ),
                ),
                ("opens_at", models.TimeField(verbose_name="opens")),
                ("closes_at", models.TimeField(verbose_name="closes")),
                ("units_per_hour", models.PositiveIntegerField(verbose_name="vehicles per hour")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "valid_until",
                    models.DateField(
                        blank=True, help_text="The first day it no longer holds.", null=True, verbose_name="valid until"
                    ),
                ),
                (
                    "lane",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="windows", to="yards.lane"
                    ),
                ),
            ],
            options={
                "verbose_name": "opening window",
                "verbose_name_plural": "opening windows",
                "ordering": ["lane", "weekday", "opens_at"],
            },
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visit_ref", models.CharField(max_length=20, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("bay", "bay"), ("zone", "zone"), ("post", "post"), ("gate", "gate")], max_length=10
                    ),
                ),
                ("code", models.CharField(max_length=30)),
                ("source", models.CharField(max_length=10)),
                ("seen_at", models.DateTimeField()),
                (
                    "yard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sightings", to="yards.yard"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Layout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=yards.models.layouts.layout_ref, max_length=20, unique=True)),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("scheduled", "scheduled"),
                            ("in_force", "in force"),
                            ("replaced", "replaced"),
                            ("discarded", "discarded"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="what changes and why")),
                ("document", models.JSONField()),
                ("plan", models.JSONField()),
                ("findings", models.JSONField(default=list)),
                ("takes_effect_at", models.DateTimeField(blank=True, null=True, verbose_name="takes effect")),
                ("in_force_at", models.DateTimeField(null=True, verbose_name="in force since")),
                ("replaced_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "yard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="layouts", to="yards.yard"
                    ),
                ),
            ],
            options={
                "verbose_name": "layout",
                "verbose_name_plural": "layouts",
                "ordering": ["yard", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("yard", "version"), name="layout_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_force")), fields=("yard",), name="one_layout_in_force"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalZone",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(max_length=10, verbose_name="code")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("colour", models.CharField(max_length=20, verbose_name="colour")),
                (
                    "shape",
                    models.CharField(
                        choices=[
                            ("circle", "circle"),
                            ("square", "square"),
                            ("triangle", "triangle"),
                            ("diamond", "diamond"),
                        ],
                        max_length=10,
                        verbose_name="shape",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "yard",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="yards.yard",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical zone",
                "verbose_name_plural": "historical zones",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalLane",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                (
                    "direction",
                    models.CharField(
                        choices=[("inbound", "inbound"), ("outbound", "outbound")],
                        max_length=10,
                        verbose_name="direction",
                    ),
                ),
                ("cargo_kinds", models.JSONField(default=list, verbose_name="cargo kinds")),
                ("is_open", models.BooleanField(default=True, editable=False, verbose_name="open")),
                (
                    "closed_reason",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="why closed"),
                ),
                (
                    "next_step",
                    models.CharField(
                        choices=[
                            ("exit", "exit"),
                            ("inspection", "inspection"),
                            ("dock", "dock"),
                            ("weighbridge", "weighbridge"),
                        ],
                        default="exit",
                        max_length=12,
                        verbose_name="from the bay on to",
                    ),
                ),
                ("auto_call", models.BooleanField(default=False, verbose_name="automatic calling")),
                (
                    "closes_on_holidays_of",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Country codes, such as CN, LA.",
                        verbose_name="closed on public holidays of",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "gate",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="yards.gate",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "port",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="yards.port",
                    ),
                ),
                (
                    "yard",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="yards.yard",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical lane",
                "verbose_name_plural": "historical lanes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalGate",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(max_length=30, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[("entry", "entry"), ("exit", "exit")], max_length=10, verbose_name="kind"
                    ),
                ),
                ("x_m", models.FloatField(default=0, verbose_name="x (m)")),
                ("y_m", models.FloatField(default=0, verbose_name="y (m)")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "yard",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="yards.yard",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical gate",
                "verbose_name_plural": "historical gates",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Evacuation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=yards.models.layouts.evacuation_ref, max_length=20, unique=True)),
                ("zone_code", models.CharField(max_length=10, verbose_name="zone")),
                ("state", models.CharField(choices=[("ordered", "under way"), ("ended", "ended")], max_length=10)),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("order", models.JSONField(default=list)),
                ("ordered_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "yard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evacuations", to="yards.yard"
                    ),
                ),
            ],
            options={
                "verbose_name": "evacuation",
                "verbose_name_plural": "evacuations",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ordered")),
                        fields=("yard", "zone_code"),
                        name="one_evacuation_per_zone",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("aisle", "aisle"), ("zone", "zone")], max_length=10)),
                ("code", models.CharField(max_length=30)),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("blocked_at", models.DateTimeField()),
                ("unblocked_at", models.DateTimeField(null=True)),
                (
                    "yard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="blocks", to="yards.yard"
                    ),
                ),
            ],
            options={
                "verbose_name": "blocked aisle or zone",
                "verbose_name_plural": "blocked aisles and zones",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("unblocked_at", None)), fields=("yard", "kind", "code"), name="blocked_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Zone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=10, verbose_name="code")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("colour", models.CharField(max_length=20, verbose_name="colour")),
                (
                    "shape",
                    models.CharField(
                        choices=[
                            ("circle", "circle"),
                            ("square", "square"),
                            ("triangle", "triangle"),
                            ("diamond", "diamond"),
                        ],
                        max_length=10,
                        verbose_name="shape",
                    ),
                ),
                (
                    "yard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="zones", to="yards.yard"
                    ),
                ),
            ],
            options={
                "verbose_name": "zone",
                "verbose_name_plural": "zones",
                "ordering": ["yard", "code"],
                "constraints": [models.UniqueConstraint(fields=("yard", "code"), name="zone_code_once")],
            },
        ),
        migrations.CreateModel(
            name="HistoricalBay",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("length_m", models.FloatField(verbose_name="length (m)")),
                ("width_m", models.FloatField(verbose_name="width (m)")),
                ("equipment", models.JSONField(blank=True, default=list, verbose_name="equipment")),
                ("x_m", models.FloatField(verbose_name="x (m)")),
                ("y_m", models.FloatField(verbose_name="y (m)")),
                ("heading_deg", models.FloatField(default=0, verbose_name="heading (°)")),
                (
                    "entry",
                    models.CharField(
                        choices=[
                            ("back_in", "backed into, left nose first"),
                            ("drive_through", "entered from behind, left ahead"),
                        ],
                        default="back_in",
                        max_length=15,
                        verbose_name="how it is entered",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="off the plan since"),
                ),
                (
                    "blocked_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="blocked since"),
                ),
                (
                    "blocked_reason",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="why blocked"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "yard",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="yards.yard",
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="yards.zone",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical bay",
                "verbose_name_plural": "historical bays",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Bay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("length_m", models.FloatField(verbose_name="length (m)")),
                ("width_m", models.FloatField(verbose_name="width (m)")),
                ("equipment", models.JSONField(blank=True, default=list, verbose_name="equipment")),
                ("x_m", models.FloatField(verbose_name="x (m)")),
                ("y_m", models.FloatField(verbose_name="y (m)")),
                ("heading_deg", models.FloatField(default=0, verbose_name="heading (°)")),
                (
                    "entry",
                    models.CharField(
                        choices=[
                            ("back_in", "backed into, left nose first"),
                            ("drive_through", "entered from behind, left ahead"),
                        ],
                        default="back_in",
                        max_length=15,
                        verbose_name="how it is entered",
                    ),
                ),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="off the plan since"),
                ),
                (
                    "blocked_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="blocked since"),
                ),
                (
                    "blocked_reason",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="why blocked"),
                ),
                (
                    "yard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bays", to="yards.yard"
                    ),
                ),
                (
                    "zone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bays", to="yards.zone"
                    ),
                ),
            ],
            options={
                "verbose_name": "bay",
                "verbose_name_plural": "bays",
                "ordering": ["yard", "code"],
                "constraints": [models.UniqueConstraint(fields=("yard", "code"), name="bay_code_once")],
            },
        ),
        migrations.CreateModel(
            name="FarSideRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "units_per_hour",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="vehicles per hour"),
                ),
                ("valid_from", models.DateTimeField(verbose_name="valid from")),
                (
                    "source",
                    models.CharField(
                        choices=[("staff", "entered by staff"), ("counterpart", "sent by the far side")],
                        max_length=12,
                        verbose_name="source",
                    ),
                ),
                ("entered_by", models.CharField(max_length=20)),
                ("entered_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "lane",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="far_side_rates", to="yards.lane"
                    ),
                ),
            ],
            options={
                "verbose_name": "far-side rate",
                "verbose_name_plural": "far-side rates",
                "ordering": ["lane", "-valid_from", "-pk"],
                "indexes": [models.Index(fields=["lane", "valid_from"], name="yards_farsi_lane_id_511e7d_idx")],
            },
        ),
        migrations.CreateModel(
            name="Crossing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=yards.models.disruption.crossing_ref, max_length=20, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("arrived", "came over to the far side"), ("departed", "left the far side for us")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("visit_ref", models.CharField(blank=True, max_length=20)),
                ("crossed_at", models.DateTimeField(verbose_name="crossed at")),
                ("told_at", models.DateTimeField()),
                ("told_by", models.CharField(max_length=20)),
                (
                    "port",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="crossings", to="yards.port"
                    ),
                ),
            ],
            options={
                "verbose_name": "crossing",
                "verbose_name_plural": "crossings",
                "ordering": ["-crossed_at", "-pk"],
                "indexes": [models.Index(fields=["port", "kind", "crossed_at"], name="yards_cross_port_id_31f791_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("visit_ref", ""), _negated=True),
                        fields=("kind", "visit_ref"),
                        name="crossing_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=yards.models.disruption.closure_ref, max_length=20, unique=True)),
                (
                    "scope",
                    models.CharField(
                        choices=[("lane", "lane"), ("yard", "yard"), ("port", "port"), ("far_side", "far side")],
                        max_length=10,
                        verbose_name="what is shut",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("stages", models.JSONField(blank=True, default=list, verbose_name="reopening")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[("in_force", "in force"), ("lifted", "lifted"), ("undone", "undone")], max_length=10
                    ),
                ),
                ("declared_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "declared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("lanes", models.ManyToManyField(related_name="closures", to="yards.lane", verbose_name="lanes")),
                (
                    "port",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="closures", to="yards.port"
                    ),
                ),
            ],
            options={
                "verbose_name": "closure",
                "verbose_name_plural": "closures",
                "ordering": ["-declared_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"),
                        name="closure_ends_after_its_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Stay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=yards.models.stays.stay_ref, max_length=20, unique=True)),
                ("visit_ref", models.CharField(db_index=True, max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[("held", "held"), ("occupied", "occupied"), ("released", "released")], max_length=10
                    ),
                ),
                ("held_at", models.DateTimeField()),
                ("occupied_at", models.DateTimeField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
                ("why", models.JSONField(default=dict)),
                ("hazard", models.CharField(blank=True, max_length=10)),
                ("expected_minutes", models.PositiveIntegerField(default=0)),
                ("overstayed_at", models.DateTimeField(null=True)),
                (
                    "bay",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stays", to="yards.bay"
                    ),
                ),
                (
                    "layout",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="stays", to="yards.layout"
                    ),
                ),
                (
                    "vehicle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stays", to="accounts.vehicle"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["bay", "state"], name="yards_stay_bay_id_4c0681_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["held", "occupied"])),
                        fields=("bay",),
                        name="one_live_stay_per_bay",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["held", "occupied"])),
                        fields=("visit_ref",),
                        name="one_live_stay_per_visit",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sensed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("bay", "bay"), ("zone", "zone"), ("post", "post"), ("gate", "gate")], max_length=10
                    ),
                ),
                ("code", models.CharField(max_length=30)),
                ("taken", models.IntegerField()),
                ("capacity", models.IntegerField(null=True)),
                ("books", models.IntegerField()),
                ("seen_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("doubted_at", models.DateTimeField(null=True)),
                (
                    "yard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sensed", to="yards.yard"
                    ),
                ),
            ],
            options={
                "verbose_name": "sensor reading",
                "verbose_name_plural": "sensor readings",
                "constraints": [models.UniqueConstraint(fields=("yard", "kind", "code"), name="one_reading_per_place")],
            },
        ),
    ]
