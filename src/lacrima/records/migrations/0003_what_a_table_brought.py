"""Moments and voices that came in from a table know their import, and what the table called them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_maps_and_wordings"),
    ]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="sessions_completed",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="moment",
            name="source_key",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.AddField(
            model_name="moment",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="moments",
                to="records.importbatch",
            ),
        ),
        migrations.AddField(
            model_name="voice",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="voices",
                to="records.importbatch",
            ),
        ),
    ]
