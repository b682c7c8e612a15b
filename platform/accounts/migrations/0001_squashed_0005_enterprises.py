"""The tables as the migrations named in `replaces` leave them, for a database that has none of them yet."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import accounts.models
import core.clock


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_one_code_per_phone"),
        ("accounts", "0003_counterpart_devices"),
        ("accounts", "0004_vehicle_known_since"),
        ("accounts", "0005_enterprises"),
    ]

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ref",
                    models.CharField(default=accounts.models.device_ref, editable=False, max_length=20, unique=True),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("port_code", models.CharField(max_length=30, verbose_name="port")),
                (
                    "kind",
                    models.CharField(
                        choices=[("gate", "gate device"), ("counterpart", "the far side's own client")],
                        default="gate",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("gate_code", models.CharField(blank=True, max_length=30, verbose_name="gate")),
                ("secret_hash", models.CharField(blank=True, editable=False, max_length=128)),
                ("public_key", models.CharField(blank=True, editable=False, max_length=44)),
                ("code_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("code_until", models.DateTimeField(editable=False, null=True)),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("last_seen_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last seen")),
            ],
            options={
                "verbose_name": "device",
                "verbose_name_plural": "devices",
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ref",
                    models.CharField(
                        default=accounts.models.organisation_ref, editable=False, max_length=20, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("credit_code", models.CharField(blank=True, max_length=18, verbose_name="unified social credit code")),
                ("is_sandbox", models.BooleanField(default=False, verbose_name="for trying the API out")),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
            },
        ),
        migrations.CreateModel(
            name="SignInCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phone", models.CharField(max_length=16, unique=True)),
                ("code_hash", models.CharField(max_length=120)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries_left", models.PositiveSmallIntegerField(default=5)),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("ref", models.CharField(default=accounts.models.user_ref, editable=False, max_length=20, unique=True)),
                ("phone", models.CharField(blank=True, max_length=16, null=True, unique=True, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, null=True, unique=True, verbose_name="e-mail")),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("language", models.CharField(default="zh-hans", max_length=10, verbose_name="language")),
                ("is_staff", models.BooleanField(default=False, verbose_name="may open the back office")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("is_program", models.BooleanField(default=False, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
            },
        ),
        migrations.CreateModel(
            name="HistoricalDevice",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "ref",
                    models.CharField(db_index=True, default=accounts.models.device_ref, editable=False, max_length=20),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("port_code", models.CharField(max_length=30, verbose_name="port")),
                (
                    "kind",
                    models.CharField(
                        choices=[("gate", "gate device"), ("counterpart", "the far side's own client")],
                        default="gate",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("gate_code", models.CharField(blank=True, max_length=30, verbose_name="gate")),
                ("secret_hash", models.CharField(blank=True, editable=False, max_length=128)),
                ("public_key", models.CharField(blank=True, editable=False, max_length=44)),
                ("code_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("code_until", models.DateTimeField(editable=False, null=True)),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
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
                "verbose_name": "historical device",
                "verbose_name_plural": "historical devices",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalOrganisation",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "ref",
                    models.CharField(
                        db_index=True, default=accounts.models.organisation_ref, editable=False, max_length=20
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("credit_code", models.CharField(blank=True, max_length=18, verbose_name="unified social credit code")),
                ("is_sandbox", models.BooleanField(default=False, verbose_name="for trying the API out")),
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
                "verbose_name": "historical organisation",
                "verbose_name_plural": "historical organisations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMembership",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("driver", "driver"),
                            ("carrier_staff", "carrier staff"),
                            ("carrier_admin", "carrier admin"),
                            ("program", "API client"),
                            ("operator", "operator"),
                            ("supervisor", "supervisor"),
                            ("port_admin", "port admin"),
                            ("auditor", "auditor"),
                            ("customs", "customs officer"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("port_code", models.CharField(blank=True, max_length=30, verbose_name="port")),
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
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical role at a port or organisation",
                "verbose_name_plural": "historical roles",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalApiClient",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "ref",
                    models.CharField(db_index=True, default=accounts.models.client_ref, editable=False, max_length=20),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("scopes", models.CharField(max_length=400, verbose_name="scopes")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField()),
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
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical API client",
                "verbose_name_plural": "historical API clients",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ApiClient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ref",
                    models.CharField(default=accounts.models.client_ref, editable=False, max_length=20, unique=True),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("scopes", models.CharField(max_length=400, verbose_name="scopes")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_client",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="clients", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "API client",
                "verbose_name_plural": "API clients",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("driver", "driver"),
                            ("carrier_staff", "carrier staff"),
                            ("carrier_admin", "carrier admin"),
                            ("program", "API client"),
                            ("operator", "operator"),
                            ("supervisor", "supervisor"),
                            ("port_admin", "port admin"),
                            ("auditor", "auditor"),
                            ("customs", "customs officer"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("port_code", models.CharField(blank=True, max_length=30, verbose_name="port")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "role at a port or organisation",
                "verbose_name_plural": "roles",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "role", "organisation", "port_code"), name="membership_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("organisation__isnull", False),
                                ("port_code", ""),
                                ("role__in", ("carrier_staff", "carrier_admin", "program")),
                            ),
                            models.Q(
                                models.Q(
                                    ("role__in", ["carrier_staff", "carrier_admin", "program", "driver"]), _negated=True
                                ),
                                ("organisation__isnull", True),
                                models.Q(("port_code", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="membership_has_its_place",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Vehicle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ref",
                    models.CharField(default=accounts.models.vehicle_ref, editable=False, max_length=20, unique=True),
                ),
                ("country", models.CharField(max_length=2, verbose_name="country of registration")),
                (
                    "plate_class",
                    models.CharField(
                        choices=[("truck", "truck or tractor"), ("trailer", "trailer")],
                        default="truck",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("plate", models.CharField(help_text="As it was typed.", max_length=40, verbose_name="plate")),
                ("plate_key", models.CharField(editable=False, max_length=40)),
                (
                    "length_m",
                    models.DecimalField(decimal_places=1, default=17, max_digits=4, verbose_name="length (m)"),
                ),
                (
                    "width_m",
                    models.DecimalField(decimal_places=2, default=2.55, max_digits=3, verbose_name="width (m)"),
                ),
                ("reefer", models.BooleanField(default=False, verbose_name="refrigerated")),
                ("created_at", models.DateTimeField(default=core.clock.now, editable=False)),
                ("drivers", models.ManyToManyField(blank=True, related_name="vehicles", to=settings.AUTH_USER_MODEL)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="vehicles",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "vehicle",
                "verbose_name_plural": "vehicles",
                "constraints": [
                    models.UniqueConstraint(fields=("country", "plate_class", "plate_key"), name="vehicle_identity")
                ],
            },
        ),
    ]
