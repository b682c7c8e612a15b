from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reservations', '0008_gate_events'),
    ]

    operations = [
        migrations.AddField(
            model_name='queueentry',
            name='declared_step',
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name='reservation',
            name='declaration_warned_at',
            field=models.DateTimeField(null=True),
        ),
    ]
