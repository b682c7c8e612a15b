from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reservations", "0004_rounds")]

    operations = [
        migrations.AddField(
            model_name="round",
            name="redraws",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
