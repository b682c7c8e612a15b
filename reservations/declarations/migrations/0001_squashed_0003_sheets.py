"""The tables as the migrations named in `replaces` leave them, for a database that has none of them yet."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import reservations.declarations.models
import reservations.declarations.sheets_models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("declarations", "0001_enterprises"),
        ("declarations", "0002_released"),
        ("declarations", "0003_sheets"),
    ]

    dependencies = [
        ("accounts", "0001_squashed_0005_enterprises"),
        ("yards", "0001_squashed_0005_counterpart"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Declaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ref",
                    models.CharField(
                        default=reservations.declarations.models.declaration_ref,
                        editable=False,
                        max_length=20,
                        unique=True,
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("inbound", "inbound"), ("outbound", "outbound")],
                        max_length=10,
                        verbose_name="direction",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("0110", "0110 general trade"),
                            ("1210", "1210 bonded e-commerce"),
                            ("9610", "9610 direct-mail e-commerce"),
                            ("9710", "9710 e-commerce B2B direct export"),
                            ("9810", "9810 e-commerce to an overseas warehouse"),
                            ("1039", "1039 market procurement"),
                        ],
                        max_length=4,
                        verbose_name="customs supervision mode",
                    ),
                ),
                ("own_reference", models.CharField(blank=True, max_length=60, verbose_name="your reference")),
                ("trips", models.PositiveSmallIntegerField(default=1, verbose_name="trips")),
                ("trips_made", models.PositiveSmallIntegerField(default=0)),
                ("content", models.JSONField(default=dict)),
                ("findings", models.JSONField(default=list)),
                ("edition", models.PositiveIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "waiting"),
                            ("needs_fix", "to be mended"),
                            ("ready", "ready"),
                            ("on_hold", "on hold"),
                            ("consumed", "used up"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("created_by", models.CharField(max_length=20)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("ready_at", models.DateTimeField(null=True)),
                ("held_at", models.DateTimeField(null=True)),
                ("hold_reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("released_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "held_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "port",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="declarations", to="yards.port"
                    ),
                ),
            ],
            options={
                "verbose_name": "declaration",
                "verbose_name_plural": "declarations",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["port", "state"], name="declaration_port_id_16327c_idx"),
                    models.Index(fields=["organisation", "state"], name="declaration_organis_49f210_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("own_reference", ""), _negated=True),
                            models.Q(("state", "withdrawn"), _negated=True),
                        ),
                        fields=("organisation", "own_reference"),
                        name="declaration_own_reference_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("trips__gte", 1)), name="declaration_has_a_trip"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ref",
                    models.CharField(
                        default=reservations.declarations.models.document_ref,
                        editable=False,
                        max_length=20,
                        unique=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "invoice"),
                            ("packing_list", "packing list"),
                            ("contract", "contract"),
                            ("origin", "certificate of origin"),
                            ("phytosanitary", "phytosanitary or veterinary certificate"),
                            ("dangerous_goods", "dangerous goods declaration"),
                            ("other", "other"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("media_type", models.CharField(max_length=80)),
                ("size_bytes", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("file", models.FileField(max_length=200, upload_to="documents/%Y/%m/")),
                ("uploaded_by", models.CharField(max_length=20)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="declarations.declaration",
                    ),
                ),
            ],
            options={
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("declaration", "sha256"), name="document_once")],
            },
        ),
        migrations.CreateModel(
            name="HistoricalRule",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("0110", "0110 general trade"),
                            ("1210", "1210 bonded e-commerce"),
                            ("9610", "9610 direct-mail e-commerce"),
                            ("9710", "9710 e-commerce B2B direct export"),
                            ("9810", "9810 e-commerce to an overseas warehouse"),
                            ("1039", "1039 market procurement"),
                        ],
                        max_length=4,
                        verbose_name="customs supervision mode",
                    ),
                ),
                ("check_code", models.CharField(max_length=60, verbose_name="check")),
                (
                    "level",
                    models.CharField(
                        choices=[("error", "must be mended"), ("warning", "warning"), ("off", "not asked")],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                ("figures", models.JSONField(blank=True, default=dict, verbose_name="figures")),
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
                "verbose_name": "historical rule of the pre-check",
                "verbose_name_plural": "historical rules of the pre-check",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("0110", "0110 general trade"),
                            ("1210", "1210 bonded e-commerce"),
                            ("9610", "9610 direct-mail e-commerce"),
                            ("9710", "9710 e-commerce B2B direct export"),
                            ("9810", "9810 e-commerce to an overseas warehouse"),
                            ("1039", "1039 market procurement"),
                        ],
                        max_length=4,
                        verbose_name="customs supervision mode",
                    ),
                ),
                ("check_code", models.CharField(max_length=60, verbose_name="check")),
                (
                    "level",
                    models.CharField(
                        choices=[("error", "must be mended"), ("warning", "warning"), ("off", "not asked")],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                ("figures", models.JSONField(blank=True, default=dict, verbose_name="figures")),
                (
                    "port",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="declaration_rules",
                        to="yards.port",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule of the pre-check",
                "verbose_name_plural": "rules of the pre-check",
                "ordering": ["check_code", "port", "mode"],
                "constraints": [
                    models.UniqueConstraint(fields=("port", "mode", "check_code"), name="declaration_rule_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("port", None)),
                        fields=("mode", "check_code"),
                        name="declaration_rule_of_all_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ref",
                    models.CharField(
                        default=reservations.declarations.sheets_models.sheet_ref,
                        editable=False,
                        max_length=20,
                        unique=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("declarations", "declarations"), ("wishes", "reservation wishes")],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("sha256", models.CharField(max_length=64)),
                ("heading", models.JSONField(default=list)),
                ("rows", models.JSONField(default=list)),
                ("left_out", models.JSONField(default=list)),
                ("uploaded_by", models.CharField(max_length=20)),
                ("uploaded_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("made", models.JSONField(default=list)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sheets", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "spreadsheet",
                "verbose_name_plural": "spreadsheets",
                "ordering": ["-uploaded_at", "-pk"],
                "indexes": [models.Index(fields=["organisation", "sha256"], name="declaration_organis_c4a647_idx")],
            },
        ),
    ]
