"""The tables as the migrations named in `replaces` leave them, for a database that has none of them yet."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reservations.models.conduct
import reservations.models.gate
import reservations.models.policy
import reservations.models.queue
import reservations.models.reservation
import reservations.models.round
import reservations.models.slot


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("reservations", "0001_initial"),
        ("reservations", "0002_size_at_check_in"),
        ("reservations", "0003_one_open_override"),
        ("reservations", "0004_rounds"),
        ("reservations", "0005_round_redraws"),
        ("reservations", "0006_guidance"),
        ("reservations", "0007_enterprises"),
        ("reservations", "0008_gate_events"),
        ("reservations", "0009_declared"),
        ("reservations", "0010_whose_trip"),
    ]

    dependencies = [
        ("accounts", "0001_squashed_0005_enterprises"),
        ("declarations", "0001_squashed_0003_sheets"),
        ("yards", "0001_squashed_0005_counterpart"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LaneQueue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tickets", models.PositiveBigIntegerField(default=0)),
                ("calls", models.PositiveBigIntegerField(default=0)),
                ("pattern_at", models.PositiveIntegerField(default=0)),
                (
                    "lane",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="queue", to="yards.lane"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("effective_from", models.DateTimeField(verbose_name="in force from")),
                ("slot_minutes", models.PositiveIntegerField(default=60, verbose_name="slot length (min)")),
                ("horizon_days", models.PositiveIntegerField(default=3, verbose_name="bookable days ahead")),
                ("hold_minutes", models.PositiveIntegerField(default=5, verbose_name="hold while confirming (min)")),
                (
                    "early_minutes",
                    models.PositiveIntegerField(default=180, verbose_name="earliest check-in before the slot (min)"),
                ),
                (
                    "grace_minutes",
                    models.PositiveIntegerField(default=30, verbose_name="grace after the slot's end (min)"),
                ),
                (
                    "cancel_cutoff_minutes",
                    models.PositiveIntegerField(default=60, verbose_name="free cancellation until (min before)"),
                ),
                (
                    "call_minutes",
                    models.PositiveIntegerField(default=15, verbose_name="time to reach the gate after a call (min)"),
                ),
                (
                    "missed_behind",
                    models.PositiveIntegerField(
                        default=3, verbose_name="after a missed call: behind the next … vehicles"
                    ),
                ),
                ("missed_limit", models.PositiveIntegerField(default=3, verbose_name="missed calls until withdrawn")),
                (
                    "allocation",
                    models.CharField(
                        choices=[
                            ("open", "at once, as they are asked for"),
                            ("rounds", "by a round and its draw"),
                            ("auto", "by a round when more is expected than there is room for"),
                        ],
                        default="auto",
                        max_length=10,
                        verbose_name="how places are given",
                    ),
                ),
                (
                    "round_open_hours",
                    models.PositiveIntegerField(default=72, verbose_name="requests open (hours before the day)"),
                ),
                (
                    "round_close_hours",
                    models.PositiveIntegerField(default=12, verbose_name="requests close (hours before the day)"),
                ),
                (
                    "round_publish_minutes",
                    models.PositiveIntegerField(default=30, verbose_name="result after closing (min)"),
                ),
                (
                    "instant_after_minutes",
                    models.PositiveIntegerField(default=60, verbose_name="what is left opens after the result (min)"),
                ),
                (
                    "instant_spread_minutes",
                    models.PositiveIntegerField(default=5, verbose_name="drawn starts within (min)"),
                ),
                (
                    "auto_threshold_percent",
                    models.PositiveIntegerField(
                        default=80, verbose_name="a round from this share of an hour's places (%)"
                    ),
                ),
                (
                    "general_share_percent",
                    models.PositiveIntegerField(default=40, verbose_name="guaranteed share of general cargo (%)"),
                ),
                (
                    "organisation_share_percent",
                    models.PositiveIntegerField(default=10, verbose_name="most of a slot for one organisation (%)"),
                ),
                (
                    "bundle_span_minutes",
                    models.PositiveIntegerField(default=60, verbose_name="vehicles of one consignment within (min)"),
                ),
                (
                    "cooldown_minutes",
                    models.PositiveIntegerField(
                        default=30, verbose_name="a returned place is closed to who returned it (min)"
                    ),
                ),
                (
                    "offer_minutes",
                    models.PositiveIntegerField(default=10, verbose_name="time to take an offered place (min)"),
                ),
                ("changes_limit", models.PositiveIntegerField(default=3, verbose_name="changes of slot")),
                (
                    "changes_days",
                    models.PositiveIntegerField(default=30, verbose_name="changes of slot are counted over (days)"),
                ),
                ("extensions_limit", models.PositiveIntegerField(default=1, verbose_name="extensions")),
                (
                    "extensions_days",
                    models.PositiveIntegerField(default=60, verbose_name="extensions are counted over (days)"),
                ),
                (
                    "substitutions_limit",
                    models.PositiveIntegerField(default=2, verbose_name="changes of vehicle or driver"),
                ),
                (
                    "substitutions_days",
                    models.PositiveIntegerField(
                        default=30, verbose_name="changes of vehicle or driver are counted over (days)"
                    ),
                ),
                (
                    "substitution_cutoff_minutes",
                    models.PositiveIntegerField(
                        default=60, verbose_name="vehicle or driver changed until (min before the slot)"
                    ),
                ),
                (
                    "strike_limit",
                    models.PositiveIntegerField(
                        default=2, verbose_name="late cancellations and no-shows until a pause"
                    ),
                ),
                (
                    "strike_days",
                    models.PositiveIntegerField(
                        default=30, verbose_name="late cancellations and no-shows are counted over (days)"
                    ),
                ),
                ("block_days", models.PositiveIntegerField(default=14, verbose_name="pause in reserving (days)")),
                (
                    "promise_minutes",
                    models.PositiveIntegerField(
                        default=30, verbose_name="the port is late when it calls … min after the slot"
                    ),
                ),
                ("credit_days", models.PositiveIntegerField(default=90, verbose_name="a credit is good for (days)")),
                (
                    "far_side_stale_hours",
                    models.PositiveIntegerField(default=24, verbose_name="a far-side rate is old after (hours)"),
                ),
                (
                    "wrong_bay",
                    models.CharField(
                        choices=[
                            ("accept", "it may stay, the others are planned anew"),
                            ("guide_on", "it is guided on to its own bay"),
                        ],
                        default="accept",
                        max_length=10,
                        verbose_name="a vehicle in another bay than its own",
                    ),
                ),
                (
                    "overstay_minutes",
                    models.PositiveIntegerField(default=720, verbose_name="longest stay in a bay (min, 0: no limit)"),
                ),
                (
                    "declaration_hours",
                    models.PositiveIntegerField(
                        default=0,
                        verbose_name="a laden vehicle's declaration is ready … hours before its slot (0: not asked)",
                    ),
                ),
                (
                    "classes",
                    models.JSONField(
                        default=reservations.models.policy.default_classes, verbose_name="class of each cargo kind"
                    ),
                ),
                (
                    "class_pattern",
                    models.JSONField(
                        default=reservations.models.policy.default_pattern, verbose_name="order of classes"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="what changed and why")),
                ("published_at", models.DateTimeField(auto_now_add=True)),
                (
                    "port",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="policies", to="yards.port"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "policy",
                "verbose_name_plural": "policies",
                "ordering": ["port", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("port", "version"), name="policy_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("missed_limit__gt", 0), ("slot_minutes__gt", 0)), name="policy_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hold_minutes__lte", 5)), name="policy_hold_at_most_5_min"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=reservations.models.slot.slot_ref, max_length=20, unique=True)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("service_date", models.DateField()),
                ("planned", models.PositiveIntegerField()),
                ("capacity", models.PositiveIntegerField()),
                ("taken", models.PositiveIntegerField(default=0)),
                ("protected", models.PositiveIntegerField(default=0)),
                ("returned", models.PositiveIntegerField(default=0)),
                ("opens_at", models.DateTimeField(null=True)),
                ("set_by_hand", models.BooleanField(default=False)),
                ("is_frozen", models.BooleanField(default=False, verbose_name="frozen")),
                ("frozen_reason", models.CharField(blank=True, max_length=200)),
                (
                    "lane",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slots", to="yards.lane"
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reservations.policy"
                    ),
                ),
            ],
            options={
                "verbose_name": "slot",
                "verbose_name_plural": "slots",
                "ordering": ["lane", "starts_at"],
                "indexes": [
                    models.Index(fields=["lane", "service_date"], name="reservation_lane_id_35d121_idx"),
                    models.Index(
                        condition=models.Q(("returned__gt", 0)), fields=["starts_at"], name="slots_with_returned_places"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("lane", "starts_at"), name="slot_once"),
                    models.CheckConstraint(
                        condition=models.Q(("taken__lte", models.F("capacity"))), name="slot_never_oversold"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="slot_has_length"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ref",
                    models.CharField(
                        default=reservations.models.reservation.reservation_ref, max_length=20, unique=True
                    ),
                ),
                (
                    "visit_ref",
                    models.CharField(default=reservations.models.reservation.visit_ref, max_length=20, unique=True),
                ),
                (
                    "cargo_kind",
                    models.CharField(
                        choices=[
                            ("general", "general cargo"),
                            ("perishable", "perishable"),
                            ("hazardous", "hazardous"),
                            ("bulk", "bulk"),
                            ("empty", "empty vehicle"),
                            ("ecommerce", "e-commerce"),
                        ],
                        max_length=20,
                    ),
                ),
                ("units", models.PositiveSmallIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "held for you"),
                            ("confirmed", "confirmed"),
                            ("checked_in", "checked in"),
                            ("completed", "completed"),
                            ("unplaced", "not confirmed in time"),
                            ("cancelled", "cancelled"),
                            ("revoked", "taken back by the port"),
                            ("no_show", "not arrived"),
                        ],
                        max_length=20,
                    ),
                ),
                ("hold_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("changes", models.PositiveSmallIntegerField(default=0)),
                ("declaration_warned_at", models.DateTimeField(null=True)),
                (
                    "declaration",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reservations",
                        to="declarations.declaration",
                    ),
                ),
                (
                    "driver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reservations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lane",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reservations", to="yards.lane"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reservations",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "vehicle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reservations", to="accounts.vehicle"
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reservations", to="reservations.slot"
                    ),
                ),
            ],
            options={
                "verbose_name": "reservation",
                "verbose_name_plural": "reservations",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["state", "hold_until"], name="reservation_state_56ffaf_idx"),
                    models.Index(fields=["slot", "state"], name="reservation_slot_id_0dda65_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["requested", "confirmed", "checked_in"])),
                        fields=("vehicle",),
                        name="one_live_reservation_per_vehicle",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QueueEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=reservations.models.queue.entry_ref, max_length=20, unique=True)),
                (
                    "visit_ref",
                    models.CharField(default=reservations.models.reservation.visit_ref, max_length=20, unique=True),
                ),
                (
                    "cargo_kind",
                    models.CharField(
                        choices=[
                            ("general", "general cargo"),
                            ("perishable", "perishable"),
                            ("hazardous", "hazardous"),
                            ("bulk", "bulk"),
                            ("empty", "empty vehicle"),
                            ("ecommerce", "e-commerce"),
                        ],
                        max_length=20,
                    ),
                ),
                ("length_m", models.DecimalField(decimal_places=1, default=17, max_digits=4)),
                ("width_m", models.DecimalField(decimal_places=2, default=2.55, max_digits=3)),
                ("reefer", models.BooleanField(default=False)),
                ("hazard_class", models.CharField(blank=True, max_length=4)),
                ("declared_step", models.CharField(blank=True, max_length=12)),
                ("queue_class", models.CharField(max_length=20)),
                ("ticket", models.PositiveBigIntegerField()),
                ("arrived_at", models.DateTimeField()),
                ("promised_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("called", "called"),
                            ("admitted", "in the yard"),
                            ("exited", "left"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=20,
                    ),
                ),
                ("not_before_call", models.PositiveBigIntegerField(default=0)),
                ("missed", models.PositiveSmallIntegerField(default=0)),
                ("called_at", models.DateTimeField(null=True)),
                ("first_called_at", models.DateTimeField(null=True)),
                ("call_expires_at", models.DateTimeField(null=True)),
                ("admitted_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "declaration",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="declarations.declaration",
                    ),
                ),
                (
                    "driver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "gate",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="yards.gate"
                    ),
                ),
                (
                    "lane",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="yards.lane"
                    ),
                ),
                (
                    "vehicle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="accounts.vehicle"
                    ),
                ),
                (
                    "reservation",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entry",
                        to="reservations.reservation",
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="walk_ups",
                        to="reservations.slot",
                    ),
                ),
            ],
            options={
                "verbose_name": "queue entry",
                "verbose_name_plural": "queue entries",
                "ordering": ["lane", "promised_at", "arrived_at", "ticket"],
                "indexes": [
                    models.Index(fields=["lane", "state"], name="reservation_lane_id_6fb07b_idx"),
                    models.Index(fields=["state", "call_expires_at"], name="reservation_state_551f05_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "called", "admitted"])),
                        fields=("vehicle",),
                        name="one_open_entry_per_vehicle",
                    ),
                    models.UniqueConstraint(fields=("lane", "ticket"), name="ticket_once_per_lane"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Override",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=reservations.models.queue.override_ref, max_length=20, unique=True)),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting for a second person"),
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                            ("used", "used"),
                            ("lapsed", "lapsed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="reservations.queueentry",
                    ),
                ),
            ],
            options={
                "verbose_name": "override",
                "verbose_name_plural": "overrides",
                "ordering": ["-asked_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("asked_by", models.F("decided_by")), _negated=True),
                        name="override_needs_a_second_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["pending", "approved"])),
                        fields=("entry",),
                        name="one_open_override_per_entry",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GateEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=reservations.models.gate.event_ref, max_length=20, unique=True)),
                ("number", models.PositiveBigIntegerField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("gate_code", models.CharField(max_length=30)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("plate", "plate read"),
                            ("scan", "pass scanned"),
                            ("barrier", "barrier opened"),
                            ("weighbridge", "weighbridge"),
                            ("zone", "read in the yard"),
                        ],
                        max_length=12,
                    ),
                ),
                ("way", models.CharField(blank=True, choices=[("in", "in"), ("out", "out")], max_length=3)),
                ("occurred_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("plate", models.CharField(blank=True, max_length=40)),
                ("plate_key", models.CharField(blank=True, db_index=True, max_length=40)),
                ("country", models.CharField(blank=True, max_length=2)),
                (
                    "plate_class",
                    models.CharField(
                        choices=[("truck", "truck or tractor"), ("trailer", "trailer")], default="truck", max_length=10
                    ),
                ),
                ("confidence", models.FloatField(null=True)),
                ("image_ref", models.CharField(blank=True, max_length=200)),
                ("token", models.CharField(blank=True, max_length=600)),
                (
                    "place_kind",
                    models.CharField(
                        blank=True,
                        choices=[("bay", "bay"), ("zone", "zone"), ("post", "post"), ("gate", "gate")],
                        max_length=10,
                    ),
                ),
                ("place_code", models.CharField(blank=True, max_length=30)),
                ("weight_kg", models.PositiveIntegerField(null=True)),
                ("length_m", models.FloatField(null=True)),
                ("width_m", models.FloatField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for what comes before it"),
                            ("doubt", "for a person"),
                            ("applied", "applied"),
                            ("void", "of no effect"),
                        ],
                        max_length=10,
                    ),
                ),
                ("outcome", models.CharField(blank=True, max_length=20)),
                ("reason", models.CharField(blank=True, max_length=30)),
                ("wait_until", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.device"
                    ),
                ),
                (
                    "vehicle",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gate_events",
                        to="accounts.vehicle",
                    ),
                ),
                (
                    "yard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="gate_events", to="yards.yard"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gate_events",
                        to="reservations.queueentry",
                    ),
                ),
            ],
            options={
                "verbose_name": "gate event",
                "verbose_name_plural": "gate events",
                "ordering": ["occurred_at", "pk"],
                "indexes": [
                    models.Index(fields=["state", "wait_until"], name="gate_event_due"),
                    models.Index(fields=["yard", "state"], name="gate_event_in_yard"),
                    models.Index(fields=["vehicle", "state"], name="gate_event_of_vehicle"),
                ],
                "constraints": [models.UniqueConstraint(fields=("device", "number"), name="gate_event_once")],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=reservations.models.conduct.mark_ref, max_length=20, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("change", "change of slot"),
                            ("extension", "extension"),
                            ("vehicle_change", "change of vehicle"),
                            ("driver_change", "change of driver"),
                            ("late_cancel", "late cancellation"),
                            ("no_show", "no-show"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("excused_at", models.DateTimeField(null=True)),
                ("excused_reason", models.CharField(blank=True, max_length=500)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "vehicle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="marks", to="accounts.vehicle"
                    ),
                ),
                (
                    "reservation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="marks", to="reservations.reservation"
                    ),
                ),
            ],
            options={
                "verbose_name": "mark",
                "verbose_name_plural": "marks",
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["vehicle", "at"], name="reservation_vehicle_69e8da_idx"),
                    models.Index(fields=["organisation", "at"], name="reservation_organis_e497ef_idx"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=reservations.models.round.round_ref, max_length=20, unique=True)),
                ("service_date", models.DateField(verbose_name="day")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("announced", "announced"),
                            ("open", "open for requests"),
                            ("closed", "closed, being drawn"),
                            ("drawn", "drawn, result to come"),
                            ("published", "published"),
                            ("failed", "failed, to be run again"),
                            ("void", "not held"),
                        ],
                        max_length=10,
                    ),
                ),
                ("opens_at", models.DateTimeField(verbose_name="requests open")),
                ("closes_at", models.DateTimeField(verbose_name="requests close")),
                ("publishes_at", models.DateTimeField(verbose_name="result")),
                ("instant_at", models.DateTimeField(verbose_name="what is left opens")),
                ("seed", models.CharField(max_length=64)),
                ("commitment", models.CharField(max_length=64)),
                ("inputs_hash", models.CharField(blank=True, max_length=64)),
                ("outcome_hash", models.CharField(blank=True, max_length=64)),
                ("drawn_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("asked", models.PositiveIntegerField(default=0)),
                ("placed", models.PositiveIntegerField(default=0)),
                ("redraws", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=300)),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reservations.policy"
                    ),
                ),
                (
                    "port",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="yards.port"
                    ),
                ),
            ],
            options={
                "verbose_name": "allocation round",
                "verbose_name_plural": "allocation rounds",
                "ordering": ["-service_date", "port"],
                "indexes": [models.Index(fields=["state", "opens_at"], name="reservation_state_283b87_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("port", "service_date"), name="one_round_per_port_and_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes_at__lt", models.F("publishes_at")),
                            ("opens_at__lt", models.F("closes_at")),
                            ("publishes_at__lte", models.F("instant_at")),
                        ),
                        name="round_moments_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Credit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=reservations.models.conduct.credit_ref, max_length=20, unique=True)),
                ("given_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "vehicle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="credits", to="accounts.vehicle"
                    ),
                ),
                (
                    "reservation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit",
                        to="reservations.reservation",
                    ),
                ),
                (
                    "used_in",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="reservations.round",
                    ),
                ),
            ],
            options={
                "verbose_name": "credit",
                "verbose_name_plural": "credits",
                "ordering": ["-given_at", "-pk"],
                "indexes": [models.Index(fields=["vehicle", "used_in"], name="reservation_vehicle_d8a3a5_idx")],
            },
        ),
        migrations.CreateModel(
            name="RoundProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("inputs", models.JSONField()),
                ("outcome", models.JSONField()),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proof", to="reservations.round"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=reservations.models.round.request_ref, max_length=20, unique=True)),
                ("service_date", models.DateField()),
                (
                    "cargo_kind",
                    models.CharField(
                        choices=[
                            ("general", "general cargo"),
                            ("perishable", "perishable"),
                            ("hazardous", "hazardous"),
                            ("bulk", "bulk"),
                            ("empty", "empty vehicle"),
                            ("ecommerce", "e-commerce"),
                        ],
                        max_length=20,
                    ),
                ),
                ("queue_class", models.CharField(max_length=20)),
                ("evidence", models.CharField(blank=True, max_length=200, verbose_name="evidence of the class")),
                ("bundle", models.CharField(blank=True, db_index=True, max_length=20)),
                ("earliest_at", models.DateTimeField(verbose_name="earliest")),
                ("latest_at", models.DateTimeField(verbose_name="latest")),
                ("preferred_at", models.DateTimeField(verbose_name="best")),
                ("is_ready", models.BooleanField(default=True, verbose_name="ready to come")),
                ("travel_minutes", models.PositiveIntegerField(default=60, verbose_name="minutes to the port")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "asked for"),
                            ("standby", "on standby"),
                            ("offered", "a place is offered"),
                            ("placed", "placed"),
                            ("withdrawn", "withdrawn"),
                            ("unplaced", "not placed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("stands_at", models.DateTimeField(null=True)),
                ("drawn", models.PositiveIntegerField(default=0)),
                ("offer_until", models.DateTimeField(null=True)),
                ("offers", models.PositiveSmallIntegerField(default=0)),
                ("reason", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "declaration",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="declarations.declaration",
                    ),
                ),
                (
                    "driver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("lanes", models.ManyToManyField(related_name="requests", to="yards.lane")),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "port",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="yards.port"
                    ),
                ),
                (
                    "vehicle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="accounts.vehicle"
                    ),
                ),
                (
                    "reservation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="reservations.reservation",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="reservations.round",
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="reservations.slot",
                    ),
                ),
            ],
            options={
                "verbose_name": "request for a place",
                "verbose_name_plural": "requests for a place",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["state", "service_date"], name="reservation_state_120039_idx"),
                    models.Index(fields=["state", "offer_until"], name="reservation_state_b401e8_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["requested", "standby", "offered"])),
                        fields=("vehicle",),
                        name="one_live_request_per_vehicle",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("earliest_at__lte", models.F("preferred_at")), ("preferred_at__lte", models.F("latest_at"))
                        ),
                        name="request_times_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "offered"), _negated=True),
                            models.Q(("offer_until__isnull", False), ("slot__isnull", False)),
                            _connector="OR",
                        ),
                        name="offer_has_slot_and_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Disposition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("moved", "moved to another slot"),
                            ("standby", "no place left: first in the standby order"),
                            ("here", "already in the order: keeps its place until the lane opens"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "closure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dispositions", to="yards.closure"
                    ),
                ),
                (
                    "reservation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispositions",
                        to="reservations.reservation",
                    ),
                ),
                (
                    "from_slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reservations.slot"
                    ),
                ),
                (
                    "to_slot",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reservations.slot"
                    ),
                ),
            ],
            options={
                "verbose_name": "disposition",
                "verbose_name_plural": "dispositions",
                "ordering": ["closure", "from_slot", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("closure", "reservation"), name="one_disposition_per_closure_and_reservation"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=reservations.models.conduct.appeal_ref, max_length=20, unique=True)),
                ("text", models.CharField(max_length=1000, verbose_name="what happened")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting for an answer"),
                            ("granted", "granted"),
                            ("rejected", "rejected"),
                        ],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=1000, verbose_name="answer")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mark",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to="reservations.mark"
                    ),
                ),
            ],
            options={
                "verbose_name": "appeal",
                "verbose_name_plural": "appeals",
                "ordering": ["asked_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("mark",), name="one_appeal_per_mark"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "pending"), models.Q(("answer", ""), _negated=True), _connector="OR"
                        ),
                        name="appeal_is_answered_with_a_reason",
                    ),
                ],
            },
        ),
    ]
