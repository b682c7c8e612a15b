"""The order keeps the size a vehicle had at check-in; entries made before take their vehicle's as it is."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

SIZE = ("length_m", "width_m", "reefer")


def copy_sizes(apps: Any, schema_editor: Any) -> None:
    vehicles = apps.get_model("accounts", "Vehicle").objects.filter(pk=OuterRef("vehicle_id"))
    apps.get_model("reservations", "QueueEntry").objects.update(
        **{name: Subquery(vehicles.values(name)[:1]) for name in SIZE}
    )


class Migration(migrations.Migration):
    dependencies = [("reservations", "0001_initial")]

    operations = [
        migrations.AddField("queueentry", "length_m", models.DecimalField(decimal_places=1, default=17, max_digits=4)),
        migrations.AddField("queueentry", "width_m", models.DecimalField(decimal_places=2, default=2.55, max_digits=3)),
        migrations.AddField("queueentry", "reefer", models.BooleanField(default=False)),
        migrations.RunPython(copy_sizes, migrations.RunPython.noop),
    ]
