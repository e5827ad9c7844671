"""What was shown here may have several readers; who read it alone before goes on reading it."""

from django.db import migrations, models


def _one_reader_becomes_one_of_several(apps, schema_editor):
    here = schema_editor.connection.alias
    share = apps.get_model("records", "Share")
    through = share.readers.through
    read = share.objects.using(here).filter(to_member__isnull=False)
    read = read.values_list("pk", "to_member_id")
    through.objects.using(here).bulk_create(
        through(share_id=key, member_id=member) for key, member in read.iterator()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0004_what_is_thought_over"),
    ]

    operations = [
        migrations.AddField(
            model_name="share",
            name="readers",
            field=models.ManyToManyField(
                blank=True,
                db_table="share_reader",
                related_name="shares_to_read",
                to="records.member",
            ),
        ),
        migrations.RunPython(_one_reader_becomes_one_of_several, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="share", name="share_has_one_reader"),
        migrations.RemoveField(model_name="share", name="to_member"),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_colleague__isnull", True),
                    models.Q(("file_id", ""), _negated=True),
                    _connector="XOR",
                ),
                name="share_outside_is_a_file",
            ),
        ),
    ]
