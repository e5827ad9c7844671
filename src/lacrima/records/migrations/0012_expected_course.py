"""That a client's course, or her alliance, was looked at a second time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0011_the_drop_box"),
    ]

    operations = [
        migrations.AddField(
            model_name="participant",
            name="course_looked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="participant",
            name="alliance_looked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
