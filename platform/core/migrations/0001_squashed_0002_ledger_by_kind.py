"""The tables as the migrations named in `replaces` leave them, for a database that has none of them yet."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("core", "0001_initial"),
        ("core", "0002_ledger_by_kind"),
    ]

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Stream",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80, unique=True)),
                ("seq", models.PositiveBigIntegerField(default=0)),
                (
                    "head",
                    models.CharField(
                        default="0000000000000000000000000000000000000000000000000000000000000000", max_length=64
                    ),
                ),
                (
                    "prev_head",
                    models.CharField(
                        default="0000000000000000000000000000000000000000000000000000000000000000", max_length=64
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=100)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("body", models.JSONField(null=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("client", "key"), name="idempotency_once")],
            },
        ),
        migrations.CreateModel(
            name="RateCounter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=120)),
                ("window_started_at", models.DateTimeField(db_index=True)),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "subject", "window_started_at"), name="rate_counter_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveBigIntegerField()),
                ("kind", models.CharField(max_length=60)),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=40)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("policy_version", models.PositiveIntegerField(default=0)),
                ("visit_ref", models.CharField(blank=True, db_index=True, max_length=20)),
                ("data", models.JSONField(default=dict)),
                ("digest", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="core.stream"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["stream", "kind", "seq"], name="ledger_by_kind")],
                "constraints": [models.UniqueConstraint(fields=("stream", "seq"), name="ledger_seq_once")],
            },
        ),
        migrations.CreateModel(
            name="Cursor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reader", models.CharField(max_length=40)),
                ("seq", models.PositiveBigIntegerField(default=0)),
                (
                    "stream",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="core.stream"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("reader", "stream"), name="cursor_once")],
            },
        ),
    ]
