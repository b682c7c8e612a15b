import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('declarations', '0003_sheets'),
        ('reservations', '0009_declared'),
    ]

    operations = [
        migrations.AddField(
            model_name='queueentry',
            name='declaration',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='declarations.declaration'),
        ),
        migrations.RemoveField(
            model_name='reservation',
            name='declaration_told',
        ),
    ]
