"""In which language somebody reads; answers on paper or told aloud; open asks that were seen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0008_the_door"),
    ]

    operations = [
        migrations.AddField(
            model_name="door",
            name="asks_closed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="door",
            name="language",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
        migrations.AddField(
            model_name="member",
            name="language",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
        migrations.AlterField(
            model_name="dooranswer",
            name="way",
            field=models.CharField(
                choices=[
                    ("handed_over", "on a device of the practice"),
                    ("link", "by a link"),
                    ("paper", "on paper"),
                    ("aloud", "told aloud"),
                ],
                max_length=12,
            ),
        ),
    ]
