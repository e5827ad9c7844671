"""A change of schema and of data, as an upgrade might bring it."""

from pathlib import Path

from django.db import migrations, models

from lacrima.records import migrations as of_today

LATEST = max(path.stem for path in Path(of_today.__path__[0]).glob("0*.py"))


def fill(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Give every row a value, one by one, so that there is time to be killed."""
    for row in apps.get_model("records", "Session").objects.all():
        row.drill_mark = (row.number or 0) + 1
        row.save(update_fields=["drill_mark"])


class Migration(migrations.Migration):
    """Add a column, fill it, index it."""

    dependencies = [("records", LATEST)]
    operations = [
        migrations.AddField("session", "drill_mark", models.IntegerField(default=0)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            "session", "drill_mark", models.IntegerField(default=0, db_index=True)
        ),
    ]
