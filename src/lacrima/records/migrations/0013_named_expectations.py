"""An expectation of another practice, for a questionnaire of which there is too little here."""

from django.db import migrations, models

import lacrima.records.row


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0012_expected_course"),
    ]

    operations = [
        migrations.CreateModel(
            name="NamedExpectation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lacrima.records.row.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=lacrima.records.row.now, editable=False),
                ),
                (
                    "changed_at",
                    models.DateTimeField(default=lacrima.records.row.now, editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("measure", models.CharField(max_length=44, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("content", models.TextField()),
            ],
            options={
                "db_table": "named_expectation",
                "ordering": ["measure"],
            },
        ),
    ]
